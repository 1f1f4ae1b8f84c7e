/** The steps of a visit as tests take them, in a small city. */
import { answerOffers } from '../../db/orders/offer.ts';
import type { OfferRow } from '../../db/orders/schema.ts';
import type { OrderRow } from '../../db/orders/transition.ts';
import { checkIn, checkOut } from '../../db/visits/check.ts';
import type { Check } from '../../db/visits/evidence.ts';
import { offers } from '../../worker/tasks/offers.ts';
import { HOME, type SmallCity } from './smallCity.ts';

/** The open offer of an order; of several, the one to the best. */
export async function openOffer(city: SmallCity, orderId: string): Promise<OfferRow | undefined> {
  const [row] = await city.sql<{ id: string; personId: string; expiresAt: Date; wave: number }[]>`
    select id, person_id as "personId", expires_at as "expiresAt", wave from offers
    where order_id = ${orderId} and state = 'open' order by score desc, person_id limit 1`;
  return row as OfferRow | undefined;
}

/** Answers the open offer of an order as the person asked. */
export async function answer(
  city: SmallCity,
  orderId: string,
  word: 'accepted' | 'declined' = 'accepted',
): Promise<OfferRow> {
  const offer = await openOffer(city, orderId);
  if (!offer) throw new Error('the order has no open offer');
  const [answered] = await city.do('volunteer', (tx, act) =>
    answerOffers(tx, act, [{ offerId: offer.id, answer: word }]),
  );
  return answered as OfferRow;
}

/** A check of an order's visit at the elder's door, by position, unless said otherwise. */
export async function checkOf(city: SmallCity, orderId: string, check: Partial<Check> = {}): Promise<Check> {
  const { visitId } = await city.order(orderId);
  return {
    visitId: visitId as string,
    method: 'gps',
    position: HOME,
    accuracyMetres: 12,
    deviceAt: city.at,
    ...check,
  };
}

/** Checks in at the elder's door. */
export async function arrive(city: SmallCity, orderId: string, check: Partial<Check> = {}): Promise<void> {
  const one = await checkOf(city, orderId, check);
  await city.do('volunteer', (tx, act) => checkIn(tx, act, [one]));
}

/** Checks out at the elder's door. */
export async function leave(city: SmallCity, orderId: string, check: Partial<Check> = {}): Promise<void> {
  const one = await checkOf(city, orderId, check);
  await city.do('volunteer', (tx, act) => checkOut(tx, act, [one]));
}

/** An order that has been offered by the worker and accepted by whoever was asked; the clock stands at its start. */
export async function acceptedOrder(
  city: SmallCity,
  booking: Parameters<SmallCity['book']>[0] = {},
): Promise<OrderRow> {
  const order = await city.book(booking);
  await city.work(offers);
  await answer(city, order.id);
  city.at = order.startAt;
  return city.order(order.id);
}
