/** What planning a day reckons with (D2–D4), as figures a city may change, and what is kept of a plan. */
import type { Urgency } from '../orders/rules.ts';

/** `night`: tomorrow, for the first time; `running`: what has changed since; `disruption`: somebody cannot come as planned. */
export const planKinds = ['night', 'running', 'disruption'] as const;
export type PlanKind = (typeof planKinds)[number];

/** What a plan costs in its levels, in the units of the problem: priorities, then seconds of travel. */
export interface PlanCost {
  unservedPriority: number;
  total: number;
  travel: number;
  wishes: number;
  late: number;
}

/** Seconds of travel that a place costs or, negative, is worth. */
export type PlaceTerms = {
  code: 'travel' | 'known' | 'preferred' | 'circle' | 'level' | 'stays';
  seconds: number;
}[];

/** Somebody else who could have come, and by how many seconds of travel they fall behind. */
export interface NextBest {
  personId: string;
  behindSeconds: number;
}

export interface PlanningPolicy {
  /** From which time of the day tomorrow is planned, minutes since midnight. */
  nightMinute: number;
  /** What has changed is planned anew after so many minutes; what somebody cannot keep, after so many seconds. */
  replanMinutes: number;
  disruptionSeconds: number;
  /** Days after today whose waiting orders are planned besides. */
  daysAhead: number;
  /** How long a plan is searched for. */
  searchSeconds: Record<PlanKind, number>;
  /** On how many threads of the machine; 0 for the worker's own. */
  threads: number;
  /** Nobody is planned to begin sooner than so many minutes from now: whoever comes must be asked and must set out. */
  leadMinutes: number;
  /** What is lost when an order is not served (D2): by its urgency, and for each level of ability lost. */
  urgencyWeight: Record<Urgency, number>;
  frailtyWeight: number;
  /** What it is worth, in seconds of travel, that the elder knows the carer, wishes for them, or that they live near (D3). */
  knownSeconds: number;
  preferredSeconds: number;
  circleSeconds: number;
  circleMinutes: number;
  /** What it costs for each level above the one needed, so that the best trained are kept for those who need them. */
  levelSeconds: number;
  /** What it costs to give an order to another than in the plan before. */
  changeSeconds: number;
  /** The problems that plans answer are kept for so many days. */
  keepProblemDays: number;
}

export const firstPlanning: PlanningPolicy = {
  nightMinute: 20 * 60,
  replanMinutes: 5,
  disruptionSeconds: 15,
  daysAhead: 2,
  searchSeconds: { night: 60, running: 10, disruption: 1 },
  threads: 1,
  leadMinutes: 15,
  urgencyWeight: { urgent: 60, same_day: 30, normal: 20 },
  frailtyWeight: 5,
  knownSeconds: 600,
  preferredSeconds: 900,
  circleSeconds: 300,
  circleMinutes: 15,
  levelSeconds: 60,
  changeSeconds: 900,
  keepProblemDays: 30,
};
