/** The sums of rounds of VROOM: what they really are, added up, and held against what the plan states of itself. */
import type { Findings, Id } from './verdict.ts';
import type { VroomPlan, VroomRoute } from './vroomPlan.ts';
import type { VroomVehicle } from './vroomProblem.ts';
import { apart, plus, type RoundFigures } from './vroomRound.ts';
import type { Way } from './vroomWay.ts';

const figureNames = ['cost', 'duration', 'setup', 'service', 'waiting_time', 'priority', 'distance'] as const;
const loadNames = ['delivery', 'pickup'] as const;

/** Under VROOM's own names; times in seconds. */
export interface Sums {
  cost: number;
  /** Of travel alone. */
  duration: number;
  setup: number;
  service: number;
  waiting_time: number;
  priority: number;
  /** Metres; null when one of the vehicles has no distances. */
  distance: number | null;
  delivery: number[];
  pickup: number[];
  /** How far a plan's figure may be from ours, for rounding. */
  slack: { cost: number; duration: number };
}

const SECONDS_AN_HOUR = 3600;
const METRES_A_KM = 1000;

/** What all rounds come to. */
export function sumOf(rounds: readonly Sums[], dimensions: number): Sums {
  const sum = (of: (round: Sums) => number): number => rounds.reduce((all, round) => all + of(round), 0);
  const loads = (of: (round: Sums) => number[]): number[] =>
    rounds.reduce((all, round) => plus(all, of(round)), new Array<number>(dimensions).fill(0));
  return {
    cost: sum((round) => round.cost),
    duration: sum((round) => round.duration),
    setup: sum((round) => round.setup),
    service: sum((round) => round.service),
    waiting_time: sum((round) => round.waiting_time),
    priority: sum((round) => round.priority),
    distance: rounds.some((round) => round.distance === null) ? null : sum((round) => round.distance ?? 0),
    delivery: loads((round) => round.delivery),
    pickup: loads((round) => round.pickup),
    slack: { cost: sum((round) => round.slack.cost), duration: sum((round) => round.slack.duration) },
  };
}

/** The sums of one round, with its cost by VROOM's definition. */
export function sumsOf(round: RoundFigures, { costs }: VroomVehicle, way: Way): Sums {
  const { travel, metres, setup, service } = round;
  const { fixed, per_hour = SECONDS_AN_HOUR, per_km, per_task_hour } = costs;
  const reckoned = Math.round((travel * per_hour) / SECONDS_AN_HOUR + (metres * per_km) / METRES_A_KM);
  const ofTasks = Math.floor((per_task_hour * (setup + service)) / SECONDS_AN_HOUR);
  const isUsed = round.jobs.length > 0;
  const costSlack = way.hasCosts ? 0 : Math.ceil((round.travelSlack * per_hour) / SECONDS_AN_HOUR);
  return {
    cost: (isUsed ? fixed : 0) + (way.hasCosts ? round.givenCost : reckoned) + ofTasks,
    duration: travel,
    setup,
    service,
    waiting_time: round.waiting,
    priority: round.jobs.reduce((sum, job) => sum + job.priority, 0),
    distance: way.hasDistances ? metres : null,
    delivery: round.delivery,
    pickup: round.pickup,
    slack: { cost: costSlack, duration: round.travelSlack },
  };
}

/** Adds what a plan states wrongly of a carer's round, or of all of them, to the findings. */
export function checkClaims(
  stated: VroomRoute | VroomPlan['summary'],
  sums: Sums,
  where: 'summary' | 'route',
  found: Findings,
  carer?: Id,
): void {
  const slackOf: Partial<Record<string, number>> = sums.slack;
  const claim = (name: string, by: number): void =>
    found.addBeyond(slackOf[name] ?? 0, { rule: 'claim', carer, of: `${where}.${name}`, by });
  for (const name of figureNames) {
    const [given, right] = [stated[name], sums[name]];
    if (given !== undefined && right !== null) claim(name, Math.abs(given - right));
  }
  for (const name of loadNames) if (stated[name]) claim(name, apart(stated[name], sums[name]));
}
