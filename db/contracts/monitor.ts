/**
 * What contracts promised against what was done (S12), by month: visits planned and done under the contract, their
 * minutes, the days since the last, and what is missing. Read from the orders that name the contract.
 */
import { sql } from 'drizzle-orm';
import type { Act } from '../connect/act.ts';
import type { Database, Tx } from '../connect/database.ts';
import { insertRows } from '../connect/insertRows.ts';
import { tell } from './contract.ts';
import { monthBounds, promisedIn } from './rules.ts';
import { contractMonths } from './schema.ts';

export interface ServiceMonth {
  serviceCode: string;
  /** Owed in this month, in proportion to the days that the contract covers. */
  promised: number;
  planned: number;
  done: number;
  minutes: number;
}

export interface ContractMonth {
  contractId: string;
  month: string;
  /** The fewest visits of this month. */
  promised: number;
  /** Booked and still ahead or under way. */
  planned: number;
  done: number;
  minutes: number;
  /** Visits that are missing now; planned ones are not counted as done. */
  shortfall: number;
  lastVisitAt: Date | null;
  daysSinceVisit: number | null;
  services: ServiceMonth[];
}

interface Counted extends Record<string, unknown> {
  id: string;
  least_visits: number;
  starts_on: string;
  ends_on: string | null;
  services: { code: string; times: number }[];
  counts: { code: string; planned: number; done: number; minutes: number }[];
  last_visit_at: string | null;
}

const DAY = 86_400_000;
const instant = (day: string) => sql`(${day}::date::timestamp at time zone 'Asia/Shanghai')`;

/** The month of contracts, in the order of the ids; `at` is the instant from which days are counted. */
export async function contractsMonth(
  db: Database | Tx,
  ids: readonly string[],
  month: string,
  at: Date,
): Promise<Map<string, ContractMonth>> {
  if (ids.length === 0) return new Map();
  const { from, until } = monthBounds(month);
  const rows = await db.execute<Counted>(sql`
    select c.id, c.least_visits, c.starts_on::text as starts_on, c.ends_on::text as ends_on,
      (select coalesce(jsonb_agg(jsonb_build_object('code', s.service_code, 'times', s.times_a_month) order by s.service_code), '[]')
        from contract_services s where s.contract_id = c.id) as services,
      (select coalesce(jsonb_agg(n), '[]') from (
        select o.service_code as code, count(*) filter (where o.state in ('requested', 'offered', 'accepted', 'started'))::int as planned,
          count(*) filter (where o.state in ('finished', 'settled'))::int as done,
          coalesce(sum(v.verified_minutes) filter (where o.state in ('finished', 'settled')), 0)::int as minutes
        from orders o left join visits v on v.id = o.visit_id
        where o.contract_id = c.id and o.start_at >= ${instant(from)} and o.start_at < ${instant(until)}
        group by o.service_code) as n) as counts,
      (select max(o.start_at) from orders o where o.contract_id = c.id and o.state in ('finished', 'settled')) as last_visit_at
    from contracts c where c.id = any (${`{${ids.join(',')}}`}::uuid[])`);
  return new Map(rows.map((row) => [row.id, monthOf(row, month, at)]));
}

function monthOf(row: Counted, month: string, at: Date): ContractMonth {
  const owed = (count: number) => promisedIn(month, count, row.starts_on, row.ends_on);
  const codes = [...new Set([...row.services, ...row.counts].map((one) => one.code))];
  const services = codes.map((code): ServiceMonth => {
    const { planned = 0, done = 0, minutes = 0 } = row.counts.find((one) => one.code === code) ?? {};
    const promised = owed(row.services.find((one) => one.code === code)?.times ?? 0);
    return { serviceCode: code, promised, planned, done, minutes };
  });
  const sum = (of: (one: ServiceMonth) => number) => services.reduce((total, one) => total + of(one), 0);
  const promised = owed(row.least_visits);
  const done = sum((one) => one.done);
  const lastVisitAt = row.last_visit_at ? new Date(row.last_visit_at) : null;
  return {
    contractId: row.id,
    month,
    promised,
    planned: sum((one) => one.planned),
    done,
    minutes: sum((one) => one.minutes),
    shortfall: Math.max(
      0,
      promised - done,
      services.reduce((missing, one) => missing + Math.max(0, one.promised - one.done), 0),
    ),
    lastVisitAt,
    daysSinceVisit: lastVisitAt
      ? Math.max(0, Math.floor((at.getTime() - lastVisitAt.getTime()) / DAY))
      : null,
    services,
  };
}

/** Contracts that were in force in a month and have not been reckoned for it, locked; those somebody holds are skipped. */
export async function lockUnreckoned(
  tx: Tx,
  month: string,
  limit: number,
  except: readonly string[],
): Promise<{ id: string }[]> {
  const { from, until } = monthBounds(month);
  const rows = await tx.execute<{ id: string }>(sql`
    select c.id from contracts c
    where c.state in ('active', 'ended') and c.elder_signed_at is not null and c.provider_signed_at is not null
      and c.starts_on < ${until}::date and (c.ends_on is null or c.ends_on > ${from}::date)
      and not exists (select from contract_months m where m.contract_id = c.id and m.month = ${month})
      and c.id <> all (${`{${except.join(',')}}`}::uuid[])
    order by c.id limit ${limit} for no key update of c skip locked`);
  return [...rows];
}

/** Writes down what a month that is over came to; those that fell short are told. Returns how many fell short. */
export async function reckonContracts(
  tx: Tx,
  act: Act,
  ids: readonly string[],
  month: string,
): Promise<number> {
  const reckoned = await contractsMonth(tx, ids, month, act.at);
  await insertRows(
    tx,
    contractMonths,
    [...reckoned.values()].map(({ contractId, promised, done, minutes, shortfall }) => ({
      contractId,
      month,
      promised,
      done,
      minutes,
      isShort: shortfall > 0,
      reckonedAt: act.at,
    })),
  );
  const short = [...reckoned.values()].filter((one) => one.shortfall > 0).map((one) => one.contractId);
  if (short.length === 0) return 0;
  const rows = await tx.execute<{
    id: string;
    elderId: string;
    providerId: string;
    areaCode: string;
    state: 'active' | 'ended';
  }>(sql`
    select id, elder_id as "elderId", provider_id as "providerId", area_code as "areaCode", state from contracts
    where id = any (${`{${short.join(',')}}`}::uuid[]) order by id`);
  await tell(tx, act, rows, 'short', month);
  return short.length;
}
