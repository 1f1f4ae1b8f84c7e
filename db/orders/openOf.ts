/** What a person still has to do with: orders for them, orders that their accounts pay, visits that they promised. */
import { sql } from 'drizzle-orm';
import type { Tx } from '../connect/database.ts';
import type { OrderState } from './rules.ts';

export interface OpenOrder {
  id: string;
  state: OrderState;
  /** The order is for them, or their account pays it; else they are the one who comes. */
  isTheirs: boolean;
}

/** More than anybody has ahead. */
const MOST_ORDERS = 1000;

/** A person's orders that have not ended, at most 1,000. */
export async function openOrdersOf(tx: Tx, personId: string): Promise<OpenOrder[]> {
  const rows = await tx.execute<{ id: string; state: OrderState; theirs: boolean }>(sql`
    select o.id, o.state, bool_or(w.theirs) as theirs from (
      select id, true as theirs from orders where elder_id = ${personId}::uuid
      union all select id, false from orders where assignee_id = ${personId}::uuid
      union all select id, false from orders where second_assignee_id = ${personId}::uuid
      union all select h.order_id, true from holds h join accounts a on a.id = h.account_id
      where a.owner_id = ${personId} and h.state in ('open', 'suspended')) as w
    join orders o on o.id = w.id
    where o.state not in ('settled', 'cancelled', 'unserved')
    group by o.id, o.state limit ${MOST_ORDERS}`);
  return rows.map(({ theirs, ...order }) => ({ ...order, isTheirs: theirs }));
}
