/** Whose hours or subsidy are set aside for orders. */
import { sql } from 'drizzle-orm';
import type { Database, Tx } from '../connect/database.ts';

/** The holder by order; orders without anything held of a person, as where a pool pays alone, are left out. */
export async function holdersOf(
  db: Database | Tx,
  orderIds: readonly string[],
): Promise<Map<string, string>> {
  if (orderIds.length === 0) return new Map();
  const rows = await db.execute<{ order_id: string; owner_id: string }>(sql`
    select distinct h.order_id, a.owner_id from holds h join accounts a on a.id = h.account_id
    where h.order_id = any (${`{${orderIds.join(',')}}`}::uuid[]) and h.state = 'open' and a.kind in ('grant', 'personal')`);
  return new Map(rows.map((row) => [row.order_id, row.owner_id]));
}
