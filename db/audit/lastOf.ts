/** When something was done last, and what came of it. */
import { and, desc, eq } from 'drizzle-orm';
import type { Database } from '../connect/database.ts';
import { audit } from './schema.ts';

/** The newest audit row of an action on a record; null before the first. */
export async function lastAuditOf(db: Database, action: string, recordId: string) {
  const [row] = await db
    .select({ at: audit.at, detail: audit.detail })
    .from(audit)
    .where(and(eq(audit.recordId, recordId), eq(audit.action, action)))
    .orderBy(desc(audit.id))
    .limit(1);
  return row ?? null;
}
