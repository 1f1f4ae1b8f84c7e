/** Offers as those see them whom they ask, and as an order's detail tells them. */
import { and, asc, desc, eq, sql } from 'drizzle-orm';
import { alias, type PgColumn } from 'drizzle-orm/pg-core';
import { compiled } from '../connect/compiled.ts';
import type { Database, Tx } from '../connect/database.ts';
import type { Reach } from '../connect/reach.ts';
import { persons } from '../people/schema.ts';
import type { DeclineReason, OfferState, OfferTerms, WithdrawnReason } from './rules.ts';
import { offers } from './schema.ts';
import { type OrderView, ordersById } from './views.ts';

export interface OfferView {
  id: string;
  orderId: string;
  state: OfferState;
  to: { personId: string; name: string; kind: 'volunteer' | 'carer' };
  /** Who is to come along, where two do. */
  second: { personId: string; name: string; kind: 'carer' } | null;
  /** All asked at the same time share it. */
  roundId: string;
  wave: number;
  providerId: string | null;
  sentAt: Date;
  expiresAt: Date;
  answeredAt: Date | null;
  declineReason: DeclineReason | null;
  withdrawnReason: WithdrawnReason | null;
  /** Why this person was asked (D5). */
  why: { distanceM: number; score: number; terms: OfferTerms };
}

const ORDER_OFFERS = 50;

const second = alias(persons, 'second');

const select = (db: Database | Tx) =>
  db
    .select({ offer: offers, name: persons.name, secondName: second.name })
    .from(offers)
    .innerJoin(persons, eq(persons.id, offers.personId))
    .leftJoin(second, eq(second.id, offers.secondPersonId));

function view({ offer, name, secondName }: Awaited<ReturnType<typeof select>>[number]): OfferView {
  return {
    id: offer.id,
    orderId: offer.orderId,
    state: offer.state,
    to: { personId: offer.personId, name, kind: offer.kind },
    second: offer.secondPersonId
      ? { personId: offer.secondPersonId, name: secondName ?? '', kind: 'carer' }
      : null,
    roundId: offer.roundId,
    wave: offer.wave,
    providerId: offer.providerId,
    sentAt: offer.sentAt,
    expiresAt: offer.expiresAt,
    answeredAt: offer.answeredAt,
    declineReason: offer.declineReason,
    withdrawnReason: offer.withdrawnReason,
    why: { distanceM: offer.distanceMetres, score: offer.score, terms: offer.terms },
  };
}

/** Whose offers a reach sees, by the column that names them; null sees all, or for the other reaches none. */
function askedBy(reach: Reach): { column: PgColumn; id: string } | null {
  if (reach.kind === 'assignee') return { column: offers.personId, id: reach.personId };
  return reach.kind === 'provider' ? { column: offers.providerId, id: reach.providerId } : null;
}

const selectOne = compiled((db) => select(db).where(eq(offers.id, sql.placeholder('id'))));

/** Whether an offer that has been read lies within a reach. */
function isWithin(reach: Reach, offer: typeof offers.$inferSelect): boolean {
  if (reach.kind === 'assignee') return offer.personId === reach.personId;
  if (reach.kind === 'provider') return offer.providerId === reach.providerId;
  return reach.kind === 'all';
}

const lists = new Map<string, ReturnType<typeof listOf>>();

/** The select of a list: of those whom a column names or of all, in one state or in any, from the beginning or from one on. */
function listOf(column: PgColumn | undefined, state: OfferState | null, isAfter: boolean) {
  const after = sql`(${offers.sentAt}, ${offers.id}) < (${sql.placeholder('sentAt')}::timestamptz, ${sql.placeholder('id')}::uuid)`;
  return compiled((db) =>
    select(db)
      .where(
        and(
          column && eq(column, sql.placeholder('asked')),
          state ? eq(offers.state, state) : undefined,
          isAfter ? after : undefined,
        ),
      )
      .orderBy(desc(offers.sentAt), desc(offers.id))
      .limit(sql.placeholder('limit')),
  );
}

/** Offers to a volunteer or to a provider, each with its order, latest first, at most `limit`. */
export async function listOffers(
  db: Database | Tx,
  reach: Reach,
  state: OfferState | null,
  limit: number,
  after: { sentAt: Date; id: string } | null,
): Promise<(OfferView & { order: OrderView })[]> {
  const asked = askedBy(reach);
  if (!asked && reach.kind !== 'all') return [];
  const name = `${asked?.column.name} ${state} ${after !== null}`;
  const list = lists.get(name) ?? listOf(asked?.column, state, after !== null);
  lists.set(name, list);
  const rows = await list(db, {
    limit,
    ...(asked && { asked: asked.id }),
    ...(after && { sentAt: after.sentAt.toISOString(), id: after.id }),
  });
  const found = await ordersById(db, reach, [...new Set(rows.map(({ offer }) => offer.orderId))]);
  return rows.flatMap((row) => {
    const order = found.get(row.offer.orderId);
    return order ? [{ ...view(row), order }] : [];
  });
}

/** One offer within reach, with its order; undefined when there is none. */
export async function findOffer(
  db: Database | Tx,
  reach: Reach,
  id: string,
): Promise<(OfferView & { order: OrderView }) | undefined> {
  const [row] = await selectOne(db, { id });
  if (!row || !isWithin(reach, row.offer)) return undefined;
  const order = (await ordersById(db, reach, [row.offer.orderId])).get(row.offer.orderId);
  return order && { ...view(row), order };
}

/**
 * The offers made for an order, oldest first. The elder's side learns who comes, not who declined; a volunteer
 * and a provider see their own.
 */
export async function offersOfOrder(db: Database | Tx, reach: Reach, orderId: string): Promise<OfferView[]> {
  const asked = askedBy(reach);
  const own = asked ? eq(asked.column, asked.id) : undefined;
  const rows = await select(db)
    .where(
      and(
        eq(offers.orderId, orderId),
        own,
        reach.kind === 'elders' ? eq(offers.state, 'accepted') : undefined,
      ),
    )
    .orderBy(asc(offers.sentAt), desc(offers.score), asc(offers.id))
    .limit(ORDER_OFFERS);
  return rows.map(view);
}
