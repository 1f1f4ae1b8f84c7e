/**
 * Visits that nobody has begun (S11): missed after the policy's minutes, they are asked for anew, or left unserved
 * once the asked day is over.
 */
import { raiseAlerts } from '../../db/alerts/raise.ts';
import type { Act } from '../../db/connect/act.ts';
import type { Tx } from '../../db/connect/database.ts';
import { leaveUnserved, redispatchMissed } from '../../db/orders/end.ts';
import type { OrderRow } from '../../db/orders/transition.ts';
import { unbegunOrders } from '../../db/orders/waiting.ts';
import { nextMidnight } from '../../db/people/rules.ts';
import { currentPolicy } from '../../db/services/policies.ts';
import { inBatches } from './inBatches.ts';

export const alerts = inBatches({
  name: 'alerts',
  batch: 50,
  async due(tx, at, limit, except) {
    if ((await unbegunOrders(tx, at, 1, except)).length === 0) return [];
    const policy = await currentPolicy(tx, 'orders', at);
    const before = new Date(at.getTime() - policy.body.missedMinutes * 60_000);
    return unbegunOrders(tx, before, limit, except);
  },
  command: askAnewOrLeave,
});

async function askAnewOrLeave(tx: Tx, act: Act, unbegun: OrderRow[]): Promise<number> {
  const isOver = (order: OrderRow) => nextMidnight(order.startAt) <= act.at;
  await raiseAlerts(
    tx,
    act,
    unbegun.flatMap((order) =>
      order.visitId ? [{ visitId: order.visitId, orderId: order.id, kind: 'missed' as const }] : [],
    ),
  );
  await leaveUnserved(
    tx,
    act,
    unbegun.filter(isOver).map((order) => ({ orderId: order.id, reason: 'missed' })),
  );
  const today = unbegun.filter((order) => !isOver(order)).map((order) => order.id);
  await redispatchMissed(tx, act, today);
  return unbegun.length;
}
