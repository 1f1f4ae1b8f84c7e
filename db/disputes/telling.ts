/** What both sides are told of a dispute: the elder's side, and who served with their provider. */
import type { Act } from '../connect/act.ts';
import type { Tx } from '../connect/database.ts';
import { type MessageItem, sendMessages } from '../messages/send.ts';
import type { OrderRow } from '../orders/transition.ts';
import { elderSideOf } from '../people/elderSideOf.ts';
import type { DisputeRow } from './steps.ts';

/** Tells both sides that visits are disputed, or that the dispute is decided. */
export async function tellOfDisputes(
  tx: Tx,
  act: Act,
  template: 'dispute_opened' | 'dispute_decided',
  rows: readonly DisputeRow[],
  ordersById: ReadonlyMap<string, OrderRow>,
): Promise<void> {
  const sides = await elderSideOf(
    tx,
    rows.map((row) => row.elderId),
    act.at,
  );
  await sendMessages(
    tx,
    act,
    rows.flatMap((row): MessageItem[] => {
      const order = ordersById.get(row.orderId);
      const side = sides.get(row.elderId);
      if (!order || !side) return [];
      const what = {
        template,
        key: row.id,
        params: { at: order.startAt.toISOString(), service: order.serviceCode, elder: side.name },
      };
      return [
        ...[...side.personIds, ...row.helperIds].map((personId) => ({ ...what, personId })),
        ...(row.providerId ? [{ ...what, providerId: row.providerId }] : []),
      ];
    }),
  );
}
