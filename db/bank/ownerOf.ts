/** Whose account it is. */
import { sql } from 'drizzle-orm';
import type { Database, Tx } from '../connect/database.ts';
import type { Reach } from '../connect/reach.ts';
import { accountWithin } from './withinReach.ts';

/** The owner of an account within reach; null where there is none. */
export async function ownerOf(db: Database | Tx, reach: Reach, accountId: string): Promise<string | null> {
  const [row] = await db.execute<{ owner_id: string }>(
    sql`select a.owner_id from accounts a where a.id = ${accountId}::uuid and ${accountWithin(reach)}`,
  );
  return row?.owner_id ?? null;
}
