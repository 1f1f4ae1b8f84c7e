/** Whether the order of the same service before this one stayed unserved too: nobody has met the elder since. */
import { sql } from 'drizzle-orm';
import type { Tx } from '../connect/database.ts';

/** Those of the orders before which the elder's last one of the same service stayed unserved. */
export async function unservedBeforeOf(tx: Tx, orderIds: readonly string[]): Promise<Set<string>> {
  if (orderIds.length === 0) return new Set();
  const rows = await tx.execute<{ id: string }>(sql`
    select o.id from orders o
    cross join lateral (
      select b.state from orders b
      where b.elder_id = o.elder_id and b.service_code = o.service_code and b.start_at < o.start_at
        and b.state <> 'cancelled'
      order by b.start_at desc limit 1) as before
    where o.id = any (${`{${orderIds.join(',')}}`}::uuid[]) and before.state = 'unserved'`);
  return new Set(rows.map(({ id }) => id));
}
