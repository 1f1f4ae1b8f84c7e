/**
 * The whole record of a visit: the six elements of electronic visit verification (S7), every piece of evidence as it came,
 * the edits as layers over it, whether it can still be corrected, what was said and ticked off. What names people follows
 * the reach of the reader.
 */
import { and, asc, eq, gte } from 'drizzle-orm';
import type { Database } from '../connect/database.ts';
import type { Reach } from '../connect/reach.ts';
import { currentPolicy } from '../services/policies.ts';
import { type EditView, editViews } from './editViews.ts';
import { floorOf } from './floor.ts';
import { type NoteView, notesOf } from './notes.ts';
import { type OverlapView, overlapsOf } from './overlaps.ts';
import { MOST_BYTES } from './photos.ts';
import { type EvidenceSignal, isEditable } from './rules.ts';
import { visitEdits, visitEvidence, visitPhotos, visits } from './schema.ts';
import { lockNow } from './unlocks.ts';
import { type UnlockView, unlocksOf } from './unlockViews.ts';
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
  /** What can be corrected: not once it is paid, nor after its days, unless it was opened again until an instant. */
  correction: {
    state: 'open' | 'locked' | 'closed';
    /** Since which day its times are locked by their age. */
    lockedSince: string | null;
    openUntil: Date | null;
    /** A correction by more minutes waits for a second person. */
    minutesAlone: number;
  };
  unlocks: UnlockView[];
  /** Other visits that its person was at at the same time. */
  overlaps: OverlapView[];
  /** How many pictures there may be, and how large each. */
  photoLimits: { count: number; bytes: number };
  notes: NoteView[];
  photos: { id: string; mediaType: string; bytes: number; at: Date }[];
}

const MOST = 100;

/** The record of one visit within reach, as it stands at an instant; undefined when there is none. */
export async function recordOf(
  db: Database,
  reach: Reach,
  id: string,
  at: Date,
): Promise<VisitRecord | undefined> {
  const visit = await findVisit(db, reach, id);
  const [row] = visit ? await db.select().from(visits).where(eq(visits.id, id)) : [];
  if (!visit || !row) return undefined;
  const { body: policy } = await currentPolicy(db, 'visits', at);
  const [evidence, edits, now, unlocks, overlaps, notes, photos] = await Promise.all([
    db
      .select()
      .from(visitEvidence)
      .where(and(eq(visitEvidence.visitId, id), gte(visitEvidence.id, floorOf(visit.plannedStartAt))))
      .orderBy(asc(visitEvidence.receivedAt), asc(visitEvidence.id))
      .limit(MOST),
    db.select().from(visitEdits).where(eq(visitEdits.visitId, id)).orderBy(asc(visitEdits.id)).limit(MOST),
    lockNow(db, row, at, policy),
    unlocksOf(db, id),
    overlapsOf(db, row),
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
    checkInAt: row.checkInAt,
    checkOutAt: row.checkOutAt,
    trust: row.trust,
    manualEdits: row.manualEdits,
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
    correction: {
      state: isEditable(row.state) ? (now.lock && !now.openUntil ? 'locked' : 'open') : 'closed',
      lockedSince: now.lock?.date ?? null,
      openUntil: now.openUntil,
      minutesAlone: policy.editMinutesAlone,
    },
    unlocks,
    overlaps,
    photoLimits: { count: policy.photosEach, bytes: MOST_BYTES },
    notes,
    photos,
  };
}
