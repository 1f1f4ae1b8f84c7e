/** The station each volunteer belongs to. */
import { inArray } from 'drizzle-orm';
import type { Tx } from '../connect/database.ts';
import { volunteers } from './schema.ts';

/** Station ids by volunteer; people who are no volunteers are left out. */
export async function stationsOf(tx: Tx, personIds: readonly string[]): Promise<Map<string, string>> {
  if (personIds.length === 0) return new Map();
  const rows = await tx
    .select({ personId: volunteers.personId, stationId: volunteers.stationId })
    .from(volunteers)
    .where(inArray(volunteers.personId, [...new Set(personIds)]));
  return new Map(rows.map((row) => [row.personId, row.stationId]));
}
