/** The ledger's commands (T2–T7): each is one call of an SQL function for any number of transfers. */
import { and, inArray, sql } from 'drizzle-orm';
import type { Act } from '../connect/act.ts';
import type { Tx } from '../connect/database.ts';
import { newId } from '../connect/ids.ts';
import type { AccountKind, Cause, Currency } from './rules.ts';
import { accounts } from './schema.ts';

export interface AccountName {
  ownerId: string;
  kind: AccountKind;
  currency: Currency;
}

export interface Posting {
  debit: string;
  credit: string;
  /** Minutes or fen, above 0. */
  amount: number;
  currency: Currency;
  cause: Cause;
  causeId?: string | null;
  /** Posted once however often it is asked for. */
  key: string;
  policyId?: string | null;
}

/** The city's own division code: owner of its issuance accounts and its pool. */
export const cityCode = '3201';

export const accountKey = (name: AccountName): string => `${name.ownerId}:${name.kind}:${name.currency}`;

/** Opens accounts that do not exist yet; returns the ids of all, by `ownerId:kind:currency`. */
export async function openAccounts(
  tx: Tx,
  act: Act,
  names: readonly AccountName[],
): Promise<Map<string, string>> {
  if (names.length === 0) return new Map();
  await tx
    .insert(accounts)
    .values(names.map((name) => ({ ...name, id: newId(act.at), openedAt: act.at })))
    .onConflictDoNothing();
  return accountIds(tx, names);
}

/** The ids of accounts by `ownerId:kind:currency`; missing ones are left out. */
export async function accountIds(tx: Tx, names: readonly AccountName[]): Promise<Map<string, string>> {
  const rows = await tx
    .select({ id: accounts.id, ownerId: accounts.ownerId, kind: accounts.kind, currency: accounts.currency })
    .from(accounts)
    .where(
      and(
        inArray(accounts.ownerId, [...new Set(names.map((n) => n.ownerId))]),
        inArray(accounts.kind, [...new Set(names.map((n) => n.kind))]),
      ),
    );
  return new Map(rows.map((row) => [accountKey(row), row.id]));
}

/** The city's issuance accounts in both currencies, its pool, and a pool a district. */
export function openCityAccounts(
  tx: Tx,
  act: Act,
  districtCodes: readonly string[],
): Promise<Map<string, string>> {
  return openAccounts(tx, act, [
    { ownerId: cityCode, kind: 'issuance', currency: 'min' },
    { ownerId: cityCode, kind: 'issuance', currency: 'fen' },
    { ownerId: cityCode, kind: 'pool', currency: 'min' },
    ...districtCodes.map((ownerId) => ({ ownerId, kind: 'pool', currency: 'min' }) as const),
  ]);
}

/** Posts transfers, all or none; refuses with `not_enough_hours` what would leave an account below zero. */
export async function post(tx: Tx, act: Act, postings: readonly Posting[]): Promise<void> {
  if (postings.length === 0) return;
  const rows = postings.map((posting) => ({ ...posting, author: act.actorId, at: act.at }));
  await tx.execute(sql`select bank_post(${JSON.stringify(rows)}::jsonb)`);
}

export interface HoldRequest {
  orderId: string;
  ownerId: string;
  currency: Currency;
  amount: number;
}

/** Sets minutes or fen aside for orders (T7), grant before personal. */
export async function hold(tx: Tx, act: Act, requests: readonly HoldRequest[]): Promise<void> {
  if (requests.length === 0) return;
  const rows = requests.map((request) => ({ ...request, at: act.at }));
  await tx.execute(sql`select bank_hold(${JSON.stringify(rows)}::jsonb)`);
}

/** Gives back all that is still held for orders. */
export async function release(tx: Tx, act: Act, orderIds: readonly string[]): Promise<void> {
  if (orderIds.length === 0) return;
  await tx.execute(
    sql`select bank_release(array(select jsonb_array_elements_text(${JSON.stringify(orderIds)}::jsonb)::uuid), ${act.at.toISOString()}::timestamptz)`,
  );
}

export interface Settlement {
  orderId: string;
  /** Verified minutes, or the price in fen; not above what is held. */
  amount: number;
  credit: string;
  /** Takes what exceeds the cap (T4). */
  pool: string | null;
  cap: number | null;
  policyId: string;
}

/** Pays orders out of their holds, once (T3, T4), and releases the rest. */
export async function settle(tx: Tx, act: Act, settlements: readonly Settlement[]): Promise<void> {
  if (settlements.length === 0) return;
  const rows = settlements.map((s) => ({ ...s, cause: 'visit', author: act.actorId, at: act.at }));
  await tx.execute(sql`select bank_settle(${JSON.stringify(rows)}::jsonb)`);
}
