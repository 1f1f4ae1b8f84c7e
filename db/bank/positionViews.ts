/**
 * Net positions (C14): what a district's elders received and what its volunteers gave in a period, over all districts zero;
 * and what came and went with each partner city. Of all that is sealed it is read from totals by day, of the rest one by one.
 */
import { sql } from 'drizzle-orm';
import type { Database } from '../connect/database.ts';
import { idFloor } from '../connect/ids.ts';
import type { Currency } from './rules.ts';
import type { Period } from './statement.ts';

export interface DistrictPosition {
  /** A district, a partner city whose volunteers came, or the city's own code for what has no district. */
  code: string;
  name: string | null;
  /** Minutes that its elders received. */
  received: number;
  /** Minutes that its volunteers gave. */
  given: number;
  /** What it gave more than it received. */
  net: number;
  /** Visits that its elders received. */
  visits: number;
}

/** The districts' positions between two Shanghai midnights, by code; they add up to zero. */
export async function districtPositions(db: Database, period: Period): Promise<DistrictPosition[]> {
  const [from, until] = [period.from.toISOString(), period.until.toISOString()];
  const rows = await db.execute<{
    code: string;
    name: string | null;
    received: string;
    given: string;
    visits: string;
  }>(sql`
    with flows as (
      select receiving_code, giving_code, minutes, visits from district_flows
      where day >= bank_day(${from}::timestamptz) and day < bank_day(${until}::timestamptz)
      union all
      select s.receiving_code, s.giving_code, s.minutes, s.visits
      from unsealed u cross join lateral (select * from bank_served() as b where b.id = u.transfer_id limit 1) as s
      where u.transfer_id >= ${idFloor(period.from)}::uuid and u.transfer_id < ${idFloor(period.until)}::uuid
    ), sides as (
      select receiving_code as code, minutes as received, 0 as given, visits from flows
      union all select giving_code, 0, minutes, 0 from flows
    )
    select s.code, coalesce(min(r.name), min(p.name)) as name, sum(s.received)::text as received, sum(s.given)::text as given,
      sum(s.visits)::text as visits
    from sides s left join areas r on r.code = s.code left join partners p on p.code = s.code
    group by s.code order by s.code`);
  return rows.map((row) => {
    const [received, given] = [Number(row.received), Number(row.given)];
    return {
      code: row.code,
      name: row.name,
      received,
      given,
      net: given - received,
      visits: Number(row.visits),
    };
  });
}

export interface PartnerFlow {
  code: string;
  currency: Currency;
  /** What came from the partner to members of this city, and what went to it. */
  in: number;
  out: number;
}

/** What came and went with partner cities between two Shanghai midnights; who had nothing is left out. */
export async function partnerFlows(db: Database, period: Period): Promise<PartnerFlow[]> {
  const [from, until] = [period.from.toISOString(), period.until.toISOString()];
  const rows = await db.execute<{ code: string; currency: Currency; came: string; went: string }>(sql`
    with partner as (
      select id, owner_id, currency from accounts where kind = 'clearing' and owner_id in (select code from partners)
    ), moved as (
      select d.account_id, d.debits, d.credits from account_days d join partner on partner.id = d.account_id
      where d.day >= bank_day(${from}::timestamptz) and d.day < bank_day(${until}::timestamptz)
      union all
      select partner.id, case when t.debit_account_id = partner.id then t.amount else 0 end,
        case when t.credit_account_id = partner.id then t.amount else 0 end
      from unsealed u
      cross join lateral (select * from transfers x where x.id = u.transfer_id limit 1) as t
      join partner on partner.id in (t.debit_account_id, t.credit_account_id)
      where u.transfer_id >= ${idFloor(period.from)}::uuid and u.transfer_id < ${idFloor(period.until)}::uuid
    )
    select partner.owner_id as code, partner.currency, sum(moved.debits)::text as came, sum(moved.credits)::text as went
    from moved join partner on partner.id = moved.account_id
    group by partner.owner_id, partner.currency order by partner.owner_id, partner.currency desc`);
  return rows.map((row) => ({
    code: row.code,
    currency: row.currency,
    in: Number(row.came),
    out: Number(row.went),
  }));
}
