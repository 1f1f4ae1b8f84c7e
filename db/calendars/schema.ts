/** The book of calendar feeds: secret addresses under which a calendar of one's own visits is read, of which only a digest is kept. */
import { index, pgTable, uuid } from 'drizzle-orm/pg-core';
import { bytes, instant, key } from '../connect/columns.ts';
import { persons } from '../people/schema.ts';

export const calendarFeeds = pgTable(
  'calendar_feeds',
  {
    id: key(),
    personId: uuid('person_id')
      .notNull()
      .references(() => persons.id),
    tokenDigest: bytes('token_digest').notNull().unique('calendar_feeds_token'),
    createdAt: instant('created_at').notNull(),
    /** When a calendar last asked, to the hour. */
    lastReadAt: instant('last_read_at'),
    revokedAt: instant('revoked_at'),
  },
  (t) => [index('calendar_feeds_person').on(t.personId)],
);
