/** What an alert can be about, and whose it is. */
import type { OrdersPolicy } from '../orders/rules.ts';

export const alertKinds = ['late', 'missed', 'no_check_out', 'dispute_open', 'unassigned'] as const;
export type AlertKind = (typeof alertKinds)[number];

export const alertStates = ['open', 'acknowledged', 'resolved'] as const;
export type AlertState = (typeof alertStates)[number];

export const alertSteps = ['raised', 'acknowledged', 'escalated', 'resolved'] as const;

/** Who has to see to it: the desk of the district, then that of the city, then the regulator. */
export const alertOwners = ['district', 'city', 'regulator'] as const;
export type AlertOwner = (typeof alertOwners)[number];

/** To whom an alert goes that its owner has not acknowledged in time; null at the top. */
export const nextOwner = (owner: AlertOwner): AlertOwner | null =>
  alertOwners[alertOwners.indexOf(owner) + 1] ?? null;

const HOUR_MINUTES = 60;

/** After so many minutes an alert that nobody has acknowledged goes to its next owner; a dispute has more time. */
export const escalateMinutes = (
  kind: AlertKind,
  policy: Pick<OrdersPolicy, 'alertEscalateMinutes' | 'disputes'>,
): number =>
  kind === 'dispute_open' ? policy.disputes.escalateHours * HOUR_MINUTES : policy.alertEscalateMinutes;
