/**
 * The book of availability: when volunteers and carers cannot come, when volunteers like to, and which certificates
 * they hold. Nobody has a visit promised while absent; the exclusion and the triggers are written in SQL.
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
  uuid,
} from 'drizzle-orm/pg-core';
import { bytes, instant, key } from '../connect/columns.ts';
import { persons } from '../people/schema.ts';
import { absenceKinds } from './rules.ts';

const instantRange = customType<{ data: string }>({ dataType: () => 'tstzrange' });

export const absences = pgTable(
  'absences',
  {
    id: key(),
    personId: uuid('person_id')
      .notNull()
      .references(() => persons.id),
    kind: text('kind', { enum: absenceKinds }).notNull(),
    startAt: instant('start_at').notNull(),
    endAt: instant('end_at').notNull(),
    /** Ended early, or taken back where it had not begun. */
    endedAt: instant('ended_at'),
    /** The time in force; empty when taken back. */
    during: instantRange('during')
      .notNull()
      .generatedAlwaysAs(
        sql`tstzrange(start_at, greatest(start_at, least(end_at, coalesce(ended_at, end_at))))`,
      ),
    reasonSealed: bytes('reason_sealed'),
    recordedBy: text('recorded_by').notNull(),
    recordedAt: instant('recorded_at').notNull(),
  },
  (t) => [
    check('absences_times', sql`${t.startAt} < ${t.endAt}`),
    index('absences_person').on(t.personId, t.endAt),
  ],
);

/** When a volunteer can come, weekly; without a row, always. `endMinute` beyond 1440 is on the next day. */
export const volunteerHours = pgTable(
  'volunteer_hours',
  {
    personId: uuid('person_id')
      .notNull()
      .references(() => persons.id),
    weekday: smallint('weekday').notNull(),
    startMinute: integer('start_minute').notNull(),
    endMinute: integer('end_minute').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.personId, t.weekday, t.startMinute] }),
    check('volunteer_hours_weekday', sql`${t.weekday} between 1 and 7`),
    check(
      'volunteer_hours_times',
      sql`${t.startMinute} between 0 and 1439 and ${t.endMinute} > ${t.startMinute} and ${t.endMinute} <= ${t.startMinute} + 1440`,
    ),
  ],
);

/** What a helper is certified for, by kind; services name the kinds that they need. */
export const certificates = pgTable(
  'certificates',
  {
    id: key(),
    personId: uuid('person_id')
      .notNull()
      .references(() => persons.id),
    /** Such as `health` or `first_aid`; a city may have others. */
    kind: text('kind').notNull(),
    numberSealed: bytes('number_sealed').notNull(),
    validFrom: date('valid_from', { mode: 'string' }).notNull(),
    /** Its last day. */
    validUntil: date('valid_until', { mode: 'string' }).notNull(),
    recordedBy: text('recorded_by').notNull(),
    recordedAt: instant('recorded_at').notNull(),
    revokedAt: instant('revoked_at'),
    revokedReason: text('revoked_reason'),
  },
  (t) => [
    check('certificates_days', sql`${t.validFrom} <= ${t.validUntil}`),
    check('certificates_revoked', sql`(${t.revokedAt} is null) = (${t.revokedReason} is null)`),
    index('certificates_person').on(t.personId, t.kind),
    index('certificates_until').on(t.validUntil).where(sql`revoked_at is null`),
  ],
);
