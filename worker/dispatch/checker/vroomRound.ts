/**
 * Checks one round of a plan of VROOM, step by step in its own times: each must follow from the one before by the way
 * between, the wait, and what the stop takes.
 */
import { type Findings, type Id, outside } from './verdict.ts';
import type { VroomRoute, VroomStep } from './vroomPlan.ts';
import type { Place, VroomBreak, VroomJob, VroomVehicle } from './vroomProblem.ts';
import type { Leg, Way } from './vroomWay.ts';

/** A round as it really is; times in seconds. */
export interface RoundFigures {
  /** In order; what is not known is left out. */
  jobs: VroomJob[];
  travel: number;
  /** How far a plan's travel may be from that, for rounding. */
  travelSlack: number;
  metres: number;
  /** Of the ways, where the problem gives them. */
  givenCost: number;
  waiting: number;
  setup: number;
  service: number;
  /** What is brought and taken in all. */
  delivery: number[];
  pickup: number[];
}

type StopStep = Extract<VroomStep, { type: 'job' | 'break' }>;
/** What a finding is about. */
interface About {
  carer: Id;
  visit?: Id;
  of?: Id;
}

const nowhere: Leg = { seconds: 0, slackSeconds: 0, metres: 0, cost: 0 };

/** Adds what the steps of the round break to the findings, and gives its true figures. */
export function checkRound(
  { steps }: VroomRoute,
  vehicle: VroomVehicle,
  known: ReadonlyMap<number, VroomJob>,
  way: Way,
  found: Findings,
): RoundFigures {
  const carer = vehicle.id;
  const jobs = steps.flatMap((step) => (step.type === 'job' ? (known.get(step.id) ?? []) : []));
  const none = vehicle.capacity.map(() => 0);
  const figures: RoundFigures = {
    jobs,
    travel: 0,
    travelSlack: 0,
    metres: 0,
    givenCost: 0,
    waiting: 0,
    setup: 0,
    service: 0,
    delivery: jobs.reduce((sum, job) => plus(sum, job.delivery), none),
    pickup: jobs.reduce((sum, job) => plus(sum, job.pickup), none),
  };
  const breaksHad = new Set<number>();
  let load = figures.delivery;
  let at = vehicle.start;
  let freeAt = steps[0]?.arrival ?? 0;
  /** Time spent so far on the way to the next place: a break may come in between. */
  let gone = 0;

  function arrive(to: Place | null, step: VroomStep, about: About): void {
    const { seconds, slackSeconds, metres, cost } = at && to ? way.leg(at, to) : nowhere;
    gone += step.arrival - freeAt;
    found.addBeyond(slackSeconds, { rule: 'travel', ...about, by: seconds - gone });
    found.addBeyond(slackSeconds, { rule: 'idle', ...about, by: gone - seconds });
    gone = 0;
    figures.travel += seconds;
    figures.travelSlack += slackSeconds;
    figures.metres += metres;
    figures.givenCost += cost;
    at = to ?? at;
  }

  /** The stop as long as the plan says, which must be as long as it takes. */
  function stay(step: StopStep, setup: number, service: number, about: About): void {
    const [setupSaid, serviceSaid] = [step.setup ?? setup, step.service ?? service];
    const by = Math.abs(setupSaid - setup) + Math.abs(serviceSaid - service);
    found.addBeyond(0, { rule: 'duration', ...about, by });
    figures.waiting += step.waiting_time;
    figures.setup += setup;
    figures.service += service;
    freeAt = step.arrival + step.waiting_time + setupSaid + serviceSaid;
  }

  function checkJob(step: StopStep, job: VroomJob): void {
    const about = { carer, visit: job.id };
    for (const of of job.skills) if (!vehicle.skills.includes(of)) found.add({ rule: 'skill', ...about, of });
    if (isElsewhere(step, job.place)) found.add({ rule: 'place', ...about });
    const isThere = at !== null && way.isSame(at, job.place);
    arrive(job.place, step, about);
    const by = outside(step.arrival + step.waiting_time, job.windows);
    found.addBeyond(0, { rule: 'window', ...about, by });
    const setup = isThere ? 0 : (job.setup_per_type[vehicle.type] ?? job.setup);
    stay(step, setup, job.service_per_type[vehicle.type] ?? job.service, about);
    load = less(plus(load, job.pickup), job.delivery);
  }

  function checkBreak(step: StopStep, one: VroomBreak): void {
    const about = { carer, of: one.id };
    if (breaksHad.has(one.id)) found.add({ rule: 'break-twice', ...about });
    breaksHad.add(one.id);
    found.addBeyond(0, { rule: 'travel', ...about, by: freeAt - step.arrival });
    gone += step.arrival - freeAt;
    const by = outside(step.arrival + step.waiting_time, one.windows);
    found.addBeyond(0, { rule: 'break-window', ...about, by });
    stay(step, 0, one.service, about);
    if (one.max_load)
      found.addBeyond(0, { rule: 'break-load', ...about, by: Math.max(...less(load, one.max_load)) });
  }

  function checkEnd(step: VroomStep): void {
    const about = { carer, of: step.type };
    const place = step.type === 'start' ? (vehicle.start ?? jobs[0]?.place) : (vehicle.end ?? at);
    if (step.type === 'end') arrive(vehicle.end, step, about);
    if (place && isElsewhere(step, place)) found.add({ rule: 'place', ...about });
    const [from, until] = vehicle.time_window ?? [0, Number.POSITIVE_INFINITY];
    found.addBeyond(0, { rule: 'shift', ...about, by: outside(step.arrival, [{ from, until }]) });
  }

  /** What the plan says after a step of the load and of the way so far. */
  function checkClaims(step: VroomStep, about: About): void {
    if (step.load) found.addBeyond(0, { rule: 'claim', ...about, of: 'load', by: apart(step.load, load) });
    const by = Math.abs((step.duration ?? figures.travel + gone) - figures.travel - gone);
    found.addBeyond(figures.travelSlack, { rule: 'claim', ...about, of: 'duration', by });
  }

  const overload = [...none];
  for (const step of steps) {
    const job = step.type === 'job' ? known.get(step.id) : undefined;
    const pause = step.type === 'break' ? vehicle.breaks.get(step.id) : undefined;
    if (step.type === 'start' || step.type === 'end') checkEnd(step);
    else if (job) checkJob(step, job);
    else if (pause) checkBreak(step, pause);
    else if (step.type === 'job') found.add({ rule: 'unknown-visit', carer, visit: step.id });
    else found.add({ rule: 'unknown-break', carer, of: step.id });
    checkClaims(step, { carer, visit: job?.id });
    for (const [i, by] of less(load, vehicle.capacity).entries())
      overload[i] = Math.max(overload[i] ?? 0, by);
  }
  for (const [of, by] of overload.entries()) found.addBeyond(0, { rule: 'capacity', carer, of, by });
  if (!isFramed(steps)) found.add({ rule: 'place', carer });
  for (const of of jobs.length > 0 ? vehicle.breaks.keys() : [])
    if (!breaksHad.has(of)) found.add({ rule: 'break-missing', carer, of });
  return figures;
}

/** Whether the steps are a start, then stops, then an end. */
const isFramed = (steps: readonly VroomStep[]): boolean =>
  steps[0]?.type === 'start' &&
  steps.at(-1)?.type === 'end' &&
  steps.slice(1, -1).every(({ type }) => type !== 'start' && type !== 'end');

/** Whether the step says of itself to be at another place. */
const isElsewhere = ({ location_index, location }: VroomStep, place: Place): boolean =>
  (location_index ?? place.index) !== place.index ||
  (place.location?.some((degrees, i) => (location?.[i] ?? degrees) !== degrees) ?? false);

export const plus = (one: readonly number[], other: readonly number[]): number[] =>
  one.map((amount, i) => amount + (other[i] ?? 0));
const less = (one: readonly number[], other: readonly number[]): number[] =>
  one.map((amount, i) => amount - (other[i] ?? 0));

/** How far two loads are apart, in the dimension where that is most. */
export const apart = (one: readonly number[], other: readonly number[]): number =>
  Math.max(0, Math.abs(one.length - other.length), ...less(one, other).map(Math.abs));
