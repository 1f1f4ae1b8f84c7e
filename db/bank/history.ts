/**
 * What an account held at any instant, and its entries in order (T2). A transfer keeps the balance of both its sides
 * after it; sharded accounts keep none, so theirs is the sum of the days before (of what is sealed), of the day itself,
 * and of what came for an earlier day and is not sealed yet: always exact, never more than a day's entries to add up.
 */
import { type SQL, sql } from 'drizzle-orm';
import type { Database, Tx } from '../connect/database.ts';
import { idFloor } from '../connect/ids.ts';
import { type AccountKind, type Cause, type Currency, isSharded } from './rules.ts';

export interface AccountFacts {
  id: string;
  kind: AccountKind;
  currency: Currency;
  ownerId: string;
  /** Now; of all shards. */
  balance: number;
  held: number;
  /** Of the last transfer; null where there is none, and for sharded accounts. */
  lastAt: Date | null;
  openedAt: Date;
  frozenAt: Date | null;
  closedAt: Date | null;
}

/** One side of a transfer. */
export interface Entry {
  transferId: string;
  at: Date;
  /** Signed; minutes or fen. */
  amount: number;
  /** Null where the account is sharded. */
  balanceAfter: number | null;
  cause: Cause;
  causeId: string | null;
  counterAccountId: string;
}

export type EntryOrder = 'newest' | 'oldest';

/** Which entries: keys from `from`, below `below`. */
export interface EntrySpan {
  from: string;
  below: string;
  cause?: Cause | null;
}

export interface CauseTotal {
  cause: Cause;
  in: number;
  out: number;
  entries: number;
}

const DAY_MS = 86_400_000;
/** Months are looked into by and by: most accounts have what is asked for in the nearest. */
const NEAR_DAYS = [62, 400, 1500];

/** Every key is from this one on. */
export const FIRST_KEY = '00000000-0000-0000-0000-000000000000';
/** Every key is below this one. */
export const LAST_KEY = 'ffffffff-ffff-ffff-ffff-ffffffffffff';

/** The instant in a key, in milliseconds. */
export const keyMs = (id: string): number => Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16);

/** The key right after another. */
export function keyAfter(id: string): string {
  const next = (BigInt(`0x${id.replaceAll('-', '')}`) + 1n).toString(16).padStart(32, '0');
  return next.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

/** All that is known of an account; undefined where there is none. */
export async function accountFacts(db: Database | Tx, id: string): Promise<AccountFacts | undefined> {
  const [row] = await db.execute<
    Record<string, string | null> & { kind: AccountKind; currency: Currency }
  >(sql`
    select b.id, b.kind, b.currency, b.owner_id, b.balance::text as balance, b.held::text as held, a.last_at, b.opened_at,
      b.frozen_at, b.closed_at
    from account_balances b join accounts a on a.id = b.id where b.id = ${id}::uuid`);
  if (!row) return undefined;
  const instant = (text: string | null | undefined) => (text ? new Date(text) : null);
  return {
    id,
    kind: row.kind,
    currency: row.currency,
    ownerId: row.owner_id as string,
    balance: Number(row.balance),
    held: Number(row.held),
    lastAt: instant(row.last_at),
    openedAt: new Date(row.opened_at as string),
    frozenAt: instant(row.frozen_at),
    closedAt: instant(row.closed_at),
  };
}

/** The exact balance of an account after all that was posted until and in the millisecond `at`; null where there is none. */
export async function balanceAt(db: Database | Tx, accountId: string, at: Date): Promise<number | null> {
  const account = await accountFacts(db, accountId);
  return account ? balanceBelow(db, account, idFloor(new Date(at.getTime() + 1))) : null;
}

/** The balance of an account after all its transfers with keys below `below`. */
export async function balanceBelow(db: Database | Tx, account: AccountFacts, below: string): Promise<number> {
  if (isSharded(account.kind)) return sumBelow(db, account.id, below);
  if (account.lastAt === null || keyMs(below) > account.lastAt.getTime()) return account.balance;
  const before = nearestFirst({ from: FIRST_KEY, below }, 'newest');
  const after = nearestFirst(
    { from: below, below: idFloor(new Date(account.lastAt.getTime() + 1)) },
    'oldest',
  );
  // There is one after it, as the last one is; whichever side has one nearer, however long nothing was posted.
  for (let n = 0; n < Math.max(before.length, after.length); n++) {
    const last = await nearest(db, account.id, before[n], 'newest');
    if (last) return last.balanceAfter ?? 0;
    const next = await nearest(db, account.id, after[n], 'oldest');
    if (next) return (next.balanceAfter ?? 0) - next.amount;
  }
  return 0;
}

async function nearest(
  db: Database | Tx,
  accountId: string,
  span: EntrySpan | undefined,
  order: EntryOrder,
): Promise<Entry | undefined> {
  if (!span) return undefined;
  const [row] = await db.execute<EntryRow>(sides(accountId, span, order, 1));
  return row && entryOf(row);
}

async function sumBelow(db: Database | Tx, accountId: string, below: string): Promise<number> {
  const at = new Date(keyMs(below)).toISOString();
  const morning = sql`uuid_floor(bank_day(${at}::timestamptz)::timestamp at time zone 'Asia/Shanghai')`;
  const [row] = await db.execute<{ balance: string }>(sql`
    select (
      coalesce((select sum(d.credits - d.debits) from account_days d
        where d.account_id = ${accountId}::uuid and d.day < bank_day(${at}::timestamptz)), 0)
      + coalesce((select sum(t.amount) from transfers t
        where t.credit_account_id = ${accountId}::uuid and t.id >= ${morning} and t.id < ${below}::uuid), 0)
      - coalesce((select sum(t.amount) from transfers t
        where t.debit_account_id = ${accountId}::uuid and t.id >= ${morning} and t.id < ${below}::uuid), 0)
      + coalesce((select sum(e.amount) from bank_unsealed(${accountId}::uuid, ${FIRST_KEY}::uuid, ${morning}) as e), 0)
    )::text as balance`);
  return Number(row?.balance ?? 0);
}

/** Entries of an account in a span of keys, in the order asked for, at most `limit`. */
export async function entriesOf(
  db: Database | Tx,
  account: Pick<AccountFacts, 'id' | 'lastAt'>,
  span: EntrySpan,
  order: EntryOrder,
  limit: number,
): Promise<Entry[]> {
  const end = account.lastAt && idFloor(new Date(account.lastAt.getTime() + 1));
  const below = end && end < span.below ? end : span.below;
  const found: Entry[] = [];
  for (const near of nearestFirst({ ...span, below }, order)) {
    const rows = await db.execute<EntryRow>(sides(account.id, near, order, limit - found.length));
    found.push(...rows.map(entryOf));
    if (found.length >= limit) break;
  }
  return found;
}

/** A span in pieces, the nearest in reading order first, each wider than the one before. */
function nearestFirst(span: EntrySpan, order: EntryOrder): EntrySpan[] {
  const pieces: EntrySpan[] = [];
  let { from, below } = span;
  for (const days of NEAR_DAYS) {
    if (order === 'newest') {
      const edge = idFloor(new Date(keyMs(below) - days * DAY_MS));
      if (edge <= from) break;
      pieces.push({ ...span, from: edge, below });
      below = edge;
    } else {
      const edge = idFloor(new Date(keyMs(from) + days * DAY_MS));
      if (edge >= below) break;
      pieces.push({ ...span, from, below: edge });
      from = edge;
    }
  }
  return from < below ? [...pieces, { ...span, from, below }] : pieces;
}

type EntryRow = {
  transfer_id: string;
  at: string;
  amount: string;
  balance_after: string | null;
  cause: Cause;
  cause_id: string | null;
  counter_account_id: string;
};

/** Both sides are read from their own index and stop at the limit. */
function sides(accountId: string, span: EntrySpan, order: EntryOrder, limit: number): SQL {
  const direction = order === 'newest' ? sql`desc` : sql`asc`;
  const which = sql`id >= ${span.from}::uuid and id < ${span.below}::uuid
    ${span.cause ? sql`and cause = ${span.cause}` : sql``} order by id ${direction} limit ${limit}`;
  return sql`
    (select id as transfer_id, at, (-amount)::text as amount, debit_balance_after::text as balance_after, cause, cause_id,
      credit_account_id as counter_account_id
    from transfers where debit_account_id = ${accountId}::uuid and ${which})
    union all
    (select id, at, amount::text, credit_balance_after::text, cause, cause_id, debit_account_id
    from transfers where credit_account_id = ${accountId}::uuid and ${which})
    order by transfer_id ${direction} limit ${limit}`;
}

const entryOf = (row: EntryRow): Entry => ({
  transferId: row.transfer_id,
  at: new Date(row.at),
  amount: Number(row.amount),
  balanceAfter: row.balance_after === null ? null : Number(row.balance_after),
  cause: row.cause,
  causeId: row.cause_id,
  counterAccountId: row.counter_account_id,
});

/** What came and went on an account by cause from one Shanghai midnight to another. */
export async function totalsByCause(
  db: Database | Tx,
  account: AccountFacts,
  from: Date,
  until: Date,
): Promise<CauseTotal[]> {
  const [first, below] = [idFloor(from), idFloor(until)];
  const id = account.id;
  const parts = isSharded(account.kind)
    ? sql`
      select cause, credits, debits, entries from account_days where account_id = ${id}::uuid
        and day >= bank_day(${from.toISOString()}::timestamptz) and day < bank_day(${until.toISOString()}::timestamptz)
      union all
      select cause, greatest(amount, 0), greatest(-amount, 0), 1 
      from bank_unsealed(${id}::uuid, ${first}::uuid, ${below}::uuid)`
    : sql`
      select cause, amount as credits, 0 as debits, 1 as entries from transfers
      where credit_account_id = ${id}::uuid and id >= ${first}::uuid and id < ${below}::uuid
      union all
      select cause, 0, amount, 1 from transfers
      where debit_account_id = ${id}::uuid and id >= ${first}::uuid and id < ${below}::uuid`;
  const rows = await db.execute<{ cause: Cause; credits: string; debits: string; entries: string }>(sql`
    select cause, sum(credits)::text as credits, sum(debits)::text as debits, sum(entries)::text as entries
    from (${parts}) as p group by cause order by cause`);
  return rows.map((row) => ({
    cause: row.cause,
    in: Number(row.credits),
    out: Number(row.debits),
    entries: Number(row.entries),
  }));
}

/** The same of entries that are at hand. */
export function addedByCause(entries: readonly Entry[]): CauseTotal[] {
  const totals = new Map<Cause, CauseTotal>();
  for (const { cause, amount } of entries) {
    const total = totals.get(cause) ?? { cause, in: 0, out: 0, entries: 0 };
    totals.set(cause, total);
    if (amount > 0) total.in += amount;
    else total.out -= amount;
    total.entries += 1;
  }
  return [...totals.values()].sort((a, b) => (a.cause < b.cause ? -1 : 1));
}
