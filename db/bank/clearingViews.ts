/** Partner cities and the clearings with them, as regulator and station read them (C14). */
import { sql } from 'drizzle-orm';
import type { Database, Tx } from '../connect/database.ts';
import type { Reach } from '../connect/reach.ts';
import { maskName } from '../people/mask.ts';
import type { ClearingKind, ClearingState, Currency } from './rules.ts';
import { type PageAt, type Period, type StatementPage, statementPage } from './statement.ts';
import { accountWithin } from './withinReach.ts';

const MOST_PARTNERS = 200;

export interface PartnerAccount {
  currency: Currency;
  accountId: string;
  /** Above zero this city owes the partner, below it the partner owes this city. */
  balance: number;
  /** How much the partner may owe. */
  limit: number;
  /** What may still come from it. */
  left: number;
}

export interface PartnerView {
  code: string;
  name: string;
  openedAt: Date;
  accounts: PartnerAccount[];
}

/** The partner cities by code, minutes before fen; `code` asks for one. */
export async function listPartners(db: Database | Tx, code?: string): Promise<PartnerView[]> {
  const rows = await db.execute<{
    code: string;
    name: string;
    opened_at: string;
    accounts: { currency: Currency; accountId: string; balance: number; limit: number }[];
  }>(sql`
    select p.code, p.name, p.opened_at, json_agg(json_build_object('currency', b.currency, 'accountId', b.id, 'balance', b.balance,
      'limit', -b.floor) order by b.currency desc) as accounts
    from partners p join account_balances b on b.owner_id = p.code and b.kind = 'clearing'
    where ${code ? sql`p.code = ${code}` : sql`true`}
    group by p.code order by p.code limit ${MOST_PARTNERS}`);
  return rows.map((row) => ({
    code: row.code,
    name: row.name,
    openedAt: new Date(row.opened_at),
    accounts: row.accounts.map((one) => ({ ...one, left: one.balance + one.limit })),
  }));
}

export interface ClearingView {
  id: string;
  partnerCode: string;
  partnerName: string;
  kind: ClearingKind;
  state: ClearingState;
  currency: Currency;
  /** Minutes or fen. */
  amount: number;
  /** Whose account of this city it is; a person's name is masked. */
  holder: { kind: 'person' | 'provider'; id: string; name: string };
  reference: string | null;
  reason: string;
  proposedAt: Date;
  proposedBy: string;
  decidedAt: Date | null;
  decidedBy: string | null;
  transferId: string | null;
  closes: boolean;
  /** The reader proposed it, so another has to decide. */
  mine: boolean;
}

export interface ClearingSearch {
  state?: ClearingState;
  partnerCode?: string;
  personId?: string;
  ids?: readonly string[];
  transferIds?: readonly string[];
  /** Older than this one. */
  before?: string | null;
}

type ClearingRow = { [name in keyof Omit<ClearingView, 'mine' | 'closes' | 'holder'>]: string } & {
  kind: ClearingKind;
  state: ClearingState;
  currency: Currency;
  closes: boolean;
  ownerId: string;
  person: string | null;
  provider: string | null;
  proposer: string | null;
  decider: string | null;
};

/** Clearings of accounts within reach, newest first, at most `limit`; `readerId` is the account of who reads. */
export async function listClearings(
  db: Database | Tx,
  reach: Reach,
  readerId: string,
  search: ClearingSearch,
  limit: number,
): Promise<ClearingView[]> {
  const oneOf = (ids: readonly string[]) =>
    sql`(select jsonb_array_elements_text(${JSON.stringify(ids)}::jsonb)::uuid)`;
  const rows = await db.execute<ClearingRow>(sql`
    select c.id, c.partner_code as "partnerCode", p.name as "partnerName", c.kind, c.state, c.currency, c.amount::text as amount,
      a.owner_id as "ownerId", o.name as person, s.name as provider, c.reference, c.reason, c.proposed_at as "proposedAt", c.proposed_by as "proposedBy",
      u.name as proposer, c.decided_at as "decidedAt", c.decided_by as "decidedBy", v.name as decider,
      c.transfer_id as "transferId", c.closes
    from clearings c
    join partners p on p.code = c.partner_code
    join accounts a on a.id = c.account_id
    left join persons o on o.id = case when a.kind = 'personal' then a.owner_id::uuid end
    left join providers s on s.id = case when a.kind = 'provider' then a.owner_id::uuid end
    left join users u on u.id = case when c.proposed_by ~ '^[0-9a-f-]{36}$' then c.proposed_by::uuid end
    left join users v on v.id = case when c.decided_by ~ '^[0-9a-f-]{36}$' then c.decided_by::uuid end
    where ${search.state ? sql`c.state = ${search.state}` : sql`true`}
      and ${search.partnerCode ? sql`c.partner_code = ${search.partnerCode}` : sql`true`}
      and ${search.personId ? sql`a.kind = 'personal' and a.owner_id = ${search.personId}` : sql`true`}
      and ${search.ids ? sql`c.id in ${oneOf(search.ids)}` : sql`true`}
      and ${search.transferIds ? sql`c.transfer_id in ${oneOf(search.transferIds)}` : sql`true`}
      and ${search.before ? sql`c.id < ${search.before}::uuid` : sql`true`}
      and ${accountWithin(reach)}
    order by c.id desc limit ${limit}`);
  return rows.map(({ proposer, decider, ownerId, person, provider, ...row }) => ({
    ...row,
    amount: Number(row.amount),
    holder:
      person === null
        ? { kind: 'provider', id: ownerId, name: provider ?? '' }
        : { kind: 'person', id: ownerId, name: maskName(person) },
    proposedAt: new Date(row.proposedAt),
    proposedBy: proposer ?? row.proposedBy,
    decidedAt: row.decidedAt ? new Date(row.decidedAt) : null,
    decidedBy: decider ?? row.decidedBy,
    mine: row.proposedBy === readerId,
  }));
}

export interface PartnerStatement extends StatementPage {
  /** The clearing behind an entry, by transfer. */
  clearings: Map<string, ClearingView>;
}

/** What came and went between this city and a partner in a period, each entry with its clearing; null without such a partner. */
export async function partnerStatement(
  db: Database,
  readerId: string,
  code: string,
  currency: Currency,
  period: Period,
  pageAt: PageAt,
): Promise<(PartnerStatement & { partner: PartnerView }) | null> {
  const [partner] = await listPartners(db, code);
  const account = partner?.accounts.find((one) => one.currency === currency);
  const found = account && (await statementPage(db, account.accountId, period, pageAt, { isHolder: false }));
  if (!partner || !found) return null;
  const transferIds = found.items.map((line) => line.id);
  const behind = await listClearings(db, { kind: 'all' }, readerId, { transferIds }, transferIds.length);
  return {
    ...found,
    partner,
    clearings: new Map(behind.flatMap((one) => (one.transferId ? [[one.transferId, one] as const] : []))),
  };
}
