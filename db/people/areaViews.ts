/** The official divisions, one level at a time. */
import { asc, eq, isNull } from 'drizzle-orm';
import type { Database } from '../connect/database.ts';
import { areas } from './schema.ts';

const MOST_CHILDREN = 500;

/** The divisions right under one, or the city when `parent` is null, by code. */
export function listAreas(db: Database, parent: string | null) {
  return db
    .select()
    .from(areas)
    .where(parent === null ? isNull(areas.parentCode) : eq(areas.parentCode, parent))
    .orderBy(asc(areas.code))
    .limit(MOST_CHILDREN);
}
