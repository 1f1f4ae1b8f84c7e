/** A day of one carer in VROOM's JSON with a right plan for it, and ways to change both. */
import { checkVroom } from '../../../../worker/dispatch/checker/vroom.ts';
import type { WayOptions } from '../../../../worker/dispatch/checker/vroomWay.ts';

type Json = Record<string, unknown>;

/** Home is at 0, Li at 1, Wang at 2: 10 minutes to Li, 5 from Li to Wang, 15 from Wang home. */
export interface Day {
  problem: Json & { jobs: Json[]; vehicles: Json[]; matrices: Record<string, Json> };
  plan: Json & { summary: Json; unassigned: Json[]; routes: (Json & { vehicle: number; steps: Json[] })[] };
  li: Json;
  wang: Json;
  carer: Json;
  round: Json & { vehicle: number; steps: Json[] };
  start: Json;
  atLi: Json;
  atWang: Json;
  end: Json;
}

function day(): Day {
  const li = {
    id: 11,
    location_index: 1,
    service: 1800,
    skills: [1],
    priority: 40,
    time_windows: [[30000, 34000]],
  };
  const wang = { id: 12, location_index: 2, service: 1200, priority: 10 };
  const carer = { id: 1, start_index: 0, end_index: 0, skills: [1, 3], time_window: [28800, 61200] };
  const durations = [
    [0, 600, 900],
    [600, 0, 300],
    [900, 300, 0],
  ];
  const start = { type: 'start', arrival: 29400 };
  const atLi = { type: 'job', id: 11, arrival: 30000, waiting_time: 0, service: 1800 };
  const atWang = { type: 'job', id: 12, arrival: 32100, waiting_time: 0, service: 1200 };
  const end = { type: 'end', arrival: 34200 };
  const round = { vehicle: 1, steps: [start, atLi, atWang, end] };
  const summary = { cost: 1800, duration: 1800, unassigned: 0, routes: 1 };
  return {
    problem: { jobs: [li, wang], vehicles: [carer], matrices: { car: { durations } } },
    plan: { code: 0, summary, unassigned: [], routes: [round] },
    ...{ li, wang, carer, round, start, atLi, atWang, end },
  };
}

/** What the checker says of the day once it is changed. */
export function verdictOf(change: (day: Day) => unknown, options?: WayOptions) {
  const changed = day();
  change(changed);
  return checkVroom(changed.problem, changed.plan, options);
}

export const brokenBy = (change: (day: Day) => unknown, options?: WayOptions) =>
  verdictOf(change, options).broken;

/** Lets everything from a step on be later, or earlier. */
export function shift({ steps }: Day['round'], fromStep: number, seconds: number): void {
  for (const step of steps.slice(fromStep)) step.arrival = Number(step.arrival) + seconds;
}

export const lunch = { id: 5, service: 600, time_windows: [[31000, 33000]] };

/** A third of the way to Wang, then lunch, then the rest of the way. */
export function haveLunch({ carer, round }: Day): void {
  carer.breaks = [lunch];
  shift(round, 2, 600);
  round.steps.splice(2, 0, { type: 'break', id: 5, arrival: 31900, service: 600 });
}
