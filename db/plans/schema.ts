/**
 * The book of care plans (S5): visits that come again by a rule. The worker books them some days ahead; every instant
 * that the rule names is booked, skipped or refused once.
 */
import { sql } from 'drizzle-orm';
import { check, date, index, integer, pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core';
import { roles } from '../connect/act.ts';
import { bytes, instant, key } from '../connect/columns.ts';
import { payers } from '../orders/rules.ts';
import { orders } from '../orders/schema.ts';
import { persons } from '../people/schema.ts';
import { holidayRules, occurrenceStates, planStates } from './rules.ts';

export const carePlans = pgTable(
  'care_plans',
  {
    id: key(),
    state: text('state', { enum: planStates }).notNull(),
    elderId: uuid('elder_id')
      .notNull()
      .references(() => persons.id),
    serviceCode: text('service_code').notNull(),
    payer: text('payer', { enum: payers }).notNull(),
    /** Whose hours pay (T5). */
    holderId: uuid('holder_id')
      .notNull()
      .references(() => persons.id),
    minutes: integer('minutes').notNull(),
    /** What is to be ticked off in every visit; null: the service's own list. */
    tasks: text('tasks').array(),
    noteSealed: bytes('note_sealed'),
    /** Where the rule begins, and the clock that its times are read by. */
    firstAt: instant('first_at').notNull(),
    timeZone: text('time_zone').notNull(),
    /** RFC 5545, without its beginning: `FREQ=WEEKLY;BYDAY=MO`. */
    rule: text('rule').notNull(),
    /** Ends before this instant, where another plan goes on; null: as the rule says. */
    endsBefore: instant('ends_before'),
    /** Days on which there is no visit. */
    exceptions: date('exceptions', { mode: 'string' }).array().notNull(),
    holidays: text('holidays', { enum: holidayRules }).notNull(),
    /** The plan that this one goes on from. */
    follows: uuid('follows'),
    /** Who made it, and for whom: every visit is booked in their name. */
    bookedBy: text('booked_by').notNull(),
    bookedByRole: text('booked_by_role', { enum: roles }).notNull(),
    onBehalfOf: uuid('on_behalf_of'),
    /** The family member who made it: visits are booked as long as the elder's consent lasts. */
    delegateId: uuid('delegate_id').references(() => persons.id),
    /** When the worker should look at it next. */
    dueAt: instant('due_at'),
    createdAt: instant('created_at').notNull(),
    updatedAt: instant('updated_at').notNull(),
    version: integer('version').notNull(),
  },
  (t) => [
    check('care_plans_minutes', sql`${t.minutes} between 5 and 1440`),
    check('care_plans_due', sql`${t.state} = 'active' or ${t.dueAt} is null`),
    index('care_plans_elder').on(t.elderId, t.id),
    index('care_plans_due_at').on(t.dueAt).where(sql`due_at is not null`),
  ],
);

/** What became of each instant that a plan's rule names. */
export const planOccurrences = pgTable(
  'plan_occurrences',
  {
    planId: uuid('plan_id')
      .notNull()
      .references(() => carePlans.id),
    /** As the rule has it; the visit itself may begin on another day, after a holiday. */
    at: instant('at').notNull(),
    startAt: instant('start_at').notNull(),
    state: text('state', { enum: occurrenceStates }).notNull(),
    orderId: uuid('order_id').references(() => orders.id),
    /** Why it was skipped or refused: `exception`, `holiday`, or the code of the refusal. */
    reason: text('reason'),
    triedAt: instant('tried_at').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.planId, t.at] }),
    index('plan_occurrences_order_id').on(t.orderId).where(sql`order_id is not null`),
    check('plan_occurrences_order', sql`(${t.state} = 'booked') = (${t.orderId} is not null)`),
    check('plan_occurrences_reason', sql`(${t.state} = 'booked') = (${t.reason} is null)`),
  ],
);
