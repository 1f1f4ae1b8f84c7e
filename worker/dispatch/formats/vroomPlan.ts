/** A plan as VROOM writes it, and, beside its fields, which ways are estimates and not times by road. */
import type { Problem, Round, RoundsPlan, Stop } from '../problem.ts';
import type { IsEstimate, Spent } from './reading.ts';

/** A place by its number, and how the file named it. */
export interface PlanPlace {
  place: number;
  location?: [lon: number, lat: number];
  index?: number;
}

export interface PlanJob extends PlanPlace {
  id: number;
  description?: string;
  /** As the file has it. */
  priority: number;
}

export interface PlanVehicle {
  id: number;
  description?: string;
  start: PlanPlace | null;
  end: PlanPlace | null;
  breaks: { id: number; description?: string }[];
}

/** What the plan's numbers stand for. */
export interface PlanNames {
  jobs: readonly PlanJob[];
  vehicles: readonly PlanVehicle[];
  /** The problem's zero in the file's time. */
  zero: number;
  /** How many dimensions loads have. */
  dimensions: number;
  problem: Problem;
}

/** Sums of a route, and in the end of all. */
interface Sums {
  cost: number;
  delivery: number[];
  service: number;
  duration: number;
  waiting: number;
  priority: number;
  estimated: number;
}

/** Where a step is, in the words of the file. */
const whereabouts = (at: PlanPlace | null) => ({
  ...(at?.location && { location: at.location }),
  ...(at?.index !== undefined && { location_index: at.index }),
});

export function writeVroomPlan(
  names: PlanNames,
  plan: RoundsPlan,
  spent: Spent,
  isEstimate: IsEstimate,
): string {
  const all = noSums(names);
  const routes = plan.rounds.map((round) => {
    const writer = new RouteWriter(names, round, isEstimate);
    const route = writer.route();
    add(all, writer.sums);
    return route;
  });
  const { cost, ...sums } = sumFields(all, names);
  return `${JSON.stringify({
    code: 0,
    summary: {
      cost,
      routes: routes.length,
      unassigned: plan.unserved.length,
      ...sums,
      ...(all.estimated > 0 && { estimated_ways: all.estimated }),
      violations: [],
      computing_times: { loading: spent.loadingMs, solving: spent.solvingMs, routing: 0 },
    },
    unassigned: plan.unserved.map((visit) => {
      const job = names.jobs[visit] as PlanJob;
      return { id: job.id, ...whereabouts(job), type: 'job', description: job.description };
    }),
    routes,
  })}\n`;
}

const noSums = ({ dimensions }: PlanNames): Sums => ({
  cost: 0,
  delivery: new Array<number>(dimensions).fill(0),
  service: 0,
  duration: 0,
  waiting: 0,
  priority: 0,
  estimated: 0,
});

function add(all: Sums, one: Sums): void {
  all.cost += one.cost;
  all.delivery = all.delivery.map((amount, d) => amount + (one.delivery[d] as number));
  all.service += one.service;
  all.duration += one.duration;
  all.waiting += one.waiting;
  all.priority += one.priority;
  all.estimated += one.estimated;
}

/** As a summary and a route both have them. */
const sumFields = (sums: Sums, { dimensions }: PlanNames) => ({
  cost: sums.cost,
  ...(dimensions > 0 && {
    delivery: sums.delivery,
    amount: sums.delivery,
    pickup: new Array<number>(dimensions).fill(0),
  }),
  setup: 0,
  service: sums.service,
  duration: sums.duration,
  waiting_time: sums.waiting,
  priority: sums.priority,
});

class RouteWriter {
  readonly sums: Sums;
  readonly #names: PlanNames;
  readonly #round: Round;
  readonly #isEstimate: IsEstimate;
  readonly #vehicle: PlanVehicle;
  /** Still to be delivered. */
  #load: number[];
  /** The last place on the way, when one goes on from there. */
  #place: number | null;
  #leftAt: number;

  constructor(names: PlanNames, round: Round, isEstimate: IsEstimate) {
    this.#names = names;
    this.#round = round;
    this.#isEstimate = isEstimate;
    this.#vehicle = names.vehicles[round.carer] as PlanVehicle;
    this.sums = noSums(names);
    for (const stop of round.stops)
      if (stop.kind === 'visit')
        for (const [d, amount] of (names.problem.visits[stop.index]?.load ?? []).entries())
          this.sums.delivery[d] = (this.sums.delivery[d] as number) + amount;
    this.#load = this.sums.delivery;
    this.#place = this.#vehicle.start?.place ?? null;
    this.#leftAt = round.startAt;
  }

  route() {
    const { id, description } = this.#vehicle;
    const { stops, startAt, endAt } = this.#round;
    const visits = stops.filter(({ kind }) => kind === 'visit');
    // Who begins or ends anywhere does so at the first or last visit, and VROOM says so too.
    const start = this.#vehicle.start ?? this.#placeOf(visits[0]);
    const end = this.#vehicle.end ?? this.#placeOf(visits.at(-1));
    const steps = [
      this.#step('start', start, startAt),
      ...stops.map((stop) => (stop.kind === 'visit' ? this.#job(stop) : this.#break(stop))),
      this.#step('end', end, endAt),
    ];
    const fixed = this.#names.problem.carers[this.#round.carer]?.fixedCost ?? 0;
    this.sums.cost = this.sums.duration + fixed;
    const { cost, ...sums } = sumFields(this.sums, this.#names);
    return { vehicle: id, cost, description, ...sums, steps, violations: [] };
  }

  #placeOf(visit: Stop | undefined): PlanPlace | null {
    return (visit && this.#names.jobs[visit.index]) ?? null;
  }

  #job(stop: Stop) {
    const { place, location, index, id, description, priority } = this.#names.jobs[stop.index] as PlanJob;
    this.sums.priority += priority;
    const { load = [], duration } = this.#names.problem.visits[stop.index] ?? { duration: 0 };
    this.#load = this.#load.map((amount, d) => amount - (load[d] ?? 0));
    return this.#step('job', { place, location, index }, stop.arriveAt, { stop, id, description, duration });
  }

  #break(stop: Stop) {
    const { id, description } = this.#vehicle.breaks[stop.index] ?? { id: stop.index };
    const duration = this.#names.problem.carers[this.#round.carer]?.breaks?.[stop.index]?.duration ?? 0;
    return this.#step('break', null, stop.arriveAt, { stop, id, description, duration });
  }

  /** A step, after the way to it; `task` is what is done there. */
  #step(
    type: 'start' | 'job' | 'break' | 'end',
    at: PlanPlace | null,
    arrival: number,
    task?: { stop: Stop; id: number; description?: string; duration: number },
  ) {
    const isEstimated = this.#goTo(at, arrival);
    const service = task?.duration ?? 0;
    const waiting = task ? task.stop.beginAt - task.stop.arriveAt : 0;
    this.sums.service += service;
    this.sums.waiting += waiting;
    if (task) this.#leftAt = task.stop.endAt;
    return {
      type,
      description: task?.description,
      ...whereabouts(at),
      ...(task && { id: task.id }),
      setup: 0,
      service,
      waiting_time: waiting,
      ...(type === 'job' && { job: task?.id }),
      ...(this.#names.dimensions > 0 && { load: this.#load }),
      arrival: arrival + this.#names.zero,
      duration: this.sums.duration,
      ...(isEstimated && { estimated: true }),
      violations: [],
    };
  }

  /** Adds the way since one left the last stop; a break is on the way, so the whole of it is judged at its end. */
  #goTo(at: PlanPlace | null, arrival: number): boolean {
    this.sums.duration += arrival - this.#leftAt;
    if (at === null) return false;
    const from = this.#place;
    this.#place = at.place;
    if (from === null || from === at.place) return false;
    const mode = this.#names.problem.carers[this.#round.carer]?.mode ?? 0;
    const isEstimated = this.#isEstimate(mode, from, at.place);
    if (isEstimated) this.sums.estimated++;
    return isEstimated;
  }
}
