/**
 * The book of people: areas, persons and what they are to the city (elder, volunteer), and who may act for whom.
 * Identity number, phone, address, exact position and health notes are sealed; the coarse position (about 500 m)
 * is what maps and nearest-person searches see.
 */
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
import { bytes, instant, key } from '../connect/columns.ts';
import { kinDocuments, kinRelations, kinshipStates, mandateRelations } from './rules.ts';

/** The official divisions: city → district → street → community. */
export const areas = pgTable(
  'areas',
  {
    code: text('code').primaryKey(),
    level: text('level', { enum: ['city', 'district', 'street', 'community'] }).notNull(),
    name: text('name').notNull(),
    parentCode: text('parent_code'),
    lat: doublePrecision('lat').notNull(),
    lon: doublePrecision('lon').notNull(),
    population: integer('population'),
  },
  (t) => [index('areas_parent').on(t.parentCode)],
);

export const persons = pgTable(
  'persons',
  {
    id: key(),
    name: text('name').notNull(),
    gender: text('gender', { enum: ['female', 'male'] }).notNull(),
    birthDate: date('birth_date', { mode: 'string' }).notNull(),
    identityDigest: bytes('identity_digest'),
    identitySealed: bytes('identity_sealed'),
    phoneDigest: bytes('phone_digest'),
    phoneSealed: bytes('phone_sealed'),
    addressSealed: bytes('address_sealed'),
    /** JSON `{"lat":…,"lon":…}` in WGS-84. */
    positionSealed: bytes('position_sealed'),
    lat: doublePrecision('lat').notNull(),
    lon: doublePrecision('lon').notNull(),
    areaCode: text('area_code')
      .notNull()
      .references(() => areas.code),
    language: text('language', { enum: ['zh-CN', 'en'] })
      .notNull()
      .default('zh-CN'),
    createdAt: instant('created_at').notNull(),
    closedAt: instant('closed_at'),
  },
  (t) => [
    uniqueIndex('persons_identity').on(t.identityDigest),
    index('persons_phone').on(t.phoneDigest),
    index('persons_area').on(t.areaCode),
  ],
);

/** What the city knows of a person it serves (S2). */
export const elders = pgTable(
  'elders',
  {
    personId: uuid('person_id')
      .primaryKey()
      .references(() => persons.id),
    /** GB/T 42195: 0 intact … 4 complete loss. */
    abilityLevel: smallint('ability_level').notNull(),
    living: text('living', { enum: ['alone', 'empty_nest', 'with_family'] }).notNull(),
    subsidyClass: text('subsidy_class', {
      enum: ['none', 'low_income', 'minimum_income', 'special_hardship'],
    }).notNull(),
    /** T8, kept by the rule as the profile changes. */
    keyElder: boolean('key_elder').notNull(),
    /** Elders who live together share one quota of respite (S6); null: a household of one's own. */
    householdId: uuid('household_id'),
    carerGender: text('carer_gender', { enum: ['female', 'male'] }),
    hazardsSealed: bytes('hazards_sealed'),
    /** The 4 digits told at the door (S10). */
    doorCodeSealed: bytes('door_code_sealed').notNull(),
    /** Counted up to make the codes of an old tile at the door worthless. */
    doorKeyVersion: smallint('door_key_version').notNull().default(1),
  },
  (t) => [check('elders_ability', sql`${t.abilityLevel} between 0 and 4`)],
);

/** 团体志愿者: a group whose members earn hours for it; team hours can only be donated (T6). */
export const teams = pgTable('teams', {
  id: key(),
  name: text('name').notNull(),
  leaderId: uuid('leader_id')
    .notNull()
    .references(() => persons.id),
  stationId: uuid('station_id').notNull(),
  createdAt: instant('created_at').notNull(),
});

/**
 * Verified relations (T5, T6): `relativeId` is the `relation` of `personId`. Asked for by the person, verified by a
 * station against a document; one row a pair, whichever of the two asked.
 */
export const kinships = pgTable(
  'kinships',
  {
    id: key(),
    personId: uuid('person_id')
      .notNull()
      .references(() => persons.id),
    relativeId: uuid('relative_id')
      .notNull()
      .references(() => persons.id),
    relation: text('relation', { enum: kinRelations }).notNull(),
    state: text('state', { enum: kinshipStates }).notNull(),
    /** Household register, birth certificate, marriage certificate … */
    document: text('document', { enum: kinDocuments }).notNull(),
    askedBy: text('asked_by').notNull(),
    askedAt: instant('asked_at').notNull(),
    decidedBy: text('decided_by'),
    decidedAt: instant('decided_at'),
    endedBy: text('ended_by'),
    endedAt: instant('ended_at'),
    /** Of the refusal, or of the end. */
    reason: text('reason'),
  },
  (t) => [
    check('kinships_two_persons', sql`${t.personId} <> ${t.relativeId}`),
    check('kinships_second_person', sql`${t.decidedBy} is null or ${t.decidedBy} <> ${t.askedBy}`),
    check('kinships_decided', sql`${t.state} in ('asked', 'ended') or ${t.decidedBy} is not null`),
    uniqueIndex('kinships_pair')
      .on(sql`least(${t.personId}, ${t.relativeId})`, sql`greatest(${t.personId}, ${t.relativeId})`)
      .where(sql`state in ('asked', 'verified')`),
    index('kinships_person').on(t.personId),
    index('kinships_relative').on(t.relativeId),
    index('kinships_waiting').on(t.id).where(sql`state = 'asked'`),
  ],
);

export const volunteers = pgTable(
  'volunteers',
  {
    personId: uuid('person_id')
      .primaryKey()
      .references(() => persons.id),
    /** Two-level review: the station, then the platform. */
    state: text('state', {
      enum: ['applied', 'station_approved', 'active', 'suspended', 'refused'],
    }).notNull(),
    stationId: uuid('station_id').notNull(),
    maxMetres: integer('max_metres').notNull().default(3000),
    weeklyAskCap: smallint('weekly_ask_cap').notNull().default(7),
    services: text('services').array().notNull(),
    /** 团体志愿者: what they earn goes to the team. */
    teamId: uuid('team_id').references(() => teams.id),
    /** Wants to be asked only when the others have been (S4). */
    backup: boolean('backup').notNull().default(false),
    lastAskedAt: instant('last_asked_at'),
    joinedAt: instant('joined_at').notNull(),
  },
  (t) => [
    index('volunteers_station').on(t.stationId, t.state),
    index('volunteers_team').on(t.teamId).where(sql`team_id is not null`),
  ],
);

/** A person's recorded leave for another to act for them, within scopes and dates; it can be withdrawn. */
export const mandates = pgTable(
  'mandates',
  {
    id: key(),
    elderId: uuid('elder_id')
      .notNull()
      .references(() => persons.id),
    delegateId: uuid('delegate_id')
      .notNull()
      .references(() => persons.id),
    relation: text('relation', { enum: mandateRelations }).notNull(),
    scopes: text('scopes').array().notNull(),
    /** The most that the delegate may spend or give for the elder in a calendar month; null: no limit. */
    monthlyMinutes: integer('monthly_minutes'),
    validFrom: instant('valid_from').notNull(),
    validUntil: instant('valid_until'),
    revokedAt: instant('revoked_at'),
    recordedBy: text('recorded_by').notNull(),
  },
  (t) => [index('mandates_delegate').on(t.delegateId), index('mandates_elder').on(t.elderId)],
);

/** Pairs an elder does not want, or wants first (D1, D3). */
export const pairings = pgTable(
  'pairings',
  {
    elderId: uuid('elder_id')
      .notNull()
      .references(() => persons.id),
    personId: uuid('person_id')
      .notNull()
      .references(() => persons.id),
    wish: text('wish', { enum: ['blocked', 'preferred'] }).notNull(),
    reason: text('reason'),
    at: instant('at').notNull(),
  },
  (t) => [primaryKey({ columns: [t.elderId, t.personId] })],
);
