/** Column types that the books share. */
import { customType, timestamp, uuid } from 'drizzle-orm/pg-core';

/** Bytes, for sealed personal data and digests. */
export const bytes = customType<{ data: Uint8Array; driverData: Uint8Array }>({
  dataType: () => 'bytea',
});

/** An instant, stored with its zone, read as a Date. */
export const instant = (name: string) => timestamp(name, { withTimezone: true, precision: 3, mode: 'date' });

/** A UUIDv7 primary key. */
export const key = () => uuid('id').primaryKey();
