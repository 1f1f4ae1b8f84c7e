/**
 * Home health care's benchmark: patients with one or two services, carers with abilities, one office. Cost is travel,
 * lateness and the greatest lateness, a third each; the engine minimises their sum. Times have three decimals: a unit is
 * a thousandth, so that all are whole numbers and no rounding parts two visits that begin together.
 */
import type { Carer, Problem, RoundsPlan, Together, Visit } from '../problem.ts';
import { Fields, FOREVER, scaled, windowOf } from './fields.ts';
import { FormatError, missing, twice } from './formatError.ts';
import type { Reading } from './reading.ts';
import { Skills } from './skills.ts';

const SCALE = 1_000;
/** Every patient is served: each is worth more than all ways. */
const PRIORITY = 1_000_000;

const time = (value: unknown, path: string): number => scaled(value, path, SCALE);

/** What a visit is in the file. */
interface Service {
  patient: string;
  service: string;
}

export function readHhcrsp(value: unknown): Reading {
  const top = new Fields(value, '');
  top.knowOnly(['patients', 'services', 'caregivers', 'central_offices', 'distances']);
  if (top.list('central_offices').length !== 1)
    throw new FormatError('central_offices', '应恰有一处', 'must be exactly one office');
  const usual = new Map(
    top
      .objects('services')
      .map((one) => [one.text('id'), time(one.value('default_duration'), one.at('default_duration'))]),
  );
  const skills = new Skills<string>();
  const services: Service[] = [];
  const visits: Visit[] = [];
  const together: Together[] = [];
  const patients = top.objects('patients');
  const ids = new Set<string>();
  for (const [p, patient] of patients.entries()) {
    patient.knowOnly(['id', 'location', 'time_window', 'required_caregivers', 'synchronization']);
    const id = patient.text('id');
    if (ids.has(id)) throw twice(patient.at('id'), id);
    ids.add(id);
    const first = visits.length;
    for (const fields of patient.objects('required_caregivers')) {
      fields.knowOnly(['service', 'duration']);
      const service = fields.text('service');
      const duration = fields.has('duration')
        ? time(fields.value('duration'), fields.at('duration'))
        : usual.get(service);
      if (duration === undefined) throw missing(fields.at('duration'));
      services.push({ patient: id, service });
      visits.push({
        id: `${id}/${visits.length - first + 1}`,
        place: p + 1,
        duration,
        windows: [windowOf(patient.value('time_window'), patient.at('time_window'), time)],
        lateCost: 1,
        skills: skills.asked([service], fields.at('service')),
        priority: PRIORITY,
      });
    }
    const pair = togetherOf(patient, first, visits.length - first);
    if (pair) together.push(pair);
  }
  const carers = top.objects('caregivers').map((fields): Carer => {
    fields.knowOnly(['id', 'abilities']);
    return {
      id: fields.text('id'),
      start: 0,
      end: 0,
      shift: { from: 0, until: FOREVER },
      skills: skills.had(abilitiesOf(fields)),
      mode: 0,
    };
  });
  const problem: Problem = {
    travel: {
      places: patients.length + 1,
      matrices: [distancesOf(top, patients.length + 1)],
      coordinates: null,
    },
    visits,
    carers,
    together,
    greatestLateCost: 1,
  };
  return {
    format: 'HHCRSP',
    problem,
    scale: SCALE,
    profiles: [],
    write: (plan) => writeHhcrspPlan(plan, carers, services),
  };
}

function togetherOf(patient: Fields, first: number, count: number): Together | null {
  const path = patient.at('synchronization');
  if (count !== 1 && count !== 2)
    throw new FormatError(patient.at('required_caregivers'), '应有一项或两项', 'must be one or two');
  if (count === 1) {
    if (patient.has('synchronization'))
      throw new FormatError(path, '只有两项服务时才可用', 'is only for two services');
    return null;
  }
  const fields = patient.object('synchronization');
  fields.knowOnly(['type', 'distance']);
  const type = fields.text('type');
  if (type === 'simultaneous') return { first, second: first + 1, least: 0, most: 0 };
  if (type !== 'sequential')
    throw new FormatError(
      fields.at('type'),
      '应为 simultaneous 或 sequential',
      'must be simultaneous or sequential',
    );
  const { from, until } = windowOf(fields.value('distance'), fields.at('distance'), time);
  return { first, second: first + 1, least: from, most: until };
}

const abilitiesOf = (fields: Fields): string[] =>
  fields.list('abilities').map(({ value, path }) => {
    if (typeof value !== 'string') throw new FormatError(path, '应为文字', 'must be a text');
    return value;
  });

function distancesOf(top: Fields, places: number): Float64Array {
  const rows = top.list('distances');
  const wrong = (path: string) =>
    new FormatError(
      path,
      `应有 ${places} 个：办公室和每位老人`,
      `must have ${places}: the office and every patient`,
    );
  if (rows.length !== places) throw wrong('distances');
  const cells = new Float64Array(places * places);
  for (const [from, { value: row, path }] of rows.entries()) {
    if (!Array.isArray(row) || row.length !== places) throw wrong(path);
    for (const [to, cell] of row.entries()) cells[from * places + to] = time(cell, `${path}[${to}]`);
  }
  return cells;
}

function writeHhcrspPlan(plan: RoundsPlan, carers: readonly Carer[], services: readonly Service[]): string {
  const routes = plan.rounds.map((round) => ({
    caregiver_id: carers[round.carer]?.id,
    locations: round.stops.map((stop) => {
      const { patient, service } = services[stop.index] as Service;
      return {
        patient_id: patient,
        service_id: service,
        arrival_time: stop.beginAt / SCALE,
        departure_time: stop.endAt / SCALE,
      };
    }),
  }));
  return `${JSON.stringify({ routes })}\n`;
}
