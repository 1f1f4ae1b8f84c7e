/** Which contract pays an order (S12): the elder's active one on the day of the visit. */
import { sql } from 'drizzle-orm';
import { refuse } from '../connect/act.ts';
import type { Tx } from '../connect/database.ts';

interface Booked {
  id: string;
  elderId: string;
  payer: string;
  startAt: Date;
  contractId: string | null;
}

/** The orders, with the contract of those that a contract pays; refuses with `not_entitled` where none is in force. */
export async function underContracts<O extends Booked>(tx: Tx, orders: readonly O[]): Promise<O[]> {
  const paid = orders.filter((order) => order.payer === 'bed_contract');
  if (paid.length === 0) return [...orders];
  const rows = await tx.execute<{ order_id: string; contract_id: string }>(sql`
    select o.id as order_id, c.id as contract_id
    from jsonb_to_recordset(${JSON.stringify(paid.map(({ id, elderId, startAt }) => ({ id, elderId, startAt })))}::jsonb)
      as o(id uuid, "elderId" uuid, "startAt" timestamptz)
    join contracts c on c.elder_id = o."elderId" and c.state = 'active'
      and daterange(c.starts_on, c.ends_on) @> (o."startAt" at time zone 'Asia/Shanghai')::date`);
  const contractOf = new Map(rows.map((row) => [row.order_id, row.contract_id]));
  return orders.map((order) => {
    if (order.payer !== 'bed_contract') return order;
    const contractId = contractOf.get(order.id) ?? refuse('not_entitled', 'payer', { payer: 'bed_contract' });
    return { ...order, contractId };
  });
}
