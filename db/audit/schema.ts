/** The audit book: who did or looked at what, append-only; and the answers kept for repeated requests. */
import { index, integer, jsonb, pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core';
import { bytes, instant, key } from '../connect/columns.ts';

export const audit = pgTable(
  'audit',
  {
    id: key(),
    at: instant('at').notNull(),
    actorId: text('actor_id').notNull(),
    actorRole: text('actor_role').notNull(),
    onBehalfOf: uuid('on_behalf_of'),
    /** What was done, such as `order.booked` or `person.read`. */
    action: text('action').notNull(),
    /** The person whom it concerns. */
    personId: uuid('person_id'),
    recordId: text('record_id'),
    reason: text('reason'),
    detail: jsonb('detail').$type<Record<string, string | number | boolean | null>>(),
  },
  (t) => [
    index('audit_person').on(t.personId, t.id),
    // Keys of one moment lie side by side in a tree, where all who write at once would wait for the same page.
    index('audit_record').using('hash', t.recordId),
  ],
);

/** One row an `Idempotency-Key` and caller: the answer that a repeat is given. */
export const requests = pgTable(
  'requests',
  {
    actorId: text('actor_id').notNull(),
    requestKey: text('request_key').notNull(),
    route: text('route').notNull(),
    bodyDigest: bytes('body_digest').notNull(),
    status: integer('status'),
    headers: jsonb('headers').$type<Record<string, string>>(),
    body: text('body'),
    startedAt: instant('started_at').notNull(),
    finishedAt: instant('finished_at'),
  },
  (t) => [primaryKey({ columns: [t.actorId, t.requestKey] }), index('requests_started').on(t.startedAt)],
);
