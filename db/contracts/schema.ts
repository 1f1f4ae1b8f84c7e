/**
 * The book of family care bed contracts: what a provider promises to an elder at home, the equipment it installs, and
 * what came of it month by month. An elder has at most one active contract on a day: an exclusion constraint keeps it.
 */
import { sql } from 'drizzle-orm';
import {
  boolean,
  check,
  date,
  index,
  integer,
  pgTable,
  primaryKey,
  smallint,
  text,
  uuid,
} from 'drizzle-orm/pg-core';
import { instant, key } from '../connect/columns.ts';
import { areas, persons } from '../people/schema.ts';
import { providers } from '../providers/schema.ts';
import { contractStates, endReasons, equipmentStates } from './rules.ts';

export const contracts = pgTable(
  'contracts',
  {
    id: key(),
    state: text('state', { enum: contractStates }).notNull(),
    elderId: uuid('elder_id')
      .notNull()
      .references(() => persons.id),
    areaCode: text('area_code')
      .notNull()
      .references(() => areas.code),
    providerId: uuid('provider_id')
      .notNull()
      .references(() => providers.id),
    startsOn: date('starts_on', { mode: 'string' }).notNull(),
    /** The first day on which it no longer holds; null: until it is ended. */
    endsOn: date('ends_on', { mode: 'string' }),
    /** The fewest visits a month. */
    leastVisits: smallint('least_visits').notNull(),
    /** SHA-256 of the signed document, hexadecimal. */
    documentDigest: text('document_digest').notNull(),
    elderSignedBy: text('elder_signed_by'),
    elderSignedAt: instant('elder_signed_at'),
    providerSignedBy: text('provider_signed_by'),
    providerSignedAt: instant('provider_signed_at'),
    /** Of one in force: it is under notice, and ends on `endsOn` for this reason. */
    endReason: text('end_reason', { enum: endReasons }),
    createdAt: instant('created_at').notNull(),
    updatedAt: instant('updated_at').notNull(),
    version: integer('version').notNull().default(1),
  },
  (t) => [
    check('contracts_span', sql`${t.endsOn} is null or ${t.startsOn} < ${t.endsOn} or ${t.state} = 'ended'`),
    check('contracts_least_visits', sql`${t.leastVisits} between 1 and 200`),
    check('contracts_digest', sql`${t.documentDigest} ~ '^[0-9a-f]{64}$'`),
    check(
      'contracts_signed',
      sql`${t.state} <> 'active' or (${t.elderSignedAt} is not null and ${t.providerSignedAt} is not null)`,
    ),
    check(
      'contracts_ended',
      sql`case ${t.state} when 'ended' then ${t.endReason} is not null when 'draft' then ${t.endReason} is null
        else ${t.endReason} is null or ${t.endsOn} is not null end`,
    ),
    index('contracts_elder').on(t.elderId, t.id),
    index('contracts_provider').on(t.providerId, t.id),
    index('contracts_area').on(t.areaCode, t.id),
    index('contracts_running_out').on(t.endsOn).where(sql`state = 'active' and ends_on is not null`),
  ],
);

/** Services promised, with how often a month. */
export const contractServices = pgTable(
  'contract_services',
  {
    contractId: uuid('contract_id')
      .notNull()
      .references(() => contracts.id),
    serviceCode: text('service_code').notNull(),
    timesAMonth: smallint('times_a_month').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.contractId, t.serviceCode] }),
    check('contract_services_times', sql`${t.timesAMonth} between 1 and 200`),
  ],
);

export const contractEquipment = pgTable(
  'contract_equipment',
  {
    id: key(),
    contractId: uuid('contract_id')
      .notNull()
      .references(() => contracts.id),
    /** Such as `care_bed`, `mattress`, `call_button`, `motion_sensor`. */
    code: text('code').notNull(),
    name: text('name').notNull(),
    serial: text('serial').notNull(),
    state: text('state', { enum: equipmentStates }).notNull(),
    installedAt: instant('installed_at').notNull(),
    returnedAt: instant('returned_at'),
  },
  (t) => [
    check('contract_equipment_returned', sql`(${t.state} = 'returned') = (${t.returnedAt} is not null)`),
    index('contract_equipment_contract').on(t.contractId),
  ],
);

/** Each step of a contract: who, when, why. Append-only. */
export const contractHistory = pgTable(
  'contract_history',
  {
    id: key(),
    contractId: uuid('contract_id')
      .notNull()
      .references(() => contracts.id),
    /** Such as `drafted`, `signed`, `notice`, `ended`, `equipment`. */
    step: text('step').notNull(),
    at: instant('at').notNull(),
    actorId: text('actor_id').notNull(),
    actorRole: text('actor_role').notNull(),
    onBehalfOf: uuid('on_behalf_of'),
    reason: text('reason'),
  },
  (t) => [index('contract_history_contract').on(t.contractId, t.id)],
);

/** What a month came to, reckoned once it was over. Append-only. */
export const contractMonths = pgTable(
  'contract_months',
  {
    contractId: uuid('contract_id')
      .notNull()
      .references(() => contracts.id),
    /** `YYYY-MM`. */
    month: text('month').notNull(),
    promised: integer('promised').notNull(),
    done: integer('done').notNull(),
    minutes: integer('minutes').notNull(),
    isShort: boolean('is_short').notNull(),
    reckonedAt: instant('reckoned_at').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.contractId, t.month] }),
    index('contract_months_short').on(t.month, t.contractId).where(sql`is_short`),
  ],
);
