/**
 * The book of respite (S6): beds, the nights for which each is taken, stays with their append-only history, what a
 * household has used of its quota, and handover notes. No bed is taken twice for a night and nobody sleeps in two:
 * exclusion constraints refuse it.
 */
import { sql } from 'drizzle-orm';
import {
  check,
  customType,
  date,
  index,
  integer,
  pgTable,
  primaryKey,
  smallint,
  text,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core';
import { bytes, instant, key } from '../connect/columns.ts';
import { areas, persons } from '../people/schema.ts';
import { providers } from '../providers/schema.ts';
import { bedKinds, noteMoments, stayPayers, stayStates } from './rules.ts';

/** Days from the first on, without the last: `[2026-05-01,2026-05-04)` are three nights. */
const dayRange = customType<{ data: string }>({ dataType: () => 'daterange' });

export const beds = pgTable(
  'beds',
  {
    id: key(),
    providerId: uuid('provider_id')
      .notNull()
      .references(() => providers.id),
    kind: text('kind', { enum: bedKinds }).notNull(),
    /** What is written at the bed: house, room, number. */
    label: text('label').notNull(),
    /** A night's price. */
    priceFen: integer('price_fen').notNull(),
    serviceFrom: date('service_from', { mode: 'string' }).notNull(),
    /** The first night for which it is given up; null: in service. */
    serviceUntil: date('service_until', { mode: 'string' }),
    createdAt: instant('created_at').notNull(),
  },
  (t) => [
    check('beds_price', sql`${t.priceFen} >= 0`),
    check('beds_service', sql`${t.serviceUntil} is null or ${t.serviceFrom} < ${t.serviceUntil}`),
    uniqueIndex('beds_label').on(t.providerId, t.label),
    index('beds_kind').on(t.kind, t.providerId),
  ],
);

/** The nights for which a bed is taken: by a stay, whose id it has, or by maintenance. The exclusion is written in SQL. */
export const bedUses = pgTable('bed_uses', {
  id: key(),
  bedId: uuid('bed_id')
    .notNull()
    .references(() => beds.id),
  use: text('use', { enum: ['stay', 'maintenance'] }).notNull(),
  nights: dayRange('nights').notNull(),
  reason: text('reason'),
});

export const stays = pgTable(
  'stays',
  {
    id: key(),
    state: text('state', { enum: stayStates }).notNull(),
    elderId: uuid('elder_id')
      .notNull()
      .references(() => persons.id),
    areaCode: text('area_code')
      .notNull()
      .references(() => areas.code),
    kind: text('kind', { enum: bedKinds }).notNull(),
    nights: dayRange('nights').notNull(),
    /** Who waits would also begin so many days earlier or later. */
    flexibleDays: smallint('flexible_days').notNull().default(0),
    /** The provider asked for, or of the bed; null: any. */
    providerId: uuid('provider_id').references(() => providers.id),
    bedId: uuid('bed_id').references(() => beds.id),
    payer: text('payer', { enum: stayPayers }).notNull(),
    /** A night's price and what of it the elder pays, as booked; null while nothing is offered. */
    priceFen: integer('price_fen'),
    ownShareFen: integer('own_share_fen'),
    /** The nights asked for, kept while others are offered in their place. */
    wishedNights: dayRange('wished_nights').notNull(),
    /** Until when a freed bed is kept for whoever waits. */
    answerBy: instant('answer_by'),
    /** Offers that ran out or were refused. */
    offersPassed: smallint('offers_passed').notNull().default(0),
    bookedBy: text('booked_by').notNull(),
    arrivedAt: instant('arrived_at'),
    leftAt: instant('left_at'),
    nightsStayed: smallint('nights_stayed'),
    createdAt: instant('created_at').notNull(),
    updatedAt: instant('updated_at').notNull(),
    version: integer('version').notNull().default(1),
  },
  (t) => [
    check(
      'stays_nights',
      sql`not isempty(${t.nights}) and not lower_inf(${t.nights}) and not upper_inf(${t.nights})`,
    ),
    check('stays_bed', sql`${t.state} in ('waiting', 'cancelled', 'declined') or ${t.bedId} is not null`),
    check('stays_own_share', sql`${t.ownShareFen} is null or ${t.ownShareFen} between 0 and ${t.priceFen}`),
    check('stays_answer', sql`(${t.state} = 'offered') = (${t.answerBy} is not null)`),
    index('stays_elder').on(t.elderId, t.id),
    index('stays_provider').on(t.providerId, t.id),
    index('stays_area').on(t.areaCode, t.id),
    index('stays_waiting').on(t.offersPassed, t.id).where(sql`state = 'waiting'`),
    index('stays_offered').on(t.answerBy).where(sql`state = 'offered'`),
    index('stays_booked').on(sql`lower(nights)`).where(sql`state = 'booked'`),
  ],
);

/** Each change of a stay: who, when, why. Append-only. */
export const stayHistory = pgTable(
  'stay_history',
  {
    id: key(),
    stayId: uuid('stay_id')
      .notNull()
      .references(() => stays.id),
    /** The stay's version after the change: 1 for the first. */
    version: integer('version').notNull(),
    fromState: text('from_state', { enum: stayStates }),
    toState: text('to_state', { enum: stayStates }).notNull(),
    at: instant('at').notNull(),
    actorId: text('actor_id').notNull(),
    actorRole: text('actor_role').notNull(),
    onBehalfOf: uuid('on_behalf_of'),
    reason: text('reason'),
  },
  (t) => [uniqueIndex('stay_history_stay').on(t.stayId, t.version)],
);

/** What a household has used in a calendar year; locked by whoever books, so that two at once cannot pass the quota. */
export const respiteUse = pgTable(
  'respite_use',
  {
    householdId: uuid('household_id').notNull(),
    year: smallint('year').notNull(),
    nights: integer('nights').notNull(),
    blocks: integer('blocks').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.householdId, t.year] }),
    check('respite_use_counts', sql`${t.nights} >= 0 and ${t.blocks} >= 0`),
  ],
);

/** What each stay, or order of a block at home, has taken from the quota of which household. */
export const respiteTakings = pgTable(
  'respite_takings',
  {
    /** The stay's id, or the order's. */
    recordId: uuid('record_id').notNull(),
    year: smallint('year').notNull(),
    householdId: uuid('household_id').notNull(),
    nights: integer('nights').notNull(),
    blocks: integer('blocks').notNull(),
  },
  (t) => [primaryKey({ columns: [t.recordId, t.year] })],
);

/** What those who look after somebody tell each other: of a stay, or of a block at home (an order). Append-only. */
export const handoverNotes = pgTable(
  'handover_notes',
  {
    id: key(),
    stayId: uuid('stay_id').references(() => stays.id),
    orderId: uuid('order_id'),
    moment: text('moment', { enum: noteMoments }).notNull(),
    textSealed: bytes('text_sealed').notNull(),
    actorId: text('actor_id').notNull(),
    actorRole: text('actor_role').notNull(),
    at: instant('at').notNull(),
  },
  (t) => [
    check('handover_notes_of_one', sql`(${t.stayId} is null) <> (${t.orderId} is null)`),
    index('handover_notes_stay').on(t.stayId, t.id).where(sql`stay_id is not null`),
    index('handover_notes_order').on(t.orderId, t.id).where(sql`order_id is not null`),
  ],
);
