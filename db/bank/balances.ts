/** What accounts hold, and the proof that the whole ledger sums to zero. */
import { sql } from 'drizzle-orm';
import type { Database, Tx } from '../connect/database.ts';
import type { AccountKind, Cause, Currency } from './rules.ts';

export interface AccountBalance {
  id: string;
  kind: AccountKind;
  currency: Currency;
  ownerId: string;
  balance: number;
  held: number;
  /** Balance less what is held. */
  available: number;
}

/** The accounts of one owner, minutes first. */
export async function balancesOf(db: Database | Tx, ownerId: string): Promise<AccountBalance[]> {
  const rows = await db.execute<{
    id: string;
    kind: AccountKind;
    currency: Currency;
    balance: string;
    held: string;
  }>(sql`
    select id, kind, currency, balance::text as balance, held::text as held from account_balances
    where owner_id = ${ownerId} and closed_at is null order by currency desc, kind desc`);
  return rows.map((row) => {
    const [balance, held] = [Number(row.balance), Number(row.held)];
    return {
      id: row.id,
      kind: row.kind,
      currency: row.currency,
      ownerId,
      balance,
      held,
      available: balance - held,
    };
  });
}

export interface StatementLine {
  id: string;
  at: Date;
  /** Signed; minutes or fen. */
  amount: number;
  balanceAfter: number | null;
  cause: Cause;
  orderId: string | null;
  orderNumber: number | null;
  serviceCode: string | null;
}

/** Entries of an account, newest first, at most `limit`; `before` is the last transfer of the page before. */
export async function statement(
  db: Database,
  accountId: string,
  limit: number,
  before: string | null,
): Promise<StatementLine[]> {
  const rows = await db.execute<{
    id: string;
    at: string;
    amount: string;
    balance_after: string | null;
    cause: Cause;
    order_id: string | null;
    number: string | null;
    service_code: string | null;
  }>(sql`
    select e.transfer_id as id, e.at, e.amount::text as amount, e.balance_after::text as balance_after, t.cause,
      o.id as order_id, o.number::text as number, o.service_code
    from (
      select * from entries where account_id = ${accountId}
        ${before ? sql`and transfer_id < ${before}` : sql``}
      order by transfer_id desc limit ${limit}) as e
    join transfers t on t.id = e.transfer_id
    left join orders o on o.id = t.cause_id
    order by e.transfer_id desc`);
  return rows.map((row) => ({
    id: row.id,
    at: new Date(row.at),
    amount: Number(row.amount),
    balanceAfter: row.balance_after === null ? null : Number(row.balance_after),
    cause: row.cause,
    orderId: row.order_id,
    orderNumber: row.number === null ? null : Number(row.number),
    serviceCode: row.service_code,
  }));
}

/** Who owns an account; null when there is none. */
export async function accountOwner(db: Database, accountId: string): Promise<string | null> {
  const [row] = await db.execute<{ owner_id: string }>(
    sql`select owner_id from accounts where id = ${accountId}`,
  );
  return row?.owner_id ?? null;
}

export interface LedgerTotals {
  items: { currency: Currency; kind: AccountKind; accounts: number; total: number }[];
  /** Zero in each currency, always (T2). */
  sums: { currency: Currency; sum: number }[];
}

/** Totals by kind of account, and the sum of everything by currency. */
export async function ledgerTotals(db: Database): Promise<LedgerTotals> {
  const rows = await db.execute<{
    currency: Currency;
    kind: AccountKind;
    accounts: string;
    total: string;
  }>(sql`
    select a.currency, a.kind, count(*)::text as accounts,
      (sum(a.balance) + coalesce(sum(s.balance), 0))::text as total
    from accounts a
    left join (select account_id, sum(balance) as balance from account_shards group by account_id) s
      on s.account_id = a.id
    group by a.currency, a.kind order by a.currency desc, a.kind`);
  const items = rows.map((row) => ({
    currency: row.currency,
    kind: row.kind,
    accounts: Number(row.accounts),
    total: Number(row.total),
  }));
  const sums = (['min', 'fen'] as const).map((currency) => ({
    currency,
    sum: items.filter((item) => item.currency === currency).reduce((sum, item) => sum + item.total, 0),
  }));
  return { items, sums };
}
