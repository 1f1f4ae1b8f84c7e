/**
 * The people near what is wanted, and the first hard rule that keeps each of them away (D1), as far as one can tell without
 * their ways: one statement for volunteers and one for carers, however much is wanted.
 */
import { type SQL, sql } from 'drizzle-orm';
import type { Database, Tx } from '../connect/database.ts';
import type { RespitePolicy } from '../respite/rules.ts';
import { currentPolicy } from '../services/policies.ts';
import { ruledOut, sameAsk } from './askedBefore.ts';
import type { ExclusionRule } from './candidates.ts';
import type { Want } from './wants.ts';

export interface NearPerson extends Record<string, unknown> {
  key: string;
  /** Which wave the next round is. */
  wave: number;
  personId: string;
  name: string;
  providerId: string | null;
  lat: number;
  lon: number;
  /** How far a volunteer goes; null for carers. */
  maxMetres: number | null;
  /** A carer's vocational level; null for volunteers. */
  level: number | null;
  takesBlocks: boolean;
  /** Visits to this elder in the last 90 days. */
  knownVisits: number;
  /** The elder wishes for them. */
  isPreferred: boolean;
  silent: boolean;
  backup: boolean;
  idleDays: number;
  excludedBy: ExclusionRule | null;
}

/** So many of the nearest are looked at in the first wave, and as many more in each that follows, up to the widest. */
const NEAREST = 60;
export const WIDEST = 4;
/** More carers than a provider has near one home. */
const OWN_CARERS = 300;

/** Nobody answered the offer `f`, or nobody came. */
const unanswered = sql`f.order_id = o.order_id and ${sameAsk} and (f.state = 'expired' or f.withdrawn_reason = 'missed')`;

/**
 * What is wanted with who visited the elder lately, once for each visit, whom the elder wishes for or not, and the time that
 * a long block keeps its carer free (S6); a search begins anew when somebody did not come or was taken back.
 */
const wanted = (wants: readonly Want[], at: Date, { restFromMinutes, restHours }: RespitePolicy) => sql`
  now_at as (select ${at.toISOString()}::timestamptz as at),
  asked as materialized (
    select * from jsonb_to_recordset(${JSON.stringify(wants)}::jsonb) as w(key text, "orderId" uuid, "elderId" uuid,
      "serviceCode" text, "districtCode" text, lat float8, lon float8, "startAt" timestamptz, minutes int,
      "contractProviderId" uuid, "minLevel" int, certificates text[], "carerGender" text, "isBlock" boolean, waived text[],
      look int)),
  known as materialized (
    select e.id,
      array(select v.person_id from visits v where v.elder_id = e.id
        and v.state = 'settled' and v.planned_start_at > now_at.at - interval '90 days'
        and v.id >= uuid_floor(now_at.at - interval '150 days') and v.id < uuid_floor(now_at.at)) as visited_by,
      array(select p.person_id from pairings p where p.elder_id = e.id and p.wish = 'blocked') as blocked,
      array(select p.person_id from pairings p where p.elder_id = e.id and p.wish = 'preferred') as preferred
    from now_at, (select distinct "elderId" as id from asked) as e),
  wanted as materialized (
    select a.key, a."orderId" as order_id, a."elderId" as elder_id, a."serviceCode" as service_code,
      a."districtCode" as district_code, a.lat, a.lon, a."startAt" as start_at, a.minutes, a."minLevel" as min_level,
      a."contractProviderId" as contract_provider_id, a.certificates as needed_certificates,
      a."carerGender" as carer_gender, a."isBlock" as is_block, a.waived, search.wave, greatest(search.wave, a.look) as look,
      k.visited_by, k.blocked, k.preferred,
      t.from_at, t.until_at, t.from_at - rest.time as kept_from, t.until_at + rest.time as kept_until,
      array(select h.owner_id from holds x join accounts h on h.id = x.account_id where x.order_id = a."orderId") as payers
    from asked a
    join known k on k.id = a."elderId"
    cross join now_at
    cross join lateral (select greatest(a."startAt", now_at.at) as from_at,
      greatest(a."startAt", now_at.at) + make_interval(mins => a.minutes) as until_at) as t
    cross join lateral (
      select make_interval(hours => case when a.minutes >= ${restFromMinutes} then ${restHours} else 0 end) as time) as rest
    cross join lateral (
      select coalesce(max(f.wave), 0) + 1 as wave from offers f
      where f.order_id = a."orderId"
        and f.asked_start_at = a."startAt" and f.asked_lat = a.lat and f.asked_lon = a.lon
        and not exists (select from offers g where g.order_id = a."orderId"
          and g.sent_at >= f.sent_at and g.withdrawn_reason in ('withdrawn', 'missed'))) as search)`;

/** One line of the rules: this one excludes where the condition holds, unless the want does without it. */
const rule = (name: ExclusionRule, condition: SQL) =>
  sql`when not ${sql.raw(`'${name}'`)} = any (o.waived) and ${condition} then ${sql.raw(`'${name}'`)}`;

/** Rules and counts that volunteers and carers share; `h` is the helper's person row, `o` what is wanted. */
const known = sql`cardinality(array_positions(o.visited_by, h.id)) as "knownVisits", h.id = any (o.preferred) as "isPreferred"`;
const blocked = rule('blocked', sql`h.id = any (o.blocked)`);
/** Promised to another order already, or being asked for one, at a time that overlaps. */
const busy = rule(
  'busy',
  sql`(exists (select from commitments c where c.person_id = h.id and c.order_id is distinct from o.order_id
      and c.during && tstzrange(o.kept_from, o.kept_until))
    or exists (select from offers f join orders q on q.id = f.order_id
      where (f.person_id = h.id or f.second_person_id = h.id) and f.state = 'open'
        and f.order_id is distinct from o.order_id
        and q.start_at < o.until_at and q.start_at + make_interval(mins => q.minutes) > o.from_at))`,
);
/** Away for all or a part of the time; the exclusion constraint's index answers. */
const absent = rule(
  'absent',
  sql`exists (select from absences a where a.person_id = h.id and a.during && tstzrange(o.kept_from, o.kept_until))`,
);
/** Lacks a certificate that the service needs on the day. */
const uncertified = rule(
  'certificate',
  sql`exists (select from unnest(o.needed_certificates) as needed where not exists (
    select from certificates q where q.person_id = h.id and q.kind = needed and q.revoked_at is null
      and (o.from_at at time zone 'Asia/Shanghai')::date between q.valid_from and q.valid_until))`,
);
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
const outsideHours = rule(
  'hours',
  sql`exists (select from volunteer_hours t where t.person_id = h.id)
    and not ${coveredBy(sql`volunteer_hours t where t.person_id = h.id`)}`,
);
const offShift = rule(
  'shift',
  sql`not (o.is_block and h.takes_blocks) and not ${coveredBy(sql`shifts t where t.carer_id = h.id`)}`,
);
const wrongGender = rule('gender', sql`o.carer_gender <> h.gender`);

/** Where a person `p` lives and where a want `o` is, in degrees of latitude both ways, as the index has it. */
const home = sql`point(p.lon * 0.85, p.lat)`;
const there = sql`point(o.lon * 0.85, o.lat)`;
/**
 * Of people `p` the nearest to a want, as many as any wave looks at, within so many degrees each way. The number is
 * written out: PostgreSQL then reads the neighbours from the index one after another, instead of sorting a whole city.
 */
const nearest = (degrees: number) => sql`p.closed_at is null
  and ${home} <@ box(${there} - point(${sql.raw(`${degrees}, ${degrees}`)}), ${there} + point(${sql.raw(`${degrees}, ${degrees}`)}))
  order by ${home} <-> ${there}, p.id limit ${sql.raw(String(NEAREST * WIDEST))}`;
const activeCarers = sql`
  select p.*, c.provider_id, c.level, c.certificate_until, c.takes_blocks, r.services, r.districts
  from persons p join carers c on c.person_id = p.id join providers r on r.id = c.provider_id
  where c.state = 'active' and r.state = 'active'`;
/** A provider's carers, the nearest to the want first. */
const carersOf = (provider: SQL) => sql`${activeCarers} and ${provider} and p.closed_at is null
  order by ${home} <-> ${there}, p.id`;

const looked = sql`o.key, o.wave, h.id as "personId", h.name, h.lat, h.lon, ${known}`;

/** Volunteers near what is wanted of volunteers. */
export async function nearVolunteers(
  db: Database | Tx,
  wants: readonly Want[],
  at: Date,
): Promise<NearPerson[]> {
  const ofVolunteers = wants.filter((want) => want.channel === 'volunteer');
  if (ofVolunteers.length === 0) return [];
  const { body: respite } = await currentPolicy(db, 'respite', at);
  return db.execute<NearPerson>(sql`
    with ${wanted(ofVolunteers, at, respite)}
    select ${looked}, null as "providerId", v.max_metres as "maxMetres", null::int as level, false as "takesBlocks",
      v.backup, exists (select from offers f where ${unanswered} and f.person_id = h.id) as silent,
      coalesce(extract(epoch from now_at.at - v.last_asked_at) / 86400, 14)::float8 as "idleDays",
      case
        ${rule('service', sql`not o.service_code = any (v.services)`)}
        ${rule('self', sql`(h.id = o.elder_id or h.id::text = any (o.payers))`)}
        ${blocked}
        ${wrongGender}
        ${uncertified}
        ${absent}
        ${outsideHours}
        ${busy}
        ${rule('declined', sql`exists (select from offers f where f.order_id = o.order_id and ${ruledOut} and f.person_id = h.id)`)}
        ${rule(
          'asked_enough',
          sql`(select count(*) from offers f where f.person_id = h.id and f.sent_at > now_at.at - interval '7 days')
            >= v.weekly_ask_cap`,
        )}
      end as "excludedBy"
    from now_at, wanted o
    cross join lateral (
      select * from (
        select p.*, w.services, w.max_metres, w.weekly_ask_cap, w.last_asked_at, w.backup
        from persons p join volunteers w on w.person_id = p.id
        where w.state = 'active' and ${nearest(0.08)}) as near_by
      limit ${NEAREST} * least(o.look, ${WIDEST})) as h
    cross join lateral (select h.services, h.max_metres, h.weekly_ask_cap, h.last_asked_at, h.backup) as v`);
}

/** Carers near what is wanted of providers; of one provider, all of them, whichever way it is served. */
export async function nearCarers(
  db: Database | Tx,
  wants: readonly Want[],
  at: Date,
  providerId: string | null,
): Promise<NearPerson[]> {
  const ofProviders = wants.filter((want) => want.channel === 'provider');
  if (ofProviders.length === 0) return [];
  const { body: respite } = await currentPolicy(db, 'respite', at);
  return db.execute<NearPerson>(sql`
    with ${wanted(ofProviders, at, respite)}
    select ${looked}, h.provider_id as "providerId", null::int as "maxMetres", h.level, h.takes_blocks as "takesBlocks",
      false as backup, exists (select from offers f where ${unanswered} and f.provider_id = h.provider_id) as silent,
      0::float8 as "idleDays",
      case
        ${rule('service', sql`not o.service_code = any (h.services)`)}
        ${rule('licence', sql`not o.district_code = any (h.districts)`)}
        ${rule('contract', sql`o.contract_provider_id <> h.provider_id`)}
        ${blocked}
        ${wrongGender}
        ${rule('level', sql`o.min_level is not null and h.level > o.min_level`)}
        ${rule('certificate', sql`h.certificate_until < (o.from_at at time zone 'Asia/Shanghai')::date`)}
        ${uncertified}
        ${absent}
        ${offShift}
        ${busy}
        ${rule(
          'declined',
          sql`exists (select from offers f where f.order_id = o.order_id and ${ruledOut}
            and (h.id in (f.person_id, f.second_person_id) or f.provider_id = h.provider_id and f.state = 'declined'))`,
        )}
      end as "excludedBy"
    from now_at, wanted o
    cross join lateral (${
      providerId === null
        ? sql`
      (${carersOf(sql`c.provider_id = o.contract_provider_id`)} limit ${OWN_CARERS})
      union all
      (select * from (
        ${activeCarers} and c.provider_id is distinct from o.contract_provider_id and ${nearest(0.2)}) as near_by
      limit ${NEAREST} * least(o.look, ${WIDEST}))`
        : sql`${carersOf(sql`c.provider_id = ${providerId}::uuid`)} limit ${OWN_CARERS}`
    }) as h`);
}
