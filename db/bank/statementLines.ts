/** The entries of an account as people read them: the order and the other side, by the name that may be known. */
import { type SQL, sql } from 'drizzle-orm';
import type { Database, Tx } from '../connect/database.ts';
import { idFloor } from '../connect/ids.ts';
import { maskName } from '../people/mask.ts';
import type { Entry } from './history.ts';
import type { AccountKind, Cause } from './rules.ts';

const DAY_MS = 86_400_000;

export interface StatementLine {
  /** The transfer. */
  id: string;
  at: Date;
  /** Signed; minutes or fen. */
  amount: number;
  /** Null for sharded accounts where only one cause is listed. */
  balanceAfter: number | null;
  cause: Cause;
  orderId: string | null;
  orderNumber: string | null;
  serviceCode: string | null;
  /** `code`: the division, partner city or `key-elders` of what is no person's. */
  counterparty: { kind: AccountKind; code: string | null; name: string | null };
  /** What the giver wrote. */
  words: string | null;
  reversed: boolean;
}

/** Whose name is shown in full: the holder's own side reads its own name and those of relatives in gifts. */
export interface StatementReader {
  isHolder: boolean;
}

/** What owners are called: rows of kind and owner_id, with `name`. */
export const ownerNames = (owners: SQL) => sql`
  select w.*, coalesce(p.name, g.name, v.name, r.name, c.name) as name from (${owners}) as w
  left join persons p on p.id = case when w.kind in ('personal', 'grant', 'receivable') then w.owner_id::uuid end
  left join teams g on g.id = case when w.kind = 'team' then w.owner_id::uuid end
  left join providers v on v.id = case when w.kind = 'provider' and length(w.owner_id) = 36 then w.owner_id::uuid end
  left join areas r on w.kind in ('pool', 'issuance', 'suspense') and r.code = w.owner_id
  left join partners c on w.kind = 'clearing' and c.code = w.owner_id`;

/** A person's name is masked unless it may be known; organisations and areas are called by theirs. */
export function nameShown(kind: AccountKind, name: string | null, known: boolean): string | null {
  const isPerson = kind === 'personal' || kind === 'grant' || kind === 'receivable';
  return name !== null && isPerson && !known ? maskName(name) : name;
}

/** The division, partner city or other code that owns an account; null where its owner has an id of its own. */
export function codeShown(kind: AccountKind, ownerId: string): string | null {
  return kind === 'pool' || kind === 'issuance' || kind === 'clearing' || kind === 'suspense'
    ? ownerId
    : null;
}

interface LineRow extends Record<string, unknown> {
  id: string;
  order_id: string | null;
  number: string | null;
  service_code: string | null;
  kind: AccountKind;
  owner_id: string;
  name: string | null;
  reversed: boolean;
}

/** Entries with the order, the other side and the words that belong to each. */
export async function linesOf(
  tx: Database | Tx,
  entries: readonly Entry[],
  reader: StatementReader,
): Promise<StatementLine[]> {
  if (entries.length === 0) return [];
  const wanted = entries.map((e) => ({
    id: e.transferId,
    at: e.at,
    cause: e.cause,
    of: e.causeId,
    counter: e.counterAccountId,
  }));
  const rows = await tx.execute<LineRow>(sql`
    select n.id, o.id as order_id, o.number::text as number, o.service_code, n.kind, n.owner_id, n.name,
      exists (select from reversals r where r.transfer_id = n.id and r.state = 'done') as reversed
    from (${ownerNames(sql`
      select l.*, a.kind, a.owner_id
      from jsonb_to_recordset(${JSON.stringify(wanted)}::jsonb) as l(id uuid, at timestamptz, cause text, "of" uuid, counter uuid)
      join accounts a on a.id = l.counter`)}) as n
    left join orders o on o.id = n."of" and n.cause in ('visit', 'dispute', 'donation')`);
  const known = new Map(rows.map((row) => [row.id, row]));
  const words = await wordsOf(tx, entries);
  return entries.map((entry) => {
    const row = known.get(entry.transferId);
    const kind = row?.kind ?? 'suspense';
    return {
      id: entry.transferId,
      at: entry.at,
      amount: entry.amount,
      balanceAfter: entry.balanceAfter,
      cause: entry.cause,
      orderId: row?.order_id ?? null,
      orderNumber: row?.number ?? null,
      serviceCode: row?.service_code ?? null,
      counterparty: {
        kind,
        code: row ? codeShown(kind, row.owner_id) : null,
        name: nameShown(kind, row?.name ?? null, reader.isHolder && entry.cause === 'gift'),
      },
      words: words.get(entry.transferId) ?? null,
      reversed: row?.reversed ?? false,
    };
  });
}

/** What givers wrote with their gifts and donations, by transfer; it was recorded within a day of the posting. */
export async function wordsOf(
  tx: Database | Tx,
  given: readonly { transferId: string; at: Date; cause: Cause }[],
): Promise<Map<string, string>> {
  const gifts = given.filter(({ cause }) => cause === 'gift' || cause === 'donation');
  if (gifts.length === 0) return new Map();
  const instants = gifts.map(({ at }) => at.getTime());
  const rows = await tx.execute<{ record_id: string; reason: string }>(sql`
    select record_id, reason from audit
    where action in ('ledger.words', 'ledger.gift', 'ledger.donation') and reason is not null and record_id = any (${`{${gifts.map((gift) => gift.transferId).join(',')}}`}::text[])
      and id >= ${idFloor(new Date(Math.min(...instants) - DAY_MS))}::uuid
      and id < ${idFloor(new Date(Math.max(...instants) + DAY_MS))}::uuid`);
  return new Map(rows.map((row) => [row.record_id, row.reason]));
}
