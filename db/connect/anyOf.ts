/** A column among keys, however many, in statements that are always the same two texts and so planned once. */
import { eq, type SQL, sql } from 'drizzle-orm';
import type { PgColumn } from 'drizzle-orm/pg-core';

/**
 * True for rows whose column is one of these UUIDs; of none where there are none. Of one key PostgreSQL knows the plan
 * beforehand; for several it would plan anew each time.
 */
export const anyOf = (column: PgColumn, ids: readonly string[]): SQL =>
  ids.length === 1 ? eq(column, ids[0]) : sql`${column} = any(${`{${ids.join(',')}}`}::uuid[])`;
