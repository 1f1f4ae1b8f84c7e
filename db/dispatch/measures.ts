/** How fair, steady and near a plan is (D3, C7, C25): pure figures, the same for a plan and for what happened. */
import type { TravelMode } from './travel.ts';

/** Where a visit stands in a plan. */
export interface MeasuredVisit {
  /** Names the order and which of its carers, the same from plan to plan. */
  key: string;
  personId: string;
  /** Milliseconds. */
  beginAt: number;
  /** The person settled a visit at this elder in the 90 days before. */
  isKnown: boolean;
  /** On the way from the person's home, seconds. */
  fromHomeSeconds: number;
}

/** Where a visit stood in the plan before, and whether somebody was told so. */
export type MeasuredBefore = Pick<MeasuredVisit, 'key' | 'personId' | 'beginAt'> & { isTold: boolean };

export interface MeasuredPlan {
  visits: readonly MeasuredVisit[];
  before: readonly MeasuredBefore[];
  /** Of all who could be planned, also of those who have nothing to do, the work of the day. */
  workMinutes: readonly number[];
  /** How wide the circle is. */
  circleMinutes: number;
  /** Nobody minds that a visit begins so much earlier or later. */
  toleranceMinutes: number;
}

export interface PlanMeasures {
  /** By a carer the elder knows, of the visits planned; null when there are none. */
  knownShare: number | null;
  /** Inside the 15-minute circle of the carer's home. */
  nearShare: number | null;
  /** Gini coefficient of the carers' work. */
  workGini: number | null;
  /** Standard deviation of the carers' work. */
  workSpreadMinutes: number | null;
  /** Of visits that people were told of before: another comes, it begins at another time, it is planned no more. */
  personChanged: number;
  beginMoved: number;
  dropped: number;
}

const MINUTE = 60_000;

export function planMeasures(plan: MeasuredPlan): PlanMeasures {
  const { visits, workMinutes } = plan;
  return {
    knownShare: share(visits, ({ isKnown }) => isKnown),
    nearShare: share(visits, ({ fromHomeSeconds }) => fromHomeSeconds <= 60 * plan.circleMinutes),
    workGini: gini(workMinutes),
    workSpreadMinutes: spread(workMinutes),
    ...changes(plan),
  };
}

/** What people notice of a new plan: only of visits that they were told of, and of each one thing. */
function changes({ visits, before, toleranceMinutes }: MeasuredPlan) {
  const now = new Map(visits.map((visit) => [visit.key, visit]));
  const counts = { personChanged: 0, beginMoved: 0, dropped: 0 };
  for (const was of before) {
    if (!was.isTold) continue;
    const is = now.get(was.key);
    if (!is) counts.dropped += 1;
    else if (is.personId !== was.personId) counts.personChanged += 1;
    else if (Math.abs(is.beginAt - was.beginAt) > toleranceMinutes * MINUTE) counts.beginMoved += 1;
  }
  return counts;
}

/** The share of a list for which something holds, to three digits; null of nothing. */
export function share<T>(list: readonly T[], holds: (one: T) => boolean): number | null {
  return list.length === 0 ? null : thousandths(list.filter(holds).length / list.length);
}

/** 0 when all have the same, towards 1 the fewer have it all, to three digits; null when nobody has anything. */
export function gini(values: readonly number[]): number | null {
  const sum = values.reduce((all, value) => all + value, 0);
  if (sum === 0) return null;
  const n = values.length;
  const ranked = [...values].sort((a, b) => a - b).reduce((all, value, i) => all + (i + 1) * value, 0);
  return thousandths((2 * ranked) / (n * sum) - (n + 1) / n);
}

/** The standard deviation, to tenths; null of nothing. */
export function spread(values: readonly number[]): number | null {
  if (values.length === 0) return null;
  const mean = values.reduce((all, value) => all + value, 0) / values.length;
  const variance = values.reduce((all, value) => all + (value - mean) ** 2, 0) / values.length;
  return Math.round(10 * Math.sqrt(variance)) / 10;
}

/** How far a straight line may be for a way of so many minutes, metres. */
export function circleMetres(mode: TravelMode, minutes: number): number {
  return Math.max(0, (((60 * minutes - mode.fixedSeconds) / 3.6) * mode.speedKmh) / mode.detour);
}

const thousandths = (value: number): number => Math.round(1000 * value) / 1000;
