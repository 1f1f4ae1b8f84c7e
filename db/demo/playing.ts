/**
 * What there is to play in a demo city: whose turn it is to answer, to come, to go, to say a word or to ask for help.
 * Whoever can sign in plays for themselves and is never found here, nor is a provider that has an account.
 */
import { type SQL, sql } from 'drizzle-orm';
import type { Tx } from '../connect/database.ts';
import { type Draw, luckIn } from './luck.ts';

/** Of all that are asked, so many stay silent, say no, or promise and do not come. */
const SILENT = 0.03;
const DECLINING = 0.07;
const NOT_COMING = 0.012;
/** Of all visits, so many begin late; are confirmed by the door code, by the elder; are rated. */
const LATE = 0.04;
const TELLING_CODE = 0.35;
const CONFIRMING = 0.8;
const RATING = 0.42;

const instant = (at: Date): SQL => sql`${at.toISOString()}::timestamptz`;
const minutes = (count: SQL): SQL => sql`make_interval(secs => (60 * ${count})::float8)`;
/** Between two numbers, by the luck of a record. */
const between = (from: number, to: number, id: SQL, draw: Draw): SQL =>
  sql`(${sql.raw(String(from))} + ${sql.raw(String(to - from))} * ${luckIn(id, draw)})`;
const isLucky = (id: SQL, draw: Draw, share: number): SQL =>
  sql`${luckIn(id, draw)} < ${sql.raw(String(share))}`;
const isPlayed = (personId: SQL): SQL =>
  sql`not exists (select from users u where u.person_id = ${personId})`;
const notOf = (id: SQL, except: readonly string[]): SQL =>
  sql`${id} not in (select x::uuid from jsonb_array_elements_text(${JSON.stringify(except)}::jsonb) as x)`;

export interface OfferToPlay extends Record<string, unknown> {
  id: string;
  orderId: string;
  personId: string;
  kind: 'volunteer' | 'carer';
  /** Says no: because of another promise at that time, or for a reason of their own. */
  busy: boolean;
  declines: boolean;
}

/** Open offers that those asked have thought about long enough. The orders are locked. */
export function offersToPlay(
  tx: Tx,
  at: Date,
  limit: number,
  except: readonly string[],
): Promise<OfferToPlay[]> {
  const id = sql`f.id`;
  return tx.execute<OfferToPlay>(sql`
    select f.id, f.order_id as "orderId", f.person_id as "personId", f.kind, ${isLucky(id, 1, DECLINING)} as declines,
      exists (select from commitments c where c.person_id = f.person_id and c.during && tstzrange(
        greatest(o.start_at, ${instant(at)}), greatest(o.start_at, ${instant(at)}) + make_interval(mins => o.minutes))
      ) as busy
    from offers f join orders o on o.id = f.order_id
    where f.state = 'open' and f.expires_at > ${instant(at)} and not ${isLucky(id, 0, SILENT)}
      and f.sent_at <= ${instant(at)} - ${minutes(
        sql`(case o.urgency when 'urgent' then ${between(0.2, 1.5, id, 2)} when 'same_day' then ${between(0.3, 5, id, 2)}
          else ${between(0.3, 15, id, 2)} end)`,
      )}
      and ${isPlayed(sql`f.person_id`)} and ${notOf(id, except)}
      and not exists (select from users u where u.provider_id = f.provider_id and u.role = 'provider')
    order by f.expires_at, f.id limit ${limit} for update of o skip locked`);
}

export interface VisitToPlay extends Record<string, unknown> {
  id: string;
  elderId: string;
  kind: 'volunteer' | 'carer';
  /** When it happens, in milliseconds. */
  instant: number;
  tellsCode: boolean;
}

/** Visits that begin now. Their orders are locked. */
export function arrivalsToPlay(
  tx: Tx,
  at: Date,
  limit: number,
  except: readonly string[],
): Promise<VisitToPlay[]> {
  const id = sql`v.id`;
  const arrival = sql`(v.planned_start_at + ${minutes(
    sql`(case when ${isLucky(id, 1, LATE)} then ${between(32, 46, id, 2)} else ${between(-6, 12, id, 2)} end)`,
  )})`;
  return tx.execute<VisitToPlay>(sql`
    select v.id, v.elder_id as "elderId", v.kind, extract(epoch from ${instant(at)})::float8 * 1000 as instant,
      false as "tellsCode"
    from visits v join orders o on o.id = v.order_id
    where v.state = 'planned' and o.state = 'accepted' and o.visit_id = v.id
      and v.planned_start_at between ${instant(at)} - interval '50 minutes' and ${instant(at)} + interval '10 minutes'
      and ${arrival} <= ${instant(at)} and not ${isLucky(id, 0, NOT_COMING)}
      and ${isPlayed(sql`v.person_id`)} and ${notOf(id, except)}
    order by v.planned_start_at, v.id limit ${limit} for update of o skip locked`);
}

/** Visits that are over; those whose end nobody has seen are uploaded late. Their orders are locked. */
export function departuresToPlay(
  tx: Tx,
  at: Date,
  limit: number,
  except: readonly string[],
): Promise<VisitToPlay[]> {
  const id = sql`v.id`;
  const departure = sql`(v.check_in_at + ${minutes(sql`v.planned_minutes * ${between(0.85, 1.05, id, 2)}`)})`;
  return tx.execute<VisitToPlay>(sql`
    select v.id, v.elder_id as "elderId", v.kind, extract(epoch from ${departure})::float8 * 1000 as instant,
      (${isLucky(id, 3, TELLING_CODE)} and ${isPlayed(sql`v.elder_id`)}) as "tellsCode"
    from visits v join orders o on o.id = v.order_id
    where v.state = 'started' and o.state = 'started' and ${departure} <= ${instant(at)}
      and ${isPlayed(sql`v.person_id`)} and ${notOf(id, except)}
    order by v.planned_start_at, v.id limit ${limit} for update of o skip locked`);
}

/** Finished orders that their elders confirm now; the others settle by themselves. Locked. */
export function confirmationsToPlay(
  tx: Tx,
  at: Date,
  limit: number,
  except: readonly string[],
): Promise<{ id: string }[]> {
  const id = sql`o.id`;
  return tx.execute<{ id: string }>(sql`
    select o.id from orders o
    where o.state = 'finished' and o.due_at is not null and o.updated_at > ${instant(at)} - interval '12 hours'
      and o.updated_at <= ${instant(at)} - ${minutes(between(2, 20, id, 0))} and ${isLucky(id, 1, CONFIRMING)}
      and ${isPlayed(sql`o.elder_id`)} and ${notOf(id, except)}
    order by o.due_at, o.id limit ${limit} for update skip locked`);
}

export interface RatingToPlay extends Record<string, unknown> {
  id: string;
  providerId: string | null;
  late: boolean;
}

/** Settled orders that their elders rate now. Locked. */
export function ratingsToPlay(
  tx: Tx,
  at: Date,
  limit: number,
  except: readonly string[],
): Promise<RatingToPlay[]> {
  const id = sql`o.id`;
  return tx.execute<RatingToPlay>(sql`
    select o.id, o.provider_id as "providerId", coalesce(v.check_in_at > v.latest_start_at, false) as late
    from orders o join visits v on v.id = o.visit_id
    where o.state = 'settled' and o.start_at between ${instant(at)} - interval '12 hours' and ${instant(at)}
      and o.updated_at between ${instant(at)} - interval '2 hours' and ${instant(at)} - ${minutes(between(3, 30, id, 0))}
      and ${isLucky(id, 2, RATING)} and not exists (select from ratings r where r.visit_id = v.id)
      and ${isPlayed(sql`o.elder_id`)} and ${notOf(id, except)}
    order by o.start_at, o.id limit ${limit} for update of o skip locked`);
}

/**
 * How many elders there are (of many, as last estimated: no table is read as a whole), and how many orders are
 * under way or still wait for a helper.
 */
export async function demand(tx: Tx, at: Date): Promise<{ elders: number; live: number; waiting: number }> {
  const [row] = await tx.execute<{ elders: number; live: number; waiting: number }>(sql`
    select (select case when reltuples < 10000 then (select count(*)::int from elders) else reltuples::int end
        from pg_class where oid = 'elders'::regclass) as elders, count(*)::int as live,
      (count(*) filter (where o.state in ('requested', 'offered')))::int as waiting
    from orders o
    where o.state not in ('settled', 'cancelled', 'unserved') and o.start_at > ${instant(at)} - interval '6 hours'`);
  return row ?? { elders: 0, live: 0, waiting: 0 };
}

export interface ElderToPlay extends Record<string, unknown> {
  id: string;
  abilityLevel: number;
  living: 'alone' | 'empty_nest' | 'with_family';
  /** What the accounts can still spend. */
  minutes: number;
  fen: number;
}

/** At most `limit` elders by chance, without those who have an order around this time. */
export function eldersToPlay(tx: Tx, at: Date, limit: number, share: number): Promise<ElderToPlay[]> {
  const seed = Math.floor(at.getTime() / 1000);
  return tx.execute<ElderToPlay>(sql`
    select e.person_id as id, e.ability_level as "abilityLevel", e.living, a.minutes, a.fen
    from (select * from elders tablesample system (${Math.min(100, 100 * share)}::float8) repeatable (${seed}::float8)) as e
    join persons p on p.id = e.person_id and p.closed_at is null
    cross join lateral (
      select coalesce(sum(balance - held) filter (where currency = 'min'), 0)::float8 as minutes,
        coalesce(sum(balance - held) filter (where currency = 'fen'), 0)::float8 as fen
      from accounts where owner_id = e.person_id::text and kind in ('personal', 'grant') and closed_at is null) as a
    where ${isPlayed(sql`e.person_id`)} and not exists (
      select from orders o where o.elder_id = e.person_id and o.state not in ('settled', 'cancelled', 'unserved')
        and o.start_at > ${instant(at)} - interval '6 hours')
    order by md5(e.person_id::text || ${String(seed)}) limit ${limit}`);
}
