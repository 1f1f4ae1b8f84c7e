/** What the elder's side and the helper are told when an order changes its state, and volunteers when they are asked. */
import type { Act } from '../connect/act.ts';
import type { Tx } from '../connect/database.ts';
import { type MessageItem, sendMessages } from '../messages/send.ts';
import type { MessageTemplate } from '../messages/templates.ts';
import { elderSideOf } from '../people/elderSideOf.ts';
import { namesOf } from '../people/namesOf.ts';
import { helpersOf } from './rules.ts';
import type { OfferRow } from './schema.ts';
import type { OrderRow } from './transition.ts';

/** An order before and after a change of state. */
export interface Moved {
  before: OrderRow;
  after: OrderRow;
  reason: string | null;
}

/** What is told of a change; null where nobody needs to hear of it. That nobody came is told by whoever raises the alarm. */
function toldOf({
  before,
  after,
  reason,
}: Moved): { elderSide?: MessageTemplate; helpers?: MessageTemplate } | null {
  if (after.state === 'accepted') return { elderSide: 'visit_accepted' };
  if (after.state === 'finished') return { elderSide: 'visit_finished' };
  // How a dispute ended is told by whoever decides it.
  if (before.state === 'disputed') return null;
  // Whoever changes a plan knows that its visits change with it.
  if (after.state === 'cancelled' && reason?.startsWith('plan_')) return { helpers: 'visit_cancelled' };
  if (after.state === 'cancelled') return { elderSide: 'visit_cancelled', helpers: 'visit_cancelled' };
  if (before.state === 'accepted' && after.state === 'requested' && reason !== 'missed')
    return { elderSide: 'visit_changed', helpers: 'visit_withdrawn' };
  return null;
}

/** Tells of changes of state, all in one set. */
export async function tellOfMoves(tx: Tx, act: Act, moves: readonly Moved[]): Promise<void> {
  const told = moves.flatMap((move) => {
    const templates = toldOf(move);
    return templates ? [{ ...move, templates }] : [];
  });
  if (told.length === 0) return;
  const [sides, names] = await Promise.all([
    elderSideOf(
      tx,
      told.map(({ after }) => after.elderId),
      act.at,
    ),
    namesOf(
      tx,
      told.flatMap(({ after }) => helpersOf(after)),
    ),
  ]);
  await sendMessages(
    tx,
    act,
    told.flatMap(({ before, after, templates }): MessageItem[] => {
      const side = sides.get(after.elderId);
      const what = {
        // A visit is arranged, changed and over once; an order is cancelled once.
        key: after.visitId ?? before.visitId ?? after.id,
        params: {
          at: after.startAt.toISOString(),
          service: after.serviceCode,
          minutes: after.minutes,
          elder: side?.name ?? '',
          helper: helpersOf(after)
            .map((id) => names.get(id) ?? '')
            .join('、'),
        },
      };
      return [
        ...(side?.personIds ?? []).flatMap((personId) =>
          templates.elderSide ? [{ ...what, personId, template: templates.elderSide }] : [],
        ),
        // Who came to help knows the visit by the time it had.
        ...helpersOf(before).flatMap((personId) =>
          templates.helpers
            ? [
                {
                  ...what,
                  params: { ...what.params, at: before.startAt.toISOString() },
                  personId,
                  template: templates.helpers,
                },
              ]
            : [],
        ),
      ];
    }),
  );
}

/** Tells volunteers that they are asked, until the offer runs out; providers see offers on their desk. */
export async function tellAsked(
  tx: Tx,
  act: Act,
  offers: readonly OfferRow[],
  orders: ReadonlyMap<string, OrderRow>,
): Promise<void> {
  await sendMessages(
    tx,
    act,
    offers.flatMap((offer): MessageItem[] => {
      const order = orders.get(offer.orderId);
      if (!order || offer.kind !== 'volunteer') return [];
      return [
        {
          personId: offer.personId,
          template: 'offer_new',
          key: offer.id,
          urgent: order.urgency === 'urgent',
          until: offer.expiresAt,
          params: {
            at: order.startAt.toISOString(),
            until: offer.expiresAt.toISOString(),
            service: order.serviceCode,
            minutes: order.minutes,
            metres: offer.distanceMetres,
          },
        },
      ];
    }),
  );
}

/** Tells volunteers whom somebody else was quicker than, as long as the offer would have stood; it wakes nobody. */
export async function tellTaken(
  tx: Tx,
  act: Act,
  late: readonly OfferRow[],
  orders: ReadonlyMap<string, OrderRow>,
): Promise<void> {
  await sendMessages(
    tx,
    act,
    late.flatMap((offer): MessageItem[] => {
      const order = orders.get(offer.orderId);
      if (!order || offer.kind !== 'volunteer') return [];
      const params = { at: order.startAt.toISOString(), service: order.serviceCode };
      const { personId, id: key, expiresAt: until } = offer;
      return [{ personId, template: 'offer_taken', key, until, params }];
    }),
  );
}

/** Tells the elder's side who comes now, and the carer who was to come that they need not. */
export async function tellSwapped(
  tx: Tx,
  act: Act,
  order: OrderRow,
  swap: { visitId: string; leavingId: string; comingId: string },
): Promise<void> {
  const [sides, names] = await Promise.all([
    elderSideOf(tx, [order.elderId], act.at),
    namesOf(tx, [swap.comingId]),
  ]);
  const side = sides.get(order.elderId);
  const params = {
    at: order.startAt.toISOString(),
    service: order.serviceCode,
    elder: side?.name ?? '',
    helper: names.get(swap.comingId) ?? '',
  };
  const { visitId: key } = swap;
  await sendMessages(tx, act, [
    ...(side?.personIds ?? []).map((personId) => ({
      personId,
      template: 'carer_changed' as const,
      key,
      params,
    })),
    { personId: swap.leavingId, template: 'visit_withdrawn', key, params },
  ]);
}
