/** Writing and reading the audit book. */
import { and, desc, eq, lt } from 'drizzle-orm';
import type { Act } from '../connect/act.ts';
import type { Database, Tx } from '../connect/database.ts';
import { newId } from '../connect/ids.ts';
import { audit } from './schema.ts';

export interface AuditRow {
  action: string;
  personId?: string | null;
  recordId?: string | null;
  reason?: string | null;
  detail?: Record<string, string | number | boolean | null>;
}

/** Appends what was done or looked at, by whom and for whom. */
export async function writeAudit(tx: Database | Tx, act: Act, rows: readonly AuditRow[]): Promise<void> {
  if (rows.length === 0) return;
  await tx.insert(audit).values(
    rows.map((row) => ({
      id: newId(act.at),
      at: act.at,
      actorId: act.actorId,
      actorRole: act.role,
      onBehalfOf: act.onBehalfOf,
      action: row.action,
      personId: row.personId ?? null,
      recordId: row.recordId ?? null,
      reason: row.reason ?? null,
      detail: row.detail ?? null,
    })),
  );
}

/** Who looked at or changed a person's record, newest first; `before` is the last key of the page before. */
export function auditOfPerson(db: Database, personId: string, limit: number, before?: string) {
  return db
    .select()
    .from(audit)
    .where(and(eq(audit.personId, personId), before ? lt(audit.id, before) : undefined))
    .orderBy(desc(audit.id))
    .limit(limit);
}
