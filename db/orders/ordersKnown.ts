/** Which orders exist already. */
import { inArray } from 'drizzle-orm';
import type { Database } from '../connect/database.ts';
import { orders } from './schema.ts';

/** Elder and service of those of the given orders that exist. */
export async function ordersKnown(
  db: Database,
  ids: readonly string[],
): Promise<Map<string, { elderId: string; serviceCode: string }>> {
  if (ids.length === 0) return new Map();
  const rows = await db
    .select({ id: orders.id, elderId: orders.elderId, serviceCode: orders.serviceCode })
    .from(orders)
    .where(inArray(orders.id, [...ids]));
  return new Map(rows.map(({ id, ...order }) => [id, order]));
}
