/**
 * Where a transfer came from (C1): its cause opened, for the holder of either side, the station of the area and the
 * regulator, each with the names they may know.
 */
import { type SQL, sql } from 'drizzle-orm';
import { type Act, refuse } from '../connect/act.ts';
import type { Database, Tx } from '../connect/database.ts';
import type { Reach } from '../connect/reach.ts';
import { maskName } from '../people/mask.ts';
import { type ClearingBehind, type Corrections, clearingOf, corrections, corrects } from './causeViews.ts';
import { certificateNumber } from './certificates.ts';
import type { AccountKind, Cause, Currency } from './rules.ts';
import { codeShown, nameShown, ownerNames, wordsOf } from './statementLines.ts';
import { type PaidVisit, paidVisitOf } from './visitPaidViews.ts';
import { accountWithin, recordReading } from './withinReach.ts';

interface Side {
  /** Null where the account is not the reader's to open. */
  accountId: string | null;
  kind: AccountKind;
  code: string | null;
  name: string | null;
}

export interface Provenance extends Corrections {
  transfer: {
    id: string;
    at: Date;
    currency: Currency;
    amount: number;
    cause: Cause;
    causeId: string | null;
    author: { role: string | null; name: string };
    lapsesAt: Date | null;
    policy: { id: string; kind: string; version: number; effectiveFrom: Date } | null;
    debit: Side;
    credit: Side;
    /** On which side the reader stands. */
    mine: 'debit' | 'credit' | 'both' | null;
  };
  visit: PaidVisit | null;
  grant: { month: string; policyVersion: number | null; lapsesAt: Date | null } | null;
  words: string | null;
  /** A donation of what passed the cap (T4). */
  overflow: boolean;
  certificate: string | null;
  import: { batch: string } | null;
  clearing: ClearingBehind | null;
  /** The other transfers of the same order, gift or closing that the reader may see. */
  parts: { id: string; at: Date; cause: Cause; amount: number }[];
  /** Its place in the tree (T12); null until it is sealed. */
  sealed: { position: number } | null;
}

type TransferRow = {
  id: string;
  at: string;
  currency: Currency;
  amount: string;
  cause: Cause;
  cause_id: string | null;
  key: string;
  author: string;
  author_name: string | null;
  author_role: string | null;
  lapses_at: string | null;
  policy_id: string | null;
  policy_kind: string | null;
  policy_version: number | null;
  policy_from: string | null;
  position: string | null;
  settled: boolean;
} & Record<
  'debit' | 'credit',
  { id: string; kind: AccountKind; owner: string; name: string | null; within: boolean }
>;

const PERSONS = ['elder', 'family', 'volunteer', 'carer'];
const MOST_PARTS = 20;
const SHANGHAI_MS = 8 * 3_600_000;

const side = (accountId: SQL, reach: Reach) => sql`(
  select json_build_object('id', n.id, 'kind', n.kind, 'owner', n.owner_id, 'name', n.name, 'within', n.within)
  from (${ownerNames(sql`
    select a.id, a.kind, a.owner_id, ${accountWithin(reach)} as within from accounts a where a.id = ${accountId}`)}) as n)`;

async function findTransfer(tx: Database | Tx, reach: Reach, id: string): Promise<TransferRow | undefined> {
  const [row] = await tx.execute<TransferRow>(sql`
    select t.id, t.at, t.currency, t.amount::text as amount, t.cause, t.cause_id, t.idempotency_key as key, t.author,
      u.name as author_name, u.role as author_role, t.lapses_at, p.id as policy_id, p.kind as policy_kind,
      p.version as policy_version, p.effective_from as policy_from, l.position::text as position,
      exists (select from settlements s where s.order_id = t.cause_id) as settled,
      ${side(sql`t.debit_account_id`, reach)} as debit, ${side(sql`t.credit_account_id`, reach)} as credit
    from transfers t
    left join users u on u.id = case when t.author ~ '^[0-9a-f-]{36}$' then t.author::uuid end
    left join policies p on p.id = t.policy_id
    left join tree_leaves l on l.transfer_id = t.id
    where t.id = ${id}::uuid`);
  return row && (row.debit.within || row.credit.within) ? row : undefined;
}

/** All that is recorded of where a transfer within reach came from; refuses with `not_found` any other. */
export async function provenanceOf(
  tx: Database | Tx,
  act: Act,
  reach: Reach,
  id: string,
): Promise<Provenance> {
  const row = await findTransfer(tx, reach, id);
  if (!row) refuse('not_found', 'id');
  const isPerson = ({ kind }: { kind: AccountKind }) =>
    kind === 'personal' || kind === 'grant' || kind === 'receivable';
  const sides = [row.debit, row.credit];
  await recordReading(
    tx,
    act,
    sides.filter((one) => one.within && isPerson(one)).map((one) => one.owner),
    id,
  );
  const isHolder = reach.kind === 'elders';
  const at = new Date(row.at);
  const shown = (one: TransferRow['debit']): Side => ({
    accountId: one.within ? one.id : null,
    kind: one.kind,
    code: codeShown(one.kind, one.owner),
    name: nameShown(one.kind, one.name, isHolder && (one.within || row.cause === 'gift')),
  });
  const visitPaid = row.settled && (row.cause === 'visit' || row.cause === 'donation');
  return {
    transfer: {
      id,
      at,
      currency: row.currency,
      amount: Number(row.amount),
      cause: row.cause,
      causeId: row.cause_id,
      author: {
        role: row.author_role,
        name:
          row.author_name === null
            ? row.author
            : PERSONS.includes(row.author_role ?? '')
              ? maskName(row.author_name)
              : row.author_name,
      },
      lapsesAt: row.lapses_at ? new Date(row.lapses_at) : null,
      policy:
        row.policy_id && row.policy_kind && row.policy_version !== null && row.policy_from
          ? {
              id: row.policy_id,
              kind: row.policy_kind,
              version: row.policy_version,
              effectiveFrom: new Date(row.policy_from),
            }
          : null,
      debit: shown(row.debit),
      credit: shown(row.credit),
      mine: isHolder ? standing(row.debit.within, row.credit.within) : null,
    },
    visit: visitPaid ? await paidVisitOf(tx, reach, row.cause_id as string, at) : null,
    grant:
      row.cause === 'grant'
        ? {
            month: new Date(at.getTime() + SHANGHAI_MS).toISOString().slice(0, 7),
            policyVersion: row.policy_version,
            lapsesAt: row.lapses_at ? new Date(row.lapses_at) : null,
          }
        : null,
    words: (await wordsOf(tx, [{ transferId: id, at, cause: row.cause }])).get(id) ?? null,
    overflow: row.cause === 'donation' && row.key.startsWith('overflow:'),
    certificate: row.cause === 'donation' ? certificateNumber(id) : null,
    ...(await corrections(tx, id, row.cause, row.cause_id)),
    import: row.cause === 'import' ? { batch: row.key } : null,
    clearing: row.cause === 'settlement' ? await clearingOf(tx, id, row.cause_id) : null,
    parts: row.cause_id && !corrects(row.cause) ? await partsOf(tx, reach, id, row) : [],
    sealed: row.position === null ? null : { position: Number(row.position) },
  };
}

const standing = (debit: boolean, credit: boolean): Provenance['transfer']['mine'] =>
  debit && credit ? 'both' : debit ? 'debit' : credit ? 'credit' : null;

/** What else was posted for the same: another payer's or heir's part, or the donation of what passed the cap. */
async function partsOf(
  tx: Database | Tx,
  reach: Reach,
  id: string,
  row: TransferRow,
): Promise<Provenance['parts']> {
  const rows = await tx.execute<{ id: string; at: string; cause: Cause; amount: string }>(sql`
    select t.id, t.at, t.cause, t.amount::text as amount from transfers t
    where t.cause_id = ${row.cause_id}::uuid and t.id <> ${id}::uuid
      and t.id >= uuid_floor(${row.at}::timestamptz - interval '1 minute')
      and t.id < uuid_floor(${row.at}::timestamptz + interval '1 minute')
      and exists (select from accounts a where a.id in (t.debit_account_id, t.credit_account_id) and ${accountWithin(reach)})
    order by t.id limit ${MOST_PARTS}`);
  return rows.map((part) => ({ ...part, at: new Date(part.at), amount: Number(part.amount) }));
}
