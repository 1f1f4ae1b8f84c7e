/**
 * The event book, which is also the bus. A command writes to the outbox in its own transaction; the sequencer
 * moves committed rows into the book and numbers them under a lock, so a reader that has seen number n has seen
 * everything up to n.
 */
import { bigint, bigserial, index, jsonb, pgTable, text, uuid } from 'drizzle-orm/pg-core';
import { instant, key } from '../connect/columns.ts';

const kinds = [
  'order',
  'offer',
  'visit',
  'account',
  'score',
  'carer',
  'message',
  'stay',
  'contract',
  'alert',
  'dispute',
  'complaint',
  'plan',
  'day_plan',
] as const;
export type EventKind = (typeof kinds)[number];

export const outbox = pgTable('outbox', {
  position: bigserial('position', { mode: 'number' }).primaryKey(),
  id: uuid('id').notNull(),
  kind: text('kind', { enum: kinds }).notNull(),
  recordId: text('record_id').notNull(),
  /** Persons whom it concerns, for their own pages. */
  personIds: uuid('person_ids').array().notNull(),
  at: instant('at').notNull(),
  detail: jsonb('detail').$type<Record<string, string | number | null>>().notNull(),
});

export const events = pgTable(
  'events',
  {
    id: key(),
    number: bigint('number', { mode: 'number' }).notNull(),
    kind: text('kind', { enum: kinds }).notNull(),
    recordId: text('record_id').notNull(),
    personIds: uuid('person_ids').array().notNull(),
    at: instant('at').notNull(),
    detail: jsonb('detail').$type<Record<string, string | number | null>>().notNull(),
  },
  (t) => [index('events_number').on(t.number), index('events_record').on(t.recordId)],
);
