/** Every division at once, for checking files against them. */
import type { Database } from '../connect/database.ts';
import type { Area } from './areas.ts';
import { areas } from './schema.ts';

/** All divisions of the city, about 1,500. */
export function allAreas(db: Database): Promise<Area[]> {
  return db.select().from(areas).limit(100_000);
}
