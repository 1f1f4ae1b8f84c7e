/**
 * The whole record of a visit: the six elements of electronic visit verification (S7), every piece of evidence as it came,
 * the edits as layers over it, what was said and ticked off. What names people follows the reach of the reader.
 */
import { and, asc, eq, gte } from 'drizzle-orm';
import type { Database } from '../connect/database.ts';
import type { Reach } from '../connect/reach.ts';
import { type EditView, editViews } from './editViews.ts';
import { floorOf } from './floor.ts';
import { type NoteView, notesOf } from './notes.ts';
import type { EvidenceSignal } from './rules.ts';
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
  reasonCode: string | null;
  actionCode: string | null;
  signals: EvidenceSignal[];
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
  notes: NoteView[];
  photos: { id: string; mediaType: string; bytes: number; at: Date }[];
}

const MOST = 100;

/** The record of one visit within reach; undefined when there is none. */
export async function recordOf(db: Database, reach: Reach, id: string): Promise<VisitRecord | undefined> {
  const visit = await findVisit(db, reach, id);
  if (!visit) return undefined;
  const [[row], evidence, edits, notes, photos] = await Promise.all([
    db.select().from(visits).where(eq(visits.id, id)),
    db
      .select()
      .from(visitEvidence)
      .where(and(eq(visitEvidence.visitId, id), gte(visitEvidence.id, floorOf(visit.plannedStartAt))))
      .orderBy(asc(visitEvidence.receivedAt), asc(visitEvidence.id))
      .limit(MOST),
    db.select().from(visitEdits).where(eq(visitEdits.visitId, id)).orderBy(asc(visitEdits.id)).limit(MOST),
    notesOf(db, id, visit.plannedStartAt),
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
      reasonCode: one.reasonCode,
      actionCode: one.actionCode,
      signals: one.signals,
    })),
    edits: await editViews(db, edits),
    notes,
    photos,
  };
}
