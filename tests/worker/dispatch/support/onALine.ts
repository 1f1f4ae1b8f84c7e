/** Small problems of dispatch on one street, a minute from door to door. */
import type { Carer, Problem, RoundsPlan, Together, Visit } from '../../../../worker/dispatch/problem.ts';

export const HOUR = 60;
export const options = { iterations: 400, threads: 0, seed: 1 };

/** Places on a line, a minute apart; carers begin and end at the first unless told otherwise. */
export function onALine(
  visits: readonly Partial<Visit>[],
  carers: readonly Partial<Carer>[] = [{}],
  together: readonly Together[] = [],
): Problem {
  const places = 100;
  const matrix = Int32Array.from({ length: places * places }, (_, i) =>
    Math.abs(Math.floor(i / places) - (i % places)),
  );
  return {
    travel: { places, matrices: [matrix], coordinates: null },
    visits: visits.map((one, v) => ({
      id: `v${v}`,
      place: v + 1,
      duration: 30,
      windows: [{ from: 8 * HOUR, until: 16 * HOUR }],
      skills: [],
      priority: 10,
      ...one,
    })),
    carers: carers.map((one, c) => ({
      id: `c${c}`,
      start: 0,
      end: 0,
      shift: { from: 8 * HOUR, until: 18 * HOUR },
      skills: [],
      mode: 0,
      ...one,
    })),
    together,
  };
}

export const at = (time: number) => [{ from: time, until: time }];

/** Who makes a visit and when it begins. */
export function of(made: RoundsPlan, visit: number): { carer: number; beginAt: number } | null {
  for (const { carer, stops } of made.rounds) {
    const stop = stops.find(({ kind, index }) => kind === 'visit' && index === visit);
    if (stop) return { carer, beginAt: stop.beginAt };
  }
  return null;
}
