/** The provider's day: its visits and how they stand. */
import { call } from '../parts/api.ts';
import type { Visit } from '../parts/records.ts';
import { readAll } from '../parts/staff/readAll.ts';

/** How long after the planned start a visit that has not begun counts as late, minutes. */
const lateAfterMinutes = 10;

export const visitStates = ['started', 'planned', 'missed', 'finished', 'cancelled'] as const;
export type VisitState = Visit['state'];

/** All visits of the provider's carers on a city day, `YYYY-MM-DD`. */
export async function readVisits(day: string): Promise<Visit[]> {
  return (await readAll((cursor) => call('GET', '/visits', { query: { date: day, limit: 200, cursor } })))
    .items;
}

/** Planned, and its start is past. */
export function isLate(visit: Visit, now: number): boolean {
  return visit.state === 'planned' && now > Date.parse(visit.plannedStartAt) + lateAfterMinutes * 60_000;
}

export function countByState(visits: readonly Visit[]): Record<VisitState, number> {
  const counts = { planned: 0, started: 0, finished: 0, missed: 0, cancelled: 0 };
  for (const visit of visits) counts[visit.state] += 1;
  return counts;
}
