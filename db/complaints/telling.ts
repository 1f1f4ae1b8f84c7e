/** Who is told of complaints: the provider that one is to be answered, the elder's side that one is decided. */
import type { Act } from '../connect/act.ts';
import type { Tx } from '../connect/database.ts';
import { type MessageItem, sendMessages } from '../messages/send.ts';
import { ordersById } from '../orders/views.ts';
import { elderSideOf } from '../people/elderSideOf.ts';
import type { ComplaintRow } from './steps.ts';

/** Tells providers that visits of theirs are complained of, and elders' sides what was decided. */
export async function tellOfComplaints(
  tx: Tx,
  act: Act,
  template: 'complaint_taken' | 'complaint_decided',
  rows: readonly ComplaintRow[],
): Promise<void> {
  if (rows.length === 0) return;
  const [orderById, sides] = await Promise.all([
    ordersById(
      tx,
      { kind: 'all' },
      rows.map((row) => row.orderId),
    ),
    elderSideOf(
      tx,
      rows.map((row) => row.elderId),
      act.at,
    ),
  ]);
  await sendMessages(
    tx,
    act,
    rows.flatMap((row): MessageItem[] => {
      const order = orderById.get(row.orderId);
      const side = sides.get(row.elderId);
      if (!order || !side) return [];
      const params = { at: order.startAt.toISOString(), service: order.serviceCode, elder: side.name };
      const what = { template, key: row.id, params };
      if (template === 'complaint_decided') return side.personIds.map((personId) => ({ ...what, personId }));
      return row.providerId ? [{ ...what, providerId: row.providerId }] : [];
    }),
  );
}
