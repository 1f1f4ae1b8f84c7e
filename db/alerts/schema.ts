/**
 * The book of alerts (S11): what went wrong with a visit, who has to see to it, and the append-only steps of each. A
 * visit raises each kind once, and so does an order without one.
 */
import { sql } from 'drizzle-orm';
import { bigint, check, index, pgTable, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core';
import { instant, key } from '../connect/columns.ts';
import { alertKinds, alertOwners, alertStates, alertSteps } from './rules.ts';

export const alerts = pgTable(
  'alerts',
  {
    id: key(),
    kind: text('kind', { enum: alertKinds }).notNull(),
    state: text('state', { enum: alertStates }).notNull(),
    orderId: uuid('order_id').notNull(),
    /** Null for an order to which nobody is to come. */
    visitId: uuid('visit_id'),
    providerId: uuid('provider_id'),
    areaCode: text('area_code').notNull(),
    districtCode: text('district_code').notNull(),
    owner: text('owner', { enum: alertOwners }).notNull(),
    /** The account of whoever has to see to it; null while the desk has nobody. */
    ownerUserId: text('owner_user_id'),
    raisedAt: instant('raised_at').notNull(),
    /** When it goes to the next owner unless somebody acknowledges it; null when it goes no further. */
    escalateAt: instant('escalate_at'),
    acknowledgedAt: instant('acknowledged_at'),
    resolvedAt: instant('resolved_at'),
  },
  (t) => [
    check('alerts_resolved', sql`(${t.state} = 'resolved') = (${t.resolvedAt} is not null)`),
    check('alerts_escalate', sql`${t.escalateAt} is null or ${t.state} = 'open'`),
    uniqueIndex('alerts_once').on(sql`coalesce(${t.visitId}, ${t.orderId})`, t.kind),
    index('alerts_district').on(t.districtCode, t.id),
    index('alerts_provider').on(t.providerId, t.id),
    index('alerts_state').on(t.state, t.id),
    index('alerts_owner').on(t.ownerUserId).where(sql`state <> 'resolved'`),
    index('alerts_unresolved').on(t.id).where(sql`state <> 'resolved'`),
    index('alerts_escalate_at').on(t.escalateAt).where(sql`escalate_at is not null`),
  ],
);

export const alertStepRows = pgTable(
  'alert_steps',
  {
    id: key(),
    alertId: uuid('alert_id')
      .notNull()
      .references(() => alerts.id),
    /** Steps of one instant have an order, too. */
    position: bigint('position', { mode: 'number' }).generatedAlwaysAsIdentity(),
    step: text('step', { enum: alertSteps }).notNull(),
    at: instant('at').notNull(),
    actorId: text('actor_id').notNull(),
    /** The owner it went to, or how it was resolved. */
    detail: text('detail'),
  },
  (t) => [index('alert_steps_alert').on(t.alertId)],
);
