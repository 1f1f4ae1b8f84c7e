/**
 * The book of complaints: what the elder's side says of an order or its visit, who looks into it, what the other side
 * answers, and what is decided, with the append-only steps of each.
 */
import { sql } from 'drizzle-orm';
import { bigint, check, index, pgTable, text, uuid } from 'drizzle-orm/pg-core';
import { bytes, instant, key } from '../connect/columns.ts';
import { complaintKinds, complaintOutcomes, complaintStates, complaintSteps } from './rules.ts';

export const complaints = pgTable(
  'complaints',
  {
    id: key(),
    orderId: uuid('order_id').notNull(),
    visitId: uuid('visit_id'),
    elderId: uuid('elder_id').notNull(),
    providerId: uuid('provider_id'),
    stationId: uuid('station_id'),
    areaCode: text('area_code').notNull(),
    districtCode: text('district_code').notNull(),
    /** Who served: they decide nothing here. */
    helperIds: uuid('helper_ids').array().notNull(),
    kind: text('kind', { enum: complaintKinds }).notNull(),
    state: text('state', { enum: complaintStates }).notNull(),
    outcome: text('outcome', { enum: complaintOutcomes }),
    textSealed: bytes('text_sealed').notNull(),
    by: text('by').notNull(),
    at: instant('at').notNull(),
    /** By when it is to be decided. */
    dueAt: instant('due_at').notNull(),
    /** The account of whoever looks into it. */
    assignedTo: text('assigned_to'),
    answerSealed: bytes('answer_sealed'),
    decisionSealed: bytes('decision_sealed'),
    decidedBy: text('decided_by'),
    decidedAt: instant('decided_at'),
  },
  (t) => [
    index('complaints_order').on(t.orderId),
    index('complaints_visit').on(t.visitId),
    index('complaints_elder').on(t.elderId, t.id),
    index('complaints_provider').on(t.providerId, t.id),
    index('complaints_district').on(t.districtCode, t.id),
    index('complaints_undecided').on(t.id).where(sql`state <> 'decided'`),
    check(
      'complaints_decided',
      sql`(${t.state} = 'decided') = (${t.outcome} is not null) and (${t.outcome} is null) = (${t.decidedAt} is null)`,
    ),
    check(
      'complaints_not_by_complainer',
      sql`${t.outcome} is null or ${t.outcome} = 'withdrawn' or ${t.decidedBy} <> ${t.by}`,
    ),
  ],
);

/** What was done with a complaint, by whom: append-only. */
export const complaintStepRows = pgTable(
  'complaint_steps',
  {
    id: key(),
    complaintId: uuid('complaint_id')
      .notNull()
      .references(() => complaints.id),
    /** Steps of one instant have an order, too. */
    position: bigint('position', { mode: 'number' }).generatedAlwaysAsIdentity(),
    step: text('step', { enum: complaintSteps }).notNull(),
    at: instant('at').notNull(),
    actorId: text('actor_id').notNull(),
    /** To whom it was assigned, or the outcome. */
    detail: text('detail'),
  },
  (t) => [index('complaint_steps_complaint').on(t.complaintId)],
);
