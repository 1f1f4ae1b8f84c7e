/** What an objection to a visit says, how far it is, and what may be decided (S3, S10). */
import type { Currency } from '../bank/rules.ts';

/** Why a visit is objected to. */
export const disputeReasons = [
  'not_come',
  'too_short',
  'poor_work',
  'wrong_service',
  'wrong_amount',
  'damage',
  'other',
] as const;
export type DisputeReason = (typeof disputeReasons)[number];

/** `proposed`: decided by one person, and a second one has to agree. */
export const disputeStates = ['open', 'proposed', 'decided'] as const;
export type DisputeState = (typeof disputeStates)[number];

/** What the helper's side is paid: all, a part, or nothing, and then all goes back. */
export const disputeOutcomes = ['all', 'part', 'nothing'] as const;
export type DisputeOutcome = (typeof disputeOutcomes)[number];

export const disputeSteps = ['opened', 'proposed', 'refused', 'decided'] as const;
export type DisputeStep = (typeof disputeSteps)[number];

export interface DisputesPolicy {
  /** What is at stake above this takes a second person to decide: minutes and fen. */
  secondPersonAbove: Record<Currency, number>;
  /** One that nobody sees to goes to the next owner after so many hours. */
  escalateHours: number;
}

/** Whether a second person has to agree to a decision on what is at stake. */
export const needsSecond = (
  amount: number,
  currency: Currency,
  { secondPersonAbove }: DisputesPolicy,
): boolean => amount > secondPersonAbove[currency];

/** Why a person may not decide a dispute: who opened it, and who served, decide nothing of it; null where they may. */
export function hindranceOf(
  decider: { actorId: string; personId: string | null },
  dispute: { openedBy: string; helperIds: readonly string[] },
): 'own_request' | 'not_yours' | null {
  if (decider.actorId === dispute.openedBy) return 'own_request';
  return decider.personId !== null && dispute.helperIds.includes(decider.personId) ? 'not_yours' : null;
}
