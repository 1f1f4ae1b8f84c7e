/** The life of an order (S3) and of an offer (S4) as tables and pure functions. */
import type { CallBacksPolicy } from '../callBacks/rules.ts';
import type { ComplaintsPolicy } from '../complaints/rules.ts';
import type { DisputesPolicy } from '../disputes/rules.ts';
import type { AskingPolicy } from './askingRules.ts';

export const orderStates = [
  'requested',
  'offered',
  'accepted',
  'started',
  'finished',
  'settled',
  'disputed',
  'cancelled',
  'unserved',
] as const;
export type OrderState = (typeof orderStates)[number];

export const payers = ['time_bank', 'subsidy', 'insurance', 'bed_contract', 'self'] as const;
export type Payer = (typeof payers)[number];

export const urgencies = ['normal', 'same_day', 'urgent'] as const;
export type Urgency = (typeof urgencies)[number];

export const offerStates = ['open', 'accepted', 'declined', 'expired', 'withdrawn'] as const;
export type OfferState = (typeof offerStates)[number];

export const declineReasons = ['busy', 'too_far', 'unwell', 'unsuitable', 'other'] as const;
/** Why an offer was taken back. Only `withdrawn` says something of the person: a dispatcher decided against them. */
export const withdrawnReasons = [
  'taken',
  'withdrawn',
  'swapped',
  'missed',
  'changed',
  'order_ended',
] as const;
export type WithdrawnReason = (typeof withdrawnReasons)[number];

export type DeclineReason = (typeof declineReasons)[number];

/** Why this person was asked: each term of the score with its value (D5). */
export type OfferTerms = {
  code: (typeof offerTerms)[number];
  value: number;
}[];

export const offerTerms = [
  /** What the round becomes longer by. Until that was reckoned, how far away they live. */
  'travel',
  'distance',
  'circle',
  'continuity',
  'preferred',
  'waiting',
  'least_asked',
  'level',
  'load',
  'planned',
  'second',
  'by_hand',
] as const;

/** Every change of state there is; the same table is enforced by a trigger. */
export const orderTransitions: Readonly<Record<OrderState, readonly OrderState[]>> = {
  requested: ['offered', 'cancelled', 'unserved'],
  offered: ['accepted', 'requested', 'cancelled', 'unserved'],
  accepted: ['started', 'requested', 'cancelled', 'unserved'],
  started: ['finished', 'cancelled'],
  finished: ['settled', 'disputed'],
  disputed: ['settled', 'cancelled'],
  settled: [],
  cancelled: [],
  unserved: [],
};

/** Whether an order may go from one state to the other. */
export const mayBecome = (from: OrderState, to: OrderState): boolean => orderTransitions[from].includes(to);

export interface OrdersPolicy {
  /** Minutes to answer an offer (S4). */
  answerMinutes: Record<Urgency, number>;
  /** How long after the asked start a visit may still begin, minutes. */
  startToleranceMinutes: number;
  /** Cancel free until so many minutes before the start (S5). */
  freeCancelMinutes: number;
  /** Settles without objection after so many hours (S10). */
  settleAfterHours: number;
  /** Farther from home than this is an exception (S7), metres. */
  homeRadiusMetres: number;
  /** After the latest start: late, then missed (S11), minutes. */
  lateMinutes: number;
  missedMinutes: number;
  /** After the planned end without a check-out, minutes. */
  noCheckOutMinutes: number;
  /** An alert that nobody has acknowledged goes to the next owner after so many minutes. */
  alertEscalateMinutes: number;
  /** An order without a helper is an alert so many minutes before its start. */
  unassignedMinutes: number;
  /** Deciding what is objected to (S10). */
  disputes: DisputesPolicy;
  /** Calling those who cannot confirm by themselves (S10). */
  callBacks: CallBacksPolicy;
  complaints: ComplaintsPolicy;
  /** Whom to ask next, and when (S4). */
  asking: AskingPolicy;
  /** Another visit of the elder so soon before or after is shown before booking, minutes. */
  conflictGapMinutes: number;
  /** A care plan's visits are booked so many days ahead (S5). */
  planAheadDays: number;
  /** The most visits a day of one care plan. */
  planMostADay: number;
}

const HOUR = 3_600_000;

/** Urgent within 2 h of now, same day within 12 h, else normal. */
export function urgencyOf(startAt: Date, now: Date, service: string): Urgency {
  const ahead = startAt.getTime() - now.getTime();
  if (service === 'urgent_help' || ahead < 2 * HOUR) return 'urgent';
  return ahead < 12 * HOUR ? 'same_day' : 'normal';
}

/** Who comes for an order, both where two do. */
export const helpersOf = (order: { assigneeId: string | null; secondAssigneeId: string | null }): string[] =>
  [order.assigneeId, order.secondAssigneeId].filter((id) => id !== null);
