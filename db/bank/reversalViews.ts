/** Corrections that were asked for (T9), as regulator and station read them. */
import { sql } from 'drizzle-orm';
import type { Database, Tx } from '../connect/database.ts';
import type { Reach } from '../connect/reach.ts';
import type { AccountKind, Cause, Currency, ReversalReason, ReversalState } from './rules.ts';
import { codeShown, nameShown, ownerNames } from './statementLines.ts';
import { accountWithin } from './withinReach.ts';

interface Side {
  kind: AccountKind;
  /** The division, partner city or `key-elders` of what is no person's. */
  code: string | null;
  /** Masked where it is a person's. */
  name: string | null;
}

export interface ReversalView {
  id: string;
  state: ReversalState;
  reasonCode: ReversalReason;
  note: string;
  needsSecond: boolean;
  askedAt: Date;
  askedBy: string;
  decidedAt: Date | null;
  decidedBy: string | null;
  reversalId: string | null;
  /** What had been spent already and became a debt. */
  owed: number;
  /** The reader asked for it, so another has to decide. */
  mine: boolean;
  transfer: {
    id: string;
    at: Date;
    currency: Currency;
    amount: number;
    cause: Cause;
    debit: Side;
    credit: Side;
  };
}

interface ReversalRow extends Record<string, unknown> {
  id: string;
  state: ReversalState;
  reason_code: ReversalReason;
  note: string;
  needs_second: boolean;
  asked_at: string;
  asked_by: string;
  asker: string | null;
  decided_at: string | null;
  decided_by: string | null;
  decider: string | null;
  reversal_id: string | null;
  owed: string;
  transfer_id: string;
  at: string;
  currency: Currency;
  amount: string;
  cause: Cause;
  debit: { kind: AccountKind; owner: string; name: string | null };
  credit: { kind: AccountKind; owner: string; name: string | null };
}

const shown = ({ kind, owner, name }: ReversalRow['debit']): Side => ({
  kind,
  code: codeShown(kind, owner),
  name: nameShown(kind, name, false),
});

export interface ReversalSearch {
  state?: ReversalState;
  id?: string;
  /** Older than this one. */
  before?: string | null;
}

/** Reversals within reach, newest first, at most `limit`; `readerId` is the account of who reads. */
export async function listReversals(
  db: Database | Tx,
  reach: Reach,
  readerId: string,
  search: ReversalSearch,
  limit: number,
): Promise<ReversalView[]> {
  const isWithin = sql`exists (
    select from accounts a where a.id in (t.debit_account_id, t.credit_account_id) and ${accountWithin(reach)})`;
  const rows = await db.execute<ReversalRow>(sql`
    select r.*, u.name as asker, v.name as decider, coalesce(w.amount, 0)::text as owed, t.at, t.currency,
      t.amount::text as amount, t.cause, json_build_object('kind', d.kind, 'owner', d.owner_id, 'name', d.name) as debit,
      json_build_object('kind', c.kind, 'owner', c.owner_id, 'name', c.name) as credit
    from reversals r
    cross join lateral (select * from transfers x where x.id = r.transfer_id limit 1) as t
    cross join lateral (${ownerNames(sql`select kind, owner_id from accounts where id = t.debit_account_id`)}) as d
    cross join lateral (${ownerNames(sql`select kind, owner_id from accounts where id = t.credit_account_id`)}) as c
    left join transfer_keys k on k.key = 'receivable:' || r.transfer_id
    left join lateral (select amount from transfers x where x.id = k.transfer_id limit 1) as w on true
    left join users u on u.id = case when r.asked_by ~ '^[0-9a-f-]{36}$' then r.asked_by::uuid end
    left join users v on v.id = case when r.decided_by ~ '^[0-9a-f-]{36}$' then r.decided_by::uuid end
    where ${search.state ? sql`r.state = ${search.state}` : sql`true`}
      and ${search.id ? sql`r.id = ${search.id}::uuid` : sql`true`}
      and ${search.before ? sql`r.id < ${search.before}::uuid` : sql`true`}
      and ${isWithin}
    order by r.id desc limit ${limit}`);
  return rows.map((row) => ({
    id: row.id,
    state: row.state,
    reasonCode: row.reason_code,
    note: row.note,
    needsSecond: row.needs_second,
    askedAt: new Date(row.asked_at),
    askedBy: row.asker ?? row.asked_by,
    decidedAt: row.decided_at ? new Date(row.decided_at) : null,
    decidedBy: row.decider ?? row.decided_by,
    reversalId: row.reversal_id,
    owed: Number(row.owed),
    mine: row.asked_by === readerId,
    transfer: {
      id: row.transfer_id,
      at: new Date(row.at),
      currency: row.currency,
      amount: Number(row.amount),
      cause: row.cause,
      debit: shown(row.debit),
      credit: shown(row.credit),
    },
  }));
}
