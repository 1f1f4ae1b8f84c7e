/** What a delegate has spent of an elder's minutes in a calendar month: bookings, gifts and donations alike (C12). */
import { sql } from 'drizzle-orm';
import type { Database, Tx } from '../connect/database.ts';
import { idFloor } from '../connect/ids.ts';
import { monthBounds, monthOf } from '../quality/rules.ts';

export interface Delegation {
  elderId: string;
  delegateId: string;
}

/**
 * Minutes by `elderId:delegateId` in the month of `at` in Asia/Shanghai: what the delegate's bookings have set aside or
 * paid from the elder's accounts or for the elder from the pool, and what the delegate gave away of the elder's. What was
 * released is free again.
 */
export async function mandateSpentOf(
  db: Database | Tx,
  delegations: readonly Delegation[],
  at: Date,
): Promise<Map<string, number>> {
  if (delegations.length === 0) return new Map();
  const { from, until } = monthBounds(monthOf(at));
  const rows = await db.execute<{ elder: string; delegate: string; spent: string }>(sql`
    select d."elderId" as elder, d."delegateId" as delegate, (b.minutes + g.minutes)::text as spent
    from jsonb_to_recordset(${JSON.stringify(delegations)}::jsonb) as d("elderId" uuid, "delegateId" uuid)
    cross join lateral (select array(select u.id::text from users u where u.person_id = d."delegateId") as ids) as who
    cross join lateral (
      select coalesce(sum(coalesce(s.amount, h.minutes)), 0) as minutes
      from orders o
      cross join lateral (
        select sum(x.amount) as minutes from holds x join accounts a on a.id = x.account_id
        where x.order_id = o.id and x.state in ('open', 'suspended', 'settled') and a.currency = 'min'
          and (a.owner_id = d."elderId"::text or a.kind = 'pool')) as h
      left join settlements s on s.order_id = o.id
      where o.elder_id = d."elderId" and o.payer = 'time_bank' and o.booked_by = any (who.ids)
        and o.created_at >= ${from.toISOString()}::timestamptz and o.created_at < ${until.toISOString()}::timestamptz
        and h.minutes is not null) as b
    cross join lateral (
      select coalesce(sum(t.amount), 0) as minutes
      from accounts a join transfers t on t.debit_account_id = a.id
      where a.owner_id = d."elderId"::text and a.kind = 'personal' and a.currency = 'min'
        and t.id >= ${idFloor(from)}::uuid and t.id < ${idFloor(until)}::uuid
        and t.cause in ('gift', 'donation') and t.author = any (who.ids)) as g`);
  return new Map(rows.map((row) => [`${row.elder}:${row.delegate}`, Number(row.spent)]));
}
