/** Which days of which districts are to be planned, and why: what has changed, or what somebody cannot keep (D4). */
import { sql } from 'drizzle-orm';
import type { Database } from '../connect/database.ts';

export interface ChangedArea {
  day: string;
  areaCode: string;
  /** Somebody cannot come as planned, or was taken back; else there is only something new to plan. */
  isDisrupted: boolean;
}

interface ChangedRow extends Record<string, unknown> {
  day: string;
  area_code: string;
  disrupted: boolean;
}

/** A visit that should be over is a disruption of the next after so long. */
const OVERRUN = sql`interval '5 minutes'`;

/**
 * Days with waiting orders of providers that have no place in a plan, or of which something changed since; disrupted where
 * an order was once further than waiting, or where a planned carer is absent, promised or asked elsewhere, held up, has
 * said no or has left. Disruptions first. Orders whose visit begins between `at` and `until` are looked at.
 */
export async function changedAreas(db: Database, at: Date, until: Date): Promise<ChangedArea[]> {
  const now = sql`${at.toISOString()}::timestamptz`;
  const rows = await db.execute<ChangedRow>(sql`
    with waiting as (
      select o.id, o.district_code, (o.start_at at time zone 'Asia/Shanghai')::date as day, o.version
      from orders o
      where o.state = 'requested' and o.channel = 'provider' and o.latest_start_at >= ${now}
        and o.start_at >= ${now} - interval '1 day' and o.start_at < ${until.toISOString()}::timestamptz),
    changed as (
      select w.day, w.district_code, bool_or(w.version > 1) as disrupted from waiting w
      where not exists (select from planned_visits p where p.order_id = w.id and p.order_version = w.version)
        and not exists (select from unplaced_orders u where u.order_id = w.id and u.order_version = w.version)
      group by w.day, w.district_code
      union all
      select p.day, p.area_code, true from planned_visits p
      where upper(p.during) > ${now} and (
        exists (select from absences a where a.person_id = p.person_id and a.during && p.during)
        or exists (select from commitments c join visits v on v.id = c.visit_id where c.person_id = p.person_id and (
          c.during && p.during
          or v.state = 'started' and upper(c.during) + ${OVERRUN} < ${now} and lower(p.during) < ${now} + interval '1 hour'))
        or exists (select from offers f join orders q on q.id = f.order_id
          where (f.person_id = p.person_id or f.second_person_id = p.person_id) and f.state = 'open'
            and q.start_at < upper(p.during) and q.start_at + make_interval(mins => q.minutes) > lower(p.during))
        or exists (select from offers f join orders o on o.id = f.order_id
          where f.order_id = p.order_id and f.state = 'declined' and f.provider_id = p.provider_id and f.asked_start_at = o.start_at)
        or not exists (select from carers k join providers r on r.id = k.provider_id
          where k.person_id = p.person_id and k.state = 'active' and r.state = 'active'))
      group by p.day, p.area_code)
    select day::text as day, district_code as area_code, bool_or(disrupted) as disrupted from changed
    group by day, district_code order by bool_or(disrupted) desc, day, district_code`);
  return rows.map((row) => ({ day: row.day, areaCode: row.area_code, isDisrupted: row.disrupted }));
}
