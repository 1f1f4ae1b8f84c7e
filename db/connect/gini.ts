/** The Gini coefficient in SQL, the same wherever it is told. */
import { type SQL, sql } from 'drizzle-orm';

/**
 * Of a column whose rows `rank` numbers from the least, where `n` counts them all: 0 when all have the same, towards 1 the
 * fewer have it all, to three digits; null when nobody has anything.
 */
export const gini = (value: SQL, rank: SQL): SQL =>
  sql`(round(2 * sum(${rank} * ${value}) / nullif(max(n) * sum(${value}), 0) - (max(n) + 1.0) / max(n), 3))::float8`;
