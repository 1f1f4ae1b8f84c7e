/**
 * The book of visits: what was planned, the evidence of what happened (S7, append-only), and what people said
 * of it. One person is never in two visits at once (S8): `commitments` refuses the overlap.
 */
import { sql } from 'drizzle-orm';
import {
  check,
  customType,
  doublePrecision,
  index,
  integer,
  pgTable,
  smallint,
  text,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core';
import { bytes, instant, key } from '../connect/columns.ts';
import { persons } from '../people/schema.ts';
import { checkMethods, complaintKinds, exceptionCodes, visitStates } from './rules.ts';

const instantRange = customType<{ data: string }>({ dataType: () => 'tstzrange' });

export const visits = pgTable(
  'visits',
  {
    id: key(),
    orderId: uuid('order_id').notNull(),
    /** 1, or 2 for the second of two who come together. */
    place: smallint('place').notNull().default(1),
    state: text('state', { enum: visitStates }).notNull(),
    serviceCode: text('service_code').notNull(),
    elderId: uuid('elder_id').notNull(),
    personId: uuid('person_id').notNull(),
    kind: text('kind', { enum: ['volunteer', 'carer'] }).notNull(),
    providerId: uuid('provider_id'),
    stationId: uuid('station_id'),
    districtCode: text('district_code').notNull(),
    plannedStartAt: instant('planned_start_at').notNull(),
    latestStartAt: instant('latest_start_at').notNull(),
    plannedMinutes: integer('planned_minutes').notNull(),
    checkInAt: instant('check_in_at'),
    checkOutAt: instant('check_out_at'),
    /** The lower of the two check-ins' trust levels, 1 … 5. */
    trust: smallint('trust'),
    verifiedMinutes: integer('verified_minutes'),
    manualEdits: smallint('manual_edits').notNull().default(0),
    /** Set when settled, cancelled or missed: then it counts in the scores. */
    closedAt: instant('closed_at'),
  },
  (t) => [
    index('visits_order').on(t.orderId),
    index('visits_person').on(t.personId, t.plannedStartAt),
    index('visits_provider').on(t.providerId, t.plannedStartAt),
    index('visits_station').on(t.stationId, t.plannedStartAt),
    index('visits_district').on(t.districtCode, t.plannedStartAt),
    index('visits_open').on(t.plannedStartAt).where(sql`state in ('planned', 'started')`),
  ],
);

/** The raw record of each check-in and check-out: never edited. */
export const visitEvidence = pgTable(
  'visit_evidence',
  {
    id: key(),
    visitId: uuid('visit_id').notNull(),
    kind: text('kind', { enum: ['check_in', 'check_out'] }).notNull(),
    method: text('method', { enum: checkMethods }).notNull(),
    trust: smallint('trust').notNull(),
    deviceAt: instant('device_at').notNull(),
    receivedAt: instant('received_at').notNull(),
    positionSealed: bytes('position_sealed'),
    distanceMetres: integer('distance_metres'),
    accuracyMetres: integer('accuracy_metres'),
    exception: text('exception', { enum: exceptionCodes }),
    actorId: text('actor_id').notNull(),
  },
  (t) => [index('visit_evidence_visit').on(t.visitId)],
);

/** The time a person has promised to a visit; the exclusion constraint is written in SQL. */
export const commitments = pgTable(
  'commitments',
  {
    visitId: uuid('visit_id').primaryKey(),
    orderId: uuid('order_id').notNull(),
    place: smallint('place').notNull().default(1),
    personId: uuid('person_id')
      .notNull()
      .references(() => persons.id),
    during: instantRange('during').notNull(),
  },
  (t) => [uniqueIndex('commitments_one_a_place').on(t.orderId, t.place)],
);

/** Four questions, 1 … 5; one a visit and source. */
export const ratings = pgTable(
  'ratings',
  {
    id: key(),
    visitId: uuid('visit_id').notNull(),
    orderId: uuid('order_id').notNull(),
    source: text('source', { enum: ['elder', 'family', 'call_back'] }).notNull(),
    attitude: smallint('attitude').notNull(),
    skill: smallint('skill').notNull(),
    punctuality: smallint('punctuality').notNull(),
    outcome: smallint('outcome').notNull(),
    /** Mean of the four, 1 … 5. */
    mean: doublePrecision('mean').notNull(),
    commentSealed: bytes('comment_sealed'),
    at: instant('at').notNull(),
  },
  (t) => [
    uniqueIndex('ratings_once').on(t.visitId, t.source),
    check(
      'ratings_range',
      sql`${t.attitude} between 1 and 5 and ${t.skill} between 1 and 5 and ${t.punctuality} between 1 and 5 and ${t.outcome} between 1 and 5`,
    ),
  ],
);

export const complaints = pgTable(
  'complaints',
  {
    id: key(),
    orderId: uuid('order_id').notNull(),
    visitId: uuid('visit_id'),
    providerId: uuid('provider_id'),
    stationId: uuid('station_id'),
    districtCode: text('district_code').notNull(),
    kind: text('kind', { enum: complaintKinds }).notNull(),
    state: text('state', { enum: ['open', 'upheld', 'dismissed'] })
      .notNull()
      .default('open'),
    textSealed: bytes('text_sealed').notNull(),
    by: text('by').notNull(),
    at: instant('at').notNull(),
  },
  (t) => [index('complaints_order').on(t.orderId), index('complaints_visit').on(t.visitId)],
);
