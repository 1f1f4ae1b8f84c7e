/** What is said of a visit and ticked off in it: append-only; of a task the last word counts. */
import { and, asc, gte } from 'drizzle-orm';
import { type Act, refuse } from '../connect/act.ts';
import { anyOf } from '../connect/anyOf.ts';
import type { Database, Tx } from '../connect/database.ts';
import { idFloor, newId } from '../connect/ids.ts';
import { insertRows } from '../connect/insertRows.ts';
import { seal, unseal } from '../connect/seal.ts';
import { announceVisits } from './plan.ts';
import { PLANNED_AHEAD_DAYS } from './rules.ts';
import { visitNotes, visits } from './schema.ts';

export type Said =
  | { kind: 'note' | 'handover'; text: string }
  | { kind: 'task'; code: string; done: boolean };

export interface NewNote {
  visitId: string;
  said: Said;
  /** By the device's own clock. */
  deviceAt: Date;
}

export interface NoteView {
  visitId: string;
  kind: 'note' | 'handover' | 'task';
  at: Date;
  text: string | null;
  taskCode: string | null;
  done: boolean | null;
}

const DAY = 86_400_000;
const MOST = 1000;

/** Writes notes down; refuses those of a visit that is not begun. */
export async function addNotes(tx: Tx, act: Act, notes: readonly NewNote[]): Promise<void> {
  if (notes.length === 0) return;
  const ids = [...new Set(notes.map((note) => note.visitId))];
  const rows = await tx.select().from(visits).where(anyOf(visits.id, ids));
  if (rows.length < ids.length) refuse('not_found', 'visitId');
  for (const visit of rows)
    if (!['started', 'finished', 'settled'].includes(visit.state))
      refuse('wrong_state', 'state', { state: visit.state });
  await insertRows(
    tx,
    visitNotes,
    notes.map(({ visitId, said, deviceAt }) => ({
      id: newId(act.at),
      visitId,
      kind: said.kind,
      taskCode: said.kind === 'task' ? said.code : null,
      done: said.kind === 'task' ? said.done : null,
      textSealed: said.kind === 'task' ? null : seal(said.text),
      deviceAt,
      receivedAt: act.at,
      actorId: act.actorId,
    })),
  );
  await announceVisits(tx, act, rows);
}

/** What was said of visits that were planned after `since`, oldest first; of each task the last word only. */
export async function notesOf(
  db: Database | Tx,
  visitIds: readonly string[],
  since: Date,
): Promise<NoteView[]> {
  if (visitIds.length === 0) return [];
  const rows = await db
    .select()
    .from(visitNotes)
    .where(and(anyOf(visitNotes.visitId, visitIds), gte(visitNotes.id, idFloor(since))))
    .orderBy(asc(visitNotes.deviceAt), asc(visitNotes.id))
    .limit(MOST);
  const lastOf = new Map(rows.map((row) => [`${row.visitId}:${row.taskCode}`, row.id]));
  return rows
    .filter((row) => row.kind !== 'task' || lastOf.get(`${row.visitId}:${row.taskCode}`) === row.id)
    .map((row) => ({
      visitId: row.visitId,
      kind: row.kind,
      at: row.deviceAt,
      text: unseal(row.textSealed),
      taskCode: row.taskCode,
      done: row.done,
    }));
}

/** From when notes of a visit can be, given when it is planned to begin. */
export const notesSince = (plannedStartAt: Date): Date =>
  new Date(plannedStartAt.getTime() - PLANNED_AHEAD_DAYS * DAY);
