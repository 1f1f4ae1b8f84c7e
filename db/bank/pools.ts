/** The public pools (公共时间池): one a district, one of the city, and one for key elders (T2, T6). */
import { sql } from 'drizzle-orm';
import type { Database, Tx } from '../connect/database.ts';
import { type AccountName, cityCode, keyEldersPool } from './post.ts';

const DISTRICT_CODE_LENGTH = 6;

/** The district's code in the code of any division of it. */
export const districtOf = (areaCode: string): string => areaCode.slice(0, DISTRICT_CODE_LENGTH);

/** The account that is called the pool of a district, of the city or of key elders. */
export const poolName = (ownerId: string): AccountName => ({ ownerId, kind: 'pool', currency: 'min' });

export interface Pool {
  accountId: string;
  ownerId: string;
  /** Minutes that are not set aside. */
  available: number;
}

/** The pools that can pay for an elder of a district (T3), who pays first, first: what was given for key elders, the district's, the city's. */
export async function poolsFor(
  db: Database | Tx,
  districtCode: string,
  isKeyElder: boolean,
): Promise<Pool[]> {
  const owners = [...(isKeyElder ? [keyEldersPool] : []), districtCode, cityCode];
  const rows = await db.execute<{ id: string; owner_id: string; available: string }>(sql`
    select b.id, b.owner_id, (b.balance - b.held)::text as available
    from account_balances b
    where b.kind = 'pool' and b.currency = 'min' and b.closed_at is null and b.frozen_at is null
      and b.owner_id in (select jsonb_array_elements_text(${JSON.stringify(owners)}::jsonb))`);
  return rows
    .map((row) => ({ accountId: row.id, ownerId: row.owner_id, available: Number(row.available) }))
    .sort((a, b) => owners.indexOf(a.ownerId) - owners.indexOf(b.ownerId));
}

export interface Overflow {
  transferId: string;
  minutes: number;
}

/** What postings lifted over a cap and their accounts donated (T4), by the key of the posting; others are left out. */
export async function overflowsOf(tx: Tx, keys: readonly string[]): Promise<Map<string, Overflow>> {
  const rows = await tx.execute<{ key: string; id: string; amount: string }>(sql`
    select w.key, t.id, t.amount::text as amount
    from jsonb_array_elements_text(${JSON.stringify(keys)}::jsonb) as w(key)
    join transfer_keys k on k.key = 'overflow:' || w.key
    cross join lateral (select id, amount from transfers x where x.id = k.transfer_id limit 1) as t`);
  return new Map(rows.map((row) => [row.key, { transferId: row.id, minutes: Number(row.amount) }]));
}
