/**
 * The book of disputes (S10): who objected to a visit and why, what is at stake, and how it was decided. What an order
 * had set aside lies in the ledger's suspense from the opening to the decision. An order is disputed once; it is
 * `disputed` exactly while its dispute is not decided.
 */
import { sql } from 'drizzle-orm';
import { bigint, boolean, check, index, pgTable, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core';
import { currencies } from '../bank/rules.ts';
import { bytes, instant, key } from '../connect/columns.ts';
import { orders } from '../orders/schema.ts';
import { disputeOutcomes, disputeReasons, disputeStates, disputeSteps } from './rules.ts';

export const disputes = pgTable(
  'disputes',
  {
    id: key(),
    orderId: uuid('order_id')
      .notNull()
      .references(() => orders.id),
    visitId: uuid('visit_id'),
    elderId: uuid('elder_id').notNull(),
    providerId: uuid('provider_id'),
    areaCode: text('area_code').notNull(),
    districtCode: text('district_code').notNull(),
    /** Who served: they decide nothing here. */
    helperIds: uuid('helper_ids').array().notNull(),
    state: text('state', { enum: disputeStates }).notNull(),
    reasonCode: text('reason_code', { enum: disputeReasons }).notNull(),
    /** Null for one that began before there was this book. */
    textSealed: bytes('text_sealed'),
    openedBy: text('opened_by').notNull(),
    openedRole: text('opened_role').notNull(),
    onBehalfOf: uuid('on_behalf_of'),
    openedAt: instant('opened_at').notNull(),
    currency: text('currency', { enum: currencies }).notNull(),
    /** Minutes or fen at stake: what was set aside, or the price where it is not paid through the bank. */
    amount: bigint('amount', { mode: 'number' }).notNull(),
    /** The amount lies in suspense, until it is decided. */
    isSuspended: boolean('is_suspended').notNull(),
    needsSecond: boolean('needs_second').notNull().default(false),
    outcome: text('outcome', { enum: disputeOutcomes }),
    /** Minutes or fen for the helper's side; known with the outcome. */
    paid: bigint('paid', { mode: 'number' }),
    decisionSealed: bytes('decision_sealed'),
    decidedBy: text('decided_by'),
    /** The second person who agreed. */
    secondBy: text('second_by'),
    decidedAt: instant('decided_at'),
  },
  (t) => [
    uniqueIndex('disputes_order').on(t.orderId),
    index('disputes_elder').on(t.elderId, t.id),
    index('disputes_provider').on(t.providerId, t.id),
    index('disputes_district').on(t.districtCode, t.id),
    index('disputes_undecided').on(t.id).where(sql`state <> 'decided'`),
    check('disputes_decided', sql`(${t.state} = 'decided') = (${t.decidedAt} is not null)`),
    check(
      'disputes_outcome',
      sql`(${t.state} = 'open') = (${t.outcome} is null) and (${t.outcome} is null) = (${t.decidedBy} is null)
        and (${t.outcome} is null) = (${t.paid} is null)`,
    ),
    check(
      'disputes_paid',
      sql`${t.amount} >= 0 and case ${t.outcome} when 'nothing' then ${t.paid} = 0 when 'part' then ${t.paid} > 0 and ${t.paid} < ${t.amount} else coalesce(${t.paid}, 0) >= 0 end`,
    ),
    check('disputes_not_by_opener', sql`${t.openedBy} not in (${t.decidedBy}, ${t.secondBy})`),
    check(
      'disputes_second_person',
      sql`${t.secondBy} is distinct from ${t.decidedBy} or ${t.secondBy} is null`,
    ),
    check(
      'disputes_second_agreed',
      sql`${t.state} <> 'decided' or not ${t.needsSecond} or ${t.secondBy} is not null`,
    ),
  ],
);

/** What was done with a dispute, by whom: append-only. */
export const disputeStepRows = pgTable(
  'dispute_steps',
  {
    id: key(),
    disputeId: uuid('dispute_id')
      .notNull()
      .references(() => disputes.id),
    /** Steps of one instant have an order, too. */
    position: bigint('position', { mode: 'number' }).generatedAlwaysAsIdentity(),
    step: text('step', { enum: disputeSteps }).notNull(),
    at: instant('at').notNull(),
    actorId: text('actor_id').notNull(),
    outcome: text('outcome', { enum: disputeOutcomes }),
    paid: bigint('paid', { mode: 'number' }),
    textSealed: bytes('text_sealed'),
  },
  (t) => [index('dispute_steps_dispute').on(t.disputeId)],
);
