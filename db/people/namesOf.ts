/** Persons' names. */
import { anyOf } from '../connect/anyOf.ts';
import type { Database, Tx } from '../connect/database.ts';
import { persons } from './schema.ts';

/** The names of persons, by id. */
export async function namesOf(db: Database | Tx, ids: readonly string[]): Promise<Map<string, string>> {
  if (ids.length === 0) return new Map();
  const rows = await db
    .select({ id: persons.id, name: persons.name })
    .from(persons)
    .where(anyOf(persons.id, [...new Set(ids)]));
  return new Map(rows.map((row) => [row.id, row.name]));
}
