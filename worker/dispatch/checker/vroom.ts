/** Checks a plan in VROOM's JSON: every job once or left out, every round as its carer can make it, every figure true. */
import { findings, type Verdict } from './verdict.ts';
import { readVroomPlan } from './vroomPlan.ts';
import { readVroom, type VroomVehicle } from './vroomProblem.ts';
import { checkRound, type RoundFigures } from './vroomRound.ts';
import { checkClaims, type Sums, sumOf, sumsOf } from './vroomSums.ts';
import { type WayOptions, wayOf } from './vroomWay.ts';

/** Times in seconds, travel in hundredths of them; priorities and costs as the problem weighs them. */
export interface VroomFigures {
  /** Rounds with at least one job. */
  routes: number;
  served: number;
  unassigned: number;
  priority: number;
  unservedPriority: number;
  travel: number;
  waiting: number;
  setup: number;
  /** Of jobs and breaks. */
  service: number;
  /** Metres; null when one of the vehicles that go out has no distances. */
  distance: number | null;
  /** By VROOM's definition: for each vehicle used its fixed cost, its travel and its task hours. */
  cost: number;
}

/** Checks a plan for a problem, both as read from VROOM's JSON; throws `Unreadable` when one of them is not. */
export function checkVroom(problem: unknown, plan: unknown, options: WayOptions = {}): Verdict<VroomFigures> {
  const { jobs, vehicles, matrices, dimensions } = readVroom(problem);
  const { summary, routes, unassigned } = readVroomPlan(plan);
  const found = findings();
  const carersOut = new Set<number>();
  const served = new Set<number>();
  const leftOut = new Set<number>();
  const rounds: Sums[] = [];
  let used = 0;

  function checkLimits(round: RoundFigures, vehicle: VroomVehicle): void {
    const { id: carer, max_tasks, max_travel_time, max_distance } = vehicle;
    const any = Number.POSITIVE_INFINITY;
    found.addBeyond(0, { rule: 'most-visits', carer, by: round.jobs.length - (max_tasks ?? any) });
    const by = round.travel - (max_travel_time ?? any);
    found.addBeyond(round.travelSlack, { rule: 'most-travel', carer, by });
    found.addBeyond(0, { rule: 'most-distance', carer, by: round.metres - (max_distance ?? any) });
  }

  for (const route of routes) {
    const carer = route.vehicle;
    const vehicle = vehicles.get(carer);
    if (!vehicle) {
      found.add({ rule: 'unknown-carer', carer });
      continue;
    }
    if (carersOut.has(carer)) found.add({ rule: 'carer-twice', carer });
    carersOut.add(carer);
    const way = wayOf(vehicle, matrices, options);
    const round = checkRound(route, vehicle, jobs, way, found);
    checkLimits(round, vehicle);
    for (const { id: visit } of round.jobs) {
      if (served.has(visit)) found.add({ rule: 'visit-twice', carer, visit });
      served.add(visit);
    }
    const sums = sumsOf(round, vehicle, way);
    checkClaims(route, sums, 'route', found, carer);
    rounds.push(sums);
    if (round.jobs.length > 0) used++;
  }
  for (const { id: visit } of unassigned) {
    if (!jobs.has(visit)) found.add({ rule: 'unknown-visit', visit });
    if (served.has(visit) || leftOut.has(visit)) found.add({ rule: 'visit-twice', visit });
    leftOut.add(visit);
  }
  for (const visit of jobs.keys())
    if (!served.has(visit) && !leftOut.has(visit)) found.add({ rule: 'visit-missing', visit });

  const total = sumOf(rounds, dimensions);
  checkClaims(summary, total, 'summary', found);
  const priorityOf = (ids: Iterable<number>): number =>
    [...ids].reduce((sum, id) => sum + (jobs.get(id)?.priority ?? 0), 0);
  const priority = priorityOf(served);
  const figures: VroomFigures = {
    routes: used,
    served: served.size,
    unassigned: jobs.size - served.size,
    priority,
    unservedPriority: priorityOf(jobs.keys()) - priority,
    travel: Math.round(total.duration * 100) / 100,
    waiting: total.waiting_time,
    setup: total.setup,
    service: total.service,
    distance: total.distance,
    cost: total.cost,
  };
  for (const name of ['routes', 'unassigned'] as const) {
    const by = Math.abs((summary[name] ?? figures[name]) - figures[name]);
    found.addBeyond(0, { rule: 'claim', of: `summary.${name}`, by });
  }
  return found.verdict(figures);
}
