/**
 * What is sealed of a transfer (T12): its canonical JSON. Every field is there, in the order of `leafFields`, without
 * spaces; ids are lower-case UUIDs, instants RFC 3339 in UTC with milliseconds, what is absent is null. The balances
 * after a transfer are not part of it: they follow from the transfers, and a receipt must not show the other side's.
 */
import { sql } from 'drizzle-orm';
import type { Cause, Currency } from './rules.ts';

/** The order in which the fields are written. A field can never be taken away, moved or renamed. */
export const leafFields = [
  'id',
  'currency',
  'debit',
  'credit',
  'amount',
  'cause',
  'causeId',
  'author',
  'policyId',
  'at',
  'key',
  'lapsesAt',
] as const;

export interface SealedTransfer {
  id: string;
  currency: Currency;
  /** Accounts. */
  debit: string;
  credit: string;
  /** Minutes or fen. */
  amount: number;
  cause: Cause;
  causeId: string | null;
  author: string;
  policyId: string | null;
  /** RFC 3339, UTC. */
  at: string;
  key: string;
  lapsesAt: string | null;
}

/** A row of `transferColumns`, as plain SQL reads it. */
export type TransferRow = {
  id: string;
  currency: Currency;
  debit: string;
  credit: string;
  amount: string | number;
  cause: Cause;
  cause_id: string | null;
  author: string;
  policy_id: string | null;
  at: string;
  key: string;
  lapses_at: string | null;
};

/** The columns of `transfers` that are sealed. */
export const transferColumns = sql`id, currency, debit_account_id as debit, credit_account_id as credit,
  amount::text as amount, cause, cause_id, author, policy_id, at, idempotency_key as key, lapses_at`;

/** What is sealed of a row. */
export const transferOf = (row: TransferRow): SealedTransfer => ({
  id: row.id,
  currency: row.currency,
  debit: row.debit,
  credit: row.credit,
  amount: Number(row.amount),
  cause: row.cause,
  causeId: row.cause_id,
  author: row.author,
  policyId: row.policy_id,
  at: new Date(row.at).toISOString(),
  key: row.key,
  lapsesAt: row.lapses_at && new Date(row.lapses_at).toISOString(),
});

/** The bytes of a leaf, as text in UTF-8. */
export const leafText = (transfer: SealedTransfer): string =>
  JSON.stringify(Object.fromEntries(leafFields.map((field) => [field, transfer[field]])));
