/**
 * VROOM's JSON (docs/API.md of VROOM 1.15): jobs, vehicles, and matrices or coordinates. Times are seconds. A field that
 * the engine could not honour is refused by its path.
 */

import { defaultModes, type Modes } from '../../../db/dispatch/travel.ts';
import type { Break, Carer, Visit } from '../problem.ts';
import { Clock } from './clock.ts';
import { Fields, FOREVER, type Refused } from './fields.ts';
import { FormatError, missing, twice, unsupported } from './formatError.ts';
import type { JsonDocument } from './json.ts';
import type { Reading } from './reading.ts';
import { Skills } from './skills.ts';
import { VroomPlaces } from './vroomPlaces.ts';
import { type PlanJob, type PlanVehicle, writeVroomPlan } from './vroomPlan.ts';

const topFields = ['jobs', 'vehicles', 'matrices', 'matrix'];
const topRefused: Refused = {
  shipments: ['上门服务没有取送件', 'visits pick nothing up on the way; give jobs'],
};

const jobFields =
  'id description location location_index setup service delivery amount skills priority time_windows'.split(
    ' ',
  );
const byType = [
  '服务时长不因车辆类型而异，请用 service',
  'a service takes all vehicles the same; use service',
] as const;
const jobRefused: Refused = {
  pickup: ['上门服务不带走东西，请用 delivery', 'visits take nothing along; use delivery'],
  setup_per_type: byType,
  service_per_type: byType,
};

const vehicleFields =
  'id profile description type start start_index end end_index capacity costs skills time_window breaks speed_factor max_tasks max_travel_time'.split(
    ' ',
  );
const vehicleRefused: Refused = {
  max_distance: ['没有路程，请用 max_travel_time', 'distances are not known; use max_travel_time'],
  steps: ['引擎总是从头计划，请删去', 'the engine plans from the beginning, so leave it out'],
};

const breakFields = ['id', 'description', 'time_windows', 'service'];
const breakRefused: Refused = {
  max_load: ['休息不看载量，请删去', 'breaks do not depend on the load, so leave it out'],
};

/** Costs that VROOM adds, by what they are when it adds nothing. */
const neutralCosts = { per_hour: 3600, per_task_hour: 0, per_km: 0 };

export function readVroom(document: JsonDocument, modes: Modes = defaultModes): Reading {
  const top = new Fields(document.value, '');
  top.knowOnly(topFields, topRefused);
  const places = new VroomPlaces(top, document, modes);
  const clock = new Clock();
  const skills = new Skills<number>();
  const vehicleList = top.objects('vehicles');
  if (vehicleList.length === 0) throw missing('vehicles[0]');
  const dimensions = vehicleList[0]?.wholes('capacity').length ?? 0;

  const jobs: PlanJob[] = [];
  const visits: Visit[] = [];
  for (const fields of top.has('jobs') ? top.objects('jobs') : []) {
    const { job, visit } = readJob(fields, { places, clock, skills, dimensions });
    jobs.push(job);
    visits.push(visit);
  }
  const vehicles: PlanVehicle[] = [];
  const carers: Carer[] = [];
  for (const fields of vehicleList) {
    const { vehicle, carer } = readVehicle(fields, { places, clock, skills, dimensions });
    vehicles.push(vehicle);
    carers.push(carer);
  }
  refuseTwice('jobs', visits);
  refuseTwice('vehicles', carers);
  const zero = clock.settle();
  const problem = { travel: places.travel(), visits: rankedPriorities(visits), carers };
  return {
    format: 'VROOM',
    problem,
    scale: 1,
    profiles: problem.travel.coordinates ? places.profiles : [],
    write: (plan, spent, isEstimate) =>
      writeVroomPlan({ jobs, vehicles, zero, dimensions, problem }, plan, spent, isEstimate),
  };
}

interface Around {
  places: VroomPlaces;
  clock: Clock;
  skills: Skills<number>;
  /** Of loads and capacities. */
  dimensions: number;
}

function readJob(fields: Fields, { places, clock, skills, dimensions }: Around) {
  fields.knowOnly(jobFields, jobRefused);
  const id = idOf(fields);
  const at = places.place(fields, 'location', 'location_index');
  if (!at) throw missing(fields.at(places.hasMatrices ? 'location_index' : 'location'));
  if (fields.has('setup') && fields.whole('setup') !== 0)
    throw unsupported(fields.at('setup'), '请计入 service', 'it must be 0; put it into service');
  if (fields.has('delivery') && fields.has('amount'))
    throw unsupported(
      fields.at('amount'),
      '已有 delivery',
      'there is a delivery already; give one of the two',
    );
  const load = loadOf(fields, fields.has('delivery') ? 'delivery' : 'amount', dimensions);
  const job: PlanJob = {
    ...at,
    id,
    description: descriptionOf(fields),
    priority: fields.whole('priority', { most: 100, otherwise: 0 }),
  };
  const visit: Visit = {
    id: String(id),
    place: at.place,
    duration: fields.whole('service', { otherwise: 0 }),
    windows: fields.has('time_windows')
      ? clock.windows(fields.list('time_windows'), fields.at('time_windows'))
      : [],
    skills: skills.asked(skillsOf(fields), fields.at('skills')),
    priority: job.priority,
    ...(load && { load }),
  };
  return { job, visit };
}

function readVehicle(fields: Fields, { places, clock, skills, dimensions }: Around) {
  fields.knowOnly(vehicleFields, vehicleRefused);
  const id = idOf(fields);
  const start = places.place(fields, 'start', 'start_index');
  const end = places.place(fields, 'end', 'end_index');
  const capacity = loadOf(fields, 'capacity', dimensions);
  const breakList = fields.has('breaks') ? fields.objects('breaks') : [];
  const breaks = breakList.map((one) => readBreak(one, clock));
  refuseTwice(fields.at('breaks'), breaks);
  const fixedCost = fields.has('costs') ? fixedCostOf(fields.object('costs')) : 0;
  const vehicle: PlanVehicle = {
    id,
    description: descriptionOf(fields),
    start,
    end,
    breaks: breakList.map((one) => ({ id: idOf(one), description: descriptionOf(one) })),
  };
  const carer: Carer = {
    id: String(id),
    start: start?.place ?? null,
    end: end?.place ?? null,
    shift: fields.has('time_window')
      ? clock.window(fields.value('time_window'), fields.at('time_window'))
      : { from: 0, until: FOREVER },
    skills: skills.had(skillsOf(fields)),
    mode: places.mode(fields),
    ...(capacity && { capacity }),
    ...(fields.has('max_tasks') && { mostVisits: fields.whole('max_tasks') }),
    ...(fields.has('max_travel_time') && { mostTravel: fields.whole('max_travel_time') }),
    ...(breaks.length > 0 && { breaks }),
    ...(fixedCost > 0 && { fixedCost }),
  };
  return { vehicle, carer };
}

function readBreak(fields: Fields, clock: Clock): Break {
  fields.knowOnly(breakFields, breakRefused);
  return {
    id: String(idOf(fields)),
    duration: fields.whole('service', { otherwise: 0 }),
    windows: fields.has('time_windows')
      ? clock.windows(fields.list('time_windows'), fields.at('time_windows'))
      : [{ from: 0, until: FOREVER }],
  };
}

function fixedCostOf(costs: Fields): number {
  costs.knowOnly(['fixed', ...Object.keys(neutralCosts)]);
  for (const [name, neutral] of Object.entries(neutralCosts))
    if (costs.has(name) && costs.value(name) !== neutral)
      throw unsupported(
        costs.at(name),
        `行程按其时间计，应为 ${neutral}`,
        `a way costs the time it takes, so it must be ${neutral}`,
      );
  return costs.whole('fixed', { otherwise: 0 });
}

/** A file tells its ids to whoever reads the plan, so they must survive as numbers. */
const idOf = (fields: Fields): number => fields.whole('id', { most: Number.MAX_SAFE_INTEGER });

const descriptionOf = (fields: Fields): string | undefined =>
  fields.has('description') ? fields.text('description') : undefined;

const skillsOf = (fields: Fields): number[] =>
  fields.has('skills')
    ? fields.list('skills').map(({ value, path }) => {
        if (typeof value !== 'number') throw new FormatError(path, '应为数', 'must be a number');
        return value;
      })
    : [];

/** A number for each dimension of the capacities; nothing at all when there are none. */
function loadOf(fields: Fields, name: string, dimensions: number): number[] | undefined {
  const load = fields.wholes(name);
  if (load.length !== dimensions && (fields.has(name) || name === 'capacity'))
    throw new FormatError(
      fields.at(name),
      `应有 ${dimensions} 个数，与 vehicles[0].capacity 相同`,
      `must have ${dimensions} numbers, as many as vehicles[0].capacity`,
    );
  return dimensions > 0 ? (load.length > 0 ? load : new Array<number>(dimensions).fill(0)) : undefined;
}

function refuseTwice(path: string, list: readonly { id: string }[]): void {
  const seen = new Set<string>();
  for (const [i, { id }] of list.entries()) {
    if (seen.has(id)) throw twice(`${path}[${i}].id`, id);
    seen.add(id);
  }
}

/**
 * VROOM serves as much priority as it can, then as many jobs as it can; the engine only looks at what is lost. So where
 * some have no priority, one unit of the others' outweighs all of these together.
 */
function rankedPriorities(visits: Visit[]): Visit[] {
  const without = visits.filter(({ priority }) => priority === 0).length;
  if (without === 0) return visits;
  return visits.map((visit) => ({ ...visit, priority: visit.priority * (without + 1) || 1 }));
}
