/** What people are told of cases about visits, such as complaints and disputes. */
import type { Act } from '../connect/act.ts';
import type { Tx } from '../connect/database.ts';
import type { Recipient } from '../messages/recipient.ts';
import { sendMessages } from '../messages/send.ts';
import type { MessageTemplate } from '../messages/templates.ts';
import { type ElderSide, elderSideOf } from '../people/elderSideOf.ts';
import type { OrderRow } from './transition.ts';

/** Tells of each case by its template, once, whomever it concerns; a case whose order is not given tells nobody. */
export async function tellOfCases<Case extends { id: string; orderId: string; elderId: string }>(
  tx: Tx,
  act: Act,
  template: MessageTemplate,
  cases: readonly Case[],
  ordersById: ReadonlyMap<string, Pick<OrderRow, 'startAt' | 'serviceCode'>>,
  whom: (one: Case, side: ElderSide) => Recipient[],
): Promise<void> {
  const sides = await elderSideOf(
    tx,
    cases.map((one) => one.elderId),
    act.at,
  );
  await sendMessages(
    tx,
    act,
    cases.flatMap((one) => {
      const order = ordersById.get(one.orderId);
      const side = sides.get(one.elderId);
      if (!order || !side) return [];
      const params = { at: order.startAt.toISOString(), service: order.serviceCode, elder: side.name };
      return whom(one, side).map((recipient) => ({ ...recipient, template, key: one.id, params }));
    }),
  );
}
