/**
 * Partner cities (T10, C14): each has a clearing account a currency with a limit, and hours that go to one or come from
 * one are proposed by one side and posted when the other has agreed.
 */
import { sql } from 'drizzle-orm';
import { bigint, boolean, check, index, pgTable, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core';
import { instant, key } from '../connect/columns.ts';
import { clearingKinds, clearingStates, currencies } from './rules.ts';

export const partners = pgTable('partners', {
  /** Division code of the city, 4 digits. */
  code: text('code').primaryKey(),
  name: text('name').notNull(),
  /** How much it may owe this city, minutes and fen. */
  limitMinutes: bigint('limit_minutes', { mode: 'number' }).notNull(),
  limitFen: bigint('limit_fen', { mode: 'number' }).notNull(),
  openedAt: instant('opened_at').notNull(),
});

export const clearings = pgTable(
  'clearings',
  {
    id: key(),
    partnerCode: text('partner_code')
      .notNull()
      .references(() => partners.code),
    kind: text('kind', { enum: clearingKinds }).notNull(),
    state: text('state', { enum: clearingStates }).notNull(),
    currency: text('currency', { enum: currencies }).notNull(),
    amount: bigint('amount', { mode: 'number' }).notNull(),
    /** The account of this city that gives or takes. */
    accountId: uuid('account_id').notNull(),
    /** The partner's own number for it; a number is used once. */
    reference: text('reference'),
    reason: text('reason').notNull(),
    proposedBy: text('proposed_by').notNull(),
    proposedAt: instant('proposed_at').notNull(),
    decidedBy: text('decided_by'),
    decidedAt: instant('decided_at'),
    transferId: uuid('transfer_id'),
    /** The member moves there for good: with it their accounts here are closed (T10). */
    closes: boolean('closes').notNull().default(false),
  },
  (t) => [
    check('clearings_amount', sql`${t.amount} > 0`),
    check('clearings_two_sides', sql`${t.decidedBy} is null or ${t.decidedBy} <> ${t.proposedBy}`),
    uniqueIndex('clearings_reference').on(t.partnerCode, t.reference),
    index('clearings_open').on(t.partnerCode, t.proposedAt).where(sql`state = 'proposed'`),
    index('clearings_partner').on(t.partnerCode, t.proposedAt),
  ],
);
