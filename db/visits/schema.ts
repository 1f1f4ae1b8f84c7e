/**
 * The book of visits: what was planned, the evidence of what happened (S7, append-only), and what people said
 * of it. One person is never in two visits at once (S8): `commitments` refuses the overlap.
 */
import { sql } from 'drizzle-orm';
import {
  bigint,
  boolean,
  check,
  customType,
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
import { persons } from '../people/schema.ts';
import {
  actionCodes,
  checkMethods,
  editReasons,
  editStates,
  evidenceOutcomes,
  evidenceSignals,
  exceptionCodes,
  noteKinds,
  reasonSubjects,
  unlockStates,
  uploadKinds,
  uploadOutcomes,
  visitStates,
} from './rules.ts';

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
    index('visits_elder').on(t.elderId, t.plannedStartAt),
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
    /** Why it was not as it should be, as people say it; of a sheet of paper also what was done about it. */
    reasonCode: text('reason_code', { enum: editReasons }),
    actionCode: text('action_code', { enum: actionCodes }),
    signals: text('signals', { enum: evidenceSignals }).array().notNull().default([]),
    /** What the phone said of itself: which it is, how many acts it had recorded, whether its position is a made-up one. */
    deviceId: uuid('device_id'),
    counter: bigint('counter', { mode: 'number' }),
    mockLocation: boolean('mock_location'),
    /** How far the phone's clock was ahead of ours when it sent, seconds; null where nothing was sent later. */
    skewSeconds: integer('skew_seconds'),
    /** The very text that the phone signed, sealed, and its signature: both can be checked at any time. */
    signedSealed: bytes('signed_sealed'),
    signature: bytes('signature'),
    /** `superseded`: somebody had checked in before, and that stands. */
    outcome: text('outcome', { enum: evidenceOutcomes }).notNull().default('taken'),
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

/** Phones of carers and volunteers that sign what they record, so that it can be told later who recorded it, in which order. */
export const devices = pgTable(
  'devices',
  {
    id: uuid('id').primaryKey(),
    personId: uuid('person_id')
      .notNull()
      .references(() => persons.id),
    /** ECDSA P-256, SubjectPublicKeyInfo. */
    publicKey: bytes('public_key').notNull(),
    label: text('label').notNull(),
    lastCounter: bigint('last_counter', { mode: 'number' }).notNull().default(0),
    registeredAt: instant('registered_at').notNull(),
    lastSeenAt: instant('last_seen_at').notNull(),
    revokedAt: instant('revoked_at'),
  },
  (t) => [index('devices_person').on(t.personId)],
);

/** What a phone sent, by the phone's own id of it: taken once, however often it comes. Kept while it could come again. */
export const visitUploads = pgTable(
  'visit_uploads',
  {
    id: uuid('id').primaryKey(),
    deviceId: uuid('device_id').notNull(),
    visitId: uuid('visit_id').notNull(),
    kind: text('kind', { enum: uploadKinds }).notNull(),
    counter: bigint('counter', { mode: 'number' }).notNull(),
    outcome: text('outcome', { enum: uploadOutcomes }).notNull(),
    /** Why it was refused. */
    code: text('code'),
    receivedAt: instant('received_at').notNull(),
  },
  (t) => [index('visit_uploads_received').on(t.receivedAt)],
);

/** What was said and ticked off in a visit, and on its edits: never edited. Partitioned by month of its key. */
export const visitNotes = pgTable(
  'visit_notes',
  {
    id: key(),
    visitId: uuid('visit_id').notNull(),
    kind: text('kind', { enum: noteKinds }).notNull(),
    taskCode: text('task_code'),
    done: boolean('done'),
    /** Of a reason: of which check, or of being at two visits at once, and which. */
    about: text('about', { enum: reasonSubjects }),
    reasonCode: text('reason_code', { enum: editReasons }),
    textSealed: bytes('text_sealed'),
    deviceAt: instant('device_at').notNull(),
    receivedAt: instant('received_at').notNull(),
    actorId: text('actor_id').notNull(),
  },
  (t) => [
    index('visit_notes_visit').on(t.visitId),
    check(
      'visit_notes_task',
      sql`(${t.kind} = 'task') = (${t.taskCode} is not null and ${t.done} is not null)`,
    ),
    check(
      'visit_notes_reason',
      sql`(${t.kind} = 'reason') = (${t.about} is not null and ${t.reasonCode} is not null)`,
    ),
  ],
);

/** Pictures of a visit, sealed; few and small. */
export const visitPhotos = pgTable(
  'visit_photos',
  {
    id: key(),
    visitId: uuid('visit_id').notNull(),
    mediaType: text('media_type', { enum: ['image/jpeg', 'image/webp'] }).notNull(),
    bytes: integer('bytes').notNull(),
    sealed: bytes('sealed').notNull(),
    actorId: text('actor_id').notNull(),
    at: instant('at').notNull(),
  },
  (t) => [
    index('visit_photos_visit').on(t.visitId),
    check('visit_photos_size', sql`${t.bytes} between 1 and 500000`),
  ],
);

/** Corrections of a visit's times, as layers over the evidence, which stays (S8). A large one takes a second person. */
export const visitEdits = pgTable(
  'visit_edits',
  {
    id: key(),
    visitId: uuid('visit_id').notNull(),
    orderId: uuid('order_id').notNull(),
    providerId: uuid('provider_id'),
    districtCode: text('district_code').notNull(),
    state: text('state', { enum: editStates }).notNull(),
    /** The times before and after; a side that is not edited is null in both. */
    checkInBefore: instant('check_in_before'),
    checkOutBefore: instant('check_out_before'),
    checkInAt: instant('check_in_at'),
    checkOutAt: instant('check_out_at'),
    /** The larger of both differences, minutes. */
    differenceMinutes: integer('difference_minutes').notNull(),
    needsSecond: boolean('needs_second').notNull(),
    reasonCode: text('reason_code', { enum: editReasons }).notNull(),
    actionCode: text('action_code', { enum: actionCodes }).notNull(),
    noteSealed: bytes('note_sealed').notNull(),
    askedBy: text('asked_by').notNull(),
    askedAt: instant('asked_at').notNull(),
    decidedBy: text('decided_by'),
    decidedAt: instant('decided_at'),
  },
  (t) => [
    index('visit_edits_visit').on(t.visitId),
    index('visit_edits_provider').on(t.providerId, t.id),
    index('visit_edits_district').on(t.districtCode, t.id),
    index('visit_edits_asked').on(t.id).where(sql`state = 'asked'`),
    uniqueIndex('visit_edits_one_asked').on(t.visitId).where(sql`state = 'asked'`),
    check(
      'visit_edits_second_person',
      sql`${t.state} <> 'applied' or not ${t.needsSecond} or (${t.decidedBy} is not null and ${t.decidedBy} <> ${t.askedBy})`,
    ),
  ],
);

/** Times that are locked, opened again for a while: asked for with a reason, granted by a second person (C9). */
export const visitUnlocks = pgTable(
  'visit_unlocks',
  {
    id: key(),
    visitId: uuid('visit_id').notNull(),
    providerId: uuid('provider_id'),
    districtCode: text('district_code').notNull(),
    state: text('state', { enum: unlockStates }).notNull(),
    reasonCode: text('reason_code', { enum: editReasons }).notNull(),
    noteSealed: bytes('note_sealed').notNull(),
    askedBy: text('asked_by').notNull(),
    askedAt: instant('asked_at').notNull(),
    decidedBy: text('decided_by'),
    decidedAt: instant('decided_at'),
    /** When the times are locked again; of one that was granted. */
    expiresAt: instant('expires_at'),
  },
  (t) => [
    index('visit_unlocks_visit').on(t.visitId),
    index('visit_unlocks_provider').on(t.providerId, t.id),
    index('visit_unlocks_district').on(t.districtCode, t.id),
    uniqueIndex('visit_unlocks_one_asked').on(t.visitId).where(sql`state = 'asked'`),
    check(
      'visit_unlocks_second_person',
      sql`${t.state} = 'asked' or (${t.decidedBy} is not null and ${t.decidedBy} <> ${t.askedBy})`,
    ),
    check('visit_unlocks_expire', sql`(${t.state} = 'granted') = (${t.expiresAt} is not null)`),
  ],
);

/**
 * Two visits that one person was at at the same time, by the times that count (C8): an exception on both, which stays on
 * record when later times clear it. The lesser key first.
 */
export const visitOverlaps = pgTable(
  'visit_overlaps',
  {
    visitId: uuid('visit_id').notNull(),
    otherVisitId: uuid('other_visit_id').notNull(),
    personId: uuid('person_id').notNull(),
    foundAt: instant('found_at').notNull(),
    clearedAt: instant('cleared_at'),
  },
  (t) => [
    primaryKey({ columns: [t.visitId, t.otherVisitId, t.foundAt] }),
    index('visit_overlaps_other').on(t.otherVisitId),
    uniqueIndex('visit_overlaps_once').on(t.visitId, t.otherVisitId).where(sql`cleared_at is null`),
    check('visit_overlaps_order', sql`${t.visitId} < ${t.otherVisitId}`),
  ],
);
