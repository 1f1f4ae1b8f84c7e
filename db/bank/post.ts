/**
 * The ledger's commands (T2–T11): each is one call of an SQL function for any number of items. The functions lock,
 * check, post, and write the audit row and the event of the posting; nothing else can write the ledger's tables.
 */
import { type SQL, sql } from 'drizzle-orm';
import { type Act, type By, isOfWhatWasAsked, retried } from '../connect/act.ts';
import { type Database, inTransaction, type Tx } from '../connect/database.ts';
import { apart, gather } from '../connect/gather.ts';
import type { AccountKind, Cause, Currency, ReversalReason, ReversalState } from './rules.ts';

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
  cause: Exclude<Cause, 'visit' | 'dispute' | 'reversal' | 'receivable'>;
  causeId?: string | null;
  /** Posted once however often it is asked for. */
  key: string;
  policyId?: string | null;
  /** When what is left of a grant goes back to the fund (T8). */
  lapsesAt?: Date | null;
  /** The credited personal account holds no more than this (T4); the rest it donates to the pool at once. */
  cap?: number | null;
  pool?: string | null;
}

/** The city's own division code: owner of its issuance accounts and its pool. */
export const cityCode = '3201';

/** Owner of the pool of what was given for key elders (T6). */
export const keyEldersPool = 'key-elders';

export const accountKey = (name: AccountName): string => `${name.ownerId}:${name.kind}:${name.currency}`;

const json = (value: unknown) => sql`${JSON.stringify(value)}::jsonb`;
const instantOf = (at: Date) => sql`${at.toISOString()}::timestamptz`;
const uuids = (ids: readonly string[]) =>
  sql`array(select jsonb_array_elements_text(${JSON.stringify(ids)}::jsonb)::uuid)`;

/** One statement; outside a transaction it is one of its own, done again where it lost a race that it can win. */
function command<Row extends Record<string, unknown>>(db: Database | Tx, query: SQL) {
  return inTransaction(db) ? db.execute<Row>(query) : inTurn(db, () => ownTransaction<Row>(db, query));
}

const ownTransaction = <Row extends Record<string, unknown>>(db: Database, query: SQL) =>
  retried(async () => await db.execute<Row>(query));

/**
 * So many commands of their own are under way at once in a process; the others wait here, which costs nothing, and not in
 * the server, where all who write at the same moment want the same few pages.
 */
const AT_ONCE = 8;

const turns = perDatabase(() =>
  gather<() => Promise<unknown>, unknown>({ most: 1, lanes: AT_ONCE }, ([one]) =>
    Promise.allSettled(one ? [one()] : []),
  ),
);

const inTurn = <T>(db: Database, doing: () => Promise<T>) => turns(db)(doing) as Promise<T>;

/** Makes one of something for each database there is. */
function perDatabase<T extends object>(make: (db: Database) => T): (db: Database) => T {
  const made = new WeakMap<Database, T>();
  return (db) => {
    const one = made.get(db) ?? make(db);
    made.set(db, one);
    return one;
  };
}

/** Opens accounts that do not exist yet; returns the ids of all, by `ownerId:kind:currency`. */
export async function openAccounts(
  tx: Tx,
  act: Act,
  names: readonly AccountName[],
): Promise<Map<string, string>> {
  if (names.length === 0) return new Map();
  const rows = await tx.execute<{ id: string; owner_id: string; kind: AccountKind; currency: Currency }>(
    sql`select * from bank_open(${json(names)}, ${instantOf(act.at)})`,
  );
  return new Map(rows.map((row) => [accountKey({ ...row, ownerId: row.owner_id }), row.id]));
}

/** The city's issuance accounts in both currencies, its pools, and a pool a district. */
export function openCityAccounts(
  tx: Tx,
  act: Act,
  districtCodes: readonly string[],
): Promise<Map<string, string>> {
  return openAccounts(tx, act, [
    { ownerId: cityCode, kind: 'issuance', currency: 'min' },
    { ownerId: cityCode, kind: 'issuance', currency: 'fen' },
    { ownerId: cityCode, kind: 'pool', currency: 'min' },
    { ownerId: keyEldersPool, kind: 'pool', currency: 'min' },
    ...districtCodes.map((ownerId) => ({ ownerId, kind: 'pool', currency: 'min' }) as const),
  ]);
}

/**
 * Posts transfers, all or none; returns the transfer of each, in the order given. Refuses with `not_enough_hours` what
 * would leave an account below its floor, and `already_done` a key that was used for something else. Outside a
 * transaction it is one of its own, in one round trip, and a single transfer shares it with those that come at the same
 * time: each has its own audit row, event and refusal.
 */
export async function post(db: Database | Tx, act: Act, postings: readonly Posting[]): Promise<string[]> {
  const [posting] = postings;
  if (!posting) return [];
  if (postings.length === 1 && !inTransaction(db)) return [await singles(db)({ act, posting })];
  const [row] = await command<Posted>(db, posted(act, postings));
  return row?.ids ?? [];
}

type Posted = { ids: string[] };

const posted = (act: Act, postings: readonly Posting[]): SQL =>
  postings.length === 1
    ? sql`select array[bank_post_one(${json(postings[0])}, ${json(act)})] as ids`
    : sql`select bank_post(${json(postings)}, ${json(act)}) as ids`;

interface Single {
  act: Act;
  posting: Posting;
}

/** Single transfers that come at the same time; two groups, so that one that waits for an account holds up few. */
const SINGLES = { most: 64, lanes: 2 };
/** They are posted at the instant of the latest of them. */
const SAME_MOMENT_MS = 1_000;

const singles = perDatabase((db) =>
  gather<Single, string>(SINGLES, (some) => apart(some, (together) => postSingles(db, together), isOnesOwn)),
);

class NotTogether extends Error {}

const isOnesOwn = (reason: unknown) => reason instanceof NotTogether || isOfWhatWasAsked(reason);

async function postSingles(db: Database, some: readonly Single[]): Promise<readonly string[]> {
  const [{ act, posting }] = some as [Single];
  if (some.length > 1 && !areIndependent(some)) throw new NotTogether();
  const at = new Date(Math.max(...some.map((one) => one.act.at.getTime())));
  const [row] = await ownTransaction<Posted>(
    db,
    some.length === 1 ? posted(act, [posting]) : posted({ ...act, at }, some.map(underOwnName)),
  );
  return row?.ids ?? [];
}

/** A posting with whose act it is; its key tells two acts of the same person apart. */
const underOwnName = ({ act: { at: _, ...by }, posting }: Single) => ({
  ...posting,
  by: { ...by, key: posting.key },
});

/** Whether transfers do together what each would do alone: none looks at what another changes, beyond what there is to give. */
function areIndependent(some: readonly Single[]): boolean {
  const instants = some.map(({ act }) => act.at.getTime());
  const credited = new Set(some.map(({ posting }) => posting.credit));
  return (
    Math.max(...instants) - Math.min(...instants) <= SAME_MOMENT_MS &&
    some.every(
      ({ posting: { cap, cause, debit } }) => cap == null && cause !== 'recovery' && !credited.has(debit),
    )
  );
}

export interface HoldRequest {
  orderId: string;
  /** Whose accounts pay (T5). */
  ownerId: string;
  currency: Currency;
  amount: number;
  /** Which of their accounts; both, grant first, when left out. */
  kinds?: readonly ('grant' | 'personal')[];
  /** The pool that pays what is missing, for those entitled (T3). */
  pool?: string | null;
  expiresAt: Date;
}

/** Sets minutes or fen aside for orders (T7), grant before personal before pool; an order held for already stays. */
export async function hold(db: Database | Tx, act: Act, requests: readonly HoldRequest[]): Promise<void> {
  if (requests.length === 0) return;
  await command(db, sql`select bank_hold(${json(requests)}, ${instantOf(act.at)})`);
}

/** Gives back all that is still held for orders. */
export async function release(db: Database | Tx, act: Act, orderIds: readonly string[]): Promise<void> {
  if (orderIds.length === 0) return;
  await command(db, sql`select bank_release(${uuids(orderIds)}, ${instantOf(act.at)})`);
}

/** Gives back all that is held for orders as if it had never been, so that something else can be held for them. */
export async function dropHolds(db: Database | Tx, act: Act, orderIds: readonly string[]): Promise<void> {
  if (orderIds.length === 0) return;
  await command(db, sql`select bank_drop(${uuids(orderIds)}, ${instantOf(act.at)})`);
}

/** Ends holds whose time is over, of at most `most` orders; returns the orders. Several may run at once. */
export async function expireHolds(db: Database | Tx, act: Act, most: number): Promise<string[]> {
  const [row] = await command<{ ids: string[] }>(
    db,
    sql`select bank_expire(${instantOf(act.at)}, ${most}) as ids`,
  );
  return row?.ids ?? [];
}

export interface Suspension {
  orderId: string;
  /** Whose account of kind `suspense` keeps it: the district's; opened where there is none. */
  ownerId: string;
  /** Whose word it is, where several persons' orders are suspended together. */
  by?: By;
}

/** Moves what is set aside for orders into suspense (T2); where nothing is, nothing moves. Returns by order how much lies there. */
export async function suspend(
  db: Database | Tx,
  act: Act,
  suspensions: readonly Suspension[],
): Promise<Map<string, number>> {
  if (suspensions.length === 0) return new Map();
  const rows = await command<{ order_id: string; amount: string }>(
    db,
    sql`select order_id, amount::text as amount from bank_suspend(${json(suspensions)}, ${json(act)})`,
  );
  return new Map(rows.map((row) => [row.order_id, Number(row.amount)]));
}

/** Moves what lies in suspense for orders back to where it came from, set aside as before, to be settled or released. */
export async function resume(db: Database | Tx, act: Act, orderIds: readonly string[]): Promise<void> {
  if (orderIds.length === 0) return;
  await command(db, sql`select bank_resume(${uuids(orderIds)}, ${json(act)})`);
}

export interface Credit {
  account: string;
  /** Verified minutes, or a price in fen. */
  amount: number;
  /** A personal account holds no more than this (T4); the rest it donates to the pool at once. */
  cap?: number | null;
  pool?: string | null;
}

export interface Settlement {
  orderId: string;
  /** The verified visit that is paid, or why there is none. */
  visitId?: string | null;
  approval?: string | null;
  /** Who is paid; together not above what is held. */
  credits: readonly Credit[];
  policyId: string;
  /** Whose word settles it, where several persons' orders are settled together. */
  by?: By;
}

/** Pays orders out of their holds, once (T3, T4, S12), and releases the rest. */
export async function settle(db: Database | Tx, act: Act, settlements: readonly Settlement[]): Promise<void> {
  if (settlements.length === 0) return;
  await command(db, sql`select bank_settle(${json(settlements)}, ${json(act)})`);
}

/** What accounts hold in all, and of it for orders; it stays so until the transaction ends. Sharded accounts are left out. */
export async function heldStill(
  tx: Tx,
  ids: readonly string[],
): Promise<Map<string, { balance: number; held: number }>> {
  if (ids.length === 0) return new Map();
  const rows = await tx.execute<{ id: string; balance: string; held: string }>(
    sql`select id, balance::text as balance, held::text as held from bank_look(${uuids(ids)})`,
  );
  return new Map(rows.map((row) => [row.id, { balance: Number(row.balance), held: Number(row.held) }]));
}

/** Stops what leaves accounts until `thaw`; what comes in still comes in. */
export async function freezeAccounts(db: Database | Tx, act: Act, ids: readonly string[]): Promise<void> {
  if (ids.length > 0) await command(db, sql`select bank_freeze(${uuids(ids)}, ${instantOf(act.at)})`);
}

/** Ends a freeze. */
export async function thawAccounts(db: Database | Tx, ids: readonly string[]): Promise<void> {
  if (ids.length > 0) await command(db, sql`select bank_freeze(${uuids(ids)}, null)`);
}

/** Closes accounts for good (T10); refuses with `account_not_empty` one that is not at zero. */
export async function closeAccounts(db: Database | Tx, act: Act, ids: readonly string[]): Promise<void> {
  if (ids.length > 0) await command(db, sql`select bank_close(${uuids(ids)}, ${instantOf(act.at)})`);
}

/** How far a partner city's account may go below zero (C14); refuses with `over_limit` where it is lower already. */
export async function limitAccount(db: Database | Tx, accountId: string, most: number): Promise<void> {
  await command(db, sql`select bank_limit(${accountId}::uuid, ${most}::bigint)`);
}

export interface Reversal {
  id: string;
  transferId: string;
  state: ReversalState;
  /** The opposite transfer, once it is posted. */
  reversalId: string | null;
  needsSecond: boolean;
}

type ReversalRow = {
  id: string;
  transfer_id: string;
  state: ReversalState;
  reversal_id: string | null;
  needs_second: boolean;
};

const reversalOf = (row: ReversalRow): Reversal => ({
  id: row.id,
  transferId: row.transfer_id,
  state: row.state,
  reversalId: row.reversal_id,
  needsSecond: row.needs_second,
});

/**
 * Reverses a transfer by its opposite (T9), at once up to the threshold of its currency, else when a second person
 * agrees. Refuses one that is reversed or asked for already (`already_done`) and what cannot be reversed.
 */
export async function askReversal(
  db: Database | Tx,
  act: Act,
  request: { transferId: string; reasonCode: ReversalReason; note: string },
  secondPersonAbove: Record<Currency, number>,
): Promise<Reversal> {
  const rows = await command<ReversalRow>(
    db,
    sql`select * from bank_ask_reversal(${json(request)}, ${json(secondPersonAbove)}, ${json(act)})`,
  );
  return reversalOf(rows[0] as ReversalRow);
}

/** The second person's word; refuses the person who asked (`needs_second_person`). */
export async function decideReversal(
  db: Database | Tx,
  act: Act,
  id: string,
  approved: boolean,
): Promise<Reversal> {
  const rows = await command<ReversalRow>(
    db,
    sql`select * from bank_decide_reversal(${id}::uuid, ${approved}, ${json(act)})`,
  );
  return reversalOf(rows[0] as ReversalRow);
}
