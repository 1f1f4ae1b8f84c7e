/** Who looked at or changed a record, told to the person it is about, or to who audits. */
import { and, desc, eq, isNull, lt, ne, sql } from 'drizzle-orm';
import { audit } from '../audit/schema.ts';
import type { Database } from '../connect/database.ts';
import { namesOf } from './accounts.ts';

export interface AuditView {
  id: string;
  at: Date;
  actorId: string;
  actorName: string;
  actorRole: string;
  action: string;
  personId: string | null;
  recordId: string | null;
  reason: string | null;
}

type Row = typeof audit.$inferSelect;

async function named(db: Database, rows: readonly Row[]): Promise<AuditView[]> {
  const names = await namesOf(db, [...new Set(rows.map((row) => row.actorId))]);
  return rows.map((row) => ({
    id: row.id,
    at: row.at,
    actorId: row.actorId,
    actorName: names.get(row.actorId) ?? row.actorId,
    actorRole: row.actorRole,
    action: row.action,
    personId: row.personId,
    recordId: row.recordId,
    reason: row.reason,
  }));
}

/** What others did with a person's record, newest first, at most `limit`; acts of `own` are left out. */
export async function readsOf(
  db: Database,
  personId: string,
  own: string | null,
  limit: number,
  before: string | null,
): Promise<AuditView[]> {
  const rows = await db
    .select()
    .from(audit)
    .where(
      and(
        eq(audit.personId, personId),
        own ? ne(audit.actorId, own) : undefined,
        before ? lt(audit.id, before) : undefined,
      ),
    )
    .orderBy(desc(audit.id))
    .limit(limit);
  return named(db, rows);
}

/** Acts on the configuration, which concern no person, newest first, at most `limit`. */
export async function configurationActs(
  db: Database,
  limit: number,
  before: string | null,
): Promise<AuditView[]> {
  const rows = await db
    .select()
    .from(audit)
    .where(
      and(
        isNull(audit.personId),
        sql`${audit.action} ~ '^(policy|demo|user|import)[.]|^ledger[.](key|checked)'`,
        before ? lt(audit.id, before) : undefined,
      ),
    )
    .orderBy(desc(audit.id))
    .limit(limit);
  return named(db, rows);
}
