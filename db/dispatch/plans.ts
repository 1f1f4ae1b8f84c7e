/** What is known of the plans of days: where orders stand in them, and the problems they answer. */
import { and, eq, sql } from 'drizzle-orm';
import { anyOf } from '../connect/anyOf.ts';
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

/** Whom the plans have for these orders, the first of two who come together; orders without a place are left out. */
export async function plannedFor(
  db: Database | Tx,
  orderIds: readonly string[],
): Promise<Map<string, string>> {
  if (orderIds.length === 0) return new Map();
  const rows = await db
    .select({ orderId: plannedVisits.orderId, personId: plannedVisits.personId })
    .from(plannedVisits)
    .where(and(anyOf(plannedVisits.orderId, orderIds), eq(plannedVisits.place, 1)));
  return new Map(rows.map(({ orderId, personId }) => [orderId, personId]));
}
