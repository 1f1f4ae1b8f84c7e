/** The record of a visit as the pages read it. */
import type { AnswerOf } from '../endpoints.ts';
import type { Formats } from '../format.ts';

export type VisitRecord = AnswerOf<'GET', '/visits/:id/record'>;
export type Edit = VisitRecord['edits'][number];

/** Begin and end of a visit on the city's clock; a dash for what is missing. */
export const spanOf = (f: Formats, from: string | null, until: string | null): string =>
  [from, until].map((at) => (at ? f.time(at) : '—')).join(' – ');
