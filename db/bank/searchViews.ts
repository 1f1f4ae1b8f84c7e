/** The regulator's search among all transfers, and what circulated by month and district. */
import { type SQL, sql } from 'drizzle-orm';
import type { Database } from '../connect/database.ts';
import { idFloor } from '../connect/ids.ts';
import type { Reach } from '../connect/reach.ts';
import type { AccountKind, Cause, Currency } from './rules.ts';
import type { Period } from './statement.ts';
import { codeShown, nameShown, ownerNames } from './statementLines.ts';
import { accountWithin } from './withinReach.ts';

const CITY_CODE_LENGTH = 4;
const DISTRICT_CODE_LENGTH = 6;
/** 60 months of a city's districts, more than any city has. */
const MOST_ROWS = 3000;

export interface TransferSearch {
  cause?: Cause;
  /** An order, a reversed transfer, a clearing … */
  causeId?: string;
  accountId?: string;
  /** All accounts of a person, team, provider or area. */
  ownerId?: string;
  orderNumber?: number;
  currency?: Currency;
  /** Minutes or fen, both inclusive. */
  minAmount?: number;
  maxAmount?: number;
  author?: string;
}

export interface TransferFound {
  id: string;
  at: Date;
  currency: Currency;
  amount: number;
  cause: Cause;
  causeId: string | null;
  author: string;
  orderNumber: string | null;
  debit: { accountId: string; kind: AccountKind; code: string | null; name: string | null };
  credit: { accountId: string; kind: AccountKind; code: string | null; name: string | null };
  reversed: boolean;
}

interface FoundRow extends Record<string, unknown> {
  id: string;
  at: string;
  currency: Currency;
  amount: string;
  cause: Cause;
  cause_id: string | null;
  author: string;
  number: string | null;
  debit: { id: string; kind: AccountKind; owner: string; name: string | null };
  credit: { id: string; kind: AccountKind; owner: string; name: string | null };
  reversed: boolean;
}

/** Transfers of a period within reach, newest first, below the key `before`, at most `limit`; names are masked. */
export async function searchTransfers(
  db: Database,
  reach: Reach,
  search: TransferSearch,
  period: Period,
  limit: number,
  before: string | null,
): Promise<TransferFound[]> {
  const from = idFloor(period.from);
  const below = before ?? idFloor(period.until);
  const rows = await db.execute<FoundRow>(sql`
    select t.id, t.at, t.currency, t.amount::text as amount, t.cause, t.cause_id, t.author, o.number::text as number,
      ${sideOf(sql`t.debit_account_id`)} as debit, ${sideOf(sql`t.credit_account_id`)} as credit,
      exists (select from reversals r where r.transfer_id = t.id and r.state = 'done') as reversed
    from (${matching(search, reach, sql`t.id >= ${from}::uuid and t.id < ${below}::uuid`, limit)}) as t
    left join orders o on o.id = t.cause_id and t.cause in ('visit', 'dispute', 'donation')
    order by t.id desc`);
  return rows.map((row) => ({
    id: row.id,
    at: new Date(row.at),
    currency: row.currency,
    amount: Number(row.amount),
    cause: row.cause,
    causeId: row.cause_id,
    author: row.author,
    orderNumber: row.number,
    debit: found(row.debit),
    credit: found(row.credit),
    reversed: row.reversed,
  }));
}

const found = ({ id, kind, owner, name }: FoundRow['debit']): TransferFound['debit'] => ({
  accountId: id,
  kind,
  code: codeShown(kind, owner),
  name: nameShown(kind, name, false),
});

/** Each side of an account is read from its own index, newest first, and stops at the limit. */
function matching(search: TransferSearch, reach: Reach, span: SQL, limit: number): SQL {
  const wanted = [
    span,
    ...(search.cause ? [sql`t.cause = ${search.cause}`] : []),
    ...(search.causeId ? [sql`t.cause_id = ${search.causeId}::uuid`] : []),
    ...(search.orderNumber
      ? [sql`t.cause_id = (select o.id from orders o where o.number = ${search.orderNumber}::bigint)`]
      : []),
    ...(search.currency ? [sql`t.currency = ${search.currency}`] : []),
    ...(search.minAmount ? [sql`t.amount >= ${search.minAmount}::bigint`] : []),
    ...(search.maxAmount ? [sql`t.amount <= ${search.maxAmount}::bigint`] : []),
    ...(search.author ? [sql`t.author = ${search.author}`] : []),
    ...(reach.kind === 'all' || (reach.kind === 'area' && reach.areaCode.length === CITY_CODE_LENGTH)
      ? []
      : [
          sql`exists (select from accounts a where a.id in (t.debit_account_id, t.credit_account_id) and ${accountWithin(reach)})`,
        ]),
  ];
  const newest = (more: SQL[]) =>
    sql`(select t.* from transfers t where ${sql.join([...wanted, ...more], sql` and `)} order by t.id desc limit ${limit})`;
  const accounts = [
    ...(search.accountId ? [sql`= ${search.accountId}::uuid`] : []),
    ...(search.ownerId
      ? [sql`= any (array(select id from accounts where owner_id = ${search.ownerId}))`]
      : []),
  ];
  if (accounts.length === 0) return newest([]);
  const [first, ...others] = accounts as [SQL, ...SQL[]];
  const either = others.map((which) => sql`(t.debit_account_id ${which} or t.credit_account_id ${which})`);
  return sql`
    select * from (
      ${newest([sql`t.debit_account_id ${first}`, ...either])} union ${newest([sql`t.credit_account_id ${first}`, ...either])}
    ) as sides order by id desc limit ${limit}`;
}

const sideOf = (accountId: SQL) => sql`(
  select json_build_object('id', n.id, 'kind', n.kind, 'owner', n.owner_id, 'name', n.name)
  from (${ownerNames(sql`select a.id, a.kind, a.owner_id from accounts a where a.id = ${accountId}`)}) as n)`;

export interface Circulation {
  /** `YYYY-MM`, Asia/Shanghai. */
  month: string;
  districtCode: string;
  districtName: string | null;
  /** Granted or brought in from the fund. */
  issued: number;
  lapsed: number;
  donated: number;
  /** Paid for visits. */
  redeemed: number;
  given: number;
  reversed: number;
  /** With partner cities, both ways. */
  settled: number;
  closed: number;
  transfers: number;
}

/**
 * What circulated from one Shanghai midnight to another by month and district: of all that is sealed from the totals by
 * day, of the rest one by one. A transfer counts in the district of the person whose hours it takes.
 */
export async function circulation(
  db: Database,
  reach: Reach,
  currency: Currency,
  period: Period,
): Promise<Circulation[]> {
  const [from, until] = [period.from.toISOString(), period.until.toISOString()];
  const within = reach.kind === 'area' ? `${reach.areaCode.slice(0, DISTRICT_CODE_LENGTH)}%` : '%';
  const of = (...causes: Cause[]) => sql`coalesce(sum(amount) filter (where cause in ${causes}), 0)::text`;
  const rows = await db.execute<{ [name in keyof Circulation]: string }>(sql`
    with counted as (
      select day, cause, district_code, amount, transfers from district_days
      where currency = ${currency} and day >= bank_day(${from}::timestamptz) and day < bank_day(${until}::timestamptz)
      union all
      select p.day, p.cause, p.district_code, p.amount, 1
      from unsealed u cross join lateral (select * from bank_placed() as b where b.id = u.transfer_id limit 1) as p
      where u.transfer_id >= ${idFloor(period.from)}::uuid and u.transfer_id < ${idFloor(period.until)}::uuid
        and p.currency = ${currency}
    )
    select to_char(day, 'YYYY-MM') as month, district_code as "districtCode", min(r.name) as "districtName",
      ${of('grant', 'import')} as issued, ${of('lapse')} as lapsed, ${of('donation')} as donated, ${of('visit')} as redeemed,
      ${of('gift')} as given, ${of('reversal')} as reversed, ${of('settlement')} as settled, ${of('closing')} as closed,
      sum(transfers)::text as transfers
    from counted left join areas r on r.code = district_code
    where district_code like ${within}
    group by 1, 2 order by 1 desc, 2 limit ${MOST_ROWS}`);
  return rows.map((row) => ({
    month: row.month,
    districtCode: row.districtCode,
    districtName: row.districtName,
    issued: Number(row.issued),
    lapsed: Number(row.lapsed),
    donated: Number(row.donated),
    redeemed: Number(row.redeemed),
    given: Number(row.given),
    reversed: Number(row.reversed),
    settled: Number(row.settled),
    closed: Number(row.closed),
    transfers: Number(row.transfers),
  }));
}
