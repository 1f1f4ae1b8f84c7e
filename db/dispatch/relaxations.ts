/** What could be asked for less, so that somebody can come (D5): the smallest of each kind comes first. */
import type { Want } from '../orders/wants.ts';
import type { RelaxingPolicy } from './rules.ts';

export const relaxationCodes = [
  'later',
  'earlier',
  'shorter',
  'level',
  'farther',
  'declined',
  'gender',
] as const;
export type RelaxationCode = (typeof relaxationCodes)[number];

export interface Relaxation {
  code: RelaxationCode;
  /** By how much: minutes for times, metres for distance, the level asked for, else nothing. */
  by: number | null;
  want: Want;
}

const MINUTE = 60_000;
/** More tries of one kind are not worth the wait, however small a city makes its steps. */
const MOST_STEPS = 24;
/** The junior level: nothing lower is asked for. */
const LOWEST_LEVEL = 5;
/** The shortest visit there is. */
const SHORTEST_MINUTES = 5;
/** Farther means more people than the first wave looks at. */
const WIDE = 4;

/** Every relaxation that is worth trying for a want at an instant, of each kind the smallest first. */
export function relaxationsOf(want: Want, policy: RelaxingPolicy, at: Date): Relaxation[] {
  const times = stepsTo(policy.stepMinutes, policy.mostMinutes);
  const tries: Relaxation[] = [
    ...times.map((by) => relaxed('later', by, moved(want, by))),
    ...times.map((by) => relaxed('earlier', by, moved(want, -by))).filter((one) => one.want.startAt >= at),
    ...times
      .filter((by) => want.minutes - by >= Math.max(want.minutes / 2, SHORTEST_MINUTES))
      .map((by) => relaxed('shorter', by, { ...want, minutes: want.minutes - by })),
  ];
  if (want.minLevel !== null && want.minLevel < LOWEST_LEVEL)
    tries.push(relaxed('level', want.minLevel + 1, { ...want, minLevel: want.minLevel + 1 }));
  for (const by of stepsTo(policy.fartherStepMetres, policy.fartherMostMetres))
    tries.push(relaxed('farther', by, { ...want, fartherMetres: by, look: WIDE }));
  tries.push(relaxed('declined', null, { ...want, waived: ['declined'] }));
  if (want.carerGender) tries.push(relaxed('gender', null, { ...want, carerGender: null }));
  return tries;
}

function relaxed(code: RelaxationCode, by: number | null, want: Want): Relaxation {
  return { code, by, want: { ...want, key: `${code} ${by}` } };
}

function moved(want: Want, minutes: number): Want {
  const by = (instant: Date) => new Date(instant.getTime() + minutes * MINUTE);
  return { ...want, startAt: by(want.startAt), latestStartAt: by(want.latestStartAt) };
}

/** From a step to the most, both included, as many as are worth trying; none where the step is nothing. */
function stepsTo(step: number, most: number): number[] {
  if (step <= 0) return [];
  return Array.from({ length: Math.min(Math.floor(most / step), MOST_STEPS) }, (_, i) => (i + 1) * step);
}
