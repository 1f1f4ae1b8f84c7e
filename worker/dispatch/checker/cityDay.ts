/** Checks a plan in VROOM's JSON for a city's day as compact JSON, whose ways are all reckoned. */
import { z } from 'zod';
import { read } from './reading.ts';
import type { Verdict } from './verdict.ts';
import { checkVroom, type VroomFigures } from './vroom.ts';

/** Such days add a minute to every way. */
const FIXED_SECONDS = 60;

const position = { lat: z.number(), lon: z.number(), d: z.number().optional() };
const common = { id: z.number(), tw: z.array(z.number()), skills: z.array(z.number()), ...position };
const schema = z.strictObject({
  seed: z.number().optional(),
  speedKmh: z.number().positive(),
  detour: z.number().positive(),
  carers: z.array(z.strictObject(common)),
  visits: z.array(z.strictObject({ ...common, service: z.number(), priority: z.number() })),
});

/** As the same problem in VROOM's JSON without a matrix, places numbered carers first; throws `Unreadable`. */
export function checkCityDay(problem: unknown, plan: unknown): Verdict<VroomFigures> {
  const { carers, visits, speedKmh, detour } = read(schema, problem, 'problem');
  const vroom = {
    jobs: visits.map(({ tw, lat, lon, d: _, ...visit }, v) => ({
      ...visit,
      location: [lon, lat],
      location_index: carers.length + v,
      time_windows: [tw],
    })),
    vehicles: carers.map(({ tw, lat, lon, d: _, ...carer }, c) => ({
      ...carer,
      start: [lon, lat],
      start_index: c,
      end: [lon, lat],
      end_index: c,
      time_window: tw,
    })),
  };
  return checkVroom(vroom, plan, { modes: { car: { speedKmh, detour, fixedSeconds: FIXED_SECONDS } } });
}
