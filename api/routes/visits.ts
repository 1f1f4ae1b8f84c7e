/** Visits: the day of a volunteer, carer or provider, and the proof of coming and going (S7). */
import { createRoute, z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { dayBounds, dayOf } from '../../db/connect/days.ts';
import { checkIn, checkOut } from '../../db/visits/check.ts';
import type { Check } from '../../db/visits/evidence.ts';
import { findVisit, listVisits } from '../../db/visits/views.ts';
import { type ApiContext, type Env, newRouter } from '../http/context.ts';
import { dayText, idParam, instantGiven } from '../http/fields.ts';
import { carryOut } from '../http/idempotency.ts';
import { answer, jsonBody } from '../http/openapi.ts';
import { keysOf, page, pageOf, pageQuery } from '../http/paging.ts';
import { Problem } from '../http/problems.ts';
import { written } from '../http/written.ts';
import { checkFields, checkOf } from './checkFields.ts';
import { Visit } from './shapes.ts';

const tags = ['visits'];
/** How far a device's clock may be ahead of ours. */
const CLOCK_AHEAD_MS = 5 * 60_000;

const CheckBody = z
  .strictObject({
    method: z.enum(['gps', 'qr']),
    ...checkFields,
    deviceAt: instantGiven.openapi({ description: "By the device's own clock, also when sent later." }),
  })
  .openapi('CheckBody');

export function visitRoutes(context: ApiContext) {
  const { db, now } = context;

  /** Takes the proof for a visit of the caller's own and tells the visit as it is afterwards. */
  async function prove(
    c: Context<Env>,
    visitId: string,
    body: z.output<typeof CheckBody>,
    command: typeof checkIn | typeof checkOut,
  ) {
    const reach = c.get('reach');
    if (body.deviceAt.getTime() > now().getTime() + CLOCK_AHEAD_MS) {
      throw new Problem('invalid', { field: 'deviceAt' });
    }
    const check: Check = { visitId, ...checkOf(body) };
    if (!(await findVisit(db, reach, visitId))) throw new Problem('not_found', { field: 'id' });
    return carryOut(c, context, async (tx, act) => {
      await command(tx, act, [check]);
      const visit = await findVisit(tx, reach, visitId);
      if (!visit) throw new Problem('not_found', { field: 'id' });
      return written(visit);
    });
  }

  return newRouter()
    .openapi(
      createRoute({
        method: 'get',
        path: '/api/v1/visits',
        tags,
        summary: "My visits of a day, or my provider's",
        request: {
          query: z.strictObject({
            ...pageQuery,
            date: dayText.optional().openapi({ description: 'In Asia/Shanghai; today when left out.' }),
          }),
        },
        responses: answer(pageOf(Visit), 'Soonest first'),
      }),
      async (c) => {
        const { limit, cursor, date } = c.req.valid('query');
        const keys = keysOf(cursor, [instantGiven, z.uuid()] as const);
        const after = keys && { plannedStartAt: keys[0], id: keys[1] };
        const rows = await listVisits(db, c.get('reach'), dayBounds(date ?? dayOf(now())), limit + 1, after);
        return c.json(written(page(rows, limit, (row) => [row.plannedStartAt.toISOString(), row.id])), 200);
      },
    )
    .openapi(
      createRoute({
        method: 'post',
        path: '/api/v1/visits/{id}/check-in',
        tags,
        summary: 'Begin a visit',
        description:
          'Farther than 300 m from the home, or without a position, it is marked, with the reason of `exception` where one is given; it is never refused for that.',
        request: { params: idParam, ...jsonBody(CheckBody) },
        responses: answer(Visit, 'Begun'),
      }),
      async (c) => c.json(await prove(c, c.req.valid('param').id, c.req.valid('json'), checkIn), 200),
    )
    .openapi(
      createRoute({
        method: 'post',
        path: '/api/v1/visits/{id}/check-out',
        tags,
        summary: 'End a visit; with the door code the elder has confirmed it',
        request: { params: idParam, ...jsonBody(CheckBody) },
        responses: answer(Visit, 'Ended'),
      }),
      async (c) => c.json(await prove(c, c.req.valid('param').id, c.req.valid('json'), checkOut), 200),
    );
}
