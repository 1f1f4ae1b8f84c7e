/** The book of providers, their carers and shifts, and the city's stations, meal points and centres. */
import { sql } from 'drizzle-orm';
import {
  boolean,
  check,
  date,
  doublePrecision,
  index,
  integer,
  pgTable,
  primaryKey,
  smallint,
  text,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core';
import { instant, key } from '../connect/columns.ts';
import { areas, persons } from '../people/schema.ts';

export const providers = pgTable(
  'providers',
  {
    id: key(),
    name: text('name').notNull(),
    /** 统一社会信用代码, GB 32100. */
    creditCode: text('credit_code').notNull(),
    state: text('state', { enum: ['active', 'suspended', 'closed'] })
      .notNull()
      .default('active'),
    areaCode: text('area_code')
      .notNull()
      .references(() => areas.code),
    /** District codes it is licensed to serve. */
    districts: text('districts').array().notNull(),
    services: text('services').array().notNull(),
    phone: text('phone').notNull(),
    lat: doublePrecision('lat').notNull(),
    lon: doublePrecision('lon').notNull(),
    createdAt: instant('created_at').notNull(),
  },
  (t) => [uniqueIndex('providers_credit_code').on(t.creditCode)],
);

export const carers = pgTable(
  'carers',
  {
    personId: uuid('person_id')
      .primaryKey()
      .references(() => persons.id),
    providerId: uuid('provider_id')
      .notNull()
      .references(() => providers.id),
    state: text('state', { enum: ['active', 'left'] })
      .notNull()
      .default('active'),
    /** Vocational level: 5 junior … 1 senior technician. */
    level: smallint('level').notNull(),
    certificateNumber: text('certificate_number').notNull(),
    certificateUntil: date('certificate_until', { mode: 'string' }).notNull(),
    /** Stays with somebody for a block of many hours (S6), also outside the weekly hours. */
    takesBlocks: boolean('takes_blocks').notNull().default(false),
  },
  (t) => [
    check('carers_level', sql`${t.level} between 1 and 5`),
    uniqueIndex('carers_certificate').on(t.certificateNumber),
    index('carers_provider').on(t.providerId),
  ],
);

/**
 * Weekly working hours, minutes since midnight in Asia/Shanghai; weekday 1 Monday … 7 Sunday. A day may have several
 * shifts; one that ends beyond 1440 ends on the next day.
 */
export const shifts = pgTable(
  'shifts',
  {
    carerId: uuid('carer_id')
      .notNull()
      .references(() => carers.personId),
    weekday: smallint('weekday').notNull(),
    startMinute: integer('start_minute').notNull(),
    endMinute: integer('end_minute').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.carerId, t.weekday, t.startMinute] }),
    check(
      'shifts_times',
      sql`${t.startMinute} between 0 and 1439 and ${t.endMinute} > ${t.startMinute} and ${t.endMinute} <= ${t.startMinute} + 1440`,
    ),
    check('shifts_weekday', sql`${t.weekday} between 1 and 7`),
  ],
);

/** Community desks of the time bank (`station`), meal points and comprehensive centres. */
export const stations = pgTable(
  'stations',
  {
    id: key(),
    code: text('code').notNull(),
    name: text('name').notNull(),
    kind: text('kind', { enum: ['station', 'meal_point', 'centre'] }).notNull(),
    areaCode: text('area_code')
      .notNull()
      .references(() => areas.code),
    phone: text('phone').notNull(),
    lat: doublePrecision('lat').notNull(),
    lon: doublePrecision('lon').notNull(),
    createdAt: instant('created_at').notNull(),
  },
  (t) => [uniqueIndex('stations_code').on(t.code), index('stations_area').on(t.areaCode)],
);
