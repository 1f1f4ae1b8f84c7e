/**
 * Chances that belong to a record: the digits at the end of a key are random, so that the same record has the same
 * luck whoever looks at it and however often.
 */
import { type SQL, sql } from 'drizzle-orm';

const DIGITS = 3;
const PARTS = 16 ** DIGITS;
/** A key has this many characters. */
const LENGTH = 36;

/** Which of the independent chances of one record. */
export type Draw = 0 | 1 | 2 | 3;

/** From 0 up to, not including, 1. */
export function luckOf(id: string, draw: Draw): number {
  const end = LENGTH - draw * DIGITS;
  return Number.parseInt(id.slice(end - DIGITS, end), 16) / PARTS;
}

/** The same in SQL; `id` is a column of keys. */
export function luckIn(id: SQL, draw: Draw): SQL {
  const from = LENGTH - (draw + 1) * DIGITS + 1;
  return sql`(('x' || substr(${id}::text, ${sql.raw(`${from}, ${DIGITS}`)}))::bit(12)::int / ${sql.raw(`${PARTS}.0`)})`;
}

/** How satisfied people are, 1–5: with each provider in its own measure, with volunteers alike. */
export const standingOf = (providerId: string | null): number =>
  providerId === null ? 4.5 : 3.85 + 0.95 * luckOf(providerId, 0);
