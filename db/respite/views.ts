/** Stays and free beds as those see them who may, always narrowed by the caller's reach. */
import { and, asc, desc, eq, gt, inArray, lt, type SQL, sql } from 'drizzle-orm';
import type { Database, Tx } from '../connect/database.ts';
import { careWithin } from '../connect/division.ts';
import type { Reach } from '../connect/reach.ts';
import { maskName } from '../people/mask.ts';
import { persons } from '../people/schema.ts';
import { providers } from '../providers/schema.ts';
import { takesRespite } from './beds.ts';
import { type BedKind, nightCount, nightsOf, type StayPayer, type StayState } from './rules.ts';
import { beds, stays } from './schema.ts';

export interface StayView {
  id: string;
  state: StayState;
  /** The name is masked unless the reader looks after the elder or acts for them. */
  elder: { id: string; name: string };
  kind: BedKind;
  firstNight: string;
  lastNight: string;
  nights: number;
  flexibleDays: number;
  provider: { id: string; name: string; phone: string } | null;
  bedLabel: string | null;
  payer: StayPayer;
  priceFen: number | null;
  ownShareFen: number | null;
  answerBy: Date | null;
  /** The place in the list of those who wait for this kind of bed, and how many there are. */
  waiting: { place: number; of: number } | null;
  nightsStayed: number | null;
  createdAt: Date;
  version: number;
}

/** Places of those who wait, counted for a kind of bed. */
const place = sql<number | null>`case when ${stays.state} = 'waiting' then (select count(*) from stays w
  where w.state = 'waiting' and w.kind = ${stays.kind} and (w.offers_passed, w.id) <= (${stays.offersPassed}, ${stays.id}))::int end`;
const waiters = sql<number | null>`case when ${stays.state} = 'waiting' then (select count(*) from stays w
  where w.state = 'waiting' and w.kind = ${stays.kind})::int end`;

const select = (db: Database | Tx) =>
  db
    .select({
      stay: stays,
      elderName: persons.name,
      providerName: providers.name,
      providerPhone: providers.phone,
      ofProviderId: providers.id,
      bedLabel: beds.label,
      place,
      waiters,
    })
    .from(stays)
    .innerJoin(persons, eq(persons.id, stays.elderId))
    .leftJoin(beds, eq(beds.id, stays.bedId))
    .leftJoin(providers, eq(providers.id, sql`coalesce(${beds.providerId}, ${stays.providerId})`));

type Row = Awaited<ReturnType<typeof select>>[number];

/** The stays within a reach; a provider sees those that have one of its beds. */
export const staysWithin = (reach: Reach): SQL | undefined =>
  and(
    careWithin(stays, reach),
    reach.kind === 'provider' ? sql`${stays.state} not in ('waiting', 'offered')` : undefined,
  );

function view({ stay, ...row }: Row, reach: Reach): StayView {
  const { first, last } = nightsOf(stay.nights);
  const mayKnow = reach.kind === 'elders' || reach.kind === 'provider';
  return {
    id: stay.id,
    state: stay.state,
    elder: { id: stay.elderId, name: mayKnow ? row.elderName : maskName(row.elderName) },
    kind: stay.kind,
    firstNight: first,
    lastNight: last,
    nights: nightCount({ first, last }),
    flexibleDays: stay.flexibleDays,
    provider: row.ofProviderId
      ? { id: row.ofProviderId, name: row.providerName ?? '', phone: row.providerPhone ?? '' }
      : null,
    bedLabel: row.bedLabel,
    payer: stay.payer,
    priceFen: stay.priceFen,
    ownShareFen: stay.ownShareFen,
    answerBy: stay.answerBy,
    waiting: row.place !== null && row.waiters !== null ? { place: row.place, of: row.waiters } : null,
    nightsStayed: stay.nightsStayed,
    createdAt: stay.createdAt,
    version: stay.version,
  };
}

export interface StayFilter {
  elderId?: string;
  states?: readonly StayState[];
  /** Stays that have a night in these days, `YYYY-MM-DD`. */
  from?: string;
  until?: string;
}

/** Stays within reach, newest first, at most `limit`. */
export async function listStays(
  db: Database | Tx,
  reach: Reach,
  filter: StayFilter,
  limit: number,
  after: string | null,
): Promise<StayView[]> {
  const rows = await select(db)
    .where(
      and(
        staysWithin(reach),
        filter.elderId ? eq(stays.elderId, filter.elderId) : undefined,
        filter.states ? inArray(stays.state, [...filter.states]) : undefined,
        filter.from || filter.until
          ? sql`${stays.nights} && daterange(${filter.from ?? null}::date, ${filter.until ?? null}::date, '[]')`
          : undefined,
        after ? lt(stays.id, after) : undefined,
      ),
    )
    .orderBy(desc(stays.id))
    .limit(limit);
  return rows.map((row) => view(row, reach));
}

/** One stay within reach; undefined when there is none. */
export async function findStay(db: Database | Tx, reach: Reach, id: string): Promise<StayView | undefined> {
  const [row] = await select(db).where(and(eq(stays.id, id), staysWithin(reach)));
  return row && view(row, reach);
}

/** A provider's beds, by id, at most `limit`, with the guest of a night. */
export async function listBeds(
  db: Database | Tx,
  providerId: string,
  night: string,
  limit: number,
  after: string | null,
) {
  return db
    .select({
      id: beds.id,
      kind: beds.kind,
      label: beds.label,
      priceFen: beds.priceFen,
      serviceFrom: beds.serviceFrom,
      serviceUntil: beds.serviceUntil,
      use: sql<
        'stay' | 'maintenance' | null
      >`(select u.use from bed_uses u where u.bed_id = beds.id and u.nights @> ${night}::date)`,
    })
    .from(beds)
    .where(and(eq(beds.providerId, providerId), after ? gt(beds.id, after) : undefined))
    .orderBy(asc(beds.id))
    .limit(limit);
}

export interface FreeBeds {
  providerId: string;
  providerName: string;
  providerPhone: string;
  kind: BedKind;
  /** The lowest price of a night, fen. */
  fromFen: number;
  beds: number;
  /** Free beds for each night of the month, from the first on. */
  free: number[];
}

/** Free beds of a month by provider and kind, in one query; at most `limit` after a provider and kind. */
export async function freeBedCalendar(
  db: Database | Tx,
  filter: { month: string; kind?: BedKind; districtCode?: string },
  limit: number,
  after: { providerId: string; kind: BedKind } | null,
): Promise<FreeBeds[]> {
  const first = `${filter.month}-01`;
  const rows = await db.execute<Record<string, unknown> & FreeBeds>(sql`
    with shown as (
      select p.id, p.name, p.phone, b.kind, min(b.price_fen) as from_fen, count(*)::int as beds
      from beds b join providers p on p.id = b.provider_id
      where ${takesRespite} and (${filter.kind ?? null}::text is null or b.kind = ${filter.kind ?? null})
        and (${filter.districtCode ?? null}::text is null or ${filter.districtCode ?? null} = any (p.districts))
        and daterange(b.service_from, b.service_until) && daterange(${first}::date, (${first}::date + interval '1 month')::date)
        and (${after?.providerId ?? null}::uuid is null or (p.id, b.kind) > (${after?.providerId ?? null}::uuid, ${after?.kind ?? null}))
      group by p.id, b.kind order by p.id, b.kind limit ${limit}
    )
    select s.id as "providerId", s.name as "providerName", s.phone as "providerPhone", s.kind, s.from_fen as "fromFen", s.beds,
      array(
        select (select count(*)::int from beds b where b.provider_id = s.id and b.kind = s.kind
          and daterange(b.service_from, b.service_until) @> d.day::date
          and not exists (select from bed_uses u where u.bed_id = b.id and u.nights @> d.day::date))
        from generate_series(${first}::date, ${first}::date + interval '1 month -1 day', interval '1 day') as d(day)
        order by d.day) as free
    from shown s order by s.id, s.kind`);
  return [...rows];
}

export interface Occupancy {
  areaCode: string;
  areaName: string;
  /** In service on the night, and of them with a guest or kept for one, kept out, and free. */
  beds: number;
  guests: number;
  keptOut: number;
  free: number;
  /** Who waits for a bed and lives there. */
  waiting: number;
}

/** Letters of a district's code and of a street's. */
const DISTRICT = 6;
const STREET = 9;

/** Beds and waiting elders by the districts of a city, or by the streets of a district, on a night; those with neither are left out. */
export async function bedOccupancy(db: Database | Tx, areaCode: string, night: string): Promise<Occupancy[]> {
  const length = areaCode.length < DISTRICT ? DISTRICT : STREET;
  const rows = await db.execute<Occupancy & Record<string, unknown>>(sql`
    with used as (
      select left(p.area_code, ${length}) as code, count(*)::int as beds,
        (count(*) filter (where u.use = 'stay'))::int as guests,
        (count(*) filter (where u.use = 'maintenance'))::int as kept_out
      from providers p join beds b on b.provider_id = p.id
      left join bed_uses u on u.bed_id = b.id and u.nights @> ${night}::date
      where p.area_code like ${`${areaCode}%`} and daterange(b.service_from, b.service_until) @> ${night}::date
      group by 1
    ), waits as (
      select left(s.area_code, ${length}) as code, count(*)::int as waiting from stays s
      where s.state = 'waiting' and s.area_code like ${`${areaCode}%`} group by 1
    )
    select a.code as "areaCode", a.name as "areaName", coalesce(u.beds, 0) as beds, coalesce(u.guests, 0) as guests,
      coalesce(u.kept_out, 0) as "keptOut", coalesce(u.beds - u.guests - u.kept_out, 0) as free,
      coalesce(w.waiting, 0) as waiting
    from used u full join waits w on w.code = u.code join areas a on a.code = coalesce(u.code, w.code)
    order by a.code`);
  return [...rows];
}
