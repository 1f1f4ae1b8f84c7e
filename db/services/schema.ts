/** The book of policies and of the service catalogue: every figure the city may change, versioned, never edited. */
import { sql } from 'drizzle-orm';
import {
  check,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  smallint,
  text,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core';
import { instant, key } from '../connect/columns.ts';
import { policyKinds } from './kinds.ts';

export const policies = pgTable(
  'policies',
  {
    id: key(),
    kind: text('kind', { enum: policyKinds }).notNull(),
    version: integer('version').notNull(),
    effectiveFrom: instant('effective_from').notNull(),
    author: text('author').notNull(),
    reason: text('reason').notNull(),
    body: jsonb('body').$type<Record<string, unknown>>().notNull(),
  },
  (t) => [uniqueIndex('policies_version').on(t.kind, t.version)],
);

/** S1, one row a service under a catalogue policy. */
export const services = pgTable(
  'services',
  {
    policyId: uuid('policy_id')
      .notNull()
      .references(() => policies.id),
    code: text('code').notNull(),
    zh: text('zh').notNull(),
    en: text('en').notNull(),
    category: text('category', { enum: ['daily', 'health', 'spirit', 'safety', 'respite'] }).notNull(),
    channel: text('channel', { enum: ['volunteer', 'provider', 'either'] }).notNull(),
    defaultMinutes: integer('default_minutes').notNull(),
    /** The least vocational level (5 junior … 1 senior); null where none is asked. */
    minLevel: smallint('min_level'),
    carersNeeded: smallint('carers_needed').notNull().default(1),
    /** From this ability level on (GB/T 42195, 0 … 4) two carers come; null: never for that reason. */
    twoCarersFromLevel: smallint('two_carers_from_level'),
    multiplierPercent: integer('multiplier_percent').notNull().default(100),
    /** Of a visit of the default minutes by one carer. */
    priceFen: integer('price_fen').notNull(),
    /** What a visit by two carers costs, of the price by one. */
    twoCarersPercent: smallint('two_carers_percent').notNull().default(100),
    /** What of the price the elder pays where the subsidy, the insurance or a contract pays the rest. */
    ownSharePercent: smallint('own_share_percent').notNull().default(0),
    /** The lengths that can be booked, minutes; null: any. */
    blockMinutes: integer('block_minutes').array(),
    /** Kinds of certificate that whoever comes must hold on the day, besides the level. */
    certificates: text('certificates').array().notNull().default([]),
    /** What is ticked off in a visit, as codes. */
    tasks: text('tasks').array().notNull().default([]),
    payers: text('payers').array().notNull(),
    /** Done out of sight of others: the elder's wish for a woman or man counts as a hard rule. */
    intimate: smallint('intimate').notNull().default(0),
    position: smallint('position').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.policyId, t.code] }),
    check('services_minutes', sql`${t.defaultMinutes} > 0`),
    check('services_level', sql`${t.minLevel} is null or ${t.minLevel} between 1 and 5`),
    check('services_carers', sql`${t.carersNeeded} between 1 and 2`),
    check('services_own_share', sql`${t.ownSharePercent} between 0 and 100`),
    check('services_two_carers', sql`${t.twoCarersPercent} between 100 and 200`),
    check(
      'services_two_carers_level',
      sql`${t.twoCarersFromLevel} is null or ${t.twoCarersFromLevel} between 0 and 4`,
    ),
  ],
);
