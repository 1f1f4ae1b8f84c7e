/** Conditional requests on what two people may change: the version of a record is its ETag. */
import type { Context } from 'hono';
import type { Env } from './context.ts';
import { Problem } from './problems.ts';

/** Says the version of the record in the answer. */
export function setVersion(c: Context<Env>, version: number): void {
  c.header('ETag', `"${version}"`);
}

/**
 * The version the caller has seen, from If-Match; null when it makes no condition. A proxy that compresses marks
 * the tag as weak; the version in it is the same.
 */
export function expectedVersion(c: Context<Env>): number | null {
  const header = c.req.header('if-match');
  if (header === undefined || header.trim() === '*') return null;
  const match = /^(?:W\/)?"(\d{1,9})"$/.exec(header.trim());
  if (!match) throw new Problem('if_match_invalid', { field: 'If-Match' });
  return Number(match[1]);
}
