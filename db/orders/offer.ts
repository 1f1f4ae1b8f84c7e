/** Offers (S4): one open round an order; an answer, the clock or a dispatcher ends it. */
import { and, asc, eq, or, sql } from 'drizzle-orm';
import { type Act, refuse } from '../connect/act.ts';
import { anyOf } from '../connect/anyOf.ts';
import { compiled } from '../connect/compiled.ts';
import type { Tx } from '../connect/database.ts';
import { newId } from '../connect/ids.ts';
import { insertRows } from '../connect/insertRows.ts';
import { noteAsked } from '../people/asked.ts';
import { currentPolicy } from '../services/policies.ts';
import { cancelVisits, planVisits } from '../visits/plan.ts';
import { nextLook, offerExpiry } from './askingRules.ts';
import { announceOffers, closeOffers, endOffers, withdrawn } from './closeOffers.ts';
import type { DeclineReason, OfferTerms, WithdrawnReason } from './rules.ts';
import { type OfferRow, offers } from './schema.ts';
import { tellAsked } from './telling.ts';
import {
  expectState,
  lockOrders,
  type Move,
  nobodyAssigned,
  type OrderRow,
  transition,
  visitIdsOf,
} from './transition.ts';
import { withinWeeklyCap } from './weeklyCap.ts';

export interface OfferDraft {
  orderId: string;
  kind: 'volunteer' | 'carer';
  personId: string;
  /** Who is to come along, of the same provider. */
  secondPersonId?: string | null;
  providerId: string | null;
  /** 1 for the first asked, growing as the search widens. */
  wave: number;
  distanceMetres: number;
  score: number;
  terms: OfferTerms;
}

/**
 * Asks people, those of one order together in one round; refuses an order that is not waiting to be offered. Whoever has
 * been asked as often this week as they want is left out, and an order nobody is left for waits on. One whose latest
 * start has passed is given a new one, so that whoever accepts has time to come.
 */
export async function sendOffers(tx: Tx, act: Act, drafts: readonly OfferDraft[]): Promise<OfferRow[]> {
  if (drafts.length === 0) return [];
  const policy = await currentPolicy(tx, 'orders', act.at);
  const locked = await lockOrders(
    tx,
    drafts.map((draft) => draft.orderId),
  );
  for (const order of locked.values()) expectState(order, ['requested']);
  const toleranceMs = policy.body.startToleranceMinutes * 60_000;
  const latestStartOf = ({ latestStartAt }: OrderRow) =>
    latestStartAt > act.at ? latestStartAt : new Date(act.at.getTime() + toleranceMs);
  const rounds = new Map([...locked.keys()].map((orderId) => [orderId, newId(act.at)]));
  const asks = await withinWeeklyCap(tx, drafts, act.at);
  const rows = asks.map((draft): OfferRow => {
    const order = locked.get(draft.orderId) as OrderRow;
    return {
      id: newId(act.at),
      orderId: order.id,
      state: 'open',
      kind: draft.kind,
      personId: draft.personId,
      providerId: draft.providerId,
      secondPersonId: draft.secondPersonId ?? null,
      roundId: rounds.get(order.id) as string,
      wave: draft.wave,
      askedStartAt: order.startAt,
      askedLat: order.lat,
      askedLon: order.lon,
      sentAt: act.at,
      expiresAt: offerExpiry(policy.body, { ...order, latestStartAt: latestStartOf(order) }, act.at),
      answeredAt: null,
      declineReason: null,
      declineNote: null,
      withdrawnReason: null,
      distanceMetres: draft.distanceMetres,
      score: draft.score,
      terms: draft.terms,
    };
  });
  await insertRows(tx, offers, rows);
  await transition(
    tx,
    act,
    locked,
    [...new Set(rows.map(({ orderId }) => orderId))].map((orderId) => ({
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
  await announceOffers(tx, act, rows);
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
 * Takes answers. The first acceptance of a round wins: its visits are planned, and the others of the round are told that
 * they were too late. The database refuses it with `person_busy` if the person is already promised elsewhere. When all
 * of a round have declined, the order goes on to the next. Who was too late is refused with `offer_taken`; any other
 * closed or expired offer with `offer_closed`.
 */
export async function answerOffers(tx: Tx, act: Act, answers: readonly OfferAnswer[]): Promise<OfferRow[]> {
  const { rows, others, locked } = await lockOffers(
    tx,
    answers.map((answer) => answer.offerId),
  );
  const byId = new Map(answers.map((answer) => [answer.offerId, answer]));
  const answered = rows.map((offer) => answeredBy(offer, byId.get(offer.id) as OfferAnswer, act));
  const won = new Map<string, OfferRow>();
  for (const offer of answered.filter(({ state }) => state === 'accepted')) {
    if (won.has(offer.orderId)) refuse('offer_taken', 'state', { state: 'withdrawn' });
    won.set(offer.orderId, offer);
  }
  const late = others.filter(({ orderId }) => won.has(orderId));
  await closeOffers(tx, act, [...answered, ...late.map((offer) => withdrawn(offer, act, 'taken'))]);
  await accept(tx, act, locked, [...won.values()]);
  await nextFor(
    tx,
    act,
    locked,
    answered.filter(({ orderId }) => !won.has(orderId)),
    others,
  );
  return answered;
}

function answeredBy(offer: OfferRow, answer: OfferAnswer, act: Act): OfferRow {
  if (offer.state === answer.answer) refuse('already_done', 'state', { state: offer.state });
  if (offer.withdrawnReason === 'taken') refuse('offer_taken', 'state', { state: offer.state });
  if (offer.state !== 'open') refuse('offer_closed', 'state', { state: offer.state });
  if (offer.expiresAt <= act.at) refuse('offer_closed', 'state', { state: 'expired' });
  return {
    ...offer,
    state: answer.answer,
    answeredAt: act.at,
    declineReason: answer.answer === 'declined' ? (answer.reason ?? 'other') : null,
    declineNote: answer.note ?? null,
  };
}

/** Plans the visits of accepted offers, one or two each, and assigns the orders. */
async function accept(
  tx: Tx,
  act: Act,
  locked: ReadonlyMap<string, OrderRow>,
  accepted: readonly OfferRow[],
): Promise<void> {
  const planned = await planVisits(
    tx,
    act,
    accepted.flatMap((offer) => {
      const order = locked.get(offer.orderId) as OrderRow;
      const { kind, providerId, personId, secondPersonId } = offer;
      const first = { order, kind, providerId, personId, place: 1 as const };
      return secondPersonId ? [first, { ...first, personId: secondPersonId, place: 2 as const }] : [first];
    }),
  );
  const visitOf = new Map(planned.map((visit) => [`${visit.orderId}:${visit.place}`, visit]));
  await transition(
    tx,
    act,
    locked,
    accepted.map((offer): Move => {
      const visit = visitOf.get(`${offer.orderId}:1`);
      if (!visit) throw new Error('a visit was not planned');
      return {
        orderId: offer.orderId,
        to: 'accepted',
        set: {
          assigneeId: offer.personId,
          providerId: offer.providerId,
          stationId: visit.stationId,
          visitId: visit.id,
          secondAssigneeId: offer.secondPersonId,
          secondVisitId: visitOf.get(`${offer.orderId}:2`)?.id ?? null,
          latestStartAt: visit.latestStartAt,
          escalatedAt: null,
          dueAt: null,
        },
      };
    }),
  );
}

/** Orders wait for the next to be asked when none of the round is left: at once, or in a while once a dispatcher knows. */
async function nextFor(
  tx: Tx,
  act: Act,
  locked: ReadonlyMap<string, OrderRow>,
  closed: readonly OfferRow[],
  open: readonly OfferRow[],
): Promise<void> {
  const stillAsked = new Set(open.map(({ orderId }) => orderId));
  const last = new Map(closed.filter((o) => !stillAsked.has(o.orderId)).map((o) => [o.orderId, o]));
  if (last.size === 0) return;
  const { body } = await currentPolicy(tx, 'orders', act.at);
  await transition(
    tx,
    act,
    locked,
    [...last.values()].map(({ orderId, declineReason }) => {
      const order = locked.get(orderId) as OrderRow;
      const dueAt = order.escalatedAt ? nextLook(body, order, act.at) : act.at;
      return { orderId, to: 'requested', reason: declineReason ?? 'expired', set: { dueAt } };
    }),
  );
}

/** Ends open offers whose time is over; orders of which nobody else is asked wait for the next. Others are passed over. */
export async function expireOffers(tx: Tx, act: Act, offerIds: readonly string[]): Promise<OfferRow[]> {
  const { rows, others, locked } = await lockOffers(tx, offerIds);
  const isOver = (offer: OfferRow) => offer.state === 'open' && offer.expiresAt <= act.at;
  const expired = rows
    .filter(isOver)
    .map((offer): OfferRow => ({ ...offer, state: 'expired', answeredAt: act.at }));
  await closeOffers(tx, act, expired);
  const stillOpen = rows.filter((offer) => offer.state === 'open' && !isOver(offer));
  await nextFor(tx, act, locked, expired, [...others, ...stillOpen]);
  return expired;
}

export interface Withdrawal {
  orderId: string;
  reason: string;
  /** What it says of those who were asked: a decision against them unless said otherwise. */
  as?: WithdrawnReason;
}

/** Takes back open offers or accepted visits by a dispatcher's decision; the orders wait to be offered anew. */
export async function withdrawOffers(tx: Tx, act: Act, items: readonly Withdrawal[]): Promise<void> {
  const locked = await lockOrders(
    tx,
    items.map((item) => item.orderId),
  );
  for (const order of locked.values()) expectState(order, ['offered', 'accepted']);
  for (const as of new Set(items.map((item) => item.as ?? 'withdrawn')))
    await endOffers(
      tx,
      act,
      items.filter((item) => (item.as ?? 'withdrawn') === as).map((item) => item.orderId),
      as,
    );
  await cancelVisits(tx, act, visitIdsOf(locked.values()));
  await transition(
    tx,
    act,
    locked,
    items.map(({ orderId, reason }) => ({
      orderId,
      to: 'requested',
      reason,
      set: { ...nobodyAssigned, dueAt: act.at },
    })),
  );
}

/** Nearly every answer is to one offer. */
const lockRoundOf = compiled((db) =>
  db
    .select()
    .from(offers)
    .where(
      and(
        eq(offers.orderId, sql.placeholder('orderId')),
        or(eq(offers.state, 'open'), eq(offers.id, sql.placeholder('id'))),
      ),
    )
    .orderBy(asc(offers.id))
    .for('update'),
);

/** Locks offers and whoever else is asked for the same orders; the orders first, as everywhere. */
async function lockOffers(tx: Tx, offerIds: readonly string[]) {
  if (offerIds.length === 0) return { rows: [], others: [], locked: new Map<string, OrderRow>() };
  const ids = new Set(offerIds);
  const found = await tx
    .select({ orderId: offers.orderId })
    .from(offers)
    .where(anyOf(offers.id, [...ids]));
  if (found.length < ids.size) refuse('not_found', 'offerId');
  const orderIds = [...new Set(found.map((row) => row.orderId))];
  const locked = await lockOrders(tx, orderIds);
  const all =
    ids.size === 1
      ? await lockRoundOf(tx, { orderId: orderIds[0] as string, id: offerIds[0] as string })
      : await tx
          .select()
          .from(offers)
          .where(
            and(anyOf(offers.orderId, orderIds), or(eq(offers.state, 'open'), anyOf(offers.id, [...ids]))),
          )
          .orderBy(asc(offers.id))
          .for('update');
  return {
    rows: all.filter(({ id }) => ids.has(id)),
    others: all.filter(({ id }) => !ids.has(id)),
    locked,
  };
}
