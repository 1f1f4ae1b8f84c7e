/** What is known of the plans of days: where orders stand in them, and the problems they answer. */
import { and, eq, sql } from 'drizzle-orm';
import type { Database, Tx } from '../connect/database.ts';
import { type PlannedVisitRow, plannedVisits } from './schema.ts';

/** Where the orders of a district's day stand. */
export function plannedOn(
  db: Database | Tx,
  { day, areaCode }: { day: string; areaCode: string },
): Promise<PlannedVisitRow[]> {
  return db
    .select()
    .from(plannedVisits)
    .where(and(eq(plannedVisits.areaCode, areaCode), eq(plannedVisits.day, day)));
}

/** Forgets the problems of plans made before, by their keys, at most so many; returns how many. */
export async function forgetProblems(db: Database, before: string, limit: number): Promise<number> {
  const gone = await db.execute(sql`
    delete from plan_problems where plan_id in (
      select plan_id from plan_problems where plan_id < ${before}::uuid order by plan_id limit ${limit})
    returning plan_id`);
  return gone.length;
}
