/**
 * The one way an order changes its state (S3): rows locked in key order, each change checked, written with its
 * history and announced, all in the caller's transaction.
 */
import { and, asc, eq, inArray, lte, sql } from 'drizzle-orm';
import { type Act, type By, refuse } from '../connect/act.ts';
import { byKeys } from '../connect/compiled.ts';
import type { Tx } from '../connect/database.ts';
import { newId } from '../connect/ids.ts';
import { insertRows } from '../connect/insertRows.ts';
import { record } from '../events/events.ts';
import { mayBecome, type OrderState } from './rules.ts';
import { orderHistory, orders } from './schema.ts';
import { tellOfMoves } from './telling.ts';

export type OrderRow = typeof orders.$inferSelect;

export interface Move {
  orderId: string;
  to: OrderState;
  reason?: string | null;
  /** Who moves it, where several persons' orders move together. */
  by?: By;
  /** Columns that change with the state; the others stay. */
  set?: Partial<
    Pick<
      OrderRow,
      | 'assigneeId'
      | 'providerId'
      | 'stationId'
      | 'visitId'
      | 'secondAssigneeId'
      | 'secondVisitId'
      | 'escalatedAt'
      | 'dueAt'
      | 'startAt'
      | 'latestStartAt'
      | 'minutes'
      | 'priceFen'
      | 'ownShareFen'
      | 'carersNeeded'
      | 'cancelledLate'
      | 'contractId'
      | 'urgency'
    >
  >;
}

/** Of an order that nobody is to come to any more. */
export const nobodyAssigned = {
  assigneeId: null,
  providerId: null,
  stationId: null,
  visitId: null,
  secondAssigneeId: null,
  secondVisitId: null,
} satisfies Move['set'];

/** The visits planned for orders, of both who come where two do. */
export const visitIdsOf = (rows: Iterable<Pick<OrderRow, 'visitId' | 'secondVisitId'>>): string[] =>
  [...rows].flatMap((order) => [order.visitId ?? [], order.secondVisitId ?? []].flat());

const lockRows = byKeys(orders.id, (db, within) =>
  db.select().from(orders).where(within).orderBy(asc(orders.id)).for('update'),
);

/** Locks orders for the rest of the transaction; refuses with `not_found` if one does not exist. */
export async function lockOrders(tx: Tx, orderIds: readonly string[]): Promise<Map<string, OrderRow>> {
  const ids = [...new Set(orderIds)];
  const rows = await lockRows(tx, ids);
  if (rows.length < ids.length) refuse('not_found', 'orderId');
  return new Map(rows.map((row) => [row.id, row]));
}

/** Locks those of the orders that are in `state` and due at `at`; others, and those locked by somebody, are left out. */
export async function lockDueOrders(
  tx: Tx,
  orderIds: readonly string[],
  state: OrderState,
  at: Date,
): Promise<string[]> {
  const due = await tx
    .select({ id: orders.id })
    .from(orders)
    .where(and(inArray(orders.id, [...orderIds]), eq(orders.state, state), lte(orders.dueAt, at)))
    .orderBy(asc(orders.id))
    .for('update', { skipLocked: true });
  return due.map((order) => order.id);
}

/** Refuses unless the order is in one of the states; the refusal names the state it is in. */
export function expectState(order: OrderRow, states: readonly OrderState[]): void {
  if (!states.includes(order.state)) refuse('wrong_state', 'state', { state: order.state });
}

/**
 * Moves locked orders; returns them as they are afterwards. Refuses with `wrong_state` a change that is not in
 * the table of transitions.
 */
export async function transition(
  tx: Tx,
  act: Act,
  locked: ReadonlyMap<string, OrderRow>,
  moves: readonly Move[],
): Promise<OrderRow[]> {
  if (moves.length === 0) return [];
  const moved = moves.map((move): OrderRow => {
    const order = locked.get(move.orderId);
    if (!order) throw new Error('transition of an order that was not locked');
    if (!mayBecome(order.state, move.to)) refuse('wrong_state', 'state', { state: order.state });
    return { ...order, ...move.set, state: move.to, version: order.version + 1, updatedAt: act.at };
  });
  await writeMoved(tx, act, locked, moved, moves);
  return moved;
}

/**
 * Changes locked orders that stay in their state, as when somebody else comes instead; returns them as they are
 * afterwards. The history keeps the reason.
 */
export async function amend(
  tx: Tx,
  act: Act,
  locked: ReadonlyMap<string, OrderRow>,
  changes: readonly Omit<Move, 'to'>[],
): Promise<OrderRow[]> {
  if (changes.length === 0) return [];
  const changed = changes.map((change): OrderRow => {
    const order = locked.get(change.orderId);
    if (!order) throw new Error('a change of an order that was not locked');
    return { ...order, ...change.set, version: order.version + 1, updatedAt: act.at };
  });
  await writeMoved(tx, act, locked, changed, changes);
  return changed;
}

/** Writes orders as they are now, each with a row of its history, and tells those who are or were concerned. */
async function writeMoved(
  tx: Tx,
  act: Act,
  before: ReadonlyMap<string, OrderRow>,
  moved: readonly OrderRow[],
  moves: readonly Omit<Move, 'to'>[],
): Promise<void> {
  const rows = moved.map((o) => ({
    id: o.id,
    state: o.state,
    assignee: o.assigneeId,
    provider: o.providerId,
    station: o.stationId,
    visit: o.visitId,
    second: o.secondAssigneeId,
    second_visit: o.secondVisitId,
    escalated: o.escalatedAt,
    due: o.dueAt,
    start: o.startAt,
    latest: o.latestStartAt,
    minutes: o.minutes,
    price: o.priceFen,
    share: o.ownShareFen,
    carers: o.carersNeeded,
    late: o.cancelledLate,
    contract: o.contractId,
    urgency: o.urgency,
  }));
  const written = tx.execute(sql`
    update orders o set state = m.state, assignee_id = m.assignee, provider_id = m.provider, station_id = m.station,
      visit_id = m.visit, second_assignee_id = m.second, second_visit_id = m.second_visit, escalated_at = m.escalated,
      due_at = m.due, start_at = m.start, latest_start_at = m.latest, minutes = m.minutes, price_fen = m.price,
      own_share_fen = m.share, carers_needed = m.carers, cancelled_late = m.late, contract_id = m.contract,
      urgency = m.urgency, version = o.version + 1, updated_at = ${act.at.toISOString()}::timestamptz
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as m(id uuid, state text, assignee uuid, provider uuid,
      station uuid, visit uuid, second uuid, second_visit uuid, escalated timestamptz, due timestamptz,
      start timestamptz, latest timestamptz, minutes integer, price integer, share integer, carers smallint,
      late boolean, contract uuid, urgency text)
    where o.id = m.id`);
  const history = insertRows(
    tx,
    orderHistory,
    moved.map((order, i) => {
      const { by = act, reason = null } = moves[i] as Omit<Move, 'to'>;
      return {
        id: newId(act.at),
        orderId: order.id,
        version: order.version,
        fromState: before.get(order.id)?.state ?? null,
        toState: order.state,
        at: act.at,
        actorId: by.actorId,
        actorRole: by.role,
        onBehalfOf: by.onBehalfOf,
        reason,
      };
    }),
  );
  const announced = record(
    tx,
    act,
    moved.map((order) => {
      const was = before.get(order.id);
      const helpers = [order.assigneeId, order.secondAssigneeId, was?.assigneeId, was?.secondAssigneeId];
      return {
        kind: 'order' as const,
        recordId: order.id,
        personIds: [order.elderId, ...helpers.map((id) => id ?? null)],
        detail: { state: order.state, district: order.districtCode, provider: order.providerId },
      };
    }),
  );
  await Promise.all([written, history, announced]);
  await tellOfMoves(
    tx,
    act,
    moved.map((after, i) => ({
      before: before.get(after.id) as OrderRow,
      after,
      reason: moves[i]?.reason ?? null,
    })),
  );
}
