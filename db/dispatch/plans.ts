/** What is known of the plan of a day: where orders stand in it, and who is planned elsewhere. */
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

/** Somebody's place in the plan of another day or district. */
export interface PlannedElsewhere {
  personId: string;
  orderId: string;
  /** Milliseconds, with the rest around a long block. */
  from: number;
  until: number;
  lat: number;
  lon: number;
}

/** Where these persons are planned within two instants by other plans than that of the district's day. */
export async function plannedElsewhere(
  db: Database | Tx,
  personIds: readonly string[],
  { day, areaCode, from, until }: { day: string; areaCode: string; from: Date; until: Date },
): Promise<PlannedElsewhere[]> {
  const rows = await db.execute<Record<keyof PlannedElsewhere, unknown>>(sql`
    select p.person_id as "personId", p.order_id as "orderId", (extract(epoch from lower(p.during)) * 1000)::float8 as "from",
      (extract(epoch from upper(p.during)) * 1000)::float8 as "until", o.lat, o.lon
    from jsonb_array_elements_text(${JSON.stringify(personIds)}::jsonb) as x(id)
    join planned_visits p on p.person_id = x.id::uuid
      and p.during && tstzrange(${from.toISOString()}::timestamptz, ${until.toISOString()}::timestamptz)
    join orders o on o.id = p.order_id
    where not (p.day = ${day}::date and p.area_code = ${areaCode})
    order by p.during, p.order_id`);
  return rows as unknown as PlannedElsewhere[];
}

/** Forgets the problems of plans made before, by their keys, at most so many; returns how many. */
export async function forgetProblems(db: Database, before: string, limit: number): Promise<number> {
  const gone = await db.execute(sql`
    delete from plan_problems where plan_id in (
      select plan_id from plan_problems where plan_id < ${before}::uuid order by plan_id limit ${limit})
    returning plan_id`);
  return gone.length;
}
