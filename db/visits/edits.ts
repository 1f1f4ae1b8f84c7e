/**
 * Correcting a visit's times (S8): a layer over the evidence, which stays as it came. A large correction waits for a
 * second person; nobody corrects an own visit; after some days, and once it is paid, the times are locked.
 */
import { eq } from 'drizzle-orm';
import { writeAudit } from '../audit/audit.ts';
import { type Act, refuse } from '../connect/act.ts';
import { anyOf } from '../connect/anyOf.ts';
import type { Tx } from '../connect/database.ts';
import { newId } from '../connect/ids.ts';
import { seal } from '../connect/seal.ts';
import { lockOrders, type Move, type OrderRow, transition, visitIdsOf } from '../orders/transition.ts';
import { currentPolicy } from '../services/policies.ts';
import { announceVisits, type VisitRow } from './plan.ts';
import { type ActionCode, type EditReason, editDifference, verifiedMinutes } from './rules.ts';
import { visitEdits, visits } from './schema.ts';
import { writeVisits } from './write.ts';

export type EditRow = typeof visitEdits.$inferSelect;

export interface NewEdit {
  visitId: string;
  /** The times as they were; one that is left out stays. */
  checkInAt?: Date;
  checkOutAt?: Date;
  reasonCode: EditReason;
  actionCode: ActionCode;
  note: string;
  /** The person of whoever asks; they may not correct an own visit. */
  personId: string | null;
}

const DAY = 86_400_000;
const HOUR = 3_600_000;
const editable: readonly VisitRow['state'][] = ['planned', 'started', 'finished'];

async function lockVisit(tx: Tx, visitId: string): Promise<VisitRow> {
  const [found] = await tx.select({ orderId: visits.orderId }).from(visits).where(eq(visits.id, visitId));
  if (!found) refuse('not_found', 'visitId');
  await lockOrders(tx, [found.orderId]);
  const [visit] = await tx.select().from(visits).where(eq(visits.id, visitId)).for('update');
  return visit as VisitRow;
}

/**
 * Asks for an edit, and applies it at once when it is small. Refuses an own visit, one that is settled, missed or
 * cancelled, times in the future or in the wrong order, and whatever is locked.
 */
export async function askEdit(tx: Tx, act: Act, edit: NewEdit): Promise<EditRow> {
  const { body } = await currentPolicy(tx, 'visits', act.at);
  const visit = await lockVisit(tx, edit.visitId);
  if (edit.personId === visit.personId) refuse('own_request', 'visitId');
  if (!editable.includes(visit.state)) refuse('wrong_state', 'state', { state: visit.state });
  if (act.at.getTime() > visit.plannedStartAt.getTime() + body.editDays * DAY)
    refuse('times_locked', 'visitId', { days: body.editDays });
  const after = { checkInAt: edit.checkInAt ?? null, checkOutAt: edit.checkOutAt ?? null };
  expectSense(act, visit, after);
  const differenceMinutes = editDifference(visit, after);
  const needsSecond = differenceMinutes > body.editMinutesAlone;
  const row: EditRow = {
    id: newId(act.at),
    visitId: visit.id,
    orderId: visit.orderId,
    providerId: visit.providerId,
    districtCode: visit.districtCode,
    state: needsSecond ? 'asked' : 'applied',
    checkInBefore: after.checkInAt && visit.checkInAt,
    checkOutBefore: after.checkOutAt && visit.checkOutAt,
    ...after,
    differenceMinutes,
    needsSecond,
    reasonCode: edit.reasonCode,
    actionCode: edit.actionCode,
    noteSealed: seal(edit.note),
    askedBy: act.actorId,
    askedAt: act.at,
    decidedBy: null,
    decidedAt: null,
  };
  const kept = await tx.insert(visitEdits).values(row).onConflictDoNothing().returning({ id: visitEdits.id });
  if (kept.length === 0) refuse('already_done', 'visitId');
  await note(tx, act, row, needsSecond ? 'visit.edit_asked' : 'visit.edited');
  if (!needsSecond) await apply(tx, act, visit, row);
  return row;
}

/** Decides an edit that waits; whoever asked for it cannot. */
export async function decideEdit(
  tx: Tx,
  act: Act,
  decision: { editId: string; approve: boolean },
): Promise<EditRow> {
  const [found] = await tx.select().from(visitEdits).where(eq(visitEdits.id, decision.editId));
  if (!found) refuse('not_found', 'id');
  const visit = await lockVisit(tx, found.visitId);
  const [edit] = await tx.select().from(visitEdits).where(eq(visitEdits.id, decision.editId)).for('update');
  if (edit?.state !== 'asked') refuse('already_done', 'state');
  if (edit.askedBy === act.actorId) refuse('needs_second_person');
  if (decision.approve && !editable.includes(visit.state))
    refuse('wrong_state', 'state', { state: visit.state });
  const decided: EditRow = {
    ...edit,
    state: decision.approve ? 'applied' : 'refused',
    decidedBy: act.actorId,
    decidedAt: act.at,
  };
  await tx
    .update(visitEdits)
    .set({ state: decided.state, decidedBy: act.actorId, decidedAt: act.at })
    .where(eq(visitEdits.id, edit.id));
  await note(tx, act, decided, decision.approve ? 'visit.edited' : 'visit.edit_refused');
  if (decision.approve) await apply(tx, act, visit, decided);
  return decided;
}

function expectSense(
  act: Act,
  visit: VisitRow,
  { checkInAt, checkOutAt }: Pick<EditRow, 'checkInAt' | 'checkOutAt'>,
): void {
  if (!checkInAt && !checkOutAt) refuse('invalid', 'checkInAt');
  const begin = checkInAt ?? visit.checkInAt;
  if (!begin) refuse('invalid', 'checkInAt');
  const end = checkOutAt ?? visit.checkOutAt;
  if (begin > act.at) refuse('invalid', 'checkInAt');
  if (end && (end > act.at || end < begin)) refuse('invalid', 'checkOutAt');
}

const note = (tx: Tx, act: Act, edit: EditRow, action: string) =>
  writeAudit(tx, act, [
    {
      action,
      recordId: edit.visitId,
      reason: edit.reasonCode,
      detail: { action: edit.actionCode, minutes: edit.differenceMinutes, edit: edit.id },
    },
  ]);

/** Puts the edited times in force: the visit goes as far as they say, and its order with it. */
async function apply(tx: Tx, act: Act, visit: VisitRow, edit: EditRow): Promise<void> {
  const checkInAt = edit.checkInAt ?? visit.checkInAt;
  const checkOutAt = edit.checkOutAt ?? visit.checkOutAt;
  const state = checkOutAt ? 'finished' : 'started';
  const edited: VisitRow = {
    ...visit,
    state,
    checkInAt,
    checkOutAt,
    trust: Math.min(visit.trust ?? 1, 1),
    verifiedMinutes:
      checkInAt && checkOutAt ? verifiedMinutes(checkInAt, checkOutAt, visit.plannedMinutes) : null,
  };
  await writeVisits(tx, [edited]);
  await tx
    .update(visits)
    .set({ manualEdits: visit.manualEdits + 1 })
    .where(eq(visits.id, visit.id));
  await moveOrder(tx, act, edited);
  await announceVisits(tx, act, [edited]);
}

/** Moves the order on when all who were to come have come, and have gone. */
async function moveOrder(tx: Tx, act: Act, edited: VisitRow): Promise<void> {
  const order = (await lockOrders(tx, [edited.orderId])).get(edited.orderId) as OrderRow;
  const rows = await tx
    .select({ state: visits.state })
    .from(visits)
    .where(anyOf(visits.id, visitIdsOf([order])));
  const isBegun = rows.every(({ state }) => state === 'started' || state === 'finished');
  const isOver = rows.every(({ state }) => state === 'finished');
  const { body } = await currentPolicy(tx, 'orders', act.at);
  const dueAt = new Date(act.at.getTime() + body.settleAfterHours * HOUR);
  const move = async (step: Pick<Move, 'to' | 'set'>) =>
    transition(tx, act, await lockOrders(tx, [order.id]), [{ orderId: order.id, reason: 'edited', ...step }]);
  if (isBegun && order.state === 'accepted') await move({ to: 'started' });
  if (isOver && (order.state === 'accepted' || order.state === 'started'))
    await move({ to: 'finished', set: { dueAt } });
}
