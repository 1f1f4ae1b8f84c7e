/** What else is booked at the time of a booking, asked before it is saved. */
import { call } from '../parts/api.ts';
import type { AnswerOf } from '../parts/endpoints.ts';
import type { Service } from '../parts/records.ts';

export type Conflict = AnswerOf<'POST', '/orders/conflicts'>['items'][number];

/** A visit that is about to be booked. */
export interface VisitToBook {
  startAt: string;
  conflicts: Conflict[];
  /** Why there is no visit then: a holiday. */
  skipped: string | null;
}

/** The visit, or the next ones by a rule, each with what else the elder has booked then. */
export async function readConflicts(
  elderId: string,
  service: Service,
  startAt: string,
  rule: string | null,
): Promise<VisitToBook[]> {
  const minutes = service.defaultMinutes;
  if (!rule) {
    const { items } = await call('POST', '/orders/conflicts', { json: { elderId, startAt, minutes } });
    return [{ startAt, conflicts: items, skipped: null }];
  }
  const json = { elderId, minutes, firstAt: startAt, rule };
  return (await call('POST', '/care-plans/preview', { json })).items;
}
