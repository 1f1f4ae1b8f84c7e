/** What the checker says of a plan: which rules it breaks, and the figures as they really are. */

/** A rule of a plan. Most hold in every format; where only one has it, it is named. */
export type Rule =
  /** A visit, carer or break that the problem does not have. */
  | 'unknown-visit'
  | 'unknown-carer'
  | 'unknown-break'
  /** Made more than once, or made and left out at once; in HHCRSP a service of a patient. */
  | 'visit-twice'
  /** Neither made nor left out; where nothing may be left out, not made. */
  | 'visit-missing'
  | 'carer-twice'
  /** The carer lacks what the visit asks. */
  | 'skill'
  /** Begins outside every window; in HHCRSP, where lateness is a cost, too early. */
  | 'window'
  /** Comes sooner than the way takes. */
  | 'travel'
  /** Comes later than the way takes, and the time between is no wait. */
  | 'idle'
  /** The visit or break does not take the time that it must. */
  | 'duration'
  /** The round begins or ends outside the carer's hours. */
  | 'shift'
  /** The round does not begin with its start and end with its end, or is said to be where it is not. */
  | 'place'
  | 'break-missing'
  | 'break-twice'
  | 'break-window'
  | 'break-load'
  | 'capacity'
  | 'most-visits'
  | 'most-travel'
  | 'most-distance'
  /** VRPLIB: more routes than there are vehicles. */
  | 'too-many-routes'
  /** HHCRSP: the two services of a patient do not begin as far apart as they must. */
  | 'together'
  /** HHCRSP: both services of a patient by the same carer. */
  | 'same-carer'
  /** A figure that the plan states of itself is not the true one. */
  | 'claim';

export type Id = number | string;

/** One breach of a rule. */
export interface Broken {
  rule: Rule;
  carer?: Id;
  visit?: Id;
  /** What else tells it apart: the skill lacking, the break, the service, the dimension of load, the figure claimed. */
  of?: Id;
  /** By how much, above zero, in the format's own units. */
  by?: number;
}

export interface Verdict<Figures> {
  valid: boolean;
  /** The first of what is broken, at most `MOST_NAMED`. */
  broken: Broken[];
  /** How many are broken in all. */
  brokenCount: number;
  figures: Figures;
}

export const MOST_NAMED = 100;

/** What is less than that is a rounding of the machine. */
const NOISE = 1e-6;

/** Collects what is broken, and no more of it than is named. */
export interface Findings {
  add(broken: Broken): void;
  /** Adds it if it is by more than the slack, in the same units. */
  addBeyond(slack: number, broken: Broken & { by: number }): void;
  verdict<Figures>(figures: Figures): Verdict<Figures>;
}

export function findings(): Findings {
  const broken: Broken[] = [];
  let brokenCount = 0;
  const add = (one: Broken): void => {
    brokenCount++;
    if (broken.length < MOST_NAMED) broken.push(one);
  };
  return {
    add,
    addBeyond: (slack, one) => {
      if (one.by > Math.max(slack, NOISE)) add(one);
    },
    verdict: (figures) => ({ valid: brokenCount === 0, broken, brokenCount, figures }),
  };
}

export interface Window {
  from: number;
  until: number;
}

/** How far a time is from the nearest of the windows, both ends allowed; 0 when it is in one. */
export const outside = (time: number, windows: readonly Window[]): number =>
  Math.min(...windows.map(({ from, until }) => Math.max(from - time, time - until, 0)));
