/** What comes of calling back an elder who cannot confirm a visit by themselves (S10). */

export const callOutcomes = ['confirmed', 'not_reached', 'disputed', 'wrong_number'] as const;
export type CallOutcome = (typeof callOutcomes)[number];

export interface CallBacksPolicy {
  /** So many calls are tried for a visit; then it settles like any other to which nobody objects. */
  mostAttempts: number;
  /** After a call that reached nobody the next one is due so many minutes later. */
  againAfterMinutes: number;
}
