/** How fair, near and steady the plan of a day is (D3, C7), and what it changes of the one before. */
import { type PlanMeasures, planMeasures } from '../../../db/dispatch/measures.ts';
import { estimateSeconds } from '../../../db/dispatch/travel.ts';
import { type CityDay, keyOf } from './cityDay.ts';
import type { DayPlan } from './planDay.ts';

/** Nobody minds that a visit begins so much earlier or later. */
export const TOLERANCE_MINUTES = 15;

/**
 * Of the orders planned; the work of a carer is all they have that day, promised or planned. What was asked or promised is
 * never planned again, so that changes are those of the plan before, of which nobody was told yet.
 */
export function dayMeasures(day: CityDay, { placed }: DayPlan): PlanMeasures {
  const work = new Map(
    day.carers.map(({ personId, stops }) => [
      personId,
      stops.reduce((sum, stop) => sum + minutesOf(stop), 0),
    ]),
  );
  for (const { order, carer } of placed)
    work.set(carer.personId, (work.get(carer.personId) ?? 0) + order.minutes);
  return planMeasures({
    visits: placed.map(({ order, place, carer, beginAt }) => ({
      key: keyOf(order.id, place),
      personId: carer.personId,
      beginAt,
      isKnown: order.knownBy.includes(carer.personId),
      fromHomeSeconds: estimateSeconds(day.policy.travel.carer, carer.lat, carer.lon, order.lat, order.lon),
    })),
    before: [...day.before].map(([key, was]) => ({ key, ...was, isTold: true })),
    workMinutes: [...work.values()],
    circleMinutes: day.policy.circleMinutes,
    toleranceMinutes: TOLERANCE_MINUTES,
  });
}

const minutesOf = ({ from, until }: { from: number; until: number }): number => (until - from) / 60_000;
