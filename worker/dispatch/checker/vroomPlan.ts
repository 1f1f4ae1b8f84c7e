/** A plan in VROOM's JSON, as VROOM writes it. What is not looked at is passed over. */
import { z } from 'zod';
import { read } from './reading.ts';
import { coordinates } from './vroomProblem.ts';

const id = z.int().nonnegative();
const amount = z.number().nonnegative();

/** What a plan says of a round, or of all of them; whatever of it is there must be true. */
const claims = {
  cost: z.number().optional(),
  setup: z.number().optional(),
  service: z.number().optional(),
  duration: z.number().optional(),
  waiting_time: z.number().optional(),
  priority: z.number().optional(),
  distance: z.number().optional(),
  delivery: z.array(z.number()).optional(),
  pickup: z.array(z.number()).optional(),
};

const stepFields = {
  arrival: z.number(),
  duration: z.number().optional(),
  load: z.array(z.number()).optional(),
  location: coordinates.optional(),
  location_index: id.optional(),
};
const stopFields = {
  ...stepFields,
  id,
  waiting_time: amount.default(0),
  service: z.number().optional(),
  setup: z.number().optional(),
};
const stepSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('start'), ...stepFields }),
  z.object({ type: z.literal('job'), ...stopFields }),
  z.object({ type: z.literal('break'), ...stopFields }),
  z.object({ type: z.literal('end'), ...stepFields }),
]);

const planSchema = z.object({
  code: z.literal(0),
  summary: z.object({ ...claims, routes: z.number().optional(), unassigned: z.number().optional() }),
  unassigned: z.array(z.object({ id, type: z.literal('job').optional() })),
  routes: z.array(z.object({ ...claims, vehicle: id, steps: z.array(stepSchema) })),
});

export type VroomPlan = z.output<typeof planSchema>;
export type VroomRoute = VroomPlan['routes'][number];
export type VroomStep = z.output<typeof stepSchema>;

/** A plan of VROOM; throws `Unreadable`. */
export const readVroomPlan = (value: unknown): VroomPlan => read(planSchema, value, 'plan');
