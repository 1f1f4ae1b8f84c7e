/** Divisions of the whole city at once. */
import { asc, eq } from 'drizzle-orm';
import type { Database } from '../connect/database.ts';
import type { Area } from './areas.ts';
import { areas } from './schema.ts';

/** All divisions, about 1,500, for checking files against them. */
export function allAreas(db: Database): Promise<Area[]> {
  return db.select().from(areas).limit(100_000);
}

/** The codes of the city's districts. */
export async function districtCodes(db: Database): Promise<string[]> {
  const rows = await db
    .select({ code: areas.code })
    .from(areas)
    .where(eq(areas.level, 'district'))
    .orderBy(asc(areas.code))
    .limit(100);
  return rows.map(({ code }) => code);
}
