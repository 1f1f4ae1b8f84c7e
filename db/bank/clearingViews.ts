/** Partner cities and what is proposed, posted or off between them and this city (C14). */
import { desc, inArray, sql } from 'drizzle-orm';
import type { Database, Tx } from '../connect/database.ts';
import type { Reach } from '../connect/reach.ts';
import { clearings, partners } from './clearing.schema.ts';
import type { ClearingKind, ClearingState, Currency } from './rules.ts';
import { accountWithin } from './withinReach.ts';

export interface PartnerView {
  code: string;
  name: string;
  openedAt: Date;
  /** A balance above 0 is owed to the partner; `left` is what it may still send here. */
  accounts: { currency: Currency; accountId: string; balance: number; limit: number; left: number }[];
}

const MOST_PARTNERS = 100;

/** The partner cities with how it stands between them and this city. */
export async function listPartners(db: Database | Tx, code?: string): Promise<PartnerView[]> {
  const rows = await db
    .select()
    .from(partners)
    .where(code ? inArray(partners.code, [code]) : undefined)
    .orderBy(partners.code)
    .limit(MOST_PARTNERS);
  const codes = rows.map((row) => row.code);
  const accounts = codes.length
    ? await db.execute<{
        id: string;
        owner_id: string;
        currency: Currency;
        balance: string;
        floor: string;
      }>(sql`
        select id, owner_id, currency, balance::text as balance, floor::text as floor from account_balances
        where kind = 'clearing' and owner_id in (select jsonb_array_elements_text(${JSON.stringify(codes)}::jsonb))
        order by currency desc`)
    : [];
  return rows.map(({ code: ownerId, name, openedAt }) => ({
    code: ownerId,
    name,
    openedAt,
    accounts: accounts
      .filter((account) => account.owner_id === ownerId)
      .map(({ id, currency, balance, floor }) => ({
        currency,
        accountId: id,
        balance: Number(balance),
        limit: -Number(floor),
        left: Number(balance) - Number(floor),
      })),
  }));
}

export interface ClearingSearch {
  id?: string;
  state?: ClearingState;
  partnerCode?: string;
  /** Older than this one. */
  before?: string | null;
}

export interface ClearingView {
  id: string;
  partnerCode: string;
  kind: ClearingKind;
  state: ClearingState;
  currency: Currency;
  amount: number;
  reference: string | null;
  reason: string;
  proposedAt: Date;
  decidedAt: Date | null;
  transferId: string | null;
  /** The reader proposed it, so another has to decide. */
  mine: boolean;
}

/** Clearings of accounts within reach, newest first, at most `limit`. */
export async function listClearings(
  db: Database | Tx,
  reach: Reach,
  readerId: string,
  search: ClearingSearch,
  limit: number,
): Promise<ClearingView[]> {
  const rows = await db
    .select()
    .from(clearings)
    .where(
      sql`${search.id ? sql`${clearings.id} = ${search.id}::uuid` : sql`true`}
        and ${search.state ? sql`${clearings.state} = ${search.state}` : sql`true`}
        and ${search.partnerCode ? sql`${clearings.partnerCode} = ${search.partnerCode}` : sql`true`}
        and ${search.before ? sql`${clearings.id} < ${search.before}::uuid` : sql`true`}
        and exists (select from accounts a where a.id = ${clearings.accountId} and ${accountWithin(reach)})`,
    )
    .orderBy(desc(clearings.id))
    .limit(limit);
  return rows.map(({ accountId: _, proposedBy, decidedBy: __, closes: ___, ...row }) => ({
    ...row,
    mine: proposedBy === readerId,
  }));
}
