/** Corrections as the API lists them (T9). */
import type { AnswerOf } from '../endpoints.ts';

export type Correction = AnswerOf<'GET', '/ledger/reversals'>['items'][number];

export const correctionStates = ['waiting', 'done', 'refused'] as const satisfies Correction['state'][];
