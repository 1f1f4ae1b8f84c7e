/** The visits that a person's calendar shows: those they make, and those they are visited by. */
import { sql } from 'drizzle-orm';
import type { Database } from '../connect/database.ts';
import { familyName } from '../people/mask.ts';
import { floorOf } from '../visits/floor.ts';

/** One entry of a calendar, without what would say where an elder lives. */
export interface CalendarVisit {
  /** Stable: the visit for whoever makes it, the order for whoever is visited. */
  uid: string;
  role: 'makes' | 'is_visited';
  serviceCode: string;
  startAt: Date;
  minutes: number;
  state: 'asked' | 'planned' | 'cancelled';
  /** The family name of the other side; null while nobody is found. */
  withFamilyName: string | null;
  withGender: 'female' | 'male' | null;
  /** District and street; null for one's own home. */
  area: string | null;
  /** Grows with every change. */
  version: number;
  changedAt: Date;
}

const DAY = 86_400_000;
const DAYS_BACK = 30;
const DAYS_AHEAD = 60;
const MOST = 2_000;

interface Row extends Record<string, unknown> {
  uid: string;
  role: CalendarVisit['role'];
  service_code: string;
  start_at: string;
  minutes: number;
  state: CalendarVisit['state'];
  name: string | null;
  gender: CalendarVisit['withGender'];
  area: string | null;
  version: number;
  changed_at: string;
}

/** Visits from 30 days back to 60 days ahead, in the order of time, at most 2,000, and the person's language. */
export async function calendarVisitsOf(
  db: Database,
  personId: string,
  at: Date,
): Promise<{ language: 'zh-CN' | 'en'; visits: CalendarVisit[] } | null> {
  const [person] = await db.execute<{ language: 'zh-CN' | 'en' }>(
    sql`select language from persons where id = ${personId} and closed_at is null`,
  );
  if (!person) return null;
  const from = new Date(at.getTime() - DAYS_BACK * DAY);
  const until = new Date(at.getTime() + DAYS_AHEAD * DAY).toISOString();
  const since = from.toISOString();
  const rows = await db.execute<Row>(sql`
    select v.id as uid, 'makes' as role, v.service_code, v.planned_start_at as start_at, v.planned_minutes as minutes,
      case when v.state in ('cancelled', 'missed') then 'cancelled' else 'planned' end as state, e.name, e.gender,
      concat_ws(' ', d.name, s.name) as area, o.version, o.updated_at as changed_at
    from visits v join orders o on o.id = v.order_id join persons e on e.id = v.elder_id
    left join areas d on d.code = left(o.area_code, 6) left join areas s on s.code = left(o.area_code, 9)
    where v.person_id = ${personId} and v.planned_start_at between ${since}::timestamptz and ${until}::timestamptz
      and v.id >= ${floorOf(from)}::uuid
    union all
    select o.id, 'is_visited', o.service_code, o.start_at, o.minutes,
      case when o.state in ('requested', 'offered') then 'asked' when o.state in ('cancelled', 'unserved') then 'cancelled'
        else 'planned' end, h.name, h.gender, null, o.version, o.updated_at
    from orders o left join persons h on h.id = o.assignee_id
    where o.elder_id = ${personId} and o.start_at between ${since}::timestamptz and ${until}::timestamptz
    order by 4, 1 limit ${MOST}`);
  return {
    language: person.language,
    visits: rows.map((row) => ({
      uid: row.uid,
      role: row.role,
      serviceCode: row.service_code,
      startAt: new Date(row.start_at),
      minutes: row.minutes,
      state: row.state,
      withFamilyName: row.name === null ? null : familyName(row.name),
      withGender: row.gender,
      area: row.area,
      version: row.version,
      changedAt: new Date(row.changed_at),
    })),
  };
}
