/** What finding somebody for a visit reckons with (D1, D3), as figures that a city may change. */
import type { TravelMode } from './travel.ts';

export type HelperKind = 'volunteer' | 'carer';

export interface DispatchPolicy {
  /** How those who come go from home to home; roads are not known when somebody is looked for at once. */
  travel: Record<HelperKind, TravelMode>;
  /** Between two visits that lie farther apart than this they are at home, minutes. */
  homeBetweenMinutes: number;
  /** Carers are looked for no farther than this from their home, metres; volunteers say how far they go. */
  carerMetres: number;
  /** The plan's circle: who is on the way no longer than this lives near, minutes. */
  circleMinutes: number;
  /** What of a place counts for how many points (D3); the best is who has the most. */
  points: PlacePoints;
  /** Which times are thought of when somebody books. */
  slots: SlotsPolicy;
  /** What is tried for an order that nobody can serve as it stands (D5). */
  relaxing: RelaxingPolicy;
}

export interface SlotsPolicy {
  /** From one start to the next. */
  everyMinutes: number;
  /** The first and the last start of a day, minutes since midnight. */
  firstMinute: number;
  lastMinute: number;
  /** Nothing is offered that begins sooner than this. */
  leadMinutes: number;
  /** How many starts of a day are told at most, the best. */
  mostADay: number;
}

export interface RelaxingPolicy {
  /** Another start is tried in such steps, up to so much earlier or later; a shorter visit in the same steps, down to half. */
  stepMinutes: number;
  mostMinutes: number;
  /** How much farther than usual people are looked for, metres: a step, and the most. */
  fartherStepMetres: number;
  fartherMostMetres: number;
}

export interface PlacePoints {
  /** A minute of travel added to the round: taken off. */
  travel: number;
  /** On the way for no longer than the circle is wide. */
  circle: number;
  /** A visit to this elder in the last 90 days, and for how many it is given at most. */
  knownVisit: number;
  knownVisitsMost: number;
  /** The elder wishes for this helper. */
  preferred: number;
  /** A minute that the elder, or whoever is visited later in the round, waits beyond the time agreed: taken off. */
  waiting: number;
  /** A day since the volunteer was last asked, and for how many it is given at most. */
  idleDay: number;
  idleDaysMost: number;
  /** A vocational level below the highest, so that the most able are kept for what only they may do. */
  level: number;
  /** An hour promised already within 12 hours of the visit: taken off, so that work is shared. */
  promisedHour: number;
  /** The plan has them elsewhere at that time, or where there is no way in between: taken off. */
  plannedElsewhere: number;
}

export const firstDispatch: DispatchPolicy = {
  travel: {
    volunteer: { speedKmh: 15, detour: 1.35, fixedSeconds: 90 },
    carer: { speedKmh: 15, detour: 1.35, fixedSeconds: 90 },
  },
  homeBetweenMinutes: 180,
  carerMetres: 15_000,
  circleMinutes: 15,
  points: {
    travel: 0.75,
    circle: 3,
    knownVisit: 5,
    knownVisitsMost: 3,
    preferred: 15,
    waiting: 0.5,
    idleDay: 0.5,
    idleDaysMost: 14,
    level: 1,
    promisedHour: 0.5,
    plannedElsewhere: 8,
  },
  slots: { everyMinutes: 30, firstMinute: 7 * 60, lastMinute: 20 * 60, leadMinutes: 60, mostADay: 8 },
  relaxing: { stepMinutes: 10, mostMinutes: 120, fartherStepMetres: 1000, fartherMostMetres: 3000 },
};
