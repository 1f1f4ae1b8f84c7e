/**
 * Objecting to a visit (S10): the order waits for a decision, what was set aside for it goes into suspense, the desk is
 * alerted and both sides are told.
 */
import { raiseAlerts } from '../alerts/raise.ts';
import { suspend } from '../bank/post.ts';
import type { Currency } from '../bank/rules.ts';
import type { Act, By } from '../connect/act.ts';
import type { Tx } from '../connect/database.ts';
import { newId } from '../connect/ids.ts';
import { insertRows } from '../connect/insertRows.ts';
import { seal } from '../connect/seal.ts';
import { helpersOf } from '../orders/rules.ts';
import { expectState, lockOrders, type OrderRow, transition } from '../orders/transition.ts';
import type { DisputeReason } from './rules.ts';
import { disputes } from './schema.ts';
import { type DisputeRow, takeDisputeStep } from './steps.ts';
import { tellOfDisputes } from './telling.ts';

export interface Objection {
  orderId: string;
  reasonCode: DisputeReason;
  text: string;
  /** Who objects, where several persons' objections are taken together. */
  by?: By;
}

/** Opens disputes about finished visits, all or none; returns them. Refuses with `wrong_state` any other order. */
export async function openDisputes(
  tx: Tx,
  act: Act,
  objections: readonly Objection[],
): Promise<DisputeRow[]> {
  if (objections.length === 0) return [];
  const locked = await lockOrders(
    tx,
    objections.map(({ orderId }) => orderId),
  );
  for (const order of locked.values()) expectState(order, ['finished']);
  const byOrder = new Map(objections.map((objection) => [objection.orderId, objection]));
  const suspended = await suspend(
    tx,
    act,
    [...locked.values()].map((order) => ({
      orderId: order.id,
      ownerId: order.districtCode,
      by: byOrder.get(order.id)?.by,
    })),
  );
  const rows = [...locked.values()].map((order) =>
    newDispute(act, order, byOrder.get(order.id) as Objection, suspended.get(order.id) ?? null),
  );
  await insertRows(tx, disputes, rows);
  await takeDisputeStep(
    tx,
    act,
    'opened',
    rows.map((dispute) => ({
      dispute,
      textSealed: dispute.textSealed,
      by: byOrder.get(dispute.orderId)?.by,
    })),
  );
  await transition(
    tx,
    act,
    locked,
    rows.map(({ orderId, reasonCode }) => ({
      orderId,
      to: 'disputed',
      reason: reasonCode,
      set: { dueAt: null },
      by: byOrder.get(orderId)?.by,
    })),
  );
  await raiseAlerts(
    tx,
    act,
    rows.flatMap(({ orderId, visitId }) =>
      visitId ? [{ orderId, visitId, kind: 'dispute_open' as const }] : [],
    ),
  );
  await tellOfDisputes(tx, act, 'dispute_opened', rows, locked);
  return rows;
}

/** A dispute as it begins; `suspended` is what lies in suspense for it, null where the bank does not pay. */
function newDispute(
  act: Act,
  order: OrderRow,
  { reasonCode, text, by = act }: Objection,
  suspended: number | null,
): DisputeRow {
  const currency: Currency = order.payer === 'time_bank' ? 'min' : 'fen';
  return {
    id: newId(act.at),
    orderId: order.id,
    visitId: order.visitId,
    elderId: order.elderId,
    providerId: order.providerId,
    areaCode: order.areaCode,
    districtCode: order.districtCode,
    helperIds: helpersOf(order),
    state: 'open',
    reasonCode,
    textSealed: seal(text),
    openedBy: by.actorId,
    openedRole: by.role,
    onBehalfOf: by.onBehalfOf,
    openedAt: act.at,
    currency,
    amount: suspended ?? order.priceFen,
    isSuspended: suspended !== null,
    needsSecond: false,
    outcome: null,
    paid: null,
    decisionSealed: null,
    decidedBy: null,
    secondBy: null,
    decidedAt: null,
  };
}
