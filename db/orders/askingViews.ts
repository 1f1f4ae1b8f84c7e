/** How the city asks its volunteers (C25): how often each was asked and what came of it, and how evenly. */
import { type SQL, sql } from 'drizzle-orm';
import type { Database, Tx } from '../connect/database.ts';
import { gini } from '../connect/gini.ts';
import { idFloor } from '../connect/ids.ts';
import { maskName } from '../people/mask.ts';
import { floorOf } from '../visits/floor.ts';

export interface AskingSpan {
  /** A division and all under it; null for the whole city. */
  areaCode: string | null;
  from: Date;
  until: Date;
}

interface Counts {
  asks: number;
  accepted: number;
  declined: number;
  /** Let the time to answer pass. */
  silent: number;
  /** Somebody else was quicker. */
  taken: number;
  visits: number;
}

export interface AskingTotals extends Counts {
  volunteers: number;
  /** 0 when all were asked, or came, equally often; towards 1 the fewer do it all. Null when nobody was asked or came. */
  giniAsks: number | null;
  giniVisits: number | null;
  /** Of the hours they were offered. */
  giniHours: number | null;
  /** Volunteers asked as often in some seven days as they want, and more often than that. */
  atCap: number;
  overCap: number;
}

export interface AskedVolunteer extends Counts {
  personId: string;
  /** Masked. */
  name: string;
  weeklyAskCap: number;
  /** The most asks in any seven days. */
  mostInWeek: number;
}

/** Each active volunteer of the area with what the span brought them; every one's rows are found by an index. */
function loads({ areaCode, from, until }: AskingSpan): SQL {
  const begin = sql`${from.toISOString()}::timestamptz`;
  const end = sql`${until.toISOString()}::timestamptz`;
  return sql`
    select w.person_id, p.name, w.weekly_ask_cap as cap, a.*, v.visits
    from volunteers w join persons p on p.id = w.person_id
    cross join lateral (
      select count(*)::int as asks, (count(*) filter (where state = 'accepted'))::int as accepted,
        (count(*) filter (where state = 'declined'))::int as declined,
        (count(*) filter (where state = 'expired'))::int as silent,
        (count(*) filter (where withdrawn_reason = 'taken'))::int as taken, coalesce(max(week), 0)::int as most,
        coalesce(sum(minutes), 0)::int as minutes
      from (select f.state, f.withdrawn_reason, o.minutes, count(*) over (
          order by f.sent_at range between interval '6 days 23:59:59.999' preceding and current row) as week
        from offers f join orders o on o.id = f.order_id where f.person_id = w.person_id and f.sent_at >= ${begin} and f.sent_at < ${end}) as asked) as a
    cross join lateral (
      select count(*)::int as visits from visits s
      where s.person_id = w.person_id and s.planned_start_at >= ${begin} and s.planned_start_at < ${end}
        and s.id >= ${floorOf(from)}::uuid and s.id < ${idFloor(until)}::uuid
        and s.state in ('started', 'finished', 'settled')) as v
    where w.state = 'active' and p.closed_at is null
      and (${areaCode}::text is null or p.area_code like ${`${areaCode ?? ''}%`})`;
}

/** The sums over all volunteers of an area. */
export async function askingTotals(db: Database | Tx, span: AskingSpan): Promise<AskingTotals> {
  const [row] = await db.execute<AskingTotals & Record<string, unknown>>(sql`
    with ranked as (
      select l.*, count(*) over () as n, row_number() over (order by asks) as by_asks,
        row_number() over (order by visits) as by_visits, row_number() over (order by minutes) as by_minutes
      from (${loads(span)}) as l)
    select count(*)::int as volunteers, coalesce(sum(asks), 0)::int as asks, coalesce(sum(accepted), 0)::int as accepted,
      coalesce(sum(declined), 0)::int as declined, coalesce(sum(silent), 0)::int as silent,
      coalesce(sum(taken), 0)::int as taken, coalesce(sum(visits), 0)::int as visits,
      ${gini(sql`asks`, sql`by_asks`)} as "giniAsks", ${gini(sql`visits`, sql`by_visits`)} as "giniVisits",
      ${gini(sql`minutes`, sql`by_minutes`)} as "giniHours",
      (count(*) filter (where most = cap))::int as "atCap", (count(*) filter (where most > cap))::int as "overCap"
    from ranked`);
  if (!row) throw new Error('no totals');
  return { ...row };
}

/** Volunteers of an area, the most asked first, at most `limit` after the last of the page before. */
export async function askedVolunteers(
  db: Database | Tx,
  span: AskingSpan,
  limit: number,
  after: { asks: number; personId: string } | null,
): Promise<AskedVolunteer[]> {
  const rows = await db.execute<AskedVolunteer & Record<string, unknown>>(sql`
    select person_id as "personId", name, cap as "weeklyAskCap", asks, accepted, declined, silent, taken, visits,
      most as "mostInWeek"
    from (${loads(span)}) as l
    where ${after ? sql`(-asks, person_id) > (${-after.asks}::int, ${after.personId}::uuid)` : sql`true`}
    order by -asks, person_id limit ${limit}`);
  return rows.map((row) => ({ ...row, name: maskName(row.name) }));
}
