/** How orders end without service: cancelled by the elder's side, left unserved, or missed and asked for anew. */
import { writeAudit } from '../audit/audit.ts';
import { release } from '../bank/post.ts';
import { type Act, refuse } from '../connect/act.ts';
import type { Tx } from '../connect/database.ts';
import { markDue } from '../quality/due.ts';
import { giveRespiteBack } from '../respite/quota.ts';
import { currentPolicy } from '../services/policies.ts';
import { cancelVisits, missVisits } from '../visits/plan.ts';
import { endOffers } from './closeOffers.ts';
import {
  expectState,
  lockOrders,
  nobodyAssigned,
  type OrderRow,
  transition,
  visitIdsOf,
} from './transition.ts';

export interface Ending {
  orderId: string;
  reason: string;
}

/**
 * Cancels orders that have not been finished and releases what they held. Within the free time before the start
 * (S5) it is recorded as late. What is cancelled already is refused with `already_done`.
 */
export async function cancelOrders(tx: Tx, act: Act, endings: readonly Ending[]): Promise<OrderRow[]> {
  const { body } = await currentPolicy(tx, 'orders', act.at);
  const locked = await lockOrders(
    tx,
    endings.map((ending) => ending.orderId),
  );
  for (const order of locked.values()) {
    if (order.state === 'cancelled') refuse('already_done', 'state', { state: order.state });
    expectState(order, ['requested', 'offered', 'accepted', 'started']);
  }
  await endOffers(tx, act, [...locked.keys()], 'order_ended');
  await cancelVisits(tx, act, visitIdsOf(locked.values()));
  await release(tx, act, [...locked.keys()]);
  const isLate = (order: OrderRow) =>
    order.startAt.getTime() - act.at.getTime() < body.freeCancelMinutes * 60_000;
  await giveRespiteBack(
    tx,
    [...locked.values()].flatMap((order) => (isLate(order) ? [] : order.id)),
  );
  await writeAudit(
    tx,
    act,
    endings.map(({ orderId, reason }) => {
      const order = locked.get(orderId) as OrderRow;
      return {
        action: 'order.cancelled',
        personId: order.elderId,
        recordId: orderId,
        reason,
        detail: { late: isLate(order) },
      };
    }),
  );
  return transition(
    tx,
    act,
    locked,
    endings.map(({ orderId, reason }) => ({
      orderId,
      to: 'cancelled',
      reason,
      set: { dueAt: null, cancelledLate: isLate(locked.get(orderId) as OrderRow) },
    })),
  );
}

/** Gives orders up that nobody could serve, and releases what they held. */
export async function leaveUnserved(tx: Tx, act: Act, endings: readonly Ending[]): Promise<OrderRow[]> {
  const locked = await lockOrders(
    tx,
    endings.map((ending) => ending.orderId),
  );
  for (const order of locked.values()) expectState(order, ['requested', 'offered', 'accepted']);
  await endOffers(tx, act, [...locked.keys()], 'order_ended');
  const missed = await missVisits(tx, act, visitIdsOf(locked.values()));
  await release(tx, act, [...locked.keys()]);
  await giveRespiteBack(tx, [...locked.keys()]);
  await markDue(tx, act, missed);
  return transition(
    tx,
    act,
    locked,
    endings.map(({ orderId, reason }) => ({ orderId, to: 'unserved', reason, set: { dueAt: null } })),
  );
}

/** Nobody came (S11): the visit counts as missed and the order is asked for anew, ahead of all others. */
export async function redispatchMissed(tx: Tx, act: Act, orderIds: readonly string[]): Promise<OrderRow[]> {
  const locked = await lockOrders(tx, orderIds);
  for (const order of locked.values()) expectState(order, ['accepted']);
  const missed = await missVisits(tx, act, visitIdsOf(locked.values()));
  await markDue(tx, act, missed);
  await endOffers(tx, act, [...locked.keys()], 'missed');
  const { body } = await currentPolicy(tx, 'orders', act.at);
  const latestStartAt = new Date(act.at.getTime() + body.startToleranceMinutes * 60_000);
  return transition(
    tx,
    act,
    locked,
    orderIds.map((orderId) => ({
      orderId,
      to: 'requested',
      reason: 'missed',
      set: {
        ...nobodyAssigned,
        dueAt: act.at,
        latestStartAt,
        urgency: 'urgent',
      },
    })),
  );
}
