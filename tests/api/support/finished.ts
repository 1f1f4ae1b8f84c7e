/** A visit in the test city from its booking to its end, made by the books' own commands. */
import { perform } from '../../../db/connect/act.ts';
import { bookOrders } from '../../../db/orders/book.ts';
import { candidatesFor } from '../../../db/orders/candidates.ts';
import { answerOffers, sendOffers } from '../../../db/orders/offer.ts';
import { lockOrders } from '../../../db/orders/transition.ts';
import { checkIn, checkOut } from '../../../db/visits/check.ts';
import { HOME, ids } from './city.ts';
import type { Front } from './front.ts';

const MINUTE = 60_000;

/**
 * The order of a visit of the volunteer that began so many hours ago, lasted half an hour and was not confirmed; all in
 * one transaction, so that no worker comes between.
 */
export async function finishedVisit(
  front: Front,
  hoursAgo: number,
  elderId: string = ids.elder,
): Promise<string> {
  const startAt = new Date(Date.now() - hoursAgo * 60 * MINUTE);
  const actAfter = (minutes: number) => ({
    actorId: 'test:visit',
    role: 'system' as const,
    onBehalfOf: null,
    at: new Date(startAt.getTime() + minutes * MINUTE),
  });
  const done = await perform(front.database.db, actAfter(-30), async (tx, act) => {
    const booking = {
      elderId,
      serviceCode: 'companionship',
      startAt,
      minutes: 30,
      payer: 'time_bank' as const,
    };
    const [order] = await bookOrders(tx, act, [booking]);
    const orderId = order?.id as string;
    const found = (await candidatesFor(tx, [orderId], act.at)).get(orderId)?.candidates ?? [];
    const { name: _, ...draft } = found.find(
      ({ personId }) => personId === ids.volunteer,
    ) as (typeof found)[number];
    const [offer] = await sendOffers(tx, act, [{ ...draft, orderId, wave: 1 }]);
    await answerOffers(tx, act, [{ offerId: offer?.id as string, answer: 'accepted' }]);
    const visitId = (await lockOrders(tx, [orderId])).get(orderId)?.visitId as string;
    const check = { visitId, method: 'gps' as const, position: HOME, accuracyMetres: 12 };
    await checkIn(tx, actAfter(0), [{ ...check, deviceAt: startAt }]);
    await checkOut(tx, actAfter(30), [{ ...check, deviceAt: actAfter(30).at }]);
    return orderId;
  });
  if (!done.ok) throw new Error(done.refusal.code);
  return done.value;
}
