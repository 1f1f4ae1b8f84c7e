/**
 * The time bank's ledger (T1–T11): two currencies, minutes and fen, in one strict double-entry book.
 * Every transfer debits one account and credits another by the same amount, so the sum over all accounts is zero.
 * Accounts that many post to at once keep their balance in shards; all others in one row that can never
 * have less available than nothing. Posted rows are never changed.
 */
import { sql } from 'drizzle-orm';
import {
  bigint,
  check,
  index,
  pgTable,
  primaryKey,
  smallint,
  text,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core';
import { instant, key } from '../connect/columns.ts';
import { accountKinds, causes, currencies, holdStates } from './rules.ts';

const amount = (name: string) => bigint(name, { mode: 'number' });

export const accounts = pgTable(
  'accounts',
  {
    id: key(),
    currency: text('currency', { enum: currencies }).notNull(),
    kind: text('kind', { enum: accountKinds }).notNull(),
    /** A person, a provider, a division code or a partner city. */
    ownerId: text('owner_id').notNull(),
    /** Zero and unused for the sharded kinds. */
    balance: amount('balance').notNull().default(0),
    held: amount('held').notNull().default(0),
    openedAt: instant('opened_at').notNull(),
    closedAt: instant('closed_at'),
  },
  (t) => [
    uniqueIndex('accounts_owner').on(t.ownerId, t.kind, t.currency),
    check('accounts_available', sql`${t.held} >= 0 and ${t.balance} >= ${t.held}`),
  ],
);

/** The balance of a pool, issuance, clearing or provider account, spread so that postings do not queue. */
export const accountShards = pgTable(
  'account_shards',
  {
    accountId: uuid('account_id')
      .notNull()
      .references(() => accounts.id),
    shard: smallint('shard').notNull(),
    balance: amount('balance').notNull(),
  },
  (t) => [primaryKey({ columns: [t.accountId, t.shard] })],
);

export const transfers = pgTable(
  'transfers',
  {
    id: key(),
    currency: text('currency', { enum: currencies }).notNull(),
    debitAccountId: uuid('debit_account_id')
      .notNull()
      .references(() => accounts.id),
    creditAccountId: uuid('credit_account_id')
      .notNull()
      .references(() => accounts.id),
    amount: amount('amount').notNull(),
    cause: text('cause', { enum: causes }).notNull(),
    causeId: uuid('cause_id'),
    author: text('author').notNull(),
    idempotencyKey: text('idempotency_key').notNull(),
    policyId: uuid('policy_id'),
    at: instant('at').notNull(),
  },
  (t) => [
    check('transfers_amount', sql`${t.amount} > 0`),
    check('transfers_two_sides', sql`${t.debitAccountId} <> ${t.creditAccountId}`),
    uniqueIndex('transfers_once').on(t.idempotencyKey),
    index('transfers_cause').on(t.causeId),
  ],
);

/** Both sides of a transfer; partitioned by month of the transfer's key. */
export const entries = pgTable(
  'entries',
  {
    transferId: uuid('transfer_id').notNull(),
    accountId: uuid('account_id').notNull(),
    /** Signed: a debit is negative. */
    amount: amount('amount').notNull(),
    /** After this entry; null for sharded accounts. */
    balanceAfter: amount('balance_after'),
    at: instant('at').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.transferId, t.accountId] }),
    index('entries_account').on(t.accountId, t.transferId),
  ],
);

/** Minutes or fen set aside for an order (T7), at most one hold an order and account. */
export const holds = pgTable(
  'holds',
  {
    orderId: uuid('order_id').notNull(),
    accountId: uuid('account_id')
      .notNull()
      .references(() => accounts.id),
    amount: amount('amount').notNull(),
    state: text('state', { enum: holdStates }).notNull(),
    at: instant('at').notNull(),
    closedAt: instant('closed_at'),
  },
  (t) => [
    check('holds_amount', sql`${t.amount} > 0`),
    primaryKey({ columns: [t.orderId, t.accountId] }),
    index('holds_account').on(t.accountId).where(sql`state = 'open'`),
  ],
);
