/** Cursor paging: `limit` and an opaque `cursor` that says after which row the next page begins. */
import { z } from '@hono/zod-openapi';
import { Problem } from './problems.ts';

export const DEFAULT_LIMIT = 50;
export const MAX_LIMIT = 200;

/** The two query fields of every list. */
export const pageQuery = {
  limit: z.coerce.number().int().min(1).max(MAX_LIMIT).default(DEFAULT_LIMIT).openapi({
    description: 'How many items at most.',
  }),
  cursor: z.string().min(1).max(500).optional().openapi({ description: '`nextCursor` of the page before.' }),
};

/** A list as every route answers it. */
export function pageOf<T extends z.ZodType>(item: T) {
  return z.strictObject({ items: z.array(item), nextCursor: z.string().nullable() });
}

/** The sort keys of the last row, as text nobody should read. */
export function cursorOf(keys: readonly (string | number)[]): string {
  return Buffer.from(JSON.stringify(keys)).toString('base64url');
}

/** The sort keys in a cursor; throws the problem `cursor_invalid` when they are not of the kinds expected. */
export function keysOf<K extends readonly z.ZodType[]>(
  cursor: string | undefined,
  kinds: K,
): { [I in keyof K]: z.output<K[I]> } | null {
  if (cursor === undefined) return null;
  let keys: unknown;
  try {
    keys = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
  } catch {
    throw new Problem('cursor_invalid', { field: 'cursor' });
  }
  if (!Array.isArray(keys) || keys.length !== kinds.length)
    throw new Problem('cursor_invalid', { field: 'cursor' });
  return kinds.map((kind, index) => {
    const parsed = kind.safeParse(keys[index]);
    if (!parsed.success) throw new Problem('cursor_invalid', { field: 'cursor' });
    return parsed.data;
  }) as { [I in keyof K]: z.output<K[I]> };
}

/** One page of rows read with one row more than asked for. */
export function page<T>(
  rows: T[],
  limit: number,
  keys: (row: T) => readonly (string | number)[],
): { items: T[]; nextCursor: string | null } {
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  return { items, nextCursor: rows.length > limit && last ? cursorOf(keys(last)) : null };
}
