/** Scores as the page shows them. */
import type { AnswerOf } from '../../parts/endpoints.ts';

export type Scores = AnswerOf<'GET', '/scores'>;
export type Score = Scores['items'][number];
export type Rule = Scores['rule'];

export const subjects = ['district', 'provider', 'station'] as const;
export type Subject = (typeof subjects)[number];

export const parts = ['satisfaction', 'reliability', 'conformity', 'complaints'] as const;

/** The round figure at or below the lowest value, so that an axis shows differences; never above 90. */
export function axisFrom(values: readonly number[]): number {
  return Math.min(90, Math.floor(Math.max(0, Math.min(...values, 100)) / 10) * 10);
}
