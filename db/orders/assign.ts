/** A dispatcher's hand (S4): the person of their choice is asked, if no hard rule stands against it. */
import { writeAudit } from '../audit/audit.ts';
import { type Act, refuse } from '../connect/act.ts';
import type { Tx } from '../connect/database.ts';
import { candidatesFor } from './candidates.ts';
import { sendOffers, withdrawOffers } from './offer.ts';
import type { OfferRow } from './schema.ts';
import { lockOrders } from './transition.ts';

const LEAST_REASON = 4;

/**
 * Offers an order to a person chosen by hand, with a reason of at least 4 characters; whoever has been asked or has
 * accepted before is released for the same reason. Refuses with `person_unable` whom a hard rule excludes (D1).
 */
export async function assignByHand(
  tx: Tx,
  act: Act,
  choice: { orderId: string; personId: string; reason: string },
): Promise<OfferRow> {
  if (choice.reason.trim().length < LEAST_REASON) refuse('reason_needed', 'reason', { min: LEAST_REASON });
  const order = (await lockOrders(tx, [choice.orderId])).get(choice.orderId);
  if (order?.state === 'offered' || order?.state === 'accepted')
    await withdrawOffers(tx, act, [
      {
        orderId: choice.orderId,
        reason: choice.reason.trim(),
        // Whoever was only being asked has done nothing to be passed over for.
        as: order.state === 'offered' ? 'swapped' : 'withdrawn',
      },
    ]);
  const found = (await candidatesFor(tx, [choice.orderId], act.at)).get(choice.orderId);
  const chosen = found?.candidates.find((candidate) => candidate.personId === choice.personId);
  if (!chosen) refuse('person_unable', 'personId');
  const [offer] = await sendOffers(tx, act, [
    {
      orderId: choice.orderId,
      kind: chosen.kind,
      personId: chosen.personId,
      secondPersonId: chosen.second?.personId ?? null,
      providerId: chosen.providerId,
      wave: found?.wave ?? 1,
      distanceMetres: chosen.distanceMetres,
      score: chosen.score,
      terms: [...chosen.terms, { code: 'by_hand', value: 0 }],
    },
  ]);
  if (!offer) refuse('person_unable', 'personId');
  await writeAudit(tx, act, [
    {
      action: 'order.assigned',
      personId: chosen.personId,
      recordId: choice.orderId,
      reason: choice.reason.trim(),
    },
  ]);
  return offer;
}
