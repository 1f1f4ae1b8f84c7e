/** Orders that somebody's own hours pay for somebody else (T5). */
import { type SQL, sql } from 'drizzle-orm';
import type { Database, Tx } from '../connect/database.ts';
import type { Reach } from '../connect/reach.ts';
import { type OrderCursor, type OrderView, ordersById } from './views.ts';

/**
 * Orders of a person's relatives, of now or once, that hold or held this person's hours, as seen within a reach; by start,
 * latest first, at most `limit`. With `only` that one order, if it is one of them.
 */
export async function ordersPaidBy(
  db: Database | Tx,
  reach: Reach,
  holderId: string,
  limit: number,
  after: OrderCursor | null,
  only: string | null = null,
): Promise<OrderView[]> {
  const further: SQL = after
    ? sql`and (o.start_at, o.id) < (${after.startAt.toISOString()}::timestamptz, ${after.id}::uuid)`
    : sql``;
  const rows = await db.execute<{ id: string }>(sql`
    with kin as (
      select relative_id as id from kinships where person_id = ${holderId}::uuid
      union select person_id from kinships where relative_id = ${holderId}::uuid)
    select o.id from kin join orders o on o.elder_id = kin.id
    where exists (
      select from holds h join accounts a on a.id = h.account_id
      where h.order_id = o.id and a.owner_id = ${holderId} and a.kind = 'personal')
      ${only ? sql`and o.id = ${only}::uuid` : sql``} ${further}
    order by o.start_at desc, o.id desc limit ${limit}`);
  const ids = rows.map((row) => row.id);
  const views = await ordersById(db, reach, ids);
  return ids.flatMap((id) => views.get(id) ?? []);
}
