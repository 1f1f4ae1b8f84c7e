/** A provider's coordinator decides which of their own carers comes: on accepting an offer, or later (S4). */
import { eq } from 'drizzle-orm';
import { writeAudit } from '../audit/audit.ts';
import { type Act, refuse } from '../connect/act.ts';
import type { Tx } from '../connect/database.ts';
import { newId } from '../connect/ids.ts';
import { insertRows } from '../connect/insertRows.ts';
import { cancelVisits, planVisits } from '../visits/plan.ts';
import { type Near, ownCarersFor } from './candidates.ts';
import { announceOffers, endOffers } from './closeOffers.ts';
import type { OfferTerms } from './rules.ts';
import { type OfferRow, offers } from './schema.ts';
import { tellSwapped } from './telling.ts';
import { amend, expectState, lockOrders, type OrderRow } from './transition.ts';

export interface CarersChoice {
  personId?: string;
  /** Who comes along, where two are needed. */
  secondPersonId?: string;
}

/**
 * Names other carers of the provider in an open offer, which is then accepted with them. Refuses with `person_unable`
 * whom a hard rule excludes (D1), naming the rule. An offer that is not open is left to the answer to refuse.
 */
export async function chooseCarers(tx: Tx, act: Act, offerId: string, choice: CarersChoice): Promise<void> {
  const [found] = await tx.select({ orderId: offers.orderId }).from(offers).where(eq(offers.id, offerId));
  if (!found) refuse('not_found', 'offerId');
  const order = (await lockOrders(tx, [found.orderId])).get(found.orderId) as OrderRow;
  const [offer] = await tx.select().from(offers).where(eq(offers.id, offerId)).for('update');
  if (offer?.state !== 'open') return;
  if (offer.providerId === null) refuse('invalid', 'personId');
  const personId = choice.personId ?? offer.personId;
  const secondPersonId = choice.secondPersonId ?? offer.secondPersonId;
  if ((order.carersNeeded === 2) !== (secondPersonId !== null) || personId === secondPersonId)
    refuse('invalid', 'secondPersonId');
  const own = await ownCarersFor(tx, order.id, offer.providerId, act.at);
  const first = personId === offer.personId ? offer : { ...able(own, personId, 'personId'), personId };
  if (secondPersonId !== null && secondPersonId !== offer.secondPersonId)
    able(own, secondPersonId, 'secondPersonId');
  await tx
    .update(offers)
    .set({
      personId,
      secondPersonId,
      distanceMetres: first.distanceMetres,
      score: first.score,
      terms: byHand(first.terms),
    })
    .where(eq(offers.id, offerId));
  await writeAudit(tx, act, [
    {
      action: 'offer.carers_chosen',
      personId,
      recordId: offerId,
      detail: { proposed: offer.personId, second: secondPersonId, secondProposed: offer.secondPersonId },
    },
  ]);
}

export interface Swap {
  orderId: string;
  personId: string;
  /** Whose place is taken: 1, or 2 for the second of two. */
  place: 1 | 2;
  reason: string;
}

/**
 * Another carer of the provider comes instead of the one who was to come, whose time is free again. Refuses once that
 * visit has begun, and with `person_unable` whom a hard rule excludes (D1).
 */
export async function swapCarer(tx: Tx, act: Act, providerId: string, swap: Swap): Promise<OrderRow> {
  const locked = await lockOrders(tx, [swap.orderId]);
  const order = locked.get(swap.orderId) as OrderRow;
  if (order.providerId !== providerId) refuse('not_found', 'orderId');
  expectState(order, ['accepted']);
  const firstPlace = swap.place === 1;
  const visitId = firstPlace ? order.visitId : order.secondVisitId;
  if (!visitId) refuse('invalid', 'place');
  const leaving = firstPlace ? order.assigneeId : order.secondAssigneeId;
  if (swap.personId === leaving) refuse('already_done', 'personId', { state: order.state });
  if (swap.personId === order.assigneeId || swap.personId === order.secondAssigneeId)
    refuse('invalid', 'personId');
  const chosen = able(await ownCarersFor(tx, order.id, providerId, act.at), swap.personId, 'personId');
  const [cancelled] = await cancelVisits(tx, act, [visitId]);
  // One of two may have come already; then all of this is undone.
  if (cancelled?.checkInAt) refuse('wrong_state', 'state', { state: 'started' });
  const [planned] = await planVisits(tx, act, [
    { order, kind: 'carer', providerId, personId: swap.personId, place: swap.place },
  ]);
  if (!planned) throw new Error('a visit was not planned');
  await swapInOffer(tx, act, order, chosen, swap);
  await writeAudit(tx, act, [
    {
      action: 'order.carer_swapped',
      personId: swap.personId,
      recordId: order.id,
      reason: swap.reason,
      detail: { leaving, place: swap.place },
    },
  ]);
  const set = firstPlace
    ? { assigneeId: swap.personId, visitId: planned.id }
    : { secondAssigneeId: swap.personId, secondVisitId: planned.id };
  const [changed] = await amend(tx, act, locked, [{ orderId: order.id, reason: swap.reason, set }]);
  if (leaving)
    await tellSwapped(tx, act, order, {
      visitId: planned.id,
      leavingId: leaving,
      comingId: swap.personId,
    });
  return changed as OrderRow;
}

/** The accepted offer gives way to one that names who comes now, so that it still tells why they do (D5). */
async function swapInOffer(tx: Tx, act: Act, order: OrderRow, chosen: Near, swap: Swap): Promise<void> {
  const [before] = await endOffers(tx, act, [order.id], 'swapped');
  if (!before) throw new Error('an accepted order has no accepted offer');
  const who =
    swap.place === 2
      ? { secondPersonId: swap.personId }
      : {
          personId: swap.personId,
          distanceMetres: chosen.distanceMetres,
          score: chosen.score,
          terms: byHand(chosen.terms),
        };
  const fresh = { ...before, ...who, id: newId(act.at), roundId: newId(act.at) };
  const row: OfferRow = {
    ...fresh,
    state: 'accepted',
    withdrawnReason: null,
    sentAt: act.at,
    expiresAt: act.at,
    answeredAt: act.at,
  };
  await insertRows(tx, offers, [row]);
  await announceOffers(tx, act, [row]);
}

function able(own: readonly Near[], personId: string, field: string): Near {
  const one = own.find((carer) => carer.personId === personId);
  if (!one) refuse('not_found', field);
  if (one.excludedBy !== null) refuse('person_unable', field, { rule: one.excludedBy });
  return one;
}

const byHand = (terms: OfferTerms): OfferTerms => [
  ...terms.filter(({ code }) => code !== 'by_hand'),
  { code: 'by_hand', value: 0 },
];
