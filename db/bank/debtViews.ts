/** What people and teams owe after corrections of hours that were spent (T9): how it came, and how much is paid back. */
import { sql } from 'drizzle-orm';
import type { Database, Tx } from '../connect/database.ts';
import type { Reach } from '../connect/reach.ts';
import type { AccountKind, Currency, ReversalReason } from './rules.ts';
import { nameShown, ownerNames } from './statementLines.ts';
import { accountWithin } from './withinReach.ts';

/** Still owed, or paid back in full. */
export const debtStates = ['open', 'repaid'] as const;
export type DebtState = (typeof debtStates)[number];

export interface Debt {
  accountId: string;
  ownerId: string;
  ownerKind: 'person' | 'team';
  /** Masked where it is a person's. */
  name: string | null;
  currency: Currency;
  /** Of what was incurred less what was recovered; 0 once it is paid back. */
  owed: number;
  /** What corrections left owing, all of them together. */
  incurred: number;
  recovered: number;
  /** How many corrections left it. */
  corrections: number;
  /** The newest of them: the transfer that was corrected, and why. */
  origin: { transferId: string; at: Date; reasonCode: ReversalReason | null } | null;
  /** When it last grew or shrank. */
  changedAt: Date;
  /** The person has left the bank. */
  isClosed: boolean;
}

interface DebtRow extends Record<string, unknown> {
  id: string;
  owner_id: string;
  kind: AccountKind;
  name: string | null;
  currency: Currency;
  owed: string;
  incurred: string;
  corrections: number;
  origin_id: string | null;
  origin_at: string | null;
  reason_code: ReversalReason | null;
  changed_at: string;
  closed: boolean;
}

/** Debts of people and teams within reach, by account, at most `limit`. */
export async function listDebts(
  db: Database | Tx,
  reach: Reach,
  search: { state: DebtState; after: string | null },
  limit: number,
): Promise<Debt[]> {
  const isOpen = search.state === 'open' ? sql`a.balance < 0` : sql`a.balance = 0 and a.last_at is not null`;
  const rows = await db.execute<DebtRow>(sql`
    select n.*, p.closed_at is not null as closed, i.incurred::text as incurred, i.corrections, o.cause_id as origin_id,
      o.at as origin_at, r.reason_code
    from (${ownerNames(sql`
      select a.id, a.owner_id, case when g.id is null then a.kind else 'team' end as kind, a.currency, (-a.balance)::text as owed,
        coalesce(a.last_at, a.opened_at) as changed_at, a.opened_at
      from accounts a left join teams g on g.id::text = a.owner_id
      where a.kind = 'receivable' and ${isOpen} and ${search.after ? sql`a.id > ${search.after}::uuid` : sql`true`}
        and ${accountWithin(reach)}
      order by a.id limit ${limit}`)}) as n
    cross join lateral (
      select coalesce(sum(t.amount), 0) as incurred, count(*)::int as corrections from transfers t
      where t.debit_account_id = n.id and t.id >= uuid_floor(n.opened_at)) as i
    left join lateral (
      select t.cause_id, t.at from transfers t
      where t.debit_account_id = n.id and t.id >= uuid_floor(n.opened_at) order by t.id desc limit 1) as o on true
    left join reversals r on r.transfer_id = o.cause_id and r.state = 'done'
    left join persons p on p.id = case when n.kind = 'receivable' then n.owner_id::uuid end
    order by n.id`);
  return rows.map((row) => {
    const [owed, incurred] = [Number(row.owed), Number(row.incurred)];
    return {
      accountId: row.id,
      ownerId: row.owner_id,
      ownerKind: row.kind === 'team' ? 'team' : 'person',
      name: nameShown(row.kind, row.name, false),
      currency: row.currency,
      owed,
      incurred,
      recovered: incurred - owed,
      corrections: row.corrections,
      origin:
        row.origin_id && row.origin_at
          ? { transferId: row.origin_id, at: new Date(row.origin_at), reasonCode: row.reason_code }
          : null,
      changedAt: new Date(row.changed_at),
      isClosed: row.closed,
    };
  });
}
