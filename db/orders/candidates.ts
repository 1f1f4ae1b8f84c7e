/**
 * Who could serve an order now, best first, and which hard rule excludes how many others (D1, D5). Reads the
 * nearest people only, so that it stays quick in a city of any size.
 */
import { type SQL, sql } from 'drizzle-orm';
import type { Database, Tx } from '../connect/database.ts';
import type { RespitePolicy } from '../respite/rules.ts';
import { currentPolicy } from '../services/policies.ts';
import { metresBetween } from '../visits/rules.ts';
import type { OfferTerms } from './rules.ts';

export const exclusionRules = [
  'service',
  'self',
  'blocked',
  'gender',
  'level',
  'certificate',
  'licence',
  'contract',
  'shift',
  'busy',
  'declined',
  'asked_enough',
  'too_far',
] as const;
export type ExclusionRule = (typeof exclusionRules)[number];

export interface Candidate {
  personId: string;
  name: string;
  kind: 'volunteer' | 'carer';
  providerId: string | null;
  distanceMetres: number;
  score: number;
  terms: OfferTerms;
}

export interface Candidates {
  candidates: Candidate[];
  /** People near by whom a rule excludes, counted under the first rule that does. */
  excluded: { rule: ExclusionRule; count: number }[];
}

interface NearRow extends Record<string, unknown> {
  order_id: string;
  person_id: string;
  name: string;
  provider_id: string | null;
  lat: number;
  lon: number;
  order_lat: number;
  order_lon: number;
  max_metres: number | null;
  excluded_by: ExclusionRule | null;
  known_visits: number;
  expired_before: number;
  idle_days: number;
  level: number | null;
}

const NEAREST = 60;
const CARER_METRES = 15_000;
/** 15 minutes on an e-bike by road (15 km/h, detour 1.35): nearer needs no thought. */
const METRES_PER_POINT = 100;

/** Candidates of orders, by order. `at` is the instant of asking. */
export async function candidatesFor(
  db: Database | Tx,
  orderIds: readonly string[],
  at: Date,
): Promise<Map<string, Candidates>> {
  const result = new Map<string, Candidates>(orderIds.map((id) => [id, { candidates: [], excluded: [] }]));
  if (orderIds.length === 0) return result;
  for (const row of await nearVolunteers(db, orderIds, at)) sort(row, 'volunteer', result);
  const { body: respite } = await currentPolicy(db, 'respite', at);
  for (const row of await nearCarers(db, orderIds, at, respite)) sort(row, 'carer', result);
  for (const { candidates } of result.values())
    candidates.sort((a, b) => b.score - a.score || (a.personId < b.personId ? -1 : 1));
  return result;
}

function sort(row: NearRow, kind: 'volunteer' | 'carer', result: Map<string, Candidates>): void {
  const found = result.get(row.order_id);
  if (!found) return;
  const distanceMetres = Math.round(
    metresBetween({ lat: row.lat, lon: row.lon }, { lat: row.order_lat, lon: row.order_lon }),
  );
  const rule = row.excluded_by ?? (distanceMetres > (row.max_metres ?? CARER_METRES) ? 'too_far' : null);
  if (rule) {
    const counted = found.excluded.find((entry) => entry.rule === rule);
    if (counted) counted.count += 1;
    else found.excluded.push({ rule, count: 1 });
    return;
  }
  const terms: OfferTerms = [
    { code: 'distance', value: -distanceMetres / METRES_PER_POINT },
    { code: 'continuity', value: 5 * Math.min(Number(row.known_visits), 3) },
    { code: 'least_asked', value: Math.min(Number(row.idle_days), 14) / 2 - 10 * Number(row.expired_before) },
    ...(row.level === null ? [] : [{ code: 'level' as const, value: Number(row.level) - 1 }]),
  ];
  const rounded = terms.map((term) => ({ ...term, value: Math.round(term.value * 10) / 10 }));
  found.candidates.push({
    personId: row.person_id,
    name: row.name,
    kind,
    providerId: row.provider_id,
    distanceMetres,
    score: Math.round(rounded.reduce((sum, term) => sum + term.value, 0) * 10) / 10,
    terms: rounded,
  });
}

const asked = (orderIds: readonly string[]) => sql`
  select o.*, s.min_level, s.intimate, e.carer_gender, s.block_minutes is not null as is_block,
    ct.provider_id as contract_provider_id,
    greatest(o.start_at, now_at.at) as from_at,
    greatest(o.start_at, now_at.at) + make_interval(mins => o.minutes) as until_at,
    array(select a.owner_id from holds x join accounts a on a.id = x.account_id where x.order_id = o.id) as payers
  from orders o
  join services s on s.policy_id = o.policy_id and s.code = o.service_code
  join elders e on e.person_id = o.elder_id
  left join contracts ct on ct.id = o.contract_id, now_at
  where o.id in (select x::uuid from jsonb_array_elements_text(${JSON.stringify(orderIds)}::jsonb) as x)`;

/** Rules and counts that volunteers and carers share; `h` is the helper's person row, `o` the order. */
const known = sql`(select count(*) from visits v where v.elder_id = o.elder_id and v.person_id = h.id
    and v.state = 'settled' and v.planned_start_at > o.start_at - interval '90 days'
    and v.id >= uuid_floor(o.start_at - interval '150 days'))::int`;
const expired = sql`(select count(*) from offers f where f.order_id = o.id and f.person_id = h.id and f.state = 'expired')::int`;
const blocked = sql`exists (select from pairings p where p.elder_id = o.elder_id and p.person_id = h.id and p.wish = 'blocked')`;
/** Promised already, or being asked, for a time that overlaps. */
const busyDuring = (rest: SQL) => sql`(exists (select from commitments c
    where c.person_id = h.id and c.during && tstzrange(o.from_at - ${rest}, o.until_at + ${rest}))
  or exists (select from offers f join orders q on q.id = f.order_id
    where f.person_id = h.id and f.state = 'open' and f.order_id <> o.id
      and q.start_at < o.until_at and q.start_at + make_interval(mins => q.minutes) > o.from_at))`;
const busy = busyDuring(sql`interval '0'`);
/** A long block keeps its carer free of other visits before and after (S6), as the commitment then does. */
const busyWithRest = ({ restFromMinutes, restHours }: RespitePolicy) =>
  busyDuring(
    sql`make_interval(hours => case when o.minutes >= ${restFromMinutes} then ${restHours} else 0 end)`,
  );
const wrongGender = sql`o.intimate = 1 and o.carer_gender is not null and o.carer_gender <> h.gender`;

function nearVolunteers(db: Database | Tx, orderIds: readonly string[], at: Date) {
  return db.execute<NearRow>(sql`
    with now_at as (select ${at.toISOString()}::timestamptz as at), wanted as (${asked(orderIds)} and o.channel = 'volunteer')
    select o.id as order_id, h.id as person_id, h.name, null as provider_id, h.lat, h.lon, o.lat as order_lat,
      o.lon as order_lon, v.max_metres, null::int as level,
      ${known} as known_visits, ${expired} as expired_before,
      coalesce(extract(epoch from now_at.at - v.last_asked_at) / 86400, 14)::float8 as idle_days,
      case
        when not o.service_code = any (v.services) then 'service'
        when h.id = o.elder_id or h.id::text = any (o.payers) then 'self'
        when ${blocked} then 'blocked'
        when ${wrongGender} then 'gender'
        when ${busy} then 'busy'
        when exists (select from offers f where f.order_id = o.id and f.person_id = h.id
          and f.state in ('declined', 'withdrawn')) then 'declined'
        when (select count(*) from offers f where f.person_id = h.id and f.sent_at > now_at.at - interval '7 days')
          >= v.weekly_ask_cap then 'asked_enough'
      end as excluded_by
    from now_at, wanted o
    cross join lateral (
      select p.*, w.services, w.max_metres, w.weekly_ask_cap, w.last_asked_at
      from persons p join volunteers w on w.person_id = p.id
      where w.state = 'active' and p.closed_at is null
        and p.lat between o.lat - 0.05 and o.lat + 0.05 and p.lon between o.lon - 0.06 and o.lon + 0.06
      order by (p.lat - o.lat) ^ 2 + ((p.lon - o.lon) * 0.85) ^ 2, p.id limit ${NEAREST}) as h
    cross join lateral (select h.services, h.max_metres, h.weekly_ask_cap, h.last_asked_at) as v`);
}

function nearCarers(db: Database | Tx, orderIds: readonly string[], at: Date, respite: RespitePolicy) {
  return db.execute<NearRow>(sql`
    with now_at as (select ${at.toISOString()}::timestamptz as at), wanted as (${asked(orderIds)} and o.channel = 'provider')
    select o.id as order_id, h.id as person_id, h.name, h.provider_id, h.lat, h.lon, o.lat as order_lat,
      o.lon as order_lon, null::int as max_metres, h.level,
      ${known} as known_visits, ${expired} as expired_before, 0::float8 as idle_days,
      case
        when not o.service_code = any (h.services) then 'service'
        when not o.district_code = any (h.districts) then 'licence'
        when o.contract_provider_id <> h.provider_id then 'contract'
        when ${blocked} then 'blocked'
        when ${wrongGender} then 'gender'
        when o.min_level is not null and h.level > o.min_level then 'level'
        when h.certificate_until < (o.from_at at time zone 'Asia/Shanghai')::date then 'certificate'
        when not (o.is_block and h.takes_blocks) and not exists (
          select from shifts t, lateral (select o.from_at at time zone 'Asia/Shanghai' as local) as l
          where t.carer_id = h.id and t.weekday = extract(isodow from l.local)
            and t.start_minute <= extract(hour from l.local) * 60 + extract(minute from l.local)
            and t.end_minute >= extract(hour from l.local) * 60 + extract(minute from l.local) + o.minutes) then 'shift'
        when ${busyWithRest(respite)} then 'busy'
        when exists (select from offers f where f.order_id = o.id and f.state in ('declined', 'withdrawn')
          and (f.person_id = h.id or f.provider_id = h.provider_id and f.state = 'declined')) then 'declined'
      end as excluded_by
    from now_at, wanted o
    cross join lateral (
      select p.*, c.provider_id, c.level, c.certificate_until, c.takes_blocks, r.services, r.districts
      from carers c join persons p on p.id = c.person_id join providers r on r.id = c.provider_id
      where c.state = 'active' and r.state = 'active' and p.closed_at is null
        and p.lat between o.lat - 0.15 and o.lat + 0.15 and p.lon between o.lon - 0.18 and o.lon + 0.18
      order by c.provider_id is distinct from o.contract_provider_id, (p.lat - o.lat) ^ 2 + ((p.lon - o.lon) * 0.85) ^ 2, p.id limit ${NEAREST}) as h`);
}
