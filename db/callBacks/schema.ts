/** The book of call-backs: each call to an elder who cannot confirm a visit by themselves, append-only. */
import { pgTable, smallint, text, unique, uuid } from 'drizzle-orm/pg-core';
import { bytes, instant, key } from '../connect/columns.ts';
import { orders } from '../orders/schema.ts';
import { callOutcomes } from './rules.ts';

export const callAttempts = pgTable(
  'call_attempts',
  {
    id: key(),
    orderId: uuid('order_id')
      .notNull()
      .references(() => orders.id),
    /** 1 for the first call of a visit. */
    attempt: smallint('attempt').notNull(),
    outcome: text('outcome', { enum: callOutcomes }).notNull(),
    noteSealed: bytes('note_sealed'),
    at: instant('at').notNull(),
    actorId: text('actor_id').notNull(),
  },
  (t) => [unique('call_attempts_nth').on(t.orderId, t.attempt)],
);
