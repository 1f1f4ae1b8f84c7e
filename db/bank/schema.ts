/**
 * The time bank's ledger (T1–T11): two currencies, minutes and fen, in one strict double-entry book.
 * A transfer is one row that names both its sides, so it cannot be unbalanced and the sum over all accounts is zero.
 * Accounts that many post to at once keep their balance in shards; all others in one row. No row of either can have
 * less available than its floor. Posted rows are never changed; only the functions `bank_…` write any of these tables.
 */
import { sql } from 'drizzle-orm';
import {
  bigint,
  boolean,
  check,
  date,
  index,
  integer,
  pgTable,
  primaryKey,
  smallint,
  text,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core';
import { instant, key } from '../connect/columns.ts';
import { accountKinds, causes, currencies, holdStates, reversalReasons, reversalStates } from './rules.ts';

const amount = (name: string) => bigint(name, { mode: 'number' });

export const accounts = pgTable(
  'accounts',
  {
    id: key(),
    currency: text('currency', { enum: currencies }).notNull(),
    kind: text('kind', { enum: accountKinds }).notNull(),
    /** A person, a team, a provider, a division code or a partner city. */
    ownerId: text('owner_id').notNull(),
    /** Zero and unused for the sharded kinds. */
    balance: amount('balance').notNull().default(0),
    held: amount('held').notNull().default(0),
    /** The least that may be available: 0, minus a partner's limit, or null where there is no end to it. */
    floor: amount('floor').default(0),
    /** Of the last transfer; the next one is later, so that an account's transfers have one order. */
    lastAt: instant('last_at'),
    openedAt: instant('opened_at').notNull(),
    /** Nothing leaves the account while it is frozen. */
    frozenAt: instant('frozen_at'),
    closedAt: instant('closed_at'),
  },
  (t) => [
    uniqueIndex('accounts_owner').on(t.ownerId, t.kind, t.currency),
    index('accounts_receivable').on(t.id).where(sql`kind = 'receivable'`),
    check('accounts_available', sql`${t.held} >= 0 and ${t.balance} - ${t.held} >= ${t.floor}`),
  ],
);

/**
 * The balance of a pool, issuance, clearing or provider account, spread so that postings do not queue. The floors of
 * an account's shards add up to the account's.
 */
export const accountShards = pgTable(
  'account_shards',
  {
    accountId: uuid('account_id')
      .notNull()
      .references(() => accounts.id),
    shard: smallint('shard').notNull(),
    balance: amount('balance').notNull(),
    held: amount('held').notNull().default(0),
    floor: amount('floor').default(0),
  },
  (t) => [
    primaryKey({ columns: [t.accountId, t.shard] }),
    check('account_shards_available', sql`${t.held} >= 0 and ${t.balance} - ${t.held} >= ${t.floor}`),
  ],
);

/** Partitioned by month of the transfer's key. The view `entries` shows each as its two sides. */
export const transfers = pgTable(
  'transfers',
  {
    id: key(),
    currency: text('currency', { enum: currencies }).notNull(),
    debitAccountId: uuid('debit_account_id').notNull(),
    creditAccountId: uuid('credit_account_id').notNull(),
    amount: amount('amount').notNull(),
    /** Of the account after this transfer; null for sharded accounts. */
    debitBalanceAfter: amount('debit_balance_after'),
    creditBalanceAfter: amount('credit_balance_after'),
    cause: text('cause', { enum: causes }).notNull(),
    /** The order of a visit, the transfer that is reversed, a clearing, … */
    causeId: uuid('cause_id'),
    author: text('author').notNull(),
    idempotencyKey: text('idempotency_key').notNull(),
    policyId: uuid('policy_id'),
    at: instant('at').notNull(),
    /** When what is left of a grant goes back to the fund (T8). */
    lapsesAt: instant('lapses_at'),
  },
  (t) => [
    check('transfers_two_sides', sql`${t.amount} > 0 and ${t.debitAccountId} <> ${t.creditAccountId}`),
    index('transfers_debit').on(t.debitAccountId, t.id),
    index('transfers_credit').on(t.creditAccountId, t.id),
    index('transfers_cause').on(t.causeId).where(sql`cause_id is not null`),
  ],
);

/** A key is used once, for ever. */
export const transferKeys = pgTable('transfer_keys', {
  key: text('key').primaryKey(),
  transferId: uuid('transfer_id').notNull(),
});

/** Transfers that the worker has not yet sealed into the tree (T12). */
export const unsealed = pgTable('unsealed', { transferId: uuid('transfer_id').notNull() });

/** What came and went on a sharded account by day of Asia/Shanghai and cause, of all that is sealed (T12). */
export const accountDays = pgTable(
  'account_days',
  {
    accountId: uuid('account_id').notNull(),
    day: date('day', { mode: 'string' }).notNull(),
    cause: text('cause', { enum: causes }).notNull(),
    debits: amount('debits').notNull(),
    credits: amount('credits').notNull(),
    entries: integer('entries').notNull(),
  },
  (t) => [primaryKey({ columns: [t.accountId, t.day, t.cause] })],
);

/** What was posted by day, cause and district, of all that is sealed. */
export const districtDays = pgTable(
  'district_days',
  {
    day: date('day', { mode: 'string' }).notNull(),
    currency: text('currency', { enum: currencies }).notNull(),
    cause: text('cause', { enum: causes }).notNull(),
    districtCode: text('district_code').notNull(),
    amount: amount('amount').notNull(),
    transfers: integer('transfers').notNull(),
  },
  (t) => [primaryKey({ columns: [t.day, t.currency, t.cause, t.districtCode] })],
);

/** Minutes that volunteers of one district gave to elders of another, of all that is sealed (C14); what was reversed is taken off. */
export const districtFlows = pgTable(
  'district_flows',
  {
    day: date('day', { mode: 'string' }).notNull(),
    receivingCode: text('receiving_code').notNull(),
    /** A district, or the partner city whose volunteer it was. */
    givingCode: text('giving_code').notNull(),
    minutes: amount('minutes').notNull(),
    visits: integer('visits').notNull(),
  },
  (t) => [primaryKey({ columns: [t.day, t.receivingCode, t.givingCode] })],
);

/** Minutes or fen set aside for an order (T7) by one request, at most one hold an account. */
export const holds = pgTable(
  'holds',
  {
    orderId: uuid('order_id').notNull(),
    accountId: uuid('account_id')
      .notNull()
      .references(() => accounts.id),
    /** Where a sharded account keeps it. */
    shard: smallint('shard'),
    amount: amount('amount').notNull(),
    state: text('state', { enum: holdStates }).notNull(),
    at: instant('at').notNull(),
    expiresAt: instant('expires_at').notNull(),
    closedAt: instant('closed_at'),
    /** The account in which it lies while it is suspended. */
    suspenseId: uuid('suspense_id').references(() => accounts.id),
    /** Of the holds of an order the first, of which there is one, so that two requests cannot both hold for it. */
    isFirst: boolean('is_first').notNull().default(true),
  },
  (t) => [
    check('holds_amount', sql`${t.amount} > 0`),
    primaryKey({ columns: [t.orderId, t.accountId] }),
    uniqueIndex('holds_order_once').on(t.orderId).where(sql`is_first`),
    check('holds_suspended', sql`(${t.state} = 'suspended') = (${t.suspenseId} is not null)`),
    index('holds_suspended_account').on(t.accountId).where(sql`state = 'suspended'`),
    index('holds_account').on(t.accountId).where(sql`state = 'open'`),
    index('holds_expiry').on(t.expiresAt).where(sql`state = 'open'`),
  ],
);

/**
 * What a visit is paid, once (T3, S12): the key refuses a second settlement. It rests on a verified visit, or on an
 * approval with a reason.
 */
export const settlements = pgTable(
  'settlements',
  {
    orderId: uuid('order_id').primaryKey(),
    visitId: uuid('visit_id'),
    /** The reason code of an approval where there is no visit of this city, such as `partner_city`. */
    approval: text('approval'),
    amount: amount('amount').notNull(),
    policyId: uuid('policy_id'),
    author: text('author').notNull(),
    at: instant('at').notNull(),
  },
  (t) => [
    check('settlements_amount', sql`${t.amount} > 0`),
    check('settlements_rests_on', sql`${t.visitId} is not null or ${t.approval} is not null`),
  ],
);

/** Wrong postings and their correction (T9): asked for by one person, above a threshold decided by another. */
export const reversals = pgTable(
  'reversals',
  {
    id: key(),
    transferId: uuid('transfer_id').notNull(),
    state: text('state', { enum: reversalStates }).notNull(),
    reasonCode: text('reason_code', { enum: reversalReasons }).notNull(),
    note: text('note').notNull(),
    /** The threshold had been passed, so it waits for a second person. */
    needsSecond: boolean('needs_second').notNull(),
    askedBy: text('asked_by').notNull(),
    askedAt: instant('asked_at').notNull(),
    decidedBy: text('decided_by'),
    decidedAt: instant('decided_at'),
    /** The opposite transfer, once it is posted. */
    reversalId: uuid('reversal_id'),
  },
  (t) => [
    uniqueIndex('reversals_once').on(t.transferId).where(sql`state <> 'refused'`),
    index('reversals_waiting').on(t.askedAt).where(sql`state = 'waiting'`),
    check(
      'reversals_two_persons',
      sql`not ${t.needsSecond} or ${t.decidedBy} is null or ${t.decidedBy} <> ${t.askedBy}`,
    ),
    check('reversals_done', sql`(${t.state} = 'done') = (${t.reversalId} is not null)`),
  ],
);
