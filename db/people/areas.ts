/** The official divisions of the city. */
import { asc, eq, isNull } from 'drizzle-orm';
import type { Database, Tx } from '../connect/database.ts';
import { areas } from './schema.ts';

export type Area = typeof areas.$inferSelect;

/** Loads divisions, parents before children; those known already keep their row. */
export async function loadAreas(tx: Tx, items: readonly Area[]): Promise<void> {
  for (let i = 0; i < items.length; i += 1000)
    await tx
      .insert(areas)
      .values(items.slice(i, i + 1000))
      .onConflictDoNothing();
}

/** Divisions directly below one, by code; the city itself when `parent` is null. */
export function areasBelow(db: Database | Tx, parent: string | null): Promise<Area[]> {
  return db
    .select()
    .from(areas)
    .where(parent === null ? isNull(areas.parentCode) : eq(areas.parentCode, parent))
    .orderBy(asc(areas.code))
    .limit(2000);
}
