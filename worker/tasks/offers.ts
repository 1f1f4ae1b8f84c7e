/**
 * Offers (S4): whoever waits is offered to the best person able; where there is none it is looked at again, and an
 * order whose time has passed is left unserved with the reason.
 */
import type { Act } from '../../db/connect/act.ts';
import type { Tx } from '../../db/connect/database.ts';
import { leaveUnserved } from '../../db/orders/end.ts';
import { sendOffers } from '../../db/orders/offer.ts';
import type { OrdersPolicy, Urgency } from '../../db/orders/rules.ts';
import type { OrderRow } from '../../db/orders/transition.ts';
import { dueOrders, lookAgain, offersMade } from '../../db/orders/waiting.ts';
import { currentPolicy } from '../../db/services/policies.ts';
import type { Explanation } from '../dispatch/assign.ts';
import { nearestAble } from '../dispatch/nearestAble.ts';
import { inBatches } from './inBatches.ts';

const MINUTE = 60_000;
/** An order that was missed is asked for until so long after its asked start. */
const ASK_AFTER_MISSED_MS = 4 * 60 * MINUTE;
/** After a look in vain, the next one. */
const lookAgainMs: Record<Urgency, number> = {
  urgent: MINUTE / 2,
  same_day: 2 * MINUTE,
  normal: 10 * MINUTE,
};

/** Offers the orders that are due to be offered. */
export const offers = inBatches({
  name: 'offers',
  batch: 50,
  due: (tx, at, limit, except) => dueOrders(tx, 'requested', at, limit, except),
  command: offerOrLeave,
});

/** Until when people are asked to serve an order. */
export function askUntil(order: Pick<OrderRow, 'startAt' | 'latestStartAt'>, policy: OrdersPolicy): Date {
  const asked = order.startAt.getTime();
  const wasMissed = order.latestStartAt.getTime() > asked + policy.startToleranceMinutes * MINUTE;
  return wasMissed ? new Date(asked + ASK_AFTER_MISSED_MS) : order.latestStartAt;
}

/** Why an order stays unserved: `nobody:` and the rule that excluded most, or that nobody said yes. */
export function whyUnserved(explanation: Explanation, askedBefore: number): string {
  if (explanation.personId || explanation.excluded.length === 0)
    return askedBefore > 0 ? 'nobody:no_answer' : 'nobody:none_near';
  return `nobody:${explanation.excluded[0]?.rule}`;
}

async function offerOrLeave(tx: Tx, act: Act, waiting: OrderRow[]): Promise<number> {
  const policy = await currentPolicy(tx, 'orders', act.at);
  const made = await offersMade(
    tx,
    waiting.map((order) => order.id),
  );
  const askedBefore = (id: string) => made.get(id) ?? 0;
  const isOver = (order: OrderRow) => askUntil(order, policy.body) <= act.at;
  const inTime = waiting.filter((order) => !isOver(order));
  const assign = nearestAble(tx);
  const withTurns = (orders: OrderRow[]) =>
    orders.map((order) => ({ ...order, askedBefore: askedBefore(order.id) }));

  const plan = await assign(withTurns(inTime), act.at);
  await sendOffers(tx, act, plan.offers);
  const unplaced = new Set(plan.explanations.filter((e) => !e.personId).map((e) => e.orderId));
  for (const order of inTime.filter(({ id }) => unplaced.has(id))) {
    const next = act.at.getTime() + lookAgainMs[order.urgency];
    await lookAgain(tx, [order.id], new Date(Math.min(next, askUntil(order, policy.body).getTime())));
  }

  const why = await assign(withTurns(waiting.filter(isOver)), act.at);
  await leaveUnserved(
    tx,
    act,
    why.explanations.map((explanation) => ({
      orderId: explanation.orderId,
      reason: whyUnserved(explanation, askedBefore(explanation.orderId)),
    })),
  );
  return plan.offers.length + why.explanations.length;
}
