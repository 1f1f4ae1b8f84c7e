/** The visits a volunteer or carer makes. */
import { call } from '../api.ts';
import type { Visit } from '../records.ts';
import { addDays, cityDay } from '../time.ts';

/** One's visits of a city day (`YYYY-MM-DD`), soonest first. */
export async function readDay(day: string): Promise<Visit[]> {
  return (await call('GET', '/visits', { query: { date: day, limit: 100 } })).items;
}

/** One's visits of today and the days after it. */
export async function readAhead(days: number): Promise<Visit[]> {
  const today = cityDay(Date.now());
  const each = await Promise.all(Array.from({ length: days }, (_, ahead) => readDay(addDays(today, ahead))));
  return each.flat();
}

/** One visit of the day named in the address. */
export async function readVisit(id: string, day: string): Promise<Visit | null> {
  return (await readDay(day)).find((visit) => visit.id === id) ?? null;
}

/** Where a visit's own page stands, under the role's desk. */
export function visitAddress(desk: '/volunteer' | '/carer', visit: Visit): string {
  return `${desk}/visit/${visit.id}?day=${cityDay(visit.plannedStartAt)}`;
}
