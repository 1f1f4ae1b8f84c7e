/**
 * The end of an account (T10): at death its hours go to lineal relatives by the family's recorded decision, the rest to
 * the pool; on moving to a partner city they go through the clearing account. What the city granted goes back to the fund.
 * An account never disappears: it closes at zero, and a debt stays where it can be seen.
 */
import { writeAudit } from '../audit/audit.ts';
import { type Act, refuse } from '../connect/act.ts';
import type { Tx } from '../connect/database.ts';
import { newId } from '../connect/ids.ts';
import { areasOfPersons } from '../people/areasOfPersons.ts';
import { closePerson } from '../people/closePerson.ts';
import { isLinealRelation, relationsOf } from '../people/kinOf.ts';
import { currentPolicy } from '../services/policies.ts';
import { type Affairs, closeEmptied, leaveForPartner, type Returned, windUp } from './affairs.ts';
import { balancesOf } from './balances.ts';
import { proposeClearing } from './clearing.ts';
import { districtOf, overflowsOf, poolName } from './pools.ts';
import { accountKey, freezeAccounts, openAccounts, type Posting, post, thawAccounts } from './post.ts';
import type { ClosingDocument } from './rules.ts';

export interface Heir {
  personId: string;
  minutes: number;
}

export interface DeathDecision {
  personId: string;
  heirs: readonly Heir[];
  /** What the family's decision is written in. */
  document: ClosingDocument;
  reason: string;
}

export interface Closing extends Omit<Affairs, 'accounts'>, Returned {
  personId: string;
  /** `moving` until the partner city has agreed. */
  state: 'closed' | 'moving';
  clearingId: string | null;
  heirs: (Heir & { overflowMinutes: number })[];
  poolMinutes: number;
  movedMinutes: number;
}

const none = { heirs: [], poolMinutes: 0, fundMinutes: 0, fundFen: 0, movedMinutes: 0, clearingId: null };

/**
 * Closes the accounts of somebody who has died. Refuses with `not_related` heirs who are not verified lineal relatives,
 * a spouse too, with `not_enough_hours` a decision on more than there is, and with `orders_open` while visits are not over.
 */
export async function closeAtDeath(tx: Tx, act: Act, decision: DeathDecision): Promise<Closing> {
  const { personId, heirs } = decision;
  await closePerson(tx, act, personId);
  await expectHeirs(tx, personId, heirs);
  await thaw(tx, personId);
  const { accounts, ...affairs } = await windUp(tx, act, personId);
  const own = accounts.find((one) => one.kind === 'personal');
  const left = own?.available ?? 0;
  const inherited = heirs.reduce((sum, heir) => sum + heir.minutes, 0);
  if (inherited > left) refuse('not_enough_hours', 'heirs', { left });

  const causeId = newId(act.at);
  const bank = await currentPolicy(tx, 'bank', act.at);
  const people = [personId, ...heirs.map((heir) => heir.personId)];
  const areas = await areasOfPersons(tx, people);
  const poolOf = (id: string) => poolName(districtOf(areas.get(id) ?? refuse('not_found', 'heirs')));
  const opened = await openAccounts(tx, act, [
    ...new Map(people.map((id) => [areas.get(id), poolOf(id)])).values(),
    ...heirs.map((heir) => ({ ownerId: heir.personId, kind: 'personal', currency: 'min' }) as const),
  ]);
  const key = (to: string) => `closing:${causeId}:${to}`;
  const closing = { currency: 'min', cause: 'closing', causeId, policyId: bank.id } as const;
  const postings = heirs.map((heir): Posting => {
    const credit = opened.get(accountKey({ ownerId: heir.personId, kind: 'personal', currency: 'min' }));
    const pool = opened.get(accountKey(poolOf(heir.personId))) as string;
    const amount = heir.minutes;
    return {
      ...closing,
      debit: own?.id as string,
      credit: credit as string,
      amount,
      key: key(heir.personId),
      cap: bank.body.capMinutes,
      pool,
    };
  });
  const poolMinutes = left - inherited;
  if (own && poolMinutes > 0) {
    const credit = opened.get(accountKey(poolOf(personId))) as string;
    postings.push({ ...closing, debit: own.id, credit, amount: poolMinutes, key: key('pool') });
  }
  await post(tx, act, postings);
  const returned = await closeEmptied(tx, act, personId, causeId);
  const overflows = await overflowsOf(
    tx,
    heirs.map((heir) => key(heir.personId)),
  );
  await writeAudit(tx, act, [
    {
      action: 'account.closed',
      personId,
      recordId: causeId,
      reason: decision.reason,
      detail: {
        cause: 'death',
        document: decision.document,
        heirs: heirs.map((heir) => `${heir.personId}=${heir.minutes}`).join(' '),
        poolMinutes,
      },
    },
    ...heirs.map((heir) => ({
      action: 'account.inherited',
      personId: heir.personId,
      recordId: causeId,
      reason: decision.reason,
    })),
  ]);
  return {
    ...none,
    ...affairs,
    ...returned,
    personId,
    state: 'closed',
    heirs: heirs.map((heir) => ({
      ...heir,
      overflowMinutes: overflows.get(key(heir.personId))?.minutes ?? 0,
    })),
    poolMinutes,
  };
}

export interface Move {
  personId: string;
  partnerCode: string;
  reason: string;
}

/**
 * Somebody moves to a partner city for good: all their hours are proposed to it and nothing else leaves their accounts
 * meanwhile; when it has agreed, they close. Without any hours they close at once.
 */
export async function closeAtMove(tx: Tx, act: Act, move: Move): Promise<Closing> {
  const { personId, partnerCode, reason } = move;
  if ((await balancesOf(tx, personId)).some((one) => one.frozen)) refuse('account_frozen', 'personId');
  const { accounts, ...affairs } = await windUp(tx, act, personId);
  const movedMinutes = accounts.find((one) => one.kind === 'personal')?.available ?? 0;
  if (movedMinutes === 0) {
    const returned = await leaveForPartner(tx, act, { personId, causeId: newId(act.at), reason });
    return { ...none, ...affairs, ...returned, personId, state: 'closed' };
  }
  const proposed = await proposeClearing(tx, act, {
    partnerCode,
    kind: 'out',
    personId,
    minutes: movedMinutes,
    reference: null,
    reason,
    closes: true,
  });
  await freezeAccounts(
    tx,
    act,
    accounts.filter((one) => one.kind !== 'receivable').map((one) => one.id),
  );
  return { ...none, ...affairs, personId, state: 'moving', clearingId: proposed.id, movedMinutes };
}

async function thaw(tx: Tx, personId: string): Promise<void> {
  const frozen = (await balancesOf(tx, personId)).filter((one) => one.frozen);
  await thawAccounts(
    tx,
    frozen.map((one) => one.id),
  );
}

async function expectHeirs(tx: Tx, personId: string, heirs: readonly Heir[]): Promise<void> {
  const ids = heirs.map((heir) => heir.personId);
  if (new Set(ids).size < ids.length) refuse('invalid', 'heirs');
  if (heirs.some((heir) => !Number.isSafeInteger(heir.minutes) || heir.minutes < 1))
    refuse('invalid', 'heirs');
  const relations = await relationsOf(
    tx,
    ids.map((id) => ({ holderId: personId, elderId: id })),
  );
  for (const id of ids) {
    const relation = relations.get(`${personId}:${id}`);
    if (!relation || !isLinealRelation(relation)) refuse('not_related', 'heirs');
  }
}
