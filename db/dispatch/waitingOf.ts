/** The orders of a district's day that wait for a carer, with all that the hard rules and the wishes ask of them (D1–D3). */
import { type SQL, sql } from 'drizzle-orm';
import type { Database, Tx } from '../connect/database.ts';
import { ruledOut, sameAsk } from '../orders/askedBefore.ts';
import type { Urgency } from '../orders/rules.ts';

export interface WaitingOrder {
  id: string;
  version: number;
  serviceCode: string;
  lat: number;
  lon: number;
  startAt: Date;
  latestStartAt: Date;
  minutes: number;
  carersNeeded: number;
  urgency: Urgency;
  /** GB/T 42195: 0 intact … 4 complete loss. */
  abilityLevel: number;
  /** The least vocational level: 5 junior … 1 senior; null where none is asked. */
  minLevel: number | null;
  /** What the elder asks of whoever gives intimate care; null where it does not matter. */
  gender: string | null;
  /** Kinds of certificate that whoever comes must hold. */
  certificates: string[];
  /** A block of many hours (S6), which some stay for outside their weekly hours too. */
  isBlock: boolean;
  /** Whose contract pays, and so who comes. */
  contractProviderId: string | null;
  /** Blocked by the elder, or asked for this time and place already: they said no or were decided against. */
  notBy: string[];
  notByProviders: string[];
  preferred: string[];
  /** Who visited the elder in the last 90 days, once for each visit. */
  knownBy: string[];
}

interface WaitingRow extends Record<string, unknown> {
  id: string;
  version: number;
  service_code: string;
  lat: number;
  lon: number;
  start_at: string;
  latest_start_at: string;
  minutes: number;
  carers_needed: number;
  urgency: Urgency;
  ability_level: number;
  min_level: number | null;
  gender: string | null;
  certificates: string[];
  is_block: boolean;
  contract_provider_id: string | null;
  not_by: string[];
  not_by_providers: string[];
  preferred: string[];
  known_by: string[];
}

/** More than any district has to plan at once. */
const MOST = 10_000;

interface Asked {
  areaCode: string;
  from: Date;
  until: Date;
  at: Date;
}

/** Orders of providers that wait in a district, whose visit begins within these instants and can still begin at `at`. */
export const waitingOf = (db: Database | Tx, asked: Asked): Promise<WaitingOrder[]> =>
  ordersOf(db, asked, sql`o.state = 'requested'`);

/** All that was wanted of providers within these instants, whether or not somebody came, as it stood at `at`. */
export const demandOf = (db: Database | Tx, asked: Asked): Promise<WaitingOrder[]> =>
  ordersOf(db, asked, sql`o.state <> 'cancelled'`);

async function ordersOf(
  db: Database | Tx,
  { areaCode, from, until, at }: Asked,
  which: SQL,
): Promise<WaitingOrder[]> {
  const rows = await db.execute<WaitingRow>(sql`
    select o.id, o.version, o.service_code, o.lat, o.lon, o.start_at, o.latest_start_at, o.minutes, o.carers_needed, o.urgency,
      e.ability_level, s.min_level, case when s.intimate = 1 then e.carer_gender end as gender, s.certificates,
      s.block_minutes is not null as is_block, ct.provider_id as contract_provider_id,
      array(select p.person_id::text from pairings p where p.elder_id = o.elder_id and p.wish = 'preferred') as preferred,
      array(select p.person_id::text from pairings p where p.elder_id = o.elder_id and p.wish = 'blocked'
        union select unnest(array[f.person_id, f.second_person_id])::text from offers f where f.order_id = o.id and ${ruledOut}) as not_by,
      array(select f.provider_id::text from offers f
        where f.order_id = o.id and ${sameAsk} and f.state = 'declined' and f.provider_id is not null) as not_by_providers,
      array(select v.person_id::text from visits v where v.elder_id = o.elder_id and v.state = 'settled'
        and v.planned_start_at > o.start_at - interval '90 days' and v.id >= uuid_floor(o.start_at - interval '150 days')
        and v.planned_start_at < ${at.toISOString()}::timestamptz and v.id < uuid_floor(${at.toISOString()}::timestamptz)) as known_by
    from orders o
    join services s on s.policy_id = o.policy_id and s.code = o.service_code
    join elders e on e.person_id = o.elder_id
    left join contracts ct on ct.id = o.contract_id
    where o.district_code = ${areaCode} and ${which} and o.channel = 'provider'
      and o.start_at >= ${from.toISOString()}::timestamptz and o.start_at < ${until.toISOString()}::timestamptz
      and o.latest_start_at >= ${at.toISOString()}::timestamptz
    order by o.start_at, o.id limit ${MOST}`);
  return rows.map((row) => ({
    id: row.id,
    version: row.version,
    serviceCode: row.service_code,
    lat: row.lat,
    lon: row.lon,
    startAt: new Date(row.start_at),
    latestStartAt: new Date(row.latest_start_at),
    minutes: row.minutes,
    carersNeeded: row.carers_needed,
    urgency: row.urgency,
    abilityLevel: row.ability_level,
    minLevel: row.min_level,
    gender: row.gender,
    certificates: row.certificates,
    isBlock: row.is_block,
    contractProviderId: row.contract_provider_id,
    notBy: row.not_by.filter((id) => id !== null),
    notByProviders: row.not_by_providers,
    preferred: row.preferred,
    knownBy: row.known_by,
  }));
}
