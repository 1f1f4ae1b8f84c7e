/**
 * A problem in VROOM's JSON (docs/API.md of VROOM 1.15). Whatever could be a rule and is not checked is refused by name.
 */
import { z } from 'zod';
import { byId, read, Unreadable } from './reading.ts';
import type { Window } from './verdict.ts';

const amount = z.number().nonnegative();
const amounts = z.array(amount);
const id = z.int().nonnegative();
const index = z.int().nonnegative();
/** [longitude, latitude]. */
export const coordinates = z.tuple([z.number(), z.number()]).rest(z.number());
const window = z.tuple([amount, amount]).refine(([from, until]) => from <= until, 'ends before it begins');
const windows = z.array(window).min(1);
const perType = z.record(z.string(), amount);
const matrix = z.custom<number[][]>(
  (rows) => Array.isArray(rows) && rows.every((row) => Array.isArray(row) && row.length === rows.length),
  'must be a square array of arrays',
);

const jobSchema = z.strictObject({
  id,
  description: z.string().optional(),
  location: coordinates.optional(),
  location_index: index.optional(),
  setup: amount.default(0),
  service: amount.default(0),
  setup_per_type: perType.default({}),
  service_per_type: perType.default({}),
  amount: amounts.optional(),
  delivery: amounts.optional(),
  pickup: amounts.optional(),
  skills: z.array(index).default([]),
  priority: amount.default(0),
  time_windows: windows.optional(),
});

const breakSchema = z.strictObject({
  id,
  description: z.string().optional(),
  time_windows: windows.optional(),
  service: amount.default(0),
  max_load: amounts.optional(),
});

const costsSchema = z.strictObject({
  fixed: amount.default(0),
  per_hour: amount.optional(),
  per_task_hour: amount.default(0),
  per_km: amount.default(0),
});

const vehicleSchema = z.strictObject({
  id,
  profile: z.string().default('car'),
  description: z.string().optional(),
  type: z.string().default(''),
  start: coordinates.optional(),
  start_index: index.optional(),
  end: coordinates.optional(),
  end_index: index.optional(),
  capacity: amounts.default([]),
  costs: costsSchema.default({ fixed: 0, per_task_hour: 0, per_km: 0 }),
  skills: z.array(index).default([]),
  time_window: window.optional(),
  breaks: z.array(breakSchema).default([]),
  speed_factor: z.number().positive().max(5).default(1),
  max_tasks: amount.optional(),
  max_travel_time: amount.optional(),
  max_distance: amount.optional(),
  /** Where the search begins; no rule of the plan. */
  steps: z.array(z.unknown()).optional(),
});

const problemSchema = z.strictObject({
  jobs: z.array(jobSchema).default([]),
  shipments: z.array(z.unknown()).max(0, 'are not supported').optional(),
  vehicles: z.array(vehicleSchema),
  matrices: z
    .record(
      z.string(),
      z.strictObject({ durations: matrix, distances: matrix.optional(), costs: matrix.optional() }),
    )
    .default({}),
  matrix: matrix.optional(),
});

export type VroomMatrices = z.output<typeof problemSchema>['matrices'];

/** Where something is: in a matrix, on the map as [longitude, latitude], or both. */
export interface Place {
  index?: number;
  location?: readonly number[];
}

/** A job with its place, its windows and what is brought and taken, in every dimension of load. */
export interface VroomJob extends Omit<z.output<typeof jobSchema>, 'time_windows' | 'delivery' | 'pickup'> {
  place: Place;
  windows: Window[];
  delivery: number[];
  pickup: number[];
}
export interface VroomBreak extends Omit<z.output<typeof breakSchema>, 'time_windows'> {
  windows: Window[];
}
export interface VroomVehicle extends Omit<z.output<typeof vehicleSchema>, 'start' | 'end' | 'breaks'> {
  start: Place | null;
  end: Place | null;
  breaks: Map<number, VroomBreak>;
  /** Where in the list of vehicles, to name its fields. */
  field: string;
}

export interface VroomProblem {
  jobs: Map<number, VroomJob>;
  vehicles: Map<number, VroomVehicle>;
  matrices: VroomMatrices;
  /** Of load; the same for all. */
  dimensions: number;
}

const anyTime: [number, number] = [0, Number.POSITIVE_INFINITY];
const windowsOf = (given: readonly (readonly [number, number])[] = [anyTime]): Window[] =>
  given.map(([from, until]) => ({ from, until }));

/** A problem of VROOM; throws `Unreadable`. */
export function readVroom(value: unknown): VroomProblem {
  const { jobs, vehicles, matrix: carMatrix, ...rest } = read(problemSchema, value, 'problem');
  const matrices = carMatrix ? { car: { durations: carMatrix }, ...rest.matrices } : rest.matrices;
  const dimensions = vehicles[0]?.capacity.length ?? 0;
  const profiles = new Set(vehicles.map((vehicle) => vehicle.profile));

  /** The place, once it is known to be one for every profile of travel. */
  function placeOf(index: number | undefined, location: readonly number[] | undefined, field: string): Place {
    for (const profile of profiles) {
      const { durations } = matrices[profile] ?? {};
      if (durations && !(index !== undefined && index < durations.length))
        throw new Unreadable('problem', `${field}_index`, `is not within matrices.${profile}.durations`);
      if (!durations && !location) throw new Unreadable('problem', field, `is needed for profile ${profile}`);
    }
    return { index, location };
  }
  function loadOf(given: number[] | undefined, field: string): number[] {
    if (given && given.length !== dimensions)
      throw new Unreadable('problem', field, `must have as many numbers as vehicles[0].capacity`);
    return given ?? new Array<number>(dimensions).fill(0);
  }

  const allJobs = jobs.map(({ time_windows, ...job }, i): VroomJob => {
    const field = `jobs[${i}]`;
    const delivery = job.delivery ?? (job.pickup ? undefined : job.amount);
    return {
      ...job,
      place: placeOf(job.location_index, job.location, `${field}.location`),
      windows: windowsOf(time_windows),
      delivery: loadOf(delivery, `${field}.delivery`),
      pickup: loadOf(job.pickup, `${field}.pickup`),
    };
  });
  const allVehicles = vehicles.map((vehicle, i): VroomVehicle => {
    const field = `vehicles[${i}]`;
    const endOf = (which: 'start' | 'end'): Place | null => {
      const [index, location] = [vehicle[`${which}_index`], vehicle[which]];
      return index === undefined && !location ? null : placeOf(index, location, `${field}.${which}`);
    };
    const breaks = vehicle.breaks.map(({ time_windows, ...one }) => ({
      ...one,
      windows: windowsOf(time_windows),
    }));
    for (const [n, { max_load }] of breaks.entries()) loadOf(max_load, `${field}.breaks[${n}].max_load`);
    loadOf(vehicle.capacity, `${field}.capacity`);
    return {
      ...vehicle,
      start: endOf('start'),
      end: endOf('end'),
      breaks: byId(breaks, `${field}.breaks`),
      field,
    };
  });
  return { jobs: byId(allJobs, 'jobs'), vehicles: byId(allVehicles, 'vehicles'), matrices, dimensions };
}
