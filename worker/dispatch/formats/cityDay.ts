/**
 * A synthetic city day as compact JSON, without a matrix: carers and visits by coordinates, and one speed and detour for all.
 * Its plan is written as VROOM's JSON, with the numbers of places that the same day's VROOM file has: carers, then visits.
 */
import type { Carer, Problem, Visit } from '../problem.ts';
import { Clock } from './clock.ts';
import { Fields } from './fields.ts';
import type { Reading } from './reading.ts';
import { Skills } from './skills.ts';
import { type PlanPlace, writeVroomPlan } from './vroomPlan.ts';

/** Such days add a minute to every way. */
const FIXED_SECONDS = 60;

export function readCityDay(value: unknown): Reading {
  const top = new Fields(value, '');
  top.knowOnly(['seed', 'speedKmh', 'detour', 'carers', 'visits']);
  const clock = new Clock();
  const skills = new Skills<number>();
  const [carerList, visitList] = [top.objects('carers'), top.objects('visits')];
  const positions = [...carerList, ...visitList].map(positionOf);
  const at = (place: number): PlanPlace => ({ place, location: positions[place], index: place });

  const visits = visitList.map((fields, v): Visit => {
    fields.knowOnly(['id', 'lat', 'lon', 'd', 'service', 'tw', 'skills', 'priority']);
    return {
      id: String(fields.whole('id')),
      place: carerList.length + v,
      duration: fields.whole('service'),
      windows: [clock.window(fields.value('tw'), fields.at('tw'))],
      skills: skills.asked(fields.wholes('skills'), fields.at('skills')),
      priority: fields.whole('priority'),
    };
  });
  const carers = carerList.map((fields, c): Carer => {
    fields.knowOnly(['id', 'lat', 'lon', 'd', 'tw', 'skills']);
    return {
      id: String(fields.whole('id')),
      start: c,
      end: c,
      shift: clock.window(fields.value('tw'), fields.at('tw')),
      skills: skills.had(fields.wholes('skills')),
      mode: 0,
    };
  });
  const problem: Problem = {
    travel: {
      places: positions.length,
      matrices: null,
      coordinates: {
        lon: Float64Array.from(positions, ([lon]) => lon),
        lat: Float64Array.from(positions, ([, lat]) => lat),
        modes: [
          {
            speedKmh: top.number('speedKmh', { least: 0.1 }),
            detour: top.number('detour', { least: 1 }),
            fixedSeconds: FIXED_SECONDS,
          },
        ],
      },
    },
    visits,
    carers,
  };
  const names = {
    jobs: visits.map((visit) => ({ id: Number(visit.id), priority: visit.priority, ...at(visit.place) })),
    vehicles: carers.map((carer, c) => ({ id: Number(carer.id), start: at(c), end: at(c), breaks: [] })),
    zero: clock.settle(),
    dimensions: 0,
    problem,
  };
  return {
    format: 'city day',
    problem,
    scale: 1,
    profiles: [{ name: 'bike', speedFactor: 1 }],
    write: (plan, spent, isEstimate) => writeVroomPlan(names, plan, spent, isEstimate),
  };
}

const positionOf = (fields: Fields): [lon: number, lat: number] => [
  fields.number('lon', { least: -180, most: 180 }),
  fields.number('lat', { least: -90, most: 90 }),
];
