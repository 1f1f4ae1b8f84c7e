/** The big books are kept by month; a month must have its tables before the first row of it is written. */
import { sql } from 'drizzle-orm';
import type { Database, Tx } from './database.ts';

/** Makes the monthly partitions from one instant to another that are missing; returns how many. Safe to repeat. */
export async function ensurePartitions(db: Database | Tx, from: Date, until: Date): Promise<number> {
  const [row] = await db.execute<{ made: number }>(
    sql`select ensure_partitions(${from.toISOString()}::timestamptz, ${until.toISOString()}::timestamptz) as made`,
  );
  return Number(row?.made ?? 0);
}
