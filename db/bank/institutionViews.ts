/** The accounts that are no person's and no team's: the fund, the pools, partner cities, disputes and providers (T2). */
import { sql } from 'drizzle-orm';
import type { Database } from '../connect/database.ts';
import type { Reach } from '../connect/reach.ts';
import { keyEldersPool } from './post.ts';
import type { AccountKind, Currency } from './rules.ts';
import { codeShown, ownerNames } from './statementLines.ts';
import { accountWithin } from './withinReach.ts';

/** In the order in which they are listed. */
export const institutionKinds = [
  'issuance',
  'pool',
  'clearing',
  'suspense',
  'provider',
] as const satisfies readonly AccountKind[];
export type InstitutionKind = (typeof institutionKinds)[number];

export interface InstitutionAccount {
  accountId: string;
  kind: InstitutionKind;
  currency: Currency;
  /** The division, the partner city or `key-elders`; null for a provider. */
  code: string | null;
  name: string | null;
  /** Minutes or fen. */
  balance: number;
  held: number;
  /** Balance less what is held. */
  available: number;
  /** The least that may be available; null where there is no end to it. */
  floor: number | null;
  frozen: boolean;
  ownerId: string;
}

export interface InstitutionSearch {
  kind?: InstitutionKind;
  currency?: Currency;
  /** The account after which the page begins. */
  after?: Pick<InstitutionAccount, 'kind' | 'currency' | 'ownerId'> | null;
}

interface InstitutionRow extends Record<string, unknown> {
  id: string;
  kind: InstitutionKind;
  currency: Currency;
  owner_id: string;
  name: string | null;
  balance: string;
  held: string;
  floor: string | null;
  frozen: boolean;
}

const kindList = sql.raw(`array[${institutionKinds.map((kind) => `'${kind}'`).join(', ')}]`);
const rankOf = (kind: InstitutionKind): number => institutionKinds.indexOf(kind) + 1;

/**
 * Institutions' accounts within reach by kind, currency and owner, at most `limit`. They are found by their owners and
 * by what moved on them, never among the millions of persons' accounts.
 */
export async function institutionAccounts(
  db: Database,
  reach: Reach,
  { kind, currency, after }: InstitutionSearch,
  limit: number,
): Promise<InstitutionAccount[]> {
  const place = sql`array_position(${kindList}, a.kind), a.currency = 'fen', a.owner_id`;
  const rows = await db.execute<InstitutionRow>(sql`
    with owners as (
      select code as id from areas where level in ('city', 'district')
      union all select code from partners union all select id::text from providers union all select ${keyEldersPool}
    ), known as materialized (
      select distinct account_id as id from account_shards
      union select a.id from owners o cross join lateral (select x.id from accounts x where x.owner_id = o.id offset 0) as a
    ), listed as (
      select a.id, a.kind, a.owner_id, row_number() over (order by ${place}) as n
      from known k cross join lateral (select * from accounts x where x.id = k.id offset 0) as a
      where a.kind = ${kind ? sql`${kind}` : sql`any (${kindList})`} and a.closed_at is null
        and ${currency ? sql`a.currency = ${currency}` : sql`true`}
        and ${after ? sql`(${place}) > (${rankOf(after.kind)}::int, ${after.currency === 'fen'}::boolean, ${after.ownerId})` : sql`true`}
        and ${accountWithin(reach)}
      order by n limit ${limit}
    )
    select w.*, b.currency, b.balance::text as balance, b.held::text as held, b.floor::text as floor,
      b.frozen_at is not null as frozen
    from (${ownerNames(sql`select * from listed`)}) as w join account_balances b on b.id = w.id order by w.n`);
  return rows.map((row) => {
    const [balance, held] = [Number(row.balance), Number(row.held)];
    return {
      accountId: row.id,
      kind: row.kind,
      currency: row.currency,
      code: codeShown(row.kind, row.owner_id),
      name: row.name,
      balance,
      held,
      available: balance - held,
      floor: row.floor === null ? null : Number(row.floor),
      frozen: row.frozen,
      ownerId: row.owner_id,
    };
  });
}
