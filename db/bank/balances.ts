/** What accounts hold now, and the proof that the whole ledger sums to zero (T2). */
import { sql } from 'drizzle-orm';
import type { Database, Tx } from '../connect/database.ts';
import { keyMs } from './history.ts';
import type { AccountKind, Currency } from './rules.ts';

export interface AccountBalance {
  id: string;
  kind: AccountKind;
  currency: Currency;
  ownerId: string;
  balance: number;
  held: number;
  /** Balance less what is held. */
  available: number;
  /** Nothing leaves it. */
  frozen: boolean;
}

/** The accounts of one owner, minutes first. */
export async function balancesOf(db: Database | Tx, ownerId: string): Promise<AccountBalance[]> {
  const rows = await db.execute<{
    id: string;
    kind: AccountKind;
    currency: Currency;
    balance: string;
    held: string;
    frozen: boolean;
  }>(sql`
    select id, kind, currency, balance::text as balance, held::text as held, frozen_at is not null as frozen
    from account_balances where owner_id = ${ownerId} and closed_at is null order by currency desc, kind desc`);
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
      frozen: row.frozen,
    };
  });
}

export interface LedgerTotals {
  items: { currency: Currency; kind: AccountKind; accounts: number; total: number }[];
  /** Zero in each currency, always (T2). */
  sums: { currency: Currency; sum: number; accounts: number; zero: boolean }[];
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
  const sums = (['min', 'fen'] as const).map((currency) => {
    const ofCurrency = items.filter((item) => item.currency === currency);
    const sum = ofCurrency.reduce((total, item) => total + item.total, 0);
    return { currency, sum, accounts: ofCurrency.reduce((n, item) => n + item.accounts, 0), zero: sum === 0 };
  });
  return { items, sums };
}

export interface LedgerCheck {
  /** Totals by day of the accounts that many post to, and what is not sealed yet, add up to their balances. */
  totalsAgree: boolean;
  transfers: number;
  /** How many of them are in the tree (T12). */
  sealed: number;
  unsealed: number;
  /** What the newest published head covers. */
  headSize: number;
  headAt: Date | null;
  oldestUnsealedAt: Date | null;
  oldestUnsealedSeconds: number | null;
}

/** How far the ledger is counted and sealed at `at`, all as of one instant. */
export function ledgerCheck(db: Database, at: Date): Promise<LedgerCheck> {
  return db.transaction(async (tx) => ({ totalsAgree: await totalsAgree(tx), ...(await sealed(tx, at)) }), {
    isolationLevel: 'repeatable read',
    accessMode: 'read only',
  });
}

async function sealed(tx: Tx, at: Date): Promise<Omit<LedgerCheck, 'totalsAgree'>> {
  const [row] = await tx.execute<{
    leaves: string;
    unsealed: string;
    oldest: string | null;
    size: string | null;
    at: string | null;
  }>(sql`
    select coalesce((select max(position) + 1 from tree_leaves), 0)::text as leaves,
      (select count(*) from unsealed)::text as unsealed,
      (select transfer_id from unsealed order by transfer_id limit 1) as oldest, h.size::text as size, h.at
    from (select) as one left join (select size, at from tree_heads order by size desc limit 1) as h on true`);
  const [leaves, unsealed] = [Number(row?.leaves), Number(row?.unsealed)];
  const oldest = row?.oldest ? new Date(keyMs(row.oldest)) : null;
  return {
    transfers: leaves + unsealed,
    sealed: leaves,
    unsealed,
    headSize: Number(row?.size ?? 0),
    headAt: row?.at ? new Date(row.at) : null,
    oldestUnsealedAt: oldest,
    oldestUnsealedSeconds: oldest && Math.max(0, Math.round((at.getTime() - oldest.getTime()) / 1000)),
  };
}

async function totalsAgree(tx: Tx): Promise<boolean> {
  const [row] = await tx.execute<{ agree: boolean }>(sql`
    with late as (
      select t.debit_account_id, t.credit_account_id, t.amount from unsealed u cross join lateral (
        select debit_account_id, credit_account_id, amount from transfers where id = u.transfer_id limit 1) as t
    ), known as (
      select account_id, sum(credits - debits) as sum from account_days group by account_id
      union all select debit_account_id, -amount from late
      union all select credit_account_id, amount from late
    )
    select not exists (
      select from account_balances b
      left join (select account_id, sum(sum) as sum from known group by account_id) as k on k.account_id = b.id
      where bank_sharded(b.kind) and b.balance <> coalesce(k.sum, 0)) as agree`);
  return row?.agree ?? false;
}
