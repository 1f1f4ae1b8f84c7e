/**
 * Giving (T6): hours go to verified lineal relatives, or to a public pool, optionally for key elders. There is no other
 * transfer between persons. What passes the cap of who receives goes on to the pool of their district at once (T4).
 */
import { sql } from 'drizzle-orm';
import { writeAudit } from '../audit/audit.ts';
import { type Act, refuse } from '../connect/act.ts';
import type { Tx } from '../connect/database.ts';
import { newId } from '../connect/ids.ts';
import { areasOfPersons } from '../people/areasOfPersons.ts';
import { isLineal } from '../people/kinOf.ts';
import { spendByMandate } from '../people/mandateLimit.ts';
import { teamOf } from '../people/teamOf.ts';
import { currentPolicy } from '../services/policies.ts';
import { districtOf, type Overflow, overflowsOf, poolName } from './pools.ts';
import { type AccountName, accountKey, cityCode, keyEldersPool, openAccounts, post } from './post.ts';

/** What a person wrote with it is part of the record, and short. */
export const MOST_WORDS = 100;

export interface Gift {
  fromPersonId: string;
  toPersonId: string;
  minutes: number;
  words?: string | null;
}

export interface Balance {
  balance: number;
  /** Less what is set aside for bookings. */
  available: number;
}

export interface Given extends Balance {
  transferId: string;
  minutes: number;
  /** What passed the receiver's cap and was donated in their name. */
  overflow: Overflow | null;
}

const personal = (ownerId: string): AccountName => ({ ownerId, kind: 'personal', currency: 'min' });

/**
 * Gives minutes to a verified lineal relative. Refuses with `not_related` anybody else, a spouse too, with
 * `over_mandate` what passes a delegate's limit, and with `not_enough_hours` what the giver has not available.
 */
export async function give(tx: Tx, act: Act, gift: Gift): Promise<Given> {
  const { fromPersonId, toPersonId, minutes } = gift;
  expectMinutes(minutes);
  if (fromPersonId === toPersonId) refuse('not_related', 'toPersonId');
  await spendByMandate(tx, act, fromPersonId, minutes);
  if (!(await isLineal(tx, fromPersonId, toPersonId))) refuse('not_related', 'toPersonId');
  const area = (await areasOfPersons(tx, [toPersonId])).get(toPersonId) ?? cityCode;
  const bank = await currentPolicy(tx, 'bank', act.at);
  const names = [personal(fromPersonId), personal(toPersonId), poolName(districtOf(area))] as const;
  const accounts = await openAccounts(tx, act, names);
  const [from, to, pool] = names.map((name) => accounts.get(accountKey(name)) as string);
  const causeId = newId(act.at);
  const key = `gift:${causeId}`;
  const [transferId] = await post(tx, act, [
    {
      debit: from as string,
      credit: to as string,
      amount: minutes,
      currency: 'min',
      cause: 'gift',
      causeId,
      key,
      policyId: bank.id,
      cap: bank.body.capMinutes,
      pool: pool as string,
    },
  ]);
  await keepWords(tx, act, transferId as string, fromPersonId, gift.words);
  return {
    transferId: transferId as string,
    minutes,
    overflow: (await overflowsOf(tx, [key])).get(key) ?? null,
    ...(await standingOf(tx, from as string)),
  };
}

export interface Donation {
  /** Whose hours: a person's own, or a team's. */
  from: { personId: string } | { teamId: string };
  minutes: number;
  to: 'district' | 'city' | 'key_elders';
  words?: string | null;
}

export interface Donated extends Balance {
  transferId: string;
  minutes: number;
  /** The owner of the pool: a district, the city, or key elders. */
  poolCode: string;
}

/** Donates a person's or a team's minutes to a pool; refuses with `not_enough_hours` what they have not available. */
export async function donate(tx: Tx, act: Act, donation: Donation): Promise<Donated> {
  const { from, minutes, to } = donation;
  expectMinutes(minutes);
  const giver = 'teamId' in from ? from.teamId : from.personId;
  let area: string | undefined;
  if ('teamId' in from) {
    area = (await teamOf(tx, giver))?.areaCode ?? refuse('not_found', 'teamId');
  } else {
    await spendByMandate(tx, act, giver, minutes);
    area = (await areasOfPersons(tx, [giver])).get(giver) ?? refuse('not_found', 'personId');
  }
  const poolCode = { district: districtOf(area), city: cityCode, key_elders: keyEldersPool }[to];
  const giving: AccountName =
    'teamId' in from ? { ownerId: giver, kind: 'team', currency: 'min' } : personal(giver);
  const accounts = await openAccounts(tx, act, [giving, poolName(poolCode)]);
  const bank = await currentPolicy(tx, 'bank', act.at);
  const causeId = newId(act.at);
  const debit = accounts.get(accountKey(giving)) as string;
  const [transferId] = await post(tx, act, [
    {
      debit,
      credit: accounts.get(accountKey(poolName(poolCode))) as string,
      amount: minutes,
      currency: 'min',
      cause: 'donation',
      causeId,
      key: `donation:${causeId}`,
      policyId: bank.id,
    },
  ]);
  const personId = 'personId' in from ? giver : null;
  await keepWords(tx, act, transferId as string, personId, donation.words);
  return { transferId: transferId as string, minutes, poolCode, ...(await standingOf(tx, debit)) };
}

function expectMinutes(minutes: number): void {
  if (!Number.isSafeInteger(minutes) || minutes < 1) refuse('invalid', 'minutes');
}

async function keepWords(
  tx: Tx,
  act: Act,
  recordId: string,
  personId: string | null,
  words: string | null | undefined,
): Promise<void> {
  const reason = words?.trim();
  if (!reason) return;
  if (reason.length > MOST_WORDS) refuse('invalid', 'words');
  await writeAudit(tx, act, [{ action: 'ledger.words', personId, recordId, reason }]);
}

async function standingOf(tx: Tx, accountId: string): Promise<Balance> {
  const [row] = await tx.execute<{ balance: string; available: string }>(sql`
    select balance::text as balance, (balance - held)::text as available from accounts where id = ${accountId}::uuid`);
  return { balance: Number(row?.balance ?? 0), available: Number(row?.available ?? 0) };
}
