/** How long it takes to cover a visit that nobody comes to (C11), by division and month. */
import { sql } from 'drizzle-orm';
import type { Database } from '../connect/database.ts';
import { inDivision } from '../connect/division.ts';
import type { Reach } from '../connect/reach.ts';
import { monthBounds } from '../quality/rules.ts';

export interface CoverKpi {
  /** `YYYY-MM` in Asia/Shanghai. */
  month: string;
  divisionCode: string;
  divisionName: string | null;
  /** Alerts of visits missed and of orders without a helper. */
  raised: number;
  /** Of them those that somebody then accepted. */
  covered: number;
  /** From the alert to the acceptance, seconds; null where nothing was covered. */
  medianSeconds: number | null;
  p90Seconds: number | null;
}

/** An order that nobody accepts for so long is not covered. */
const LONGEST_COVER_DAYS = 7;
const MOST_ROWS = 2_000;

/** The divisions one level below the reader's: districts of a city, streets of a district, communities of a street. */
const divisionLength = (areaCode: string): number => (areaCode.length < 6 ? 6 : areaCode.length < 9 ? 9 : 12);

/** The time to cover in each division within reach and month of a span, both months included. */
export async function coverKpi(
  db: Database,
  reach: Reach,
  months: { from: string; to: string },
): Promise<CoverKpi[]> {
  if (reach.kind !== 'area' && reach.kind !== 'all') return [];
  const areaCode = reach.kind === 'area' ? reach.areaCode : '';
  const within = inDivision({ areaCode: sql`a.area_code`, districtCode: sql`a.district_code` }, areaCode);
  const begin = sql`${monthBounds(months.from).from.toISOString()}::timestamptz`;
  const end = sql`${monthBounds(months.to).until.toISOString()}::timestamptz`;
  const rows = await db.execute<{
    month: string;
    division: string;
    name: string | null;
    raised: number;
    covered: number;
    median: number | null;
    p90: number | null;
  }>(sql`
    with timed as (
      select to_char(a.raised_at at time zone 'Asia/Shanghai', 'YYYY-MM') as month,
        left(a.area_code, ${divisionLength(areaCode)}::int) as division, extract(epoch from h.at - a.raised_at)::float8 as seconds
      from alerts a
      left join lateral (
        select min(x.at) as at from order_history x
        where x.order_id = a.order_id and x.to_state = 'accepted' and x.at > a.raised_at
          and x.id >= uuid_floor(a.raised_at)
          and x.id < uuid_floor(a.raised_at + make_interval(days => ${LONGEST_COVER_DAYS}))) as h on true
      where a.kind in ('missed', 'unassigned') and a.id >= uuid_floor(${begin}) and a.id < uuid_floor(${end}) and ${within})
    select t.month, t.division, max(d.name) as name, count(*)::int as raised, count(t.seconds)::int as covered,
      percentile_cont(0.5) within group (order by t.seconds) as median,
      percentile_cont(0.9) within group (order by t.seconds) as p90
    from timed t left join areas d on d.code = t.division
    group by t.month, t.division order by t.month desc, t.division limit ${MOST_ROWS}`);
  return rows.map(({ division, name, median, p90, ...row }) => ({
    ...row,
    divisionCode: division,
    divisionName: name,
    medianSeconds: median === null ? null : Math.round(median),
    p90Seconds: p90 === null ? null : Math.round(p90),
  }));
}
