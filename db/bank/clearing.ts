/**
 * Partner cities (T10, C14): each has a clearing account a currency with a limit. Hours leave for one or come from one when
 * both sides have agreed, and no person speaks for both. What is on its way out is kept until the partner has answered.
 */
import { eq } from 'drizzle-orm';
import { writeAudit } from '../audit/audit.ts';
import { type Act, refuse } from '../connect/act.ts';
import type { Tx } from '../connect/database.ts';
import { newId } from '../connect/ids.ts';
import type { Reach } from '../connect/reach.ts';
import { record } from '../events/events.ts';
import { areasOfPersons } from '../people/areasOfPersons.ts';
import { currentPolicy } from '../services/policies.ts';
import { leaveForPartner } from './affairs.ts';
import { balancesOf } from './balances.ts';
import { clearings, partners } from './clearing.schema.ts';
import { ownerOf } from './ownerOf.ts';
import { districtOf, poolName } from './pools.ts';
import { type AccountName, accountKey, hold, openAccounts, post, release, thawAccounts } from './post.ts';
import type { ClearingKind } from './rules.ts';

const DAY = 86_400_000;

export type ClearingRow = typeof clearings.$inferSelect;

export interface Proposal {
  partnerCode: string;
  kind: ClearingKind;
  personId: string;
  minutes: number;
  /** The partner's own number; what comes from a partner has one from the beginning. */
  reference: string | null;
  reason: string;
  /** The member moves there for good, and their accounts close. */
  closes?: boolean;
}

const personal = (ownerId: string): AccountName => ({ ownerId, kind: 'personal', currency: 'min' });
const clearing = (ownerId: string): AccountName => ({ ownerId, kind: 'clearing', currency: 'min' });

/**
 * One side proposes: this city that a member's hours leave, or the partner, as a regulator writes down, that hours come for
 * a member. Refuses a partner's number that was used with `already_done`.
 */
export async function proposeClearing(tx: Tx, act: Act, proposal: Proposal): Promise<ClearingRow> {
  const { partnerCode, kind, personId, minutes, reference, reason } = proposal;
  if (!Number.isSafeInteger(minutes) || minutes < 1) refuse('invalid', 'minutes');
  if (kind === 'in' && act.role !== 'regulator') refuse('not_yours', 'kind');
  if (kind === 'in' && !reference) refuse('invalid', 'reference');
  const [partner] = await tx.select().from(partners).where(eq(partners.code, partnerCode));
  if (!partner) refuse('not_found', 'partnerCode');
  const opened = await openAccounts(tx, act, [personal(personId)]);
  const id = newId(act.at);
  if (kind === 'out') {
    const own = (await balancesOf(tx, personId)).find((one) => one.kind === 'personal');
    if (own?.frozen) refuse('account_frozen', 'personId');
    const bank = await currentPolicy(tx, 'bank', act.at);
    const expiresAt = new Date(act.at.getTime() + bank.body.clearingDays * DAY);
    const kinds = ['personal'] as const;
    await hold(tx, act, [
      { orderId: id, ownerId: personId, currency: 'min', amount: minutes, kinds, expiresAt },
    ]);
  }
  const [row] = await tx
    .insert(clearings)
    .values({
      id,
      partnerCode,
      kind,
      state: 'proposed',
      currency: 'min',
      amount: minutes,
      accountId: opened.get(accountKey(personal(personId))) as string,
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
 * and what is left hours from a partner that owes too much. For hours that leave, a regulator writes down the partner's word.
 */
export async function decideClearing(
  tx: Tx,
  act: Act,
  reach: Reach,
  id: string,
  word: Word,
): Promise<ClearingRow> {
  const { row, personId, areaCode } = await lockProposed(tx, reach, id);
  if (row.proposedBy === act.actorId) refuse('needs_second_person', 'id');
  if (row.kind === 'out' && act.role !== 'regulator') refuse('not_yours', 'id');
  const reference = row.reference ?? word.reference;
  if (word.approve && !reference) refuse('invalid', 'reference');
  const state = word.approve ? 'posted' : 'refused';
  const decided = { state, reference, decidedBy: act.actorId, decidedAt: act.at } as const;
  await tx.update(clearings).set(decided).where(eq(clearings.id, id));
  await release(tx, act, [id]);
  if (row.closes) await thaw(tx, personId);
  const transferId = word.approve ? await settleWith(tx, act, row, areaCode) : null;
  if (transferId) await tx.update(clearings).set({ transferId }).where(eq(clearings.id, id));
  await tell(tx, act, row, personId, state, word.note);
  if (transferId && row.closes) {
    await leaveForPartner(tx, act, { personId, causeId: id, reason: row.reason });
  }
  return { ...row, ...decided, transferId };
}

/** Takes a proposal back; what was kept for it is free again. */
export async function withdrawClearing(
  tx: Tx,
  act: Act,
  reach: Reach,
  id: string,
  reason: string,
): Promise<ClearingRow> {
  const { row, personId } = await lockProposed(tx, reach, id);
  const withdrawn = { state: 'withdrawn', decidedAt: act.at } as const;
  await tx.update(clearings).set(withdrawn).where(eq(clearings.id, id));
  await release(tx, act, [id]);
  if (row.closes) await thaw(tx, personId);
  await tell(tx, act, row, personId, 'withdrawn', reason);
  return { ...row, ...withdrawn };
}

async function lockProposed(
  tx: Tx,
  reach: Reach,
  id: string,
): Promise<{ row: ClearingRow; personId: string; areaCode: string }> {
  const [row] = await tx.select().from(clearings).where(eq(clearings.id, id)).for('update');
  const personId = row && (await ownerOf(tx, reach, row.accountId));
  if (!row || !personId) refuse('not_found', 'id');
  if (row.state !== 'proposed') refuse('already_done', 'id', { state: row.state });
  const areaCode = (await areasOfPersons(tx, [personId])).get(personId) ?? refuse('not_found', 'id');
  return { row, personId, areaCode };
}

/** Hours that leave are owed to the partner; hours that come are owed by it, as far as its limit allows. */
async function settleWith(tx: Tx, act: Act, row: ClearingRow, areaCode: string): Promise<string> {
  const bank = await currentPolicy(tx, 'bank', act.at);
  const pool = poolName(districtOf(areaCode));
  const accounts = await openAccounts(tx, act, [clearing(row.partnerCode), pool]);
  const partner = accounts.get(accountKey(clearing(row.partnerCode))) as string;
  const [transferId] = await post(tx, act, [
    {
      ...(row.kind === 'out'
        ? { debit: row.accountId, credit: partner }
        : {
            debit: partner,
            credit: row.accountId,
            cap: bank.body.capMinutes,
            pool: accounts.get(accountKey(pool)) as string,
          }),
      amount: row.amount,
      currency: 'min',
      cause: 'settlement',
      causeId: row.id,
      key: `clearing:${row.id}`,
      policyId: bank.id,
    },
  ]);
  return transferId as string;
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
  personId: string,
  what: ClearingRow['state'],
  reason: string | null,
): Promise<void> {
  const detail = { partner: row.partnerCode, kind: row.kind, minutes: row.amount };
  await writeAudit(tx, act, [{ action: `clearing.${what}`, personId, recordId: row.id, reason, detail }]);
  await record(tx, act, [{ kind: 'account', recordId: row.id, personIds: [personId] }]);
}
