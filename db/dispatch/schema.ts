/**
 * The book of dispatch (D4): the plans made of days, where each order that waits stands in the latest of them, and which
 * days of which districts are being planned. A place is a proposal: it goes as soon as its order is offered, ends, or is
 * wanted at another time or place. Nobody is planned twice at a time; the exclusion and the triggers are written in SQL.
 */
import { sql } from 'drizzle-orm';
import {
  check,
  customType,
  date,
  doublePrecision,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  smallint,
  text,
  uuid,
} from 'drizzle-orm/pg-core';
import { bytes, instant, key } from '../connect/columns.ts';
import type { ExclusionRule } from '../orders/candidates.ts';
import { orders } from '../orders/schema.ts';
import { areas, persons } from '../people/schema.ts';
import { providers } from '../providers/schema.ts';
import { type NextBest, type PlaceTerms, type PlanCost, planKinds } from './planRules.ts';

const instantRange = customType<{ data: string }>({ dataType: () => 'tstzrange' });

/** Each plan that was put into effect: append-only. */
export const dayPlans = pgTable(
  'day_plans',
  {
    id: key(),
    day: date('day', { mode: 'string' }).notNull(),
    /** The district whose orders it places. */
    areaCode: text('area_code')
      .notNull()
      .references(() => areas.code),
    kind: text('kind', { enum: planKinds }).notNull(),
    madeAt: instant('made_at').notNull(),
    /** The policy `dispatch` under which it was made. */
    policyId: uuid('policy_id').notNull(),
    seed: integer('seed').notNull(),
    /** How long it was searched for. */
    seconds: doublePrecision('seconds').notNull(),
    cost: jsonb('cost').$type<PlanCost>().notNull(),
    measures: jsonb('measures').$type<Record<string, number | null>>().notNull(),
    /** Orders that were given a place, that nobody can serve, and that had changed while it was made. */
    placed: integer('placed').notNull(),
    unplaced: integer('unplaced').notNull(),
    passedOver: integer('passed_over').notNull(),
    /** SHA-256 of the problem it answers, as JSON. */
    problemHash: bytes('problem_hash').notNull(),
    previousId: uuid('previous_id'),
  },
  (t) => [
    index('day_plans_day').on(t.areaCode, t.day, t.id),
    check('day_plans_counts', sql`${t.placed} >= 0 and ${t.unplaced} >= 0 and ${t.passedOver} >= 0`),
  ],
);

/** The problem that a plan answers, gzipped JSON: kept for some weeks, so that the plan can be made again. */
export const planProblems = pgTable('plan_problems', {
  planId: uuid('plan_id')
    .primaryKey()
    .references(() => dayPlans.id),
  problem: bytes('problem').notNull(),
});

/** Where an order that waits stands in the latest plan; `place` is 2 for the second of two who come together. */
export const plannedVisits = pgTable(
  'planned_visits',
  {
    orderId: uuid('order_id')
      .notNull()
      .references(() => orders.id),
    place: smallint('place').notNull().default(1),
    personId: uuid('person_id')
      .notNull()
      .references(() => persons.id),
    providerId: uuid('provider_id')
      .notNull()
      .references(() => providers.id),
    day: date('day', { mode: 'string' }).notNull(),
    areaCode: text('area_code').notNull(),
    beginAt: instant('begin_at').notNull(),
    during: instantRange('during').notNull(),
    /** On the way from the visit before. */
    travelSeconds: integer('travel_seconds').notNull(),
    /** The order's version when it was planned. */
    orderVersion: integer('order_version').notNull(),
    /** Why this person (D5), and who would have been next. */
    terms: jsonb('terms').$type<PlaceTerms>().notNull(),
    nextBest: jsonb('next_best').$type<NextBest[]>().notNull(),
    planId: uuid('plan_id')
      .notNull()
      .references(() => dayPlans.id),
  },
  (t) => [
    primaryKey({ columns: [t.orderId, t.place] }),
    check('planned_visits_place', sql`${t.place} in (1, 2)`),
    check('planned_visits_travel', sql`${t.travelSeconds} >= 0`),
    index('planned_visits_day').on(t.areaCode, t.day),
    index('planned_visits_plan').on(t.planId),
  ],
);

/** Orders that wait and for which the latest plan found nobody. */
export const unplacedOrders = pgTable(
  'unplaced_orders',
  {
    orderId: uuid('order_id')
      .primaryKey()
      .references(() => orders.id),
    day: date('day', { mode: 'string' }).notNull(),
    areaCode: text('area_code').notNull(),
    orderVersion: integer('order_version').notNull(),
    /** How many of the day's people each hard rule excludes; whoever is left has no time for it. */
    excluded: jsonb('excluded').$type<{ rule: ExclusionRule; count: number }[]>().notNull(),
    planId: uuid('plan_id')
      .notNull()
      .references(() => dayPlans.id),
  },
  (t) => [index('unplaced_orders_day').on(t.areaCode, t.day)],
);

/** The days of the districts, shared out among workers: whoever holds one plans it, until the time is over. */
export const planAreas = pgTable(
  'plan_areas',
  {
    day: date('day', { mode: 'string' }).notNull(),
    areaCode: text('area_code')
      .notNull()
      .references(() => areas.code),
    /** Of the latest look at it, whether or not anything was to be planned. */
    plannedAt: instant('planned_at'),
    planId: uuid('plan_id').references(() => dayPlans.id),
    /** The claim of whoever plans it now. */
    heldBy: uuid('held_by'),
    heldUntil: instant('held_until'),
  },
  (t) => [
    primaryKey({ columns: [t.day, t.areaCode] }),
    check('plan_areas_held', sql`(${t.heldBy} is null) = (${t.heldUntil} is null)`),
  ],
);

export type DayPlanRow = typeof dayPlans.$inferSelect;
export type PlannedVisitRow = typeof plannedVisits.$inferSelect;
