/** A day to plan, and what of it measures need and the engine does not. */
import { estimateSeconds } from '../../../db/dispatch/travel.ts';
import type { Problem, Travel } from '../problem.ts';

export interface Case {
  problem: Problem;
  /** How many units of the problem's time are one second. */
  scale: number;
  /** Who a carer by index is: one person may stand in a problem once for each of their shifts. */
  personOf(carer: number): string;
  /** Whether the elder of a visit by index knows the carer; null where nothing is known of that. */
  isKnown: ((visit: number, carer: number) => boolean) | null;
  /** The way from the carer's home, seconds; null of one without a home. */
  fromHomeSeconds(visit: number, carer: number): number | null;
}

/** A problem from a file: homes are where rounds begin, and nobody is known to anybody. */
export function caseOf(problem: Problem, scale: number): Case {
  const { travel, visits, carers } = problem;
  return {
    problem,
    scale,
    personOf: (c) => carers[c]?.id ?? String(c),
    isKnown: null,
    fromHomeSeconds: (v, c) => {
      const [carer, there] = [carers[c], visits[v]?.place];
      if (!carer || carer.start === null || there === undefined) return null;
      return way(travel, carer.mode, carer.start, there) / scale;
    },
  };
}

/** As long as the engine takes it to be, but for rounding. */
function way({ matrices, coordinates, places }: Travel, mode: number, from: number, to: number): number {
  if (from === to) return 0;
  if (matrices) return matrices[mode]?.[from * places + to] ?? 0;
  const [one, lat, lon] = [coordinates?.modes[mode], coordinates?.lat, coordinates?.lon];
  if (!one || !lat || !lon) return 0;
  return estimateSeconds(one, lat[from] as number, lon[from] as number, lat[to] as number, lon[to] as number);
}
