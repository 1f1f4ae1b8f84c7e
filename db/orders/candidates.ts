/**
 * Who could serve an order now, best first, and which hard rule excludes how many others (D1, D5). Reads the
 * nearest people only, so that it stays quick in a city of any size.
 */
import { type SQL, sql } from 'drizzle-orm';
import type { Database, Tx } from '../connect/database.ts';
import type { RespitePolicy } from '../respite/rules.ts';
import { currentPolicy } from '../services/policies.ts';
import { metresBetween } from '../visits/rules.ts';
import type { Askable } from './askingRules.ts';
import { paired } from './pairs.ts';
import type { OfferTerms } from './rules.ts';

export const exclusionRules = [
  'service',
  'self',
  'blocked',
  'gender',
  'level',
  'certificate',
  'licence',
  'absent',
  'hours',
  'contract',
  'shift',
  'busy',
  'declined',
  'asked_enough',
  'too_far',
  'second',
] as const;
export type ExclusionRule = (typeof exclusionRules)[number];

export interface Candidate extends Askable {
  personId: string;
  name: string;
  kind: 'volunteer' | 'carer';
  providerId: string | null;
  /** The best of the same provider to come along, where two carers are needed. */
  second: { personId: string; name: string } | null;
  score: number;
  terms: OfferTerms;
}

export interface Candidates {
  candidates: Candidate[];
  /** People near by whom a rule excludes, counted under the first rule that does. */
  excluded: { rule: ExclusionRule; count: number }[];
  /** Which wave the next round is: 1 when nobody has been asked yet for this time and place. */
  wave: number;
}

/** Somebody near, and the first hard rule that excludes them; null when none does. */
export interface Near extends Candidate {
  orderId: string;
  carersNeeded: number;
  excludedBy: ExclusionRule | null;
}

interface NearRow extends Record<string, unknown> {
  order_id: string;
  wave: number;
  carers_needed: number;
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
  silent: boolean;
  backup: boolean;
  idle_days: number;
  level: number | null;
}

/** So many of the nearest are looked at in the first wave, and as many more in each that follows, up to the widest. */
const NEAREST = 60;
const WIDEST = 4;
/** More carers than a provider has near one home. */
const OWN_CARERS = 300;
const CARER_METRES = 15_000;
/** 15 minutes on an e-bike by road (15 km/h, detour 1.35): nearer needs no thought. */
const METRES_PER_POINT = 100;

/** Candidates of orders, by order. `at` is the instant of asking. */
export async function candidatesFor(
  db: Database | Tx,
  orderIds: readonly string[],
  at: Date,
): Promise<Map<string, Candidates>> {
  const result = new Map(orderIds.map((id): [string, Candidates] => [id, nobodyYet()]));
  if (orderIds.length === 0) return result;
  const volunteers = (await nearVolunteers(db, orderIds, at)).map((row) => near(row, 'volunteer', result));
  const carers = (await nearCarers(db, orderIds, at, null)).map((row) => near(row, 'carer', result));
  for (const { orderId, carersNeeded: _, excludedBy, ...candidate } of paired([...volunteers, ...carers])) {
    const found = result.get(orderId) as Candidates;
    if (excludedBy === null) found.candidates.push(candidate);
    else count(found.excluded, excludedBy);
  }
  for (const { candidates } of result.values()) candidates.sort(byScore);
  return result;
}

/** A provider's own carers for one order of theirs: whoever can come first, best first, then the others with the rule. */
export async function ownCarersFor(
  db: Database | Tx,
  orderId: string,
  providerId: string,
  at: Date,
): Promise<Near[]> {
  const rows = await nearCarers(db, [orderId], at, providerId);
  const found = rows.map((row) => near(row, 'carer', new Map()));
  return found.sort((a, b) => Number(a.excludedBy !== null) - Number(b.excludedBy !== null) || byScore(a, b));
}

const nobodyYet = (): Candidates => ({ candidates: [], excluded: [], wave: 1 });
/** The best first; of equals the nearest. */
const byScore = (a: Candidate, b: Candidate): number =>
  b.score - a.score || a.distanceMetres - b.distanceMetres || (a.personId < b.personId ? -1 : 1);

function count(excluded: Candidates['excluded'], rule: ExclusionRule): void {
  const counted = excluded.find((entry) => entry.rule === rule);
  if (counted) counted.count += 1;
  else excluded.push({ rule, count: 1 });
}

function near(row: NearRow, kind: Candidate['kind'], result: Map<string, Candidates>): Near {
  const order = result.get(row.order_id);
  if (order) order.wave = row.wave;
  const distanceMetres = Math.round(
    metresBetween({ lat: row.lat, lon: row.lon }, { lat: row.order_lat, lon: row.order_lon }),
  );
  const terms: OfferTerms = [
    { code: 'distance', value: -distanceMetres / METRES_PER_POINT },
    { code: 'continuity', value: 5 * Math.min(Number(row.known_visits), 3) },
    { code: 'least_asked', value: Math.min(Number(row.idle_days), 14) / 2 },
    ...(row.level === null ? [] : [{ code: 'level' as const, value: Number(row.level) - 1 }]),
  ];
  const rounded = terms.map((term) => ({ ...term, value: tenths(term.value) }));
  return {
    orderId: row.order_id,
    carersNeeded: row.carers_needed,
    personId: row.person_id,
    name: row.name,
    kind,
    providerId: row.provider_id,
    second: null,
    distanceMetres,
    silent: row.silent,
    backup: row.backup,
    score: tenths(rounded.reduce((sum, term) => sum + term.value, 0)),
    terms: rounded,
    excludedBy: row.excluded_by ?? (distanceMetres > (row.max_metres ?? CARER_METRES) ? 'too_far' : null),
  };
}

const tenths = (value: number): number => Math.round(value * 10) / 10;
/** Whether the offer `f` was for the time and place that the order `o` has now. */
const sameAsk = sql`f.asked_start_at = o.start_at and f.asked_lat = o.lat and f.asked_lon = o.lon`;
/** The offer `f` was refused, or its dispatcher decided against whom it asked; being too late says nothing of a person. */
const ruledOut = sql`f.order_id = o.id and ${sameAsk}
  and (f.state = 'declined' or f.state = 'withdrawn' and coalesce(f.withdrawn_reason, 'withdrawn') = 'withdrawn')`;
/** Nobody answered the offer `f`, or nobody came. */
const unanswered = sql`f.order_id = o.id and ${sameAsk} and (f.state = 'expired' or f.withdrawn_reason = 'missed')`;

/**
 * The orders with what the hard rules ask of them, who visited the elder lately, once for each visit, and the time that a
 * long block keeps its carer free (S6); a search begins anew when somebody did not come or was taken back.
 */
const asked = (orderIds: readonly string[], { restFromMinutes, restHours }: RespitePolicy) => sql`
  select o.*, s.min_level, s.intimate, s.certificates as needed_certificates, e.carer_gender, search.wave,
    s.block_minutes is not null as is_block, ct.provider_id as contract_provider_id,
    greatest(o.start_at, now_at.at) - rest.time as kept_from,
    greatest(o.start_at, now_at.at) + make_interval(mins => o.minutes) + rest.time as kept_until,
    greatest(o.start_at, now_at.at) as from_at,
    greatest(o.start_at, now_at.at) + make_interval(mins => o.minutes) as until_at,
    array(select a.owner_id from holds x join accounts a on a.id = x.account_id where x.order_id = o.id) as payers,
    array(select v.person_id from visits v where v.elder_id = o.elder_id
      and v.state = 'settled' and v.planned_start_at > o.start_at - interval '90 days'
      and v.id >= uuid_floor(o.start_at - interval '150 days') and v.id < uuid_floor(now_at.at)) as known_by
  from orders o
  join services s on s.policy_id = o.policy_id and s.code = o.service_code
  join elders e on e.person_id = o.elder_id
  left join contracts ct on ct.id = o.contract_id
  cross join lateral (
    select make_interval(hours => case when o.minutes >= ${restFromMinutes} then ${restHours} else 0 end) as time) as rest
  cross join now_at
  cross join lateral (
    select coalesce(max(f.wave), 0) + 1 as wave from offers f
    where f.order_id = o.id and ${sameAsk} and not exists (select from offers g
      where g.order_id = o.id and g.sent_at >= f.sent_at and g.withdrawn_reason in ('withdrawn', 'missed'))) as search
  where o.id in (select x::uuid from jsonb_array_elements_text(${JSON.stringify(orderIds)}::jsonb) as x)`;

/** Rules and counts that volunteers and carers share; `h` is the helper's person row, `o` the order. */
const known = sql`cardinality(array_positions(o.known_by, h.id))`;
const blocked = sql`exists (select from pairings p where p.elder_id = o.elder_id and p.person_id = h.id and p.wish = 'blocked')`;
/** Promised to another order already, or being asked for one, at a time that overlaps. */
const busy = sql`(exists (select from commitments c
    where c.person_id = h.id and c.order_id <> o.id and c.during && tstzrange(o.kept_from, o.kept_until))
  or exists (select from offers f join orders q on q.id = f.order_id
    where (f.person_id = h.id or f.second_person_id = h.id) and f.state = 'open' and f.order_id <> o.id
      and q.start_at < o.until_at and q.start_at + make_interval(mins => q.minutes) > o.from_at))`;
/** Away for all or a part of the time; the exclusion constraint's index answers. */
const absent = sql`exists (select from absences a where a.person_id = h.id and a.during && tstzrange(o.kept_from, o.kept_until))`;
/** Lacks a certificate that the service needs on the day. */
const uncertified = sql`exists (select from unnest(o.needed_certificates) as needed where not exists (
  select from certificates q where q.person_id = h.id and q.kind = needed and q.revoked_at is null
    and (o.from_at at time zone 'Asia/Shanghai')::date between q.valid_from and q.valid_until))`;
/**
 * Whether a helper's weekly windows `t` cover the visit: those of its day and of the days before and after it, in minutes
 * of its day, joined where they touch, so that a visit may begin in one and end in the next.
 */
const coveredBy = (windows: SQL) => sql`exists (
  select from (select o.from_at at time zone 'Asia/Shanghai' as local) as l,
    lateral (select extract(isodow from local)::int as weekday,
      (extract(hour from local) * 60 + extract(minute from local))::int as minute) as d,
    lateral (select range_agg(int4range(t.start_minute + n.day * 1440, t.end_minute + n.day * 1440)) as open
      from (values (-1), (0), (1)) as n(day), ${windows} and t.weekday = (d.weekday + n.day + 6) % 7 + 1) as w
  where w.open @> int4range(d.minute, d.minute + o.minutes))`;
const outsideHours = sql`exists (select from volunteer_hours t where t.person_id = h.id)
  and not ${coveredBy(sql`volunteer_hours t where t.person_id = h.id`)}`;
const offShift = sql`not ${coveredBy(sql`shifts t where t.carer_id = h.id`)}`;
const wrongGender = sql`o.intimate = 1 and o.carer_gender is not null and o.carer_gender <> h.gender`;

/** Where a person `p` lives and where an order `o` is, in degrees of latitude both ways, as the index has it. */
const home = sql`point(p.lon * 0.85, p.lat)`;
const there = sql`point(o.lon * 0.85, o.lat)`;
/**
 * Of people `p` the nearest to an order, as many as any wave looks at, within so many degrees each way. The number is
 * written out: PostgreSQL then reads the neighbours from the index one after another, instead of sorting a whole city.
 */
const nearest = (degrees: number) => sql`p.closed_at is null
  and ${home} <@ box(${there} - point(${sql.raw(`${degrees}, ${degrees}`)}), ${there} + point(${sql.raw(`${degrees}, ${degrees}`)}))
  order by ${home} <-> ${there}, p.id limit ${sql.raw(String(NEAREST * WIDEST))}`;
const activeCarers = sql`
  select p.*, c.provider_id, c.level, c.certificate_until, c.takes_blocks, r.services, r.districts
  from persons p join carers c on c.person_id = p.id join providers r on r.id = c.provider_id
  where c.state = 'active' and r.state = 'active'`;
/** A provider's carers, the nearest to the order first. */
const carersOf = (provider: SQL) => sql`${activeCarers} and ${provider} and p.closed_at is null
  order by ${home} <-> ${there}, p.id`;

async function nearVolunteers(db: Database | Tx, orderIds: readonly string[], at: Date) {
  const { body: respite } = await currentPolicy(db, 'respite', at);
  return db.execute<NearRow>(sql`
    with now_at as (select ${at.toISOString()}::timestamptz as at), wanted as materialized (${asked(orderIds, respite)} and o.channel = 'volunteer')
    select o.id as order_id, o.wave, o.carers_needed, h.id as person_id, h.name, null as provider_id, h.lat, h.lon, o.lat as order_lat,
      o.lon as order_lon, v.max_metres, null::int as level,
      ${known} as known_visits, v.backup,
      exists (select from offers f where ${unanswered} and f.person_id = h.id) as silent,
      coalesce(extract(epoch from now_at.at - v.last_asked_at) / 86400, 14)::float8 as idle_days,
      case
        when not o.service_code = any (v.services) then 'service'
        when h.id = o.elder_id or h.id::text = any (o.payers) then 'self'
        when ${blocked} then 'blocked'
        when ${wrongGender} then 'gender'
        when ${uncertified} then 'certificate'
        when ${absent} then 'absent'
        when ${outsideHours} then 'hours'
        when ${busy} then 'busy'
        when exists (select from offers f where ${ruledOut} and f.person_id = h.id) then 'declined'
        when (select count(*) from offers f where f.person_id = h.id and f.sent_at > now_at.at - interval '7 days')
          >= v.weekly_ask_cap then 'asked_enough'
      end as excluded_by
    from now_at, wanted o
    cross join lateral (
      select * from (
        select p.*, w.services, w.max_metres, w.weekly_ask_cap, w.last_asked_at, w.backup
        from persons p join volunteers w on w.person_id = p.id
        where w.state = 'active' and ${nearest(0.05)}) as near_by
      limit ${NEAREST} * least(o.wave, ${WIDEST})) as h
    cross join lateral (select h.services, h.max_metres, h.weekly_ask_cap, h.last_asked_at, h.backup) as v`);
}

/** Carers near the orders; of one provider, all of them, whichever way an order is served. */
async function nearCarers(
  db: Database | Tx,
  orderIds: readonly string[],
  at: Date,
  providerId: string | null,
) {
  const { body: respite } = await currentPolicy(db, 'respite', at);
  return db.execute<NearRow>(sql`
    with now_at as (select ${at.toISOString()}::timestamptz as at), wanted as materialized (${asked(orderIds, respite)} and o.channel = 'provider')
    select o.id as order_id, o.wave, o.carers_needed, h.id as person_id, h.name, h.provider_id, h.lat, h.lon, o.lat as order_lat,
      o.lon as order_lon, null::int as max_metres, h.level,
      ${known} as known_visits, false as backup,
      exists (select from offers f where ${unanswered} and f.provider_id = h.provider_id) as silent, 0::float8 as idle_days,
      case
        when not o.service_code = any (h.services) then 'service'
        when not o.district_code = any (h.districts) then 'licence'
        when o.contract_provider_id <> h.provider_id then 'contract'
        when ${blocked} then 'blocked'
        when ${wrongGender} then 'gender'
        when o.min_level is not null and h.level > o.min_level then 'level'
        when h.certificate_until < (o.from_at at time zone 'Asia/Shanghai')::date then 'certificate'
        when ${uncertified} then 'certificate'
        when ${absent} then 'absent'
        when not (o.is_block and h.takes_blocks) and ${offShift} then 'shift'
        when ${busy} then 'busy'
        when exists (select from offers f where ${ruledOut}
          and (h.id in (f.person_id, f.second_person_id) or f.provider_id = h.provider_id and f.state = 'declined'))
          then 'declined'
      end as excluded_by
    from now_at, wanted o
    cross join lateral (${
      providerId === null
        ? sql`
      (${carersOf(sql`c.provider_id = o.contract_provider_id`)} limit ${OWN_CARERS})
      union all
      (select * from (
        ${activeCarers} and c.provider_id is distinct from o.contract_provider_id and ${nearest(0.15)}) as near_by
      limit ${NEAREST} * least(o.wave, ${WIDEST}))`
        : sql`${carersOf(sql`c.provider_id = ${providerId}::uuid`)} limit ${OWN_CARERS}`
    }) as h`);
}
