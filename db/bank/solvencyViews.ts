/**
 * What the bank owes at an instant (T13), added up in the database: by kind of account, by age and sex of the holders,
 * by district, and what came and went in the twelve months before. All of it reads as one snapshot, so that it ties.
 */
import { type SQL, sql } from 'drizzle-orm';
import type { Tx } from '../connect/database.ts';
import { idFloor } from '../connect/ids.ts';
import type { Sex } from './lifeTable.ts';
import type { AccountKind } from './rules.ts';

/** Accounts of one kind whose owners are of one age, sex and district. */
export interface Holding {
  kind: AccountKind;
  /** Null where the owner is no person. */
  age: number | null;
  sex: Sex | null;
  /** Null where there is none: accounts of the city, of partners, of providers. */
  districtCode: string | null;
  /** Accounts that hold anything, or owe it. */
  accounts: number;
  minutes: number;
  /** Accounts that hold the most that is allowed (T4). */
  atCap: number;
}

/** What came and went in the year before a day, minutes. */
export interface Flows {
  /** Days of it since the first posting, at most 365. */
  days: number;
  /** Earned by volunteers: what their verified visits were paid in hours. */
  earned: number;
  /** Granted to key elders, less what lapsed. */
  granted: number;
  /** Paid by the pool for those entitled. */
  poolPaid: number;
  /** Given to the pool: donations, and what exceeded the cap. */
  donated: number;
}

const YEAR_DAYS = 365;

/** An account's last transfer is looked for in these spans before an instant, the nearest first. */
const NEAR_DAYS = [124, 1500];
const DAY_MS = 86_400_000;

/**
 * What an account that is not sharded held after all that was posted until and in the millisecond `at`: what it holds
 * where it has not moved since, else what its last transfer before has left. At present when `at` is null.
 */
function balanceAt(at: Date | null): SQL {
  if (at === null) return sql`a.balance`;
  const edges = [at.getTime() + 1, ...NEAR_DAYS.map((days) => at.getTime() - days * DAY_MS), 0];
  const spans = edges.slice(1).map((from, index) => {
    const within = sql`t.id >= ${idFloor(new Date(from))}::uuid and t.id < ${idFloor(new Date(edges[index] as number))}::uuid
      order by t.id desc limit 1`;
    return sql`(select x.balance from (
      (select t.id, t.debit_balance_after as balance from transfers t where t.debit_account_id = a.id and ${within})
      union all
      (select t.id, t.credit_balance_after from transfers t where t.credit_account_id = a.id and ${within})) as x
      order by x.id desc limit 1)`;
  });
  return sql`case when a.last_at <= ${at.toISOString()}::timestamptz then a.balance else coalesce(${sql.join(spans, sql`, `)}, 0) end`;
}

/** All accounts of minutes by kind, and those of persons by age on that day, sex and district. `at` null means at present. */
export async function holdingsAt(tx: Tx, at: Date | null, now: Date, capMinutes: number): Promise<Holding[]> {
  const day = sql`bank_day(${(at ?? now).toISOString()}::timestamptz)`;
  const rows = await tx.execute<Record<string, string | null>>(sql`
    select b.kind, extract(year from age(${day}, p.birth_date))::int as age, p.gender as sex,
      left(case when b.kind = 'team'
        then (select s.area_code from teams t join stations s on s.id = t.station_id where t.id = b.owner_id::uuid)
        else p.area_code end, 6) as district_code,
      count(*)::text as accounts, sum(b.balance)::text as minutes,
      count(*) filter (where b.kind = 'personal' and b.balance >= ${capMinutes}::bigint)::text as at_cap
    from (select a.kind, a.owner_id, ${balanceAt(at)} as balance from accounts a
      where a.currency = 'min' and not bank_sharded(a.kind) and a.last_at is not null
      offset 0 -- a fence: each balance is looked up once, however often it is used below
    ) as b
    left join persons p on p.id = case when b.kind in ('personal', 'grant', 'receivable') then b.owner_id::uuid end
    where b.balance <> 0
    group by 1, 2, 3, 4`);
  const sharded = await tx.execute<Record<string, string | null>>(at === null ? shardedNow : shardedAt(at));
  return [...rows, ...sharded].map((row) => ({
    kind: row.kind as AccountKind,
    age: row.age === null || row.age === undefined ? null : Number(row.age),
    sex: (row.sex ?? null) as Sex | null,
    districtCode: row.district_code ?? null,
    accounts: Number(row.accounts),
    minutes: Number(row.minutes),
    atCap: Number(row.at_cap ?? 0),
  }));
}

const shardedNow = sql`
  select a.kind, case when a.kind = 'pool' then a.owner_id end as district_code, count(*)::text as accounts,
    sum(a.balance)::text as minutes
  from account_balances a
  where a.currency = 'min' and bank_sharded(a.kind) and a.balance <> 0
  group by 1, 2`;

/** Sharded accounts keep no balance with each transfer: theirs is the days before, the day itself, and what is not sealed. */
function shardedAt(at: Date): SQL {
  const below = sql`${idFloor(new Date(at.getTime() + 1))}::uuid`;
  const day = sql`bank_day(${at.toISOString()}::timestamptz)`;
  const morning = sql`uuid_floor(${day}::timestamp at time zone 'Asia/Shanghai')`;
  const sides = (from: SQL) => sql`
    select t.debit_account_id as account_id, -t.amount as amount ${from}
    union all select t.credit_account_id, t.amount ${from}`;
  return sql`
    with late as materialized (
      select t.debit_account_id, t.credit_account_id, t.amount
      from (select transfer_id as id from unsealed where transfer_id < ${morning}) as u join transfers t using (id))
    select a.kind, case when a.kind = 'pool' then a.owner_id end as district_code, count(*)::text as accounts,
      sum(b.balance)::text as minutes
    from (
      select e.account_id, sum(e.amount) as balance from (
        select d.account_id, d.credits - d.debits as amount from account_days d where d.day < ${day}
        union all ${sides(sql`from transfers t where t.id >= ${morning} and t.id < ${below}`)}
        union all ${sides(sql`from late t`)}) as e
      group by e.account_id) as b
    join accounts a on a.id = b.account_id
    where a.currency = 'min' and bank_sharded(a.kind) and b.balance <> 0
    group by 1, 2`;
}

/**
 * What came and went in the 365 days that end with the day of an instant, until that instant. Days that are sealed are
 * read from the totals by day, the rest from the transfers themselves.
 */
export async function flowsUntil(tx: Tx, at: Date): Promise<Flows> {
  const today = sql`bank_day(${at.toISOString()}::timestamptz)`;
  const from = sql`(${today} - ${YEAR_DAYS - 1}::int)`;
  const morning = sql`uuid_floor(${today}::timestamp at time zone 'Asia/Shanghai')`;
  const [row] = await tx.execute<Record<string, string>>(sql`
    with fresh as materialized (
      select bank_day(t.at) as day, t.cause, d.kind as debit_kind, c.kind as credit_kind, t.amount
      from (
        select id, at, currency, cause, debit_account_id, credit_account_id, amount from transfers
        where id >= ${morning} and id < ${idFloor(new Date(at.getTime() + 1))}::uuid
        union all
        select id, at, currency, cause, debit_account_id, credit_account_id, amount
        from (select transfer_id as id from unsealed where transfer_id < ${morning}) as u join transfers using (id)) as t
      join accounts d on d.id = t.debit_account_id join accounts c on c.id = t.credit_account_id
      where t.currency = 'min'),
    recent as (select * from fresh where day >= ${from}),
    by_cause as (
      select cause, sum(amount) as amount from (
        select cause, amount from district_days where currency = 'min' and day >= ${from} and day < ${today}
        union all select cause, amount from recent) as e
      group by cause),
    of_sharded as (
      select kind, sum(debits) as debits, sum(credits) as credits from (
        select a.kind, d.debits, d.credits from account_days d join accounts a on a.id = d.account_id
          where d.cause = 'visit' and a.currency = 'min' and d.day >= ${from} and d.day < ${today}
        union all select debit_kind, amount, 0 from recent where cause = 'visit' and bank_sharded(debit_kind)
        union all select credit_kind, 0, amount from recent where cause = 'visit' and bank_sharded(credit_kind)) as e
      group by kind)
    select ${today} - least(
        (select min(day) from district_days where currency = 'min'), (select min(day) from fresh)) + 1 as days,
      coalesce((select amount from by_cause where cause = 'visit'), 0)
        - coalesce((select sum(credits) from of_sharded), 0) as earned,
      coalesce((select amount from by_cause where cause = 'grant'), 0)
        - coalesce((select amount from by_cause where cause = 'lapse'), 0) as granted,
      coalesce((select debits from of_sharded where kind = 'pool'), 0) as pool_paid,
      coalesce((select amount from by_cause where cause = 'donation'), 0) as donated`);
  return {
    days: Math.min(YEAR_DAYS, Math.max(0, Number(row?.days ?? 0))),
    earned: Number(row?.earned),
    granted: Number(row?.granted),
    poolPaid: Number(row?.pool_paid),
    donated: Number(row?.donated),
  };
}

/** How many active volunteers there are at present of each age and sex. */
export async function volunteersByAge(
  tx: Tx,
  at: Date,
): Promise<{ age: number; sex: Sex; volunteers: number }[]> {
  const rows = await tx.execute<{ age: string; sex: Sex; volunteers: string }>(sql`
    select extract(year from age(bank_day(${at.toISOString()}::timestamptz), p.birth_date))::int as age,
      p.gender as sex, count(*)::text as volunteers
    from volunteers v join persons p on p.id = v.person_id
    where v.state = 'active' group by 1, 2`);
  return rows.map((row) => ({ age: Number(row.age), sex: row.sex, volunteers: Number(row.volunteers) }));
}

/** The names of the districts by their codes. */
export async function districtNames(tx: Tx): Promise<Map<string, string>> {
  const rows = await tx.execute<{ code: string; name: string }>(
    sql`select code, name from areas where level = 'district'`,
  );
  return new Map(rows.map((row) => [row.code, row.name]));
}
