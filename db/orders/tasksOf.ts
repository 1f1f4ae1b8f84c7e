/** What is to be ticked off in the visits of orders. */
import { anyOf } from '../connect/anyOf.ts';
import type { Tx } from '../connect/database.ts';
import { orders } from './schema.ts';

/** Codes of tasks, by order. */
export async function tasksOf(tx: Tx, orderIds: readonly string[]): Promise<Map<string, string[]>> {
  const rows = await tx
    .select({ id: orders.id, tasks: orders.tasks })
    .from(orders)
    .where(anyOf(orders.id, [...new Set(orderIds)]));
  return new Map(rows.map(({ id, tasks }) => [id, tasks]));
}
