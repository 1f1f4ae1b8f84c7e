/**
 * The whole record of a visit: the six elements of electronic visit verification (S7), every piece of evidence as it came,
 * the edits as layers over it, what was said and ticked off. What names people follows the reach of the reader.
 */
import { and, asc, desc, eq, gte, lt, sql } from 'drizzle-orm';
import type { Database } from '../connect/database.ts';
import { idFloor } from '../connect/ids.ts';
import type { Reach } from '../connect/reach.ts';
import { unseal } from '../connect/seal.ts';
import { notesOf, notesSince } from './notes.ts';
import { type ActionCode, type EditReason, PLANNED_AHEAD_DAYS } from './rules.ts';
import { visitEdits, visitEvidence, visitPhotos, visits } from './schema.ts';
import { findVisit, type VisitView } from './views.ts';

export interface EvidenceView {
  kind: 'check_in' | 'check_out';
  outcome: 'taken' | 'superseded';
  method: string;
  trust: number;
  deviceAt: Date;
  receivedAt: Date;
  skewSeconds: number | null;
  distanceM: number | null;
  accuracyM: number | null;
  mockLocation: boolean | null;
  exception: string | null;
}

export interface EditView {
  id: string;
  visitId: string;
  state: 'asked' | 'applied' | 'refused';
  checkInBefore: Date | null;
  checkInAt: Date | null;
  checkOutBefore: Date | null;
  checkOutAt: Date | null;
  differenceMinutes: number;
  needsSecond: boolean;
  reasonCode: EditReason;
  actionCode: ActionCode;
  note: string;
  askedAt: Date;
  decidedAt: Date | null;
}

export interface VisitRecord {
  visit: VisitView;
  /** The times that count, with the edits in force. */
  checkInAt: Date | null;
  checkOutAt: Date | null;
  trust: number | null;
  manualEdits: number;
  evidence: EvidenceView[];
  edits: EditView[];
  notes: { kind: string; at: Date; text: string | null; taskCode: string | null; done: boolean | null }[];
  photos: { id: string; mediaType: string; bytes: number; at: Date }[];
}

const DAY = 86_400_000;
const MOST = 100;

function editView(row: typeof visitEdits.$inferSelect): EditView {
  return {
    id: row.id,
    visitId: row.visitId,
    state: row.state,
    checkInBefore: row.checkInBefore,
    checkInAt: row.checkInAt,
    checkOutBefore: row.checkOutBefore,
    checkOutAt: row.checkOutAt,
    differenceMinutes: row.differenceMinutes,
    needsSecond: row.needsSecond,
    reasonCode: row.reasonCode,
    actionCode: row.actionCode,
    note: unseal(row.noteSealed),
    askedAt: row.askedAt,
    decidedAt: row.decidedAt,
  };
}

/** The record of one visit within reach; undefined when there is none. */
export async function recordOf(db: Database, reach: Reach, id: string): Promise<VisitRecord | undefined> {
  const visit = await findVisit(db, reach, id);
  if (!visit) return undefined;
  const since = notesSince(visit.plannedStartAt);
  const [[row], evidence, edits, notes, photos] = await Promise.all([
    db.select().from(visits).where(eq(visits.id, id)),
    db
      .select()
      .from(visitEvidence)
      .where(and(eq(visitEvidence.visitId, id), gte(visitEvidence.id, idFloor(since))))
      .orderBy(asc(visitEvidence.receivedAt), asc(visitEvidence.id))
      .limit(MOST),
    db.select().from(visitEdits).where(eq(visitEdits.visitId, id)).orderBy(asc(visitEdits.id)).limit(MOST),
    notesOf(db, [id], since),
    db
      .select({
        id: visitPhotos.id,
        mediaType: visitPhotos.mediaType,
        bytes: visitPhotos.bytes,
        at: visitPhotos.at,
      })
      .from(visitPhotos)
      .where(eq(visitPhotos.visitId, id))
      .orderBy(asc(visitPhotos.id))
      .limit(MOST),
  ]);
  return {
    visit,
    checkInAt: row?.checkInAt ?? null,
    checkOutAt: row?.checkOutAt ?? null,
    trust: row?.trust ?? null,
    manualEdits: row?.manualEdits ?? 0,
    evidence: evidence.map((one) => ({
      kind: one.kind,
      outcome: one.outcome,
      method: one.method,
      trust: one.trust,
      deviceAt: one.deviceAt,
      receivedAt: one.receivedAt,
      skewSeconds: one.skewSeconds,
      distanceM: one.distanceMetres,
      accuracyM: one.accuracyMetres,
      mockLocation: one.mockLocation,
      exception: one.exception,
    })),
    edits: edits.map(editView),
    notes: notes.map(({ visitId: _, ...said }) => said),
    photos,
  };
}

const within = (reach: Reach) => {
  if (reach.kind === 'provider') return eq(visitEdits.providerId, reach.providerId);
  if (reach.kind === 'area')
    return reach.areaCode.length >= 6 ? eq(visitEdits.districtCode, reach.areaCode.slice(0, 6)) : undefined;
  return reach.kind === 'all' ? undefined : sql`false`;
};

/** Edits within reach, latest first, at most `limit`. */
export async function listEdits(
  db: Database,
  reach: Reach,
  state: EditView['state'] | null,
  limit: number,
  before: string | null,
): Promise<EditView[]> {
  const rows = await db
    .select()
    .from(visitEdits)
    .where(
      and(
        within(reach),
        state ? eq(visitEdits.state, state) : undefined,
        before ? lt(visitEdits.id, before) : undefined,
      ),
    )
    .orderBy(desc(visitEdits.id))
    .limit(limit);
  return rows.map(editView);
}

/** Whether an edit is within reach. */
export async function seesEdit(db: Database, reach: Reach, id: string): Promise<boolean> {
  const rows = await db
    .select({ id: visitEdits.id })
    .from(visitEdits)
    .where(and(eq(visitEdits.id, id), within(reach)));
  return rows.length > 0;
}

export interface EditShare {
  providerId: string;
  visits: number;
  edited: number;
}

/** Of each provider's visits that were planned and ended in a span of time, how many were edited by hand. */
export async function editShares(db: Database, from: Date, until: Date): Promise<EditShare[]> {
  return db.execute<EditShare & Record<string, unknown>>(sql`
    select provider_id as "providerId", count(*)::int as visits, (count(*) filter (where manual_edits > 0))::int as edited
    from visits
    where id >= ${idFloor(new Date(from.getTime() - PLANNED_AHEAD_DAYS * DAY))}::uuid and id < ${idFloor(until)}::uuid
      and planned_start_at >= ${from.toISOString()}::timestamptz and planned_start_at < ${until.toISOString()}::timestamptz
      and provider_id is not null and state in ('finished', 'settled')
    group by provider_id
    order by (count(*) filter (where manual_edits > 0))::float / count(*) desc, provider_id limit 500`);
}
