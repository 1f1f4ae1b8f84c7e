/**
 * Correcting a visit's times (S8): a layer over the evidence, which stays as it came. A large correction waits for a
 * second person; nobody corrects an own visit; after some days the times are locked, and once it is paid they stay.
 */
import { eq, sql } from 'drizzle-orm';
import { writeAudit } from '../audit/audit.ts';
import { type Act, refuse } from '../connect/act.ts';
import { anyOf } from '../connect/anyOf.ts';
import type { Tx } from '../connect/database.ts';
import { newId } from '../connect/ids.ts';
import { seal } from '../connect/seal.ts';
import { amend, lockOrders, type OrderRow, transition, visitIdsOf } from '../orders/transition.ts';
import { currentPolicy } from '../services/policies.ts';
import { keepOverlaps } from './overlaps.ts';
import { announceVisits, type VisitRow } from './plan.ts';
import { type ActionCode, type EditReason, editDifference, isEditable, verifiedMinutes } from './rules.ts';
import { visitEdits, visits } from './schema.ts';
import { expectUnlocked } from './unlocks.ts';
import { lockVisitRows, writeVisits } from './write.ts';

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

const HOUR = 3_600_000;

interface Locked {
  visit: VisitRow;
  orders: Map<string, OrderRow>;
}

async function lockVisit(tx: Tx, visitId: string): Promise<Locked> {
  const [found] = await tx.select({ orderId: visits.orderId }).from(visits).where(eq(visits.id, visitId));
  if (!found) refuse('not_found', 'visitId');
  const orders = await lockOrders(tx, [found.orderId]);
  const [visit] = await lockVisitRows(tx, [visitId]);
  return { visit: visit as VisitRow, orders };
}

/** Nobody corrects an own visit, nor what is settled, missed or cancelled: that is reversed instead. */
function expectEditable({ visit }: Locked, personId: string | null): void {
  if (personId === visit.personId) refuse('own_request', 'visitId');
  if (!isEditable(visit.state)) refuse('wrong_state', 'state', { state: visit.state });
}

/**
 * Asks for an edit, and applies it at once when it is small; while a large one waits for the second person, the visit is
 * not settled without anybody's word. Refuses an own visit, one that is settled, missed or cancelled, times in the future
 * or in the wrong order, and whatever is locked.
 */
export async function askEdit(tx: Tx, act: Act, edit: NewEdit): Promise<EditRow> {
  const { body } = await currentPolicy(tx, 'visits', act.at);
  const locked = await lockVisit(tx, edit.visitId);
  const { visit } = locked;
  expectEditable(locked, edit.personId);
  await expectUnlocked(tx, visit, act.at, body, 'visitId');
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
  await note(tx, act, visit, row, needsSecond ? 'visit.edit_asked' : 'visit.edited');
  if (!needsSecond) await apply(tx, act, locked, row);
  else {
    await putOff(tx, act, locked.orders, 'edit_asked');
    await announceVisits(tx, act, [visit]);
  }
  return row;
}

/** Decides an edit that waits; whoever asked for it cannot, nor whose visit it is. */
export async function decideEdit(
  tx: Tx,
  act: Act,
  decision: { editId: string; approve: boolean; personId: string | null },
): Promise<EditRow> {
  const [found] = await tx.select().from(visitEdits).where(eq(visitEdits.id, decision.editId));
  if (!found) refuse('not_found', 'id');
  const locked = await lockVisit(tx, found.visitId);
  const [edit] = await tx.select().from(visitEdits).where(eq(visitEdits.id, decision.editId)).for('update');
  if (edit?.state !== 'asked') refuse('already_done', 'state');
  if (edit.askedBy === act.actorId) refuse('needs_second_person');
  if (decision.approve) expectEditable(locked, decision.personId);
  const state = decision.approve ? 'applied' : 'refused';
  const decided: EditRow = { ...edit, state, decidedBy: act.actorId, decidedAt: act.at };
  await tx
    .update(visitEdits)
    .set({ state, decidedBy: act.actorId, decidedAt: act.at })
    .where(eq(visitEdits.id, edit.id));
  await note(tx, act, locked.visit, decided, decision.approve ? 'visit.edited' : 'visit.edit_refused');
  if (decision.approve) await apply(tx, act, locked, decided);
  else await announceVisits(tx, act, [locked.visit]);
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

const note = (tx: Tx, act: Act, visit: VisitRow, edit: EditRow, action: string) =>
  writeAudit(tx, act, [
    {
      action,
      personId: visit.elderId,
      recordId: edit.visitId,
      reason: edit.reasonCode,
      detail: { action: edit.actionCode, minutes: edit.differenceMinutes, edit: edit.id },
    },
  ]);

/** Puts the edited times in force: the visit goes as far as they say, and its order with it. */
async function apply(tx: Tx, act: Act, { visit, orders }: Locked, edit: EditRow): Promise<void> {
  const checkInAt = edit.checkInAt ?? visit.checkInAt;
  const checkOutAt = edit.checkOutAt ?? visit.checkOutAt;
  const edited: VisitRow = {
    ...visit,
    state: checkOutAt ? 'finished' : 'started',
    checkInAt,
    checkOutAt,
    trust: 1,
    verifiedMinutes:
      checkInAt && checkOutAt ? verifiedMinutes(checkInAt, checkOutAt, visit.plannedMinutes) : null,
  };
  await writeVisits(tx, [edited]);
  await tx
    .update(visits)
    .set({ manualEdits: sql`${visits.manualEdits} + 1` })
    .where(eq(visits.id, visit.id));
  const { body } = await currentPolicy(tx, 'visits', act.at);
  await keepOverlaps(tx, act, [edited], body);
  await moveOrder(tx, act, orders, edited);
  await announceVisits(tx, act, [edited]);
}

/** Moves the order on when all who were to come have come, and have gone; of one that had ended the elder is asked anew. */
async function moveOrder(
  tx: Tx,
  act: Act,
  orders: ReadonlyMap<string, OrderRow>,
  edited: VisitRow,
): Promise<void> {
  const order = orders.get(edited.orderId) as OrderRow;
  if (order.state === 'finished') return putOff(tx, act, orders, 'edited');
  const rows = await tx
    .select({ state: visits.state })
    .from(visits)
    .where(anyOf(visits.id, visitIdsOf([order])));
  const isBegun = rows.every(({ state }) => state === 'started' || state === 'finished');
  const isOver = rows.every(({ state }) => state === 'finished');
  const reason = 'edited';
  let now = orders;
  if (isBegun && order.state === 'accepted') {
    const moved = await transition(tx, act, now, [{ orderId: order.id, to: 'started', reason }]);
    now = new Map(moved.map((row) => [row.id, row]));
  }
  if (isOver && now.get(order.id)?.state === 'started') {
    const set = { dueAt: await settlementFrom(tx, act) };
    await transition(tx, act, now, [{ orderId: order.id, to: 'finished', reason, set }]);
  }
}

/** Lets a finished order wait for somebody's word as long as if it had ended now. */
async function putOff(
  tx: Tx,
  act: Act,
  orders: ReadonlyMap<string, OrderRow>,
  reason: string,
): Promise<void> {
  const waiting = [...orders.values()].filter(({ state }) => state === 'finished');
  if (waiting.length === 0) return;
  const set = { dueAt: await settlementFrom(tx, act) };
  await amend(
    tx,
    act,
    orders,
    waiting.map(({ id }) => ({ orderId: id, reason, set })),
  );
}

async function settlementFrom(tx: Tx, act: Act): Promise<Date> {
  const { body } = await currentPolicy(tx, 'orders', act.at);
  return new Date(act.at.getTime() + body.settleAfterHours * HOUR);
}
