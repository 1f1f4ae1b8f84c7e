/**
 * Partner cities (T10, C14): each has a clearing account a currency with a limit. Hours of a member or money of a provider
 * leave for one or come from one when both sides have agreed, and no person speaks for both. What is on its way out is
 * kept until the partner has answered.
 */
import { eq } from 'drizzle-orm';
import { writeAudit } from '../audit/audit.ts';
import { type Act, refuse } from '../connect/act.ts';
import type { Tx } from '../connect/database.ts';
import { newId } from '../connect/ids.ts';
import type { Reach } from '../connect/reach.ts';
import { record } from '../events/events.ts';
import { currentPolicy } from '../services/policies.ts';
import { leaveForPartner } from './affairs.ts';
import { balancesOf } from './balances.ts';
import { clearings, partners } from './clearing.schema.ts';
import { capOf, type Side, setAside, told } from './clearingSide.ts';
import { listPartners } from './clearingViews.ts';
import { ownerOf } from './ownerOf.ts';
import { type AccountName, accountKey, openAccounts, post, release, thawAccounts } from './post.ts';
import type { ClearingKind, Currency } from './rules.ts';

export type ClearingRow = typeof clearings.$inferSelect;

export type Proposal = Side & {
  partnerCode: string;
  kind: ClearingKind;
  /** The partner's own number; what comes from a partner has one from the beginning. */
  reference: string | null;
  reason: string;
  /** The member moves there for good, and their accounts close. */
  closes?: boolean;
};

const clearing = (ownerId: string, currency: Currency): AccountName => ({
  ownerId,
  kind: 'clearing',
  currency,
});

/**
 * One side proposes: this city that hours or money leave, or the partner, as a regulator writes down, that they come.
 * Money is for regulators alone. Refuses a partner's number that was used with `already_done`.
 */
export async function proposeClearing(tx: Tx, act: Act, proposal: Proposal): Promise<ClearingRow> {
  const { partnerCode, kind, reference, reason } = proposal;
  const { account, amount, currency, personId } = told(proposal);
  if (!Number.isSafeInteger(amount) || amount < 1) refuse('invalid', currency === 'min' ? 'minutes' : 'fen');
  if (kind === 'in' && act.role !== 'regulator') refuse('not_yours', 'kind');
  if (currency === 'fen' && act.role !== 'regulator') refuse('not_yours', 'currency');
  if (kind === 'in' && !reference) refuse('invalid', 'reference');
  const [partner] = await tx.select().from(partners).where(eq(partners.code, partnerCode));
  if (!partner) refuse('not_found', 'partnerCode');
  const opened = await openAccounts(tx, act, [account]);
  const id = newId(act.at);
  if (kind === 'out') await setAside(tx, act, id, proposal);
  const [row] = await tx
    .insert(clearings)
    .values({
      id,
      partnerCode,
      kind,
      state: 'proposed',
      currency,
      amount,
      accountId: opened.get(accountKey(account)) as string,
      reference,
      reason,
      proposedBy: act.actorId,
      proposedAt: act.at,
      closes: proposal.closes ?? false,
    })
    .returning();
  await tell(tx, act, row as ClearingRow, personId, 'proposed', reason);
  return row as ClearingRow;
}

export interface Word {
  approve: boolean;
  /** The partner's number; needed when the partner agrees to take hours. */
  reference: string | null;
  note: string | null;
}

/**
 * The other side's word: posted at once, or off. Refuses who proposed with `needs_second_person`, and with `over_limit`
 * and what is left what comes from a partner that owes too much. For what leaves, and for money, a regulator writes down
 * the word.
 */
export async function decideClearing(
  tx: Tx,
  act: Act,
  reach: Reach,
  id: string,
  word: Word,
): Promise<ClearingRow> {
  const { row, personId } = await lockProposed(tx, reach, id);
  if (row.proposedBy === act.actorId) refuse('needs_second_person', 'id');
  if ((row.kind === 'out' || row.currency === 'fen') && act.role !== 'regulator') refuse('not_yours', 'id');
  const reference = row.reference ?? word.reference;
  if (word.approve && !reference) refuse('invalid', 'reference');
  const state = word.approve ? 'posted' : 'refused';
  const decided = { state, reference, decidedBy: act.actorId, decidedAt: act.at } as const;
  await tx.update(clearings).set(decided).where(eq(clearings.id, id));
  await release(tx, act, [id]);
  if (row.closes && personId) await thaw(tx, personId);
  const transferId = word.approve ? await settleWith(tx, act, row, personId) : null;
  if (transferId) await tx.update(clearings).set({ transferId }).where(eq(clearings.id, id));
  await tell(tx, act, row, personId, state, word.note);
  if (transferId && row.closes && personId) {
    await leaveForPartner(tx, act, { personId, causeId: id, reason: row.reason });
  }
  return { ...row, ...decided, transferId };
}

/** Takes a proposal back; what was kept for it is free again. Money is for regulators alone. */
export async function withdrawClearing(
  tx: Tx,
  act: Act,
  reach: Reach,
  id: string,
  reason: string,
): Promise<ClearingRow> {
  const { row, personId } = await lockProposed(tx, reach, id);
  if (row.currency === 'fen' && act.role !== 'regulator') refuse('not_yours', 'id');
  const withdrawn = { state: 'withdrawn', decidedAt: act.at } as const;
  await tx.update(clearings).set(withdrawn).where(eq(clearings.id, id));
  await release(tx, act, [id]);
  if (row.closes && personId) await thaw(tx, personId);
  await tell(tx, act, row, personId, 'withdrawn', reason);
  return { ...row, ...withdrawn };
}

async function lockProposed(
  tx: Tx,
  reach: Reach,
  id: string,
): Promise<{ row: ClearingRow; personId: string | null }> {
  const [row] = await tx.select().from(clearings).where(eq(clearings.id, id)).for('update');
  const ownerId = row && (await ownerOf(tx, reach, row.accountId));
  if (!row || !ownerId) refuse('not_found', 'id');
  if (row.state !== 'proposed') refuse('already_done', 'id', { state: row.state });
  return { row, personId: row.currency === 'min' ? ownerId : null };
}

/** What leaves is owed to the partner; what comes is owed by it, as far as its limit allows. */
async function settleWith(tx: Tx, act: Act, row: ClearingRow, personId: string | null): Promise<string> {
  const { partnerCode, currency, amount } = row;
  const bank = await currentPolicy(tx, 'bank', act.at);
  const name = clearing(partnerCode, currency);
  const partner = (await openAccounts(tx, act, [name])).get(accountKey(name)) as string;
  if (row.kind === 'in') await expectWithinLimit(tx, row);
  const sides =
    row.kind === 'out'
      ? { debit: row.accountId, credit: partner }
      : {
          debit: partner,
          credit: row.accountId,
          ...(await capOf(tx, act, personId, bank.body.capMinutes)),
        };
  const [transferId] = await post(tx, act, [
    {
      ...sides,
      amount,
      currency,
      cause: 'settlement',
      causeId: row.id,
      key: `clearing:${row.id}`,
      policyId: bank.id,
    },
  ]);
  return transferId as string;
}

/** Says in the partner's currency what is left; where several come at once the ledger itself has the last word. */
async function expectWithinLimit(tx: Tx, { partnerCode, currency, amount }: ClearingRow): Promise<void> {
  const [partner] = await listPartners(tx, partnerCode);
  const left = partner?.accounts.find((one) => one.currency === currency)?.left ?? 0;
  if (amount > left) refuse('over_limit', 'amount', { left: Math.max(0, left), currency });
}

async function thaw(tx: Tx, personId: string): Promise<void> {
  const accounts = await balancesOf(tx, personId);
  await thawAccounts(
    tx,
    accounts.map((one) => one.id),
  );
}

async function tell(
  tx: Tx,
  act: Act,
  row: ClearingRow,
  personId: string | null,
  what: ClearingRow['state'],
  reason: string | null,
): Promise<void> {
  const detail = {
    partner: row.partnerCode,
    kind: row.kind,
    [row.currency === 'min' ? 'minutes' : 'fen']: row.amount,
  };
  await writeAudit(tx, act, [{ action: `clearing.${what}`, personId, recordId: row.id, reason, detail }]);
  await record(tx, act, [{ kind: 'account', recordId: row.id, personIds: personId ? [personId] : [] }]);
}
