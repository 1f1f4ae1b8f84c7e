/** How a search cools: what it tolerates becomes less from its beginning to its end. */
import { NEVER } from './model.ts';
import type { Random } from './random.ts';

export interface Cooling {
  /** Temperatures in units of cost. */
  from: number;
  until: number;
  /** At most so many steps and so long; with steps below NEVER these say how far the search is, else the time. */
  steps: number;
  milliseconds: number;
  seed: number;
  /** What a point of priority weighs in units of cost. */
  lostCost: number;
}

/** Between two values, by equal factors for equal shares of the way; `done` is 0 to 1 and may be past it. */
export const between = (from: number, until: number, done: number): number =>
  from * (until / from) ** Math.min(1, done);

/** The temperature after so many steps; null when the time is over. */
export function temperatureAfter(steps: number, startedAt: number, cooling: Cooling): number | null {
  const took = performance.now() - startedAt;
  if (took >= cooling.milliseconds) return null;
  const done = cooling.steps < NEVER ? steps / cooling.steps : took / cooling.milliseconds;
  return between(cooling.from, cooling.until, done);
}

/** By how much the cost may rise in one step, drawn anew each time. */
export const tolerated = (temperature: number, random: Random): number =>
  -temperature * Math.log(random.next() || Number.MIN_VALUE);
