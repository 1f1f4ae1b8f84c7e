/** Why a visit is objected to, in the order in which people are asked. */
import type { AnswerOf } from '../endpoints.ts';

export type Dispute = AnswerOf<'GET', '/disputes'>['items'][number];
export type DisputeReason = Dispute['reasonCode'];

export const disputeReasons: readonly DisputeReason[] = [
  'not_come',
  'too_short',
  'poor_work',
  'wrong_service',
  'wrong_amount',
  'damage',
  'other',
];
