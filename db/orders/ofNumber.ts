/** An order by the number people say on the telephone. */
import { eq } from 'drizzle-orm';
import type { Tx } from '../connect/database.ts';
import { orders } from './schema.ts';
import { visitIdsOf } from './transition.ts';

/** The elder of an order and the visits planned for it; null when there is no such number. */
export async function orderOfNumber(
  tx: Tx,
  number: number,
): Promise<{ elderId: string; visitIds: string[] } | null> {
  const [order] = await tx
    .select({ elderId: orders.elderId, visitId: orders.visitId, secondVisitId: orders.secondVisitId })
    .from(orders)
    .where(eq(orders.number, number));
  if (!order) return null;
  return {
    elderId: order.elderId,
    visitIds: visitIdsOf([order]),
  };
}
