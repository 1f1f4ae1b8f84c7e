/**
 * The statement of an account over days of Asia/Shanghai (C21): what it held before, every entry with the balance after
 * it and where it came from, totals by cause, what it held after, and the published head of the ledger's proof.
 */
import { sql } from 'drizzle-orm';
import type { Database, Tx } from '../connect/database.ts';
import { idFloor } from '../connect/ids.ts';
import {
  type AccountFacts,
  accountFacts,
  addedByCause,
  balanceBelow,
  type CauseTotal,
  type Entry,
  type EntryOrder,
  entriesOf,
  keyAfter,
  totalsByCause,
} from './history.ts';
import type { AccountKind, Cause, Currency } from './rules.ts';
import { isSharded } from './rules.ts';
import {
  linesOf,
  nameShown,
  ownerNames,
  type StatementLine,
  type StatementReader,
} from './statementLines.ts';

const DAY_MS = 86_400_000;
/** So many entries are read at once. */
const FEW = 300;

export interface StatementHead {
  account: {
    id: string;
    kind: AccountKind;
    currency: Currency;
    ownerName: string | null;
    openedAt: Date;
    frozenAt: Date | null;
    closedAt: Date | null;
  };
  opening: number;
  closing: number;
  balanceNow: number;
  heldNow: number;
  totals: CauseTotal[];
  /** The newest published head of the ledger's proof. */
  head: { size: number; root: string; at: Date } | null;
}

export interface StatementPage extends StatementHead {
  items: StatementLine[];
  /** Whether more follow, or came before, in the order of the list. */
  more: { onwards: boolean; back: boolean };
}

/** From one Shanghai midnight to another. */
export interface Period {
  from: Date;
  until: Date;
}

/** Which page: the one after, or before, a transfer in the order of the list; the first where there is no transfer. */
export interface PageAt {
  order: EntryOrder;
  cause: Cause | null;
  limit: number;
  turn: { way: 'onwards' | 'back'; transferId: string } | null;
}

/** One page of a statement, all of it as of one instant; null where there is no such account. */
export function statementPage(
  db: Database,
  accountId: string,
  period: Period,
  pageAt: PageAt,
  reader: StatementReader,
): Promise<StatementPage | null> {
  return db.transaction(
    async (tx) => {
      const account = await accountFacts(tx, accountId);
      if (!account) return null;
      const whole = await wholePeriod(tx, account, period, pageAt);
      const totals = whole
        ? addedByCause(whole)
        : await totalsByCause(tx, account, period.from, period.until);
      const head = await statementHead(tx, account, period, totals, reader);
      const { entries, more } = whole
        ? {
            entries: whole.slice(0, pageAt.limit),
            more: { onwards: whole.length > pageAt.limit, back: false },
          }
        : await pageOfEntries(tx, account, period, pageAt);
      const balanced = await withBalances(tx, account, entries, pageAt);
      return { ...head, items: await linesOf(tx, balanced, reader), more };
    },
    { isolationLevel: 'repeatable read', accessMode: 'read only' },
  );
}

/** The newest entries of an account, before the transfer `before` or, without one, until a day after `now`. */
export async function newestLines(
  db: Database,
  accountId: string,
  before: string | null,
  now: Date,
  limit: number,
): Promise<StatementLine[]> {
  const account = await accountFacts(db, accountId);
  if (!account) return [];
  const span = {
    from: idFloor(account.openedAt),
    below: before ?? idFloor(new Date(now.getTime() + DAY_MS)),
  };
  const entries = await entriesOf(db, account, span, 'newest', limit);
  return linesOf(db, await withBalances(db, account, entries, { order: 'newest', cause: null }), {
    isHolder: false,
  });
}

/** All but the entries. */
export async function statementHead(
  tx: Database | Tx,
  account: AccountFacts,
  period: Period,
  totals: CauseTotal[],
  reader: StatementReader,
): Promise<StatementHead> {
  const opening = await balanceBelow(tx, account, idFloor(period.from));
  const [row] = await tx.execute<{
    name: string | null;
    size: string | null;
    root: string | null;
    at: string | null;
  }>(sql`
    select n.name, h.size::text as size, encode(h.root, 'hex') as root, h.at
    from (${ownerNames(sql`select ${account.kind}::text as kind, ${account.ownerId}::text as owner_id`)}) as n
    left join (select size, root, at from tree_heads order by size desc limit 1) as h on true`);
  return {
    account: {
      id: account.id,
      kind: account.kind,
      currency: account.currency,
      ownerName: nameShown(account.kind, row?.name ?? null, reader.isHolder),
      openedAt: account.openedAt,
      frozenAt: account.frozenAt,
      closedAt: account.closedAt,
    },
    opening,
    closing: totals.reduce((sum, total) => sum + total.in - total.out, opening),
    balanceNow: account.balance,
    heldNow: account.held,
    totals,
    head:
      row?.size && row.root && row.at
        ? { size: Number(row.size), root: row.root, at: new Date(row.at) }
        : null,
  };
}

/** Every entry of the period where a first page is asked for and they are few, so that all is read at once; else null. */
async function wholePeriod(
  tx: Database | Tx,
  account: AccountFacts,
  { from, until }: Period,
  { order, cause, turn }: PageAt,
): Promise<Entry[] | null> {
  if (turn || cause || isSharded(account.kind)) return null;
  const span = { from: idFloor(from), below: idFloor(until) };
  const entries = await entriesOf(tx, account, span, order, FEW + 1);
  return entries.length > FEW ? null : entries;
}

async function pageOfEntries(
  tx: Database | Tx,
  account: AccountFacts,
  period: Period,
  { order, cause, limit, turn }: PageAt,
): Promise<{ entries: Entry[]; more: StatementPage['more'] }> {
  const back = turn?.way === 'back';
  const upwards = (order === 'oldest') !== back;
  const span = {
    from: turn && upwards ? keyAfter(turn.transferId) : idFloor(period.from),
    below: turn && !upwards ? turn.transferId : idFloor(period.until),
    cause,
  };
  const rows = await entriesOf(tx, account, span, upwards ? 'oldest' : 'newest', limit + 1);
  const further = rows.length > limit;
  const entries = rows.slice(0, limit);
  return back
    ? { entries: entries.reverse(), more: { onwards: true, back: further } }
    : { entries, more: { onwards: further, back: turn !== null } };
}

/** Entries with the balance after each; of a sharded account it is reckoned from the balance at the page's edge. */
async function withBalances(
  tx: Database | Tx,
  account: AccountFacts,
  entries: Entry[],
  { order, cause }: Pick<PageAt, 'order' | 'cause'>,
): Promise<Entry[]> {
  const [first] = entries;
  if (!first || !isSharded(account.kind) || cause) return entries;
  let balance = await balanceBelow(tx, account, keyAfter(first.transferId));
  return entries.map((entry, n) => {
    if (order === 'oldest' && n > 0) balance += entry.amount;
    const balanceAfter = balance;
    if (order === 'newest') balance -= entry.amount;
    return { ...entry, balanceAfter };
  });
}

/** The whole period piece by piece, oldest first, with balances; at most `piece` lines at once. */
export async function* statementLines(
  tx: Database | Tx,
  account: AccountFacts,
  period: Period,
  cause: Cause | null,
  reader: StatementReader,
  piece: number,
): AsyncGenerator<StatementLine[]> {
  let turn: PageAt['turn'] = null;
  for (;;) {
    const pageAt: PageAt = { order: 'oldest', cause, limit: piece, turn };
    const { entries, more } = await pageOfEntries(tx, account, period, pageAt);
    if (entries.length > 0) {
      yield await linesOf(tx, await withBalances(tx, account, entries, pageAt), reader);
    }
    const last = entries.at(-1);
    if (!more.onwards || !last) return;
    turn = { way: 'onwards', transferId: last.transferId };
  }
}
