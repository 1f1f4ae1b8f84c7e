/** Whom an alert is told besides the desks: the elder's side, and of a welfare check missed twice the station too (S11). */
import type { Act } from '../connect/act.ts';
import type { Tx } from '../connect/database.ts';
import { type MessageItem, sendMessages } from '../messages/send.ts';
import type { OrderRow } from '../orders/transition.ts';
import { unservedBeforeOf } from '../orders/unservedBeforeOf.ts';
import { elderSideOf } from '../people/elderSideOf.ts';
import { namesOf } from '../people/namesOf.ts';
import { stationOf } from '../providers/stationOf.ts';
import type { AlertRow } from './steps.ts';

const WELFARE = 'welfare_check';

/** Tells the elder's side that a visit is late or was missed, and raises the alarm when nobody met the elder twice in a row. */
export async function tellOfAlerts(
  tx: Tx,
  act: Act,
  raised: readonly AlertRow[],
  ordersById: ReadonlyMap<string, OrderRow>,
): Promise<void> {
  const told = raised.flatMap((alert) => {
    const order = ordersById.get(alert.orderId);
    return order && (alert.kind === 'late' || alert.kind === 'missed') ? [{ alert, order }] : [];
  });
  if (told.length === 0) return;
  const checks = told.filter(({ alert, order }) => alert.kind === 'missed' && order.serviceCode === WELFARE);
  const twice = await unservedBeforeOf(
    tx,
    checks.map(({ order }) => order.id),
  );
  const elderIds = told.map(({ order }) => order.elderId);
  const helperIds = told.flatMap(({ order }) => order.assigneeId ?? []);
  const [sides, names, stations] = await Promise.all([
    elderSideOf(tx, elderIds, act.at),
    namesOf(tx, helperIds),
    stationOf(
      tx,
      checks.map(({ order }) => order.elderId),
    ),
  ]);
  await sendMessages(
    tx,
    act,
    told.flatMap(({ alert, order }): MessageItem[] => {
      const side = sides.get(order.elderId);
      const params = {
        at: order.startAt.toISOString(),
        service: order.serviceCode,
        elder: side?.name ?? '',
        helper: names.get(order.assigneeId ?? '') ?? '',
      };
      const template = alert.kind === 'late' ? ('helper_late' as const) : ('visit_missed' as const);
      const family = (side?.personIds ?? []).map((personId) => ({
        personId,
        template,
        params,
        key: alert.id,
      }));
      if (!twice.has(order.id) || alert.kind === 'late') return family;
      const alarm = {
        template: 'welfare_alarm' as const,
        params: { elder: side?.name ?? '', count: 2 },
        key: alert.id,
        urgent: true,
      };
      const stationId = stations.get(order.elderId);
      return [
        ...family,
        ...(side?.personIds ?? [])
          .filter((personId) => personId !== order.elderId)
          .map((personId) => ({ ...alarm, personId })),
        ...(stationId ? [{ ...alarm, stationId }] : []),
      ];
    }),
  );
}
