/** Absences as those see them whom they concern; the reason is read by the person and whoever plans for them. */
import { sql } from 'drizzle-orm';
import type { Database, Tx } from '../connect/database.ts';
import type { Reach } from '../connect/reach.ts';
import { unseal } from '../connect/seal.ts';
import { helpersWithin } from './helperOf.ts';
import type { AbsenceKind } from './rules.ts';

export interface AbsenceView {
  id: string;
  personId: string;
  name: string;
  kind: AbsenceKind;
  startAt: Date;
  endAt: Date;
  reason: string | null;
}

interface Row extends Record<string, unknown> {
  id: string;
  personId: string;
  name: string;
  kind: AbsenceKind;
  startAt: string;
  endAt: string;
  reasonSealed: Uint8Array | null;
}

/** Absences within reach that are not over at `at`, soonest first, of one person or of all, at most `limit`. */
export async function listAbsences(
  db: Database | Tx,
  reach: Reach,
  personId: string | null,
  at: Date,
  limit: number,
  after: { startAt: Date; id: string } | null,
): Promise<AbsenceView[]> {
  const rows = await db.execute<Row>(sql`
    select a.id, a.person_id as "personId", h.name, a.kind, a.start_at as "startAt", a.end_at as "endAt",
      a.reason_sealed as "reasonSealed"
    from absences a join persons h on h.id = a.person_id
    left join carers c on c.person_id = h.id and c.state = 'active' left join volunteers v on v.person_id = h.id
    where a.end_at > ${at.toISOString()}::timestamptz and a.ended_at is null and ${helpersWithin(reach)}
      ${personId ? sql`and a.person_id = ${personId}` : sql``}
      ${after ? sql`and (a.start_at, a.id) > (${after.startAt.toISOString()}::timestamptz, ${after.id}::uuid)` : sql``}
    order by a.start_at, a.id limit ${limit}`);
  return rows.map(({ reasonSealed, ...row }) => ({
    ...row,
    startAt: new Date(row.startAt),
    endAt: new Date(row.endAt),
    reason: unseal(reasonSealed),
  }));
}
