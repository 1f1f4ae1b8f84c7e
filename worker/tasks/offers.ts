/**
 * Offers (S4): whoever waits is offered to the best who can come, in widening waves; where nobody is left to ask a
 * dispatcher is told and it is looked at again, and an order whose time has passed is left unserved with the reason.
 */
import type { Act } from '../../db/connect/act.ts';
import type { Tx } from '../../db/connect/database.ts';
import { askFrom, askUntil, isToEscalate, nextLook } from '../../db/orders/askingRules.ts';
import { leaveUnserved } from '../../db/orders/end.ts';
import { escalateOrders } from '../../db/orders/escalate.ts';
import { sendOffers } from '../../db/orders/offer.ts';
import type { OrdersPolicy } from '../../db/orders/rules.ts';
import type { OrderRow } from '../../db/orders/transition.ts';
import { dueOrders, lookAgain } from '../../db/orders/waiting.ts';
import { currentPolicy } from '../../db/services/policies.ts';
import type { Assign, Explanation } from '../dispatch/assign.ts';
import { byPlan } from '../dispatch/byPlan.ts';
import { inBatches } from './inBatches.ts';

/** Offers the orders that are due to be offered. */
export const offers = inBatches({
  name: 'offers',
  batch: 50,
  due: (tx, at, limit, except) => dueOrders(tx, 'requested', at, limit, except),
  command: offerOrLeave,
});

/** Why an order stays unserved: `nobody:` and the rule that excluded most, or that nobody said yes. */
export function whyUnserved({ personId, excluded, askedBefore }: Explanation): string {
  if (personId || excluded.length === 0) return askedBefore > 0 ? 'nobody:no_answer' : 'nobody:none_near';
  return `nobody:${excluded[0]?.rule}`;
}

async function offerOrLeave(tx: Tx, act: Act, waiting: OrderRow[]): Promise<number> {
  const { body } = await currentPolicy(tx, 'orders', act.at);
  const assign = byPlan(tx, body.asking);
  const isOver = (order: OrderRow) => askUntil(body, order) <= act.at;
  const inTime = waiting.filter((order) => !isOver(order));
  const asked = await askNext(tx, act, inTime, body, assign);
  const why = await assign(waiting.filter(isOver), act.at);
  await leaveUnserved(
    tx,
    act,
    why.explanations.map((one) => ({ orderId: one.orderId, reason: whyUnserved(one) })),
  );
  return asked + why.explanations.length;
}

/** Sends each order's next round; returns how many orders were offered. Where nobody can be asked, it is looked at again. */
async function askNext(tx: Tx, act: Act, orders: OrderRow[], policy: OrdersPolicy, assign: Assign) {
  const isNight = (order: OrderRow) => askFrom(policy, order, act.at) > act.at;
  const awake = orders.filter((order) => !isNight(order));
  const plan = await assign(awake, act.at);
  const sent = await sendOffers(tx, act, plan.offers);

  const planned = new Set(plan.offers.map(({ orderId }) => orderId));
  const offered = new Set(sent.map(({ orderId }) => orderId));
  const hopeless = awake.filter((order) => !planned.has(order.id) && isToEscalate(policy, order, act.at));
  await escalateOrders(tx, act, hopeless);
  const escalated = new Set(hopeless.map(({ id }) => id));
  const looked = awake
    .filter(({ id }) => !offered.has(id))
    .map((order) => (escalated.has(order.id) ? { ...order, escalatedAt: act.at } : order));
  await lookAgain(tx, [
    ...looked.map((order) => ({ orderId: order.id, dueAt: nextLook(policy, order, act.at) })),
    ...orders.filter(isNight).map((order) => ({ orderId: order.id, dueAt: askFrom(policy, order, act.at) })),
  ]);
  return offered.size;
}
