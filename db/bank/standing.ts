/** How owners and references stand in the ledger, for many at once. */
import { sql } from 'drizzle-orm';
import type { Database } from '../connect/database.ts';
import type { AccountKind, Currency } from './rules.ts';

export interface Standing {
  ownerId: string;
  kind: AccountKind;
  currency: Currency;
  balance: number;
  /** Balance less what is held. */
  available: number;
  closed: boolean;
}

/** The accounts of owners. */
export async function standings(db: Database, ownerIds: readonly string[]): Promise<Standing[]> {
  if (ownerIds.length === 0) return [];
  const rows = await db.execute<{
    owner_id: string;
    kind: AccountKind;
    currency: Currency;
    balance: string;
    available: string;
    closed: boolean;
  }>(sql`
    select owner_id, kind, currency, balance::text as balance, (balance - held)::text as available,
      closed_at is not null as closed
    from account_balances
    where owner_id in (select jsonb_array_elements_text(${JSON.stringify(ownerIds)}::jsonb))`);
  return rows.map(({ owner_id, balance, available, ...row }) => ({
    ...row,
    ownerId: owner_id,
    balance: Number(balance),
    available: Number(available),
  }));
}

/** To whom and how much was posted under keys; keys not yet used are left out. */
export async function postedUnder(
  db: Database,
  keys: readonly string[],
): Promise<Map<string, { ownerId: string; amount: number }>> {
  if (keys.length === 0) return new Map();
  const rows = await db.execute<{ key: string; owner_id: string; amount: string }>(sql`
    select t.idempotency_key as key, a.owner_id, t.amount::text as amount
    from transfers t join accounts a on a.id = t.credit_account_id
    where t.idempotency_key in (select jsonb_array_elements_text(${JSON.stringify(keys)}::jsonb))`);
  return new Map(rows.map((row) => [row.key, { ownerId: row.owner_id, amount: Number(row.amount) }]));
}
