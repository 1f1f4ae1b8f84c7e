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
}

/** What speaks for or against a place, in points as the policy weighs them. */
export type PlaceTerms = { code: 'travel' | 'known' | 'preferred' | 'circle' | 'stays'; value: number }[];

/** Somebody else who could have come, and by how many points they fall behind. */
export interface NextBest {
  personId: string;
  behind: number;
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
  /** No visit is planned to begin later than so many minutes after the time asked for: the rest is left for the way. */
  slackMinutes: number;
  /** What is lost when an order is not served (D2): by its urgency, and for each level of ability lost. */
  urgencyWeight: Record<Urgency, number>;
  frailtyWeight: number;
  /** Points for giving an order to the same carer at about the same time as in the plan before: people notice changes. */
  stayPoints: number;
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
  slackMinutes: 20,
  urgencyWeight: { urgent: 60, same_day: 30, normal: 20 },
  frailtyWeight: 5,
  stayPoints: 10,
  keepProblemDays: 30,
};
