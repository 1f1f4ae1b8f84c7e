/** A district's day with other resources or another policy, and the day as a case to plan. */
import { estimateSeconds } from '../../../db/dispatch/travel.ts';
import { DispatchFailure } from '../arguments.ts';
import type { CarerDay, CityDay } from '../city/cityDay.ts';
import { problemOf } from '../city/problemOf.ts';
import type { Case } from './case.ts';
import type { Position } from './changes.ts';

/** The day's visits and carers as a problem, planned from the beginning. */
export function cityCaseOf(day: CityDay): Case {
  const { problem, wanted, shifts } = problemOf(day, day.orders, {
    standing: [],
    notBy: new Map(),
    from: new Map(),
  });
  const mode = day.policy.travel.carer;
  return {
    problem,
    scale: 1,
    personOf: (c) => shifts[c]?.carer.personId ?? String(c),
    isKnown: (v, c) => wanted[v]?.order.knownBy.includes(shifts[c]?.carer.personId ?? '') ?? false,
    fromHomeSeconds: (v, c) => {
      const [order, carer] = [wanted[v]?.order, shifts[c]?.carer];
      if (!order || !carer) return null;
      return estimateSeconds(mode, carer.lat, carer.lon, order.lat, order.lon);
    },
  };
}

/**
 * The day with so many more carers of a level: in turn like those of that level who are there, with their hours, provider
 * and certificates, and known to nobody. They live where those do, or at the stations in turn. Throws `DispatchFailure` when
 * nobody is of the level.
 */
export function withCityCarers(
  day: CityDay,
  { count, level, stations }: { count: number; level: number; stations: readonly Position[] },
): CityDay {
  const models = day.carers.filter((carer) => carer.level === level);
  if (models.length === 0)
    throw new DispatchFailure(
      `--level：当天没有 ${level} 级的护理员可参照。`,
      `--level: nobody of level ${level} is there that day to be like.`,
    );
  const added = Array.from({ length: count }, (_, n): CarerDay => {
    const model = models[n % models.length] as CarerDay;
    const { lat, lon } = stations[n % stations.length] ?? model;
    return { ...model, personId: `added:${n + 1}`, lat, lon, absent: [], stops: [] };
  });
  return { ...day, carers: [...day.carers, ...added] };
}
