/** The book of scores: monthly measures and score of a provider, station or district (Q1, Q2), and what is to be reckoned anew. */
import {
  bigserial,
  doublePrecision,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  uuid,
} from 'drizzle-orm/pg-core';
import { instant } from '../connect/columns.ts';
import type { Measures, ScoreParts } from './rules.ts';
import { subjectKinds } from './rules.ts';

export const scores = pgTable(
  'scores',
  {
    subjectKind: text('subject_kind', { enum: subjectKinds }).notNull(),
    subjectId: text('subject_id').notNull(),
    /** First day of the month in Asia/Shanghai, `YYYY-MM`. */
    month: text('month').notNull(),
    /** Closed visits counted. */
    n: integer('n').notNull(),
    /** 0–100. */
    score: doublePrecision('score').notNull(),
    /** 95 % interval. */
    low: doublePrecision('low').notNull(),
    high: doublePrecision('high').notNull(),
    parts: jsonb('parts').$type<ScoreParts>().notNull(),
    measures: jsonb('measures').$type<Measures>().notNull(),
    policyId: uuid('policy_id').notNull(),
    at: instant('at').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.subjectKind, t.subjectId, t.month] }),
    index('scores_month').on(t.month, t.subjectKind),
  ],
);

/**
 * Subjects whose month has changed since it was last scored: a mark a change, so that no two changes wait for each
 * other; the reckoning takes them together.
 */
export const scoresDue = pgTable('scores_due', {
  position: bigserial('position', { mode: 'number' }).primaryKey(),
  subjectKind: text('subject_kind', { enum: subjectKinds }).notNull(),
  subjectId: text('subject_id').notNull(),
  month: text('month').notNull(),
  since: instant('since').notNull(),
});
