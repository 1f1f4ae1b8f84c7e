/** What of fairness and continuity really happened (D3, C7): of the visits of an area in a span of time. */
import { type SQL, sql } from 'drizzle-orm';
import type { Database, Tx } from '../connect/database.ts';
import { dayOf } from '../connect/days.ts';
import { gini } from '../connect/gini.ts';
import { ceilingOf, floorOf } from '../visits/floor.ts';
import { EARTH_METRES } from '../visits/rules.ts';

const DAY = 86_400_000;
/** Whoever settled a visit at an elder in so many days before is known there. */
const KNOWN_DAYS = 90;
/** Of continuity (C7). */
const CONTINUITY_DAYS = 30;

export interface MeasuredSpan {
  /** A division and all under it; null for the whole city. */
  areaCode: string | null;
  from: Date;
  until: Date;
}

export interface VisitMeasures {
  visits: number;
  /** By somebody the elder knew; null when there were no visits. */
  knownShare: number | null;
  /** Within so many metres, as the crow flies, of the home of whoever came. */
  nearShare: number | null;
  carers: number;
  /** Gini coefficient of the time carers were planned for, of those who came at all. */
  giniCarers: number | null;
}

/** Visits `v` that somebody came to, of orders in the area. */
const happened = ({ areaCode, from, until }: MeasuredSpan): SQL => sql`
  v.planned_start_at >= ${from.toISOString()}::timestamptz and v.planned_start_at < ${until.toISOString()}::timestamptz
  and v.id >= ${floorOf(from)}::uuid and v.id < ${ceilingOf(until)}::uuid
  and v.state in ('started', 'finished', 'settled') and ${within(areaCode)}`;

/** A visit keeps its district; smaller divisions are those of its order. */
function within(areaCode: string | null): SQL {
  if (areaCode === null || areaCode.length <= 4) return sql`true`;
  const district = sql`v.district_code = ${areaCode.slice(0, 6)}`;
  return areaCode.length === 6
    ? district
    : sql`${district} and exists (select from orders a where a.id = v.order_id and a.area_code like ${`${areaCode}%`})`;
}

/** Counts the visits of a span by whether the elder knew who came, how near they live, and how evenly carers had work. */
export async function visitMeasures(
  db: Database | Tx,
  span: MeasuredSpan,
  circleMetres: number,
): Promise<VisitMeasures> {
  const known = new Date(span.from.getTime() - KNOWN_DAYS * DAY);
  const [row] = await db.execute<VisitMeasures & Record<string, unknown>>(sql`
    with made as materialized (
      select v.elder_id, v.person_id, v.kind, v.planned_start_at, v.planned_minutes,
        ${metres(sql`h.lat`, sql`h.lon`, sql`o.lat`, sql`o.lon`)} <= ${circleMetres}::float8 as near
      from visits v join orders o on o.id = v.order_id join persons h on h.id = v.person_id
      where ${happened(span)}),
    work as (
      select minutes, row_number() over (order by minutes) as rank, count(*) over () as n
      from (select sum(planned_minutes) as minutes from made where kind = 'carer' group by person_id) as s)
    select count(*)::int as visits,
      round(avg(near::int), 3)::float8 as "nearShare",
      round((select count(*) from made m where exists (
        select from visits b where b.elder_id = m.elder_id and b.person_id = m.person_id and b.state = 'settled'
          and b.planned_start_at < m.planned_start_at
          and b.planned_start_at >= m.planned_start_at - make_interval(days => ${KNOWN_DAYS})
          and b.id >= ${floorOf(known)}::uuid and b.id < ${ceilingOf(span.until)}::uuid)) / nullif(count(*), 0)::numeric, 3)::float8
        as "knownShare",
      (select count(*)::int from work) as carers,
      (select ${gini(sql`minutes`, sql`rank`)} from work) as "giniCarers"
    from made`);
  if (!row) throw new Error('no measures');
  return { ...row };
}

export interface Continuity {
  /** Elders who were visited. */
  elders: number;
  /** Different helpers of an elder, on average; null when nobody was visited. */
  helpersPerElder: number | null;
  /** Of all visits those by the one who came to the elder most often. */
  mainHelperShare: number | null;
}

/** Continuity (C7) in the 30 days before an instant; the README has the same as SQL. */
export async function continuity(
  db: Database | Tx,
  areaCode: string | null,
  until: Date,
): Promise<Continuity> {
  const from = new Date(until.getTime() - CONTINUITY_DAYS * DAY);
  const [row] = await db.execute<Continuity & Record<string, unknown>>(sql`
    select count(*)::int as elders, round(avg(helpers), 3)::float8 as "helpersPerElder",
      round(sum(most) / sum(visits), 3)::float8 as "mainHelperShare"
    from (
      select count(*) as helpers, sum(visits) as visits, max(visits) as most
      from (select v.elder_id, v.person_id, count(*) as visits from visits v
        where ${happened({ areaCode, from, until })} group by v.elder_id, v.person_id) as pairs
      group by elder_id) as elders`);
  if (!row) throw new Error('no continuity');
  return { ...row };
}

export interface PlanChanges {
  /** Plans put into effect of days in the span. */
  plans: number;
  /** Places that a plan gave to another person than the plan before. */
  changes: number;
}

/** How often plans of the days of a span gave a visit to another; null below districts, which are planned as a whole. */
export async function planChanges(
  db: Database | Tx,
  { areaCode, from, until }: MeasuredSpan,
): Promise<PlanChanges | null> {
  if (areaCode !== null && areaCode.length > 6) return null;
  const [row] = await db.execute<PlanChanges & Record<string, unknown>>(sql`
    select count(*)::int as plans, coalesce(sum((p.measures ->> 'personChanged')::int), 0)::int as changes
    from areas a join day_plans p on p.area_code = a.code
    where a.level = 'district' and a.code like ${`${areaCode ?? ''}%`}
      and p.day >= ${dayOf(from)}::date and p.day <= ${dayOf(until)}::date`);
  if (!row) throw new Error('no changes');
  return { ...row };
}

/** Metres as the crow flies, like `metresBetween`. */
const metres = (lat: SQL, lon: SQL, toLat: SQL, toLon: SQL): SQL => sql`
  (2 * ${EARTH_METRES}::float8 * asin(least(1, sqrt(sin(radians(${toLat} - ${lat}) / 2) ^ 2
    + cos(radians(${lat})) * cos(radians(${toLat})) * sin(radians(${toLon} - ${lon}) / 2) ^ 2))))`;
