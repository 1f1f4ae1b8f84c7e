/** In which division people live. */
import { inArray } from 'drizzle-orm';
import type { Database, Tx } from '../connect/database.ts';
import { persons } from './schema.ts';

/** Division codes by person; unknown persons are left out. */
export async function areasOfPersons(
  db: Database | Tx,
  ids: readonly string[],
): Promise<Map<string, string>> {
  if (ids.length === 0) return new Map();
  const rows = await db
    .select({ id: persons.id, areaCode: persons.areaCode })
    .from(persons)
    .where(inArray(persons.id, [...new Set(ids)]));
  return new Map(rows.map((row) => [row.id, row.areaCode]));
}
