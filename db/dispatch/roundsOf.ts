/** Reads the rounds of many people at once: one statement, whose every part an index serves. */
import { type SQL, sql } from 'drizzle-orm';
import type { Database, Tx } from '../connect/database.ts';
import { openSpans, type Round, type Span, type Stop, type WeeklyHours } from './rounds.ts';
import type { HelperKind } from './rules.ts';

export interface RoundAsked {
  personId: string;
  /** Carers come in their shifts, volunteers in their hours, or at any time where they gave none. */
  kind: HelperKind;
  from: Date;
  until: Date;
}

interface RoundRow extends Record<string, unknown> {
  n: number;
  lat: number;
  lon: number;
  week: WeeklyHours | null;
  absent: [from: number, until: number][] | null;
  stops:
    | [
        order: string,
        state: Stop['state'],
        from: number,
        until: number,
        latest: number,
        lat: number,
        lon: number,
      ][]
    | null;
}

const ms = (instant: SQL) => sql`date_part('epoch', ${instant}) * 1000`;

/**
 * The rounds asked for, in the order given; a person may be asked for in several spans. A round holds all visits and
 * offers that touch its span, promised or being asked for, so ask with as much time around as a way may take.
 */
export async function roundsOf(db: Database | Tx, asked: readonly RoundAsked[]): Promise<Round[]> {
  if (asked.length === 0) return [];
  const rows = await db.execute<RoundRow>(sql`
    select r.n, p.lat, p.lon, hours.week, away.absent, work.stops
    from jsonb_to_recordset(${JSON.stringify(asked.map((one, n) => ({ n, ...one })))}::jsonb)
      as r(n int, "personId" uuid, kind text, "from" timestamptz, "until" timestamptz)
    join persons p on p.id = r."personId"
    cross join lateral (
      select json_agg(json_build_array(weekday, start_minute, end_minute)) as week from (
        select weekday, start_minute, end_minute from shifts where r.kind = 'carer' and carer_id = p.id
        union all
        select weekday, start_minute, end_minute from volunteer_hours where r.kind = 'volunteer' and person_id = p.id) as t
    ) as hours
    cross join lateral (
      select json_agg(json_build_array(${ms(sql`lower(a.during)`)}, ${ms(sql`upper(a.during)`)}) order by a.during) as absent
      from absences a where a.person_id = p.id and a.during && tstzrange(r."from", r."until")
    ) as away
    cross join lateral (
      select json_agg(json_build_array(o.id, case when s.state <> 'promised' then s.state
          when o.state in ('accepted', 'started') then o.state else 'finished' end,
        ${ms(sql`lower(s.during)`)}, ${ms(sql`upper(s.during)`)}, ${ms(sql`o.latest_start_at`)}, o.lat, o.lon)
        order by s.during) as stops
      from (
        select c.order_id, 'promised' as state, c.during from commitments c
        where c.person_id = p.id and c.during && tstzrange(r."from", r."until")
        union all
        select q.id, 'offered', tstzrange(q.start_at, q.start_at + make_interval(mins => q.minutes))
        from offers f join orders q on q.id = f.order_id
        where (f.person_id = p.id or f.second_person_id = p.id) and f.state = 'open'
          and q.start_at < r."until" and q.start_at + make_interval(mins => q.minutes) > r."from"
        union all
        select n.order_id, 'planned', n.during from planned_visits n
        where n.person_id = p.id and n.during && tstzrange(r."from", r."until")) as s
      join orders o on o.id = s.order_id
    ) as work`);
  const found = new Map(rows.map((row) => [row.n, row]));
  return asked.map((one, n) => roundOf(one, found.get(n)));
}

function roundOf({ personId, kind, from, until }: RoundAsked, row: RoundRow | undefined): Round {
  if (!row) throw new Error(`no person ${personId}`);
  const span: Span = { from: from.getTime(), until: until.getTime() };
  const isAlways = kind === 'volunteer' && row.week === null;
  return {
    personId,
    home: { lat: row.lat, lon: row.lon },
    open: isAlways ? null : openSpans(row.week ?? [], span),
    absent: (row.absent ?? []).map(([begin, end]) => ({ from: begin, until: end })),
    stops: (row.stops ?? []).map(([orderId, state, begin, end, latest, lat, lon]) => ({
      orderId,
      state,
      from: begin,
      until: end,
      latest: Math.max(latest, begin),
      lat,
      lon,
    })),
  };
}
