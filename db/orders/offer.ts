/** Offers (S4): one open offer an order; the answer, the clock or a dispatcher ends it. */
import { and, asc, eq, inArray, lte, notInArray, sql } from 'drizzle-orm';
import { type Act, refuse } from '../connect/act.ts';
import type { Tx } from '../connect/database.ts';
import { newId } from '../connect/ids.ts';
import { insertRows } from '../connect/insertRows.ts';
import { record } from '../events/events.ts';
import { noteAsked } from '../people/asked.ts';
import { currentPolicy } from '../services/policies.ts';
import { cancelVisits, planVisits } from '../visits/plan.ts';
import { type DeclineReason, type OfferTerms, offerExpiry } from './rules.ts';
import { offers, orders } from './schema.ts';
import { tellAsked } from './telling.ts';
import { expectState, lockOrders, type Move, type OrderRow, transition } from './transition.ts';

export type OfferRow = typeof offers.$inferSelect;

export interface OfferDraft {
  orderId: string;
  kind: 'volunteer' | 'carer';
  personId: string;
  providerId: string | null;
  /** 1 for the first asked, growing as the search widens. */
  wave: number;
  distanceMetres: number;
  score: number;
  terms: OfferTerms;
}

/**
 * Asks people; refuses an order that is not waiting to be offered. One whose latest start has passed is given a new
 * one, so that whoever accepts has time to come.
 */
export async function sendOffers(tx: Tx, act: Act, drafts: readonly OfferDraft[]): Promise<OfferRow[]> {
  if (drafts.length === 0) return [];
  const policy = await currentPolicy(tx, 'orders', act.at);
  const locked = await lockOrders(
    tx,
    drafts.map((draft) => draft.orderId),
  );
  const toleranceMs = policy.body.startToleranceMinutes * 60_000;
  const latestStartOf = ({ latestStartAt }: OrderRow) =>
    latestStartAt > act.at ? latestStartAt : new Date(act.at.getTime() + toleranceMs);
  const rows = drafts.map((draft): OfferRow => {
    const order = locked.get(draft.orderId) as OrderRow;
    expectState(order, ['requested']);
    const id = newId(act.at);
    return {
      ...draft,
      id,
      roundId: id,
      secondPersonId: null,
      withdrawnReason: null,
      state: 'open',
      sentAt: act.at,
      expiresAt: offerExpiry(policy.body, order.urgency, act.at, latestStartOf(order)),
      answeredAt: null,
      declineReason: null,
      declineNote: null,
    };
  });
  await insertRows(tx, offers, rows);
  await transition(
    tx,
    act,
    locked,
    rows.map(({ orderId }) => ({
      orderId,
      to: 'offered',
      set: { dueAt: null, latestStartAt: latestStartOf(locked.get(orderId) as OrderRow) },
    })),
  );
  await noteAsked(
    tx,
    rows.filter((o) => o.kind === 'volunteer').map((o) => o.personId),
    act.at,
  );
  await announce(tx, act, rows);
  await tellAsked(tx, act, rows, locked);
  return rows;
}

export interface OfferAnswer {
  offerId: string;
  answer: 'accepted' | 'declined';
  reason?: DeclineReason;
  note?: string | null;
}

/**
 * Takes answers. An acceptance plans the visit; the database refuses it with `person_busy` if the person is already
 * promised elsewhere. A refusal sends the order to the next. A closed or expired offer is refused.
 */
export async function answerOffers(tx: Tx, act: Act, answers: readonly OfferAnswer[]): Promise<OfferRow[]> {
  const { rows, locked } = await lockOffers(
    tx,
    answers.map((answer) => answer.offerId),
  );
  const byId = new Map(answers.map((answer) => [answer.offerId, answer]));
  const answered = rows.map((offer): OfferRow => {
    const answer = byId.get(offer.id) as OfferAnswer;
    if (offer.state !== 'open')
      refuse(offer.state === answer.answer ? 'already_done' : 'offer_closed', 'state', {
        state: offer.state,
      });
    if (offer.expiresAt <= act.at) refuse('offer_closed', 'state', { state: 'expired' });
    return {
      ...offer,
      state: answer.answer,
      answeredAt: act.at,
      declineReason: answer.answer === 'declined' ? (answer.reason ?? 'other') : null,
      declineNote: answer.note ?? null,
    };
  });
  await closeOffers(tx, act, answered);
  const accepted = answered.filter((offer) => offer.state === 'accepted');
  const planned = await planVisits(
    tx,
    act,
    accepted.map((offer) => ({ order: locked.get(offer.orderId) as OrderRow, offer })),
  );
  await transition(
    tx,
    act,
    locked,
    answered.map((offer): Move => {
      const visit = planned.get(offer.orderId);
      if (!visit)
        return {
          orderId: offer.orderId,
          to: 'requested',
          reason: offer.declineReason,
          set: { dueAt: act.at },
        };
      return {
        orderId: offer.orderId,
        to: 'accepted',
        set: {
          assigneeId: offer.personId,
          providerId: offer.providerId,
          stationId: visit.stationId,
          visitId: visit.id,
          latestStartAt: visit.latestStartAt,
          dueAt: null,
        },
      };
    }),
  );
  return answered;
}

/** Ends open offers whose time is over; the orders wait for the next. Others are passed over. */
export async function expireOffers(tx: Tx, act: Act, offerIds: readonly string[]): Promise<OfferRow[]> {
  const { rows, locked } = await lockOffers(tx, offerIds);
  const expired = rows
    .filter((offer) => offer.state === 'open' && offer.expiresAt <= act.at)
    .map((offer): OfferRow => ({ ...offer, state: 'expired', answeredAt: act.at }));
  await closeOffers(tx, act, expired);
  await transition(
    tx,
    act,
    locked,
    expired.map((offer) => ({
      orderId: offer.orderId,
      to: 'requested',
      reason: 'expired',
      set: { dueAt: act.at },
    })),
  );
  return expired;
}

/** Takes back an open offer or an accepted visit by a dispatcher's decision; the order waits to be offered anew. */
export async function withdrawOffers(
  tx: Tx,
  act: Act,
  items: readonly { orderId: string; reason: string }[],
): Promise<void> {
  const locked = await lockOrders(
    tx,
    items.map((item) => item.orderId),
  );
  for (const order of locked.values()) expectState(order, ['offered', 'accepted']);
  await endOffers(tx, act, [...locked.keys()]);
  await cancelVisits(
    tx,
    act,
    [...locked.values()].flatMap((order) => order.visitId ?? []),
  );
  await transition(
    tx,
    act,
    locked,
    items.map(({ orderId, reason }) => ({
      orderId,
      to: 'requested',
      reason,
      set: { assigneeId: null, providerId: null, stationId: null, visitId: null, dueAt: act.at },
    })),
  );
}

/** Withdraws whatever offers of these orders are open or accepted. */
export async function endOffers(tx: Tx, act: Act, orderIds: readonly string[]): Promise<void> {
  if (orderIds.length === 0) return;
  const rows = await tx
    .select()
    .from(offers)
    .where(and(inArray(offers.orderId, [...orderIds]), inArray(offers.state, ['open', 'accepted'])));
  await closeOffers(
    tx,
    act,
    rows.map((offer) => ({ ...offer, state: 'withdrawn', answeredAt: offer.answeredAt ?? act.at })),
  );
}

async function lockOffers(tx: Tx, offerIds: readonly string[]) {
  if (offerIds.length === 0) return { rows: [], locked: new Map<string, OrderRow>() };
  const ids = [...new Set(offerIds)];
  const found = await tx.select({ orderId: offers.orderId }).from(offers).where(inArray(offers.id, ids));
  if (found.length < ids.length) refuse('not_found', 'offerId');
  const locked = await lockOrders(
    tx,
    found.map((row) => row.orderId),
  );
  const rows = await tx
    .select()
    .from(offers)
    .where(inArray(offers.id, ids))
    .orderBy(asc(offers.id))
    .for('update');
  return { rows, locked };
}

async function closeOffers(tx: Tx, act: Act, rows: readonly OfferRow[]): Promise<void> {
  if (rows.length === 0) return;
  const changes = rows.map(({ id, state, answeredAt, declineReason, declineNote }) => ({
    id,
    state,
    at: answeredAt,
    reason: declineReason,
    note: declineNote,
  }));
  await tx.execute(sql`
    update offers o set state = m.state, answered_at = m.at, decline_reason = m.reason, decline_note = m.note
    from jsonb_to_recordset(${JSON.stringify(changes)}::jsonb)
      as m(id uuid, state text, at timestamptz, reason text, note text)
    where o.id = m.id`);
  await announce(tx, act, rows);
}

function announce(tx: Tx, act: Act, rows: readonly OfferRow[]): Promise<void> {
  return record(
    tx,
    act,
    rows.map((offer) => ({
      kind: 'offer' as const,
      recordId: offer.id,
      personIds: [offer.personId],
      detail: { state: offer.state, order: offer.orderId, provider: offer.providerId },
    })),
  );
}

/**
 * Open offers whose time is over, oldest first, at most `limit`. Their orders are locked, as everywhere before the
 * offers themselves; those of `except`, and those that another worker or an answer holds, are skipped.
 */
export function overdueOffers(tx: Tx, at: Date, limit: number, except: readonly string[] = []) {
  return tx
    .select({ id: offers.id })
    .from(offers)
    .innerJoin(orders, eq(orders.id, offers.orderId))
    .where(and(eq(offers.state, 'open'), lte(offers.expiresAt, at), notInArray(offers.id, [...except])))
    .orderBy(asc(offers.expiresAt))
    .limit(limit)
    .for('update', { of: orders, skipLocked: true });
}
