/**
 * The book of orders: what an elder asked for, its state (S3), the offers made for it (S4) and the append-only
 * history of both. A state changes only along a listed transition; at most one round of an order's offers is open.
 */
import { sql } from 'drizzle-orm';
import {
  bigint,
  boolean,
  check,
  doublePrecision,
  index,
  integer,
  jsonb,
  pgTable,
  smallint,
  text,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core';
import { bytes, instant, key } from '../connect/columns.ts';
import { areas, persons } from '../people/schema.ts';
import { providers } from '../providers/schema.ts';
import type { OfferTerms } from './rules.ts';
import { declineReasons, offerStates, orderStates, payers, urgencies, withdrawnReasons } from './rules.ts';

export const orders = pgTable(
  'orders',
  {
    id: key(),
    number: bigint('number', { mode: 'number' }).notNull(),
    state: text('state', { enum: orderStates }).notNull(),
    serviceCode: text('service_code').notNull(),
    /** The catalogue under which it was booked. */
    policyId: uuid('policy_id').notNull(),
    channel: text('channel', { enum: ['volunteer', 'provider'] }).notNull(),
    payer: text('payer', { enum: payers }).notNull(),
    urgency: text('urgency', { enum: urgencies }).notNull(),
    elderId: uuid('elder_id')
      .notNull()
      .references(() => persons.id),
    bookedBy: text('booked_by').notNull(),
    areaCode: text('area_code')
      .notNull()
      .references(() => areas.code),
    districtCode: text('district_code').notNull(),
    lat: doublePrecision('lat').notNull(),
    lon: doublePrecision('lon').notNull(),
    startAt: instant('start_at').notNull(),
    latestStartAt: instant('latest_start_at').notNull(),
    minutes: integer('minutes').notNull(),
    priceFen: integer('price_fen').notNull(),
    /** What of the price the elder pays. */
    ownShareFen: integer('own_share_fen').notNull().default(0),
    /** How many come together: 1, or 2 where the service or the elder's ability needs two. */
    carersNeeded: smallint('carers_needed').notNull().default(1),
    /** What is to be ticked off in the visit, as codes. */
    tasks: text('tasks').array().notNull().default([]),
    /** The care plan that it was made from, and the instant it stands for there; none once the plan was changed. */
    planId: uuid('plan_id'),
    planAt: instant('plan_at'),
    /** The family care bed contract that pays. */
    contractId: uuid('contract_id'),
    noteSealed: bytes('note_sealed'),
    assigneeId: uuid('assignee_id').references(() => persons.id),
    providerId: uuid('provider_id').references(() => providers.id),
    stationId: uuid('station_id'),
    visitId: uuid('visit_id'),
    /** Of the second carer, where two come. */
    secondAssigneeId: uuid('second_assignee_id').references(() => persons.id),
    secondVisitId: uuid('second_visit_id'),
    /** Since when it waits for a dispatcher, because nobody who was asked can come. */
    escalatedAt: instant('escalated_at'),
    /** Cancelled later than is free (S5). */
    cancelledLate: boolean('cancelled_late').notNull().default(false),
    /** When the worker should look at it next (offers, settlement, alerts). */
    dueAt: instant('due_at'),
    createdAt: instant('created_at').notNull(),
    updatedAt: instant('updated_at').notNull(),
    version: integer('version').notNull().default(1),
  },
  (t) => [
    check('orders_minutes', sql`${t.minutes} between 5 and 1440`),
    check('orders_carers', sql`${t.carersNeeded} between 1 and 2`),
    check('orders_own_share', sql`${t.ownShareFen} between 0 and ${t.priceFen}`),
    check('orders_window', sql`${t.startAt} <= ${t.latestStartAt}`),
    uniqueIndex('orders_number').on(t.number),
    index('orders_elder').on(t.elderId, t.startAt),
    index('orders_assignee').on(t.assigneeId, t.startAt),
    index('orders_provider').on(t.providerId, t.startAt),
    index('orders_district').on(t.districtCode, t.startAt),
    index('orders_start').on(t.startAt),
    uniqueIndex('orders_of_plan').on(t.planId, t.planAt).where(sql`plan_id is not null`),
    index('orders_contract').on(t.contractId, t.startAt).where(sql`contract_id is not null`),
    index('orders_second_assignee')
      .on(t.secondAssigneeId, t.startAt)
      .where(sql`second_assignee_id is not null`),
    index('orders_due').on(t.dueAt).where(sql`due_at is not null`),
    index('orders_escalated')
      .on(t.districtCode, t.escalatedAt)
      .where(sql`escalated_at is not null and state in ('requested', 'offered')`),
    index('orders_unassigned').on(t.startAt).where(sql`state in ('requested', 'offered')`),
    index('orders_unconfirmed').on(t.districtCode, t.dueAt, t.id).where(sql`state = 'finished'`),
    index('orders_unbegun').on(t.latestStartAt).where(sql`state = 'accepted'`),
    index('orders_live')
      .on(t.districtCode, t.startAt)
      .where(sql`state not in ('settled', 'cancelled', 'unserved')`),
  ],
);

/** Each change of state: who, when, why. Append-only; partitioned by month of its key. */
export const orderHistory = pgTable(
  'order_history',
  {
    id: key(),
    orderId: uuid('order_id').notNull(),
    /** The order's version after the change: 1 when it was booked. */
    version: integer('version').notNull(),
    fromState: text('from_state', { enum: orderStates }),
    toState: text('to_state', { enum: orderStates }).notNull(),
    at: instant('at').notNull(),
    actorId: text('actor_id').notNull(),
    actorRole: text('actor_role').notNull(),
    onBehalfOf: uuid('on_behalf_of'),
    reason: text('reason'),
  },
  (t) => [index('order_history_order').on(t.orderId)],
);

export const offers = pgTable(
  'offers',
  {
    id: key(),
    orderId: uuid('order_id')
      .notNull()
      .references(() => orders.id),
    state: text('state', { enum: offerStates }).notNull(),
    kind: text('kind', { enum: ['volunteer', 'carer'] }).notNull(),
    /** The volunteer asked, or the carer proposed to the provider. */
    personId: uuid('person_id')
      .notNull()
      .references(() => persons.id),
    providerId: uuid('provider_id').references(() => providers.id),
    /** The carer who is to come as the second, where two come. */
    secondPersonId: uuid('second_person_id').references(() => persons.id),
    /** All who are asked at the same time; the first acceptance wins. At most one round of an order is open. */
    roundId: uuid('round_id').notNull(),
    wave: smallint('wave').notNull(),
    /** The time and place it was asked for: whoever declined is asked again when these have changed. */
    askedStartAt: instant('asked_start_at').notNull(),
    askedLat: doublePrecision('asked_lat').notNull(),
    askedLon: doublePrecision('asked_lon').notNull(),
    sentAt: instant('sent_at').notNull(),
    expiresAt: instant('expires_at').notNull(),
    answeredAt: instant('answered_at'),
    declineReason: text('decline_reason', { enum: declineReasons }),
    declineNote: text('decline_note'),
    /** Why it was withdrawn: somebody else was quicker, or the order moved on. */
    withdrawnReason: text('withdrawn_reason', { enum: withdrawnReasons }),
    distanceMetres: integer('distance_metres').notNull(),
    score: doublePrecision('score').notNull(),
    terms: jsonb('terms').$type<OfferTerms>().notNull(),
  },
  (t) => [
    uniqueIndex('offers_person_once').on(t.orderId, t.personId).where(sql`state = 'open'`),
    uniqueIndex('offers_one_accepted').on(t.orderId).where(sql`state = 'accepted'`),
    index('offers_order').on(t.orderId),
    index('offers_person').on(t.personId, t.sentAt),
    index('offers_provider').on(t.providerId, t.sentAt),
    index('offers_open_person').on(t.personId).where(sql`state = 'open'`),
    index('offers_open_second')
      .on(t.secondPersonId)
      .where(sql`state = 'open' and second_person_id is not null`),
    check(
      'offers_second_of_provider',
      sql`${t.secondPersonId} is null or ${t.secondPersonId} <> ${t.personId} and ${t.providerId} is not null`,
    ),
    index('offers_expiry').on(t.expiresAt).where(sql`state = 'open'`),
  ],
);

export type OfferRow = typeof offers.$inferSelect;
