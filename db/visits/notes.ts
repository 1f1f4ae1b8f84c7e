/**
 * What is said of a visit: notes, tasks ticked off, and why a check was not as it should be. Append-only; of a task, and of
 * the reason for a check, the last word counts.
 */
import { and, asc, gte, sql } from 'drizzle-orm';
import { type Act, refuse } from '../connect/act.ts';
import { anyOf } from '../connect/anyOf.ts';
import type { Database, Tx } from '../connect/database.ts';
import { newId } from '../connect/ids.ts';
import { insertRows } from '../connect/insertRows.ts';
import { seal, unseal } from '../connect/seal.ts';
import { tasksOf } from '../orders/tasksOf.ts';
import { floorOf } from './floor.ts';
import { announceVisits, type VisitRow } from './plan.ts';
import type { EditReason, ReasonSubject } from './rules.ts';
import { visitNotes, visits } from './schema.ts';

type NoteRow = typeof visitNotes.$inferSelect;

export type Said =
  | { kind: 'note'; text: string }
  | { kind: 'task'; code: string; done: boolean }
  | { kind: 'reason'; about: ReasonSubject; reasonCode: EditReason; text: string | null };

export interface NewNote {
  visitId: string;
  said: Said;
  /** By the device's own clock. */
  deviceAt: Date;
}

export interface NoteView extends Pick<NoteRow, 'kind' | 'taskCode' | 'done' | 'about' | 'reasonCode'> {
  at: Date;
  text: string | null;
}

const MOST = 500;
const begun: readonly VisitRow['state'][] = ['started', 'finished', 'settled'];

/** Writes down what is said; refuses it of a visit that is not begun, and a task that the order does not name. */
export async function addNotes(tx: Tx, act: Act, notes: readonly NewNote[]): Promise<void> {
  if (notes.length === 0) return;
  const ids = [...new Set(notes.map((note) => note.visitId))];
  const rows = await tx.select().from(visits).where(anyOf(visits.id, ids));
  if (rows.length < ids.length) refuse('not_found', 'visitId');
  for (const { state } of rows) if (!begun.includes(state)) refuse('wrong_state', 'state', { state });
  await expectTasks(tx, notes, rows);
  await insertRows(
    tx,
    visitNotes,
    notes.map(({ visitId, said, deviceAt }) => ({
      id: newId(act.at),
      visitId,
      kind: said.kind,
      taskCode: said.kind === 'task' ? said.code : null,
      done: said.kind === 'task' ? said.done : null,
      about: said.kind === 'reason' ? said.about : null,
      reasonCode: said.kind === 'reason' ? said.reasonCode : null,
      textSealed: said.kind === 'task' ? null : seal(said.text),
      deviceAt,
      receivedAt: act.at,
      actorId: act.actorId,
    })),
  );
  await announceVisits(tx, act, rows);
}

async function expectTasks(tx: Tx, notes: readonly NewNote[], rows: readonly VisitRow[]): Promise<void> {
  const ticks = notes.flatMap(({ visitId, said }) =>
    said.kind === 'task' ? [{ visitId, code: said.code }] : [],
  );
  if (ticks.length === 0) return;
  const orderOf = new Map(rows.map((visit) => [visit.id, visit.orderId]));
  const tasks = await tasksOf(tx, [...orderOf.values()]);
  const isNamed = ({ visitId, code }: (typeof ticks)[number]) =>
    tasks.get(orderOf.get(visitId) ?? '')?.includes(code);
  if (!ticks.every(isNamed)) refuse('invalid', 'code');
}

/** All that was said of a visit that is planned to begin at `plannedStartAt`, oldest first. */
export async function notesOf(db: Database | Tx, visitId: string, plannedStartAt: Date): Promise<NoteView[]> {
  const rows = await db
    .select()
    .from(visitNotes)
    .where(and(anyOf(visitNotes.visitId, [visitId]), gte(visitNotes.id, floorOf(plannedStartAt))))
    .orderBy(asc(visitNotes.deviceAt), asc(visitNotes.id))
    .limit(MOST);
  return rows.map(({ kind, taskCode, done, about, reasonCode, deviceAt, textSealed }) => ({
    kind,
    at: deviceAt,
    text: unseal(textSealed),
    taskCode,
    done,
    about,
    reasonCode,
  }));
}

export interface LastWord {
  visitId: string;
  taskCode: string | null;
  done: boolean | null;
  about: ReasonSubject | null;
  reasonCode: EditReason | null;
}

/** The last word on each task, and on each exception whose reason was told afterwards, of visits planned to begin from `since` on. */
export async function lastWordsOf(
  db: Database | Tx,
  visitIds: readonly string[],
  since: Date,
): Promise<LastWord[]> {
  if (visitIds.length === 0) return [];
  return db.execute<LastWord & Record<string, unknown>>(sql`
    select distinct on (visit_id, task_code, about)
      visit_id as "visitId", task_code as "taskCode", done, about, reason_code as "reasonCode"
    from visit_notes
    where ${anyOf(visitNotes.visitId, visitIds)} and id >= ${floorOf(since)}::uuid and kind in ('task', 'reason')
    order by visit_id, task_code, about, device_at desc, id desc`);
}
