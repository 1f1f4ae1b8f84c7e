/** Home health care routing and scheduling (Mankowska and others) as JSON, and the JSON of a plan for it. */
import { z } from 'zod';
import { byId, read, Unreadable } from './reading.ts';

const time = z.number().nonnegative();
const place = z.tuple([z.number(), z.number()]);

const synchronization = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('simultaneous') }),
  z.strictObject({ type: z.literal('sequential'), distance: z.tuple([time, time]) }),
]);

const patient = z.strictObject({
  id: z.string(),
  location: place.optional(),
  time_window: z.tuple([time, time]),
  required_caregivers: z
    .array(z.strictObject({ service: z.string(), duration: time }))
    .min(1)
    .max(2),
  synchronization: synchronization.optional(),
});

const problemSchema = z.strictObject({
  patients: z.array(patient),
  services: z.array(z.strictObject({ id: z.string(), default_duration: time.optional() })).optional(),
  caregivers: z.array(z.strictObject({ id: z.string(), abilities: z.array(z.string()) })),
  central_offices: z
    .array(z.strictObject({ id: z.string(), location: place.optional() }))
    .length(1)
    .optional(),
  distances: z.array(z.array(time)),
});

const planSchema = z.object({
  routes: z.array(
    z.object({
      caregiver_id: z.string(),
      locations: z.array(
        z.object({
          patient_id: z.string(),
          service_id: z.string(),
          arrival_time: z.number(),
          departure_time: z.number(),
        }),
      ),
    }),
  ),
});

export type HhcrspPatient = z.output<typeof patient> & {
  /** Its row in the distances. */
  row: number;
};
export type HhcrspRoute = z.output<typeof planSchema>['routes'][number];

export interface HhcrspProblem {
  patients: Map<string, HhcrspPatient>;
  /** What each carer is able to do. */
  abilities: Map<string, Set<string>>;
  /** From row to row; row 0 is the office. */
  distance(from: number, to: number): number;
}

/** A problem of HHCRSP; throws `Unreadable`. */
export function readHhcrsp(value: unknown): HhcrspProblem {
  const { patients, caregivers, distances } = read(problemSchema, value, 'problem');
  const places = patients.length + 1;
  const odd = distances.findIndex((row) => row.length !== places);
  if (distances.length !== places || odd >= 0)
    throw new Unreadable(
      'problem',
      odd >= 0 ? `distances[${odd}]` : 'distances',
      `must have ${places} entries`,
    );
  for (const [i, { required_caregivers, synchronization: how }] of patients.entries()) {
    const [first, second] = required_caregivers;
    const field = `patients[${i}]`;
    if ((second === undefined) !== (how === undefined))
      throw new Unreadable('problem', `${field}.synchronization`, 'belongs to two services, and they to it');
    if (second?.service === first?.service)
      throw new Unreadable('problem', `${field}.required_caregivers`, 'asks for the same service twice');
  }
  const carers = [...byId(caregivers, 'caregivers').values()];
  return {
    patients: byId(
      patients.map((one, i) => ({ ...one, row: i + 1 })),
      'patients',
    ),
    abilities: new Map(carers.map(({ id, abilities }) => [id, new Set(abilities)])),
    distance: (from, to) => distances[from]?.[to] as number,
  };
}

/** The routes of a plan for a problem of HHCRSP; throws `Unreadable`. */
export const readHhcrspRoutes = (value: unknown): HhcrspRoute[] => read(planSchema, value, 'plan').routes;
