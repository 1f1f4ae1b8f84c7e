/** What stations, providers and dispatchers look after: carers of a provider, volunteers of a station. */
import { createRoute, z } from '@hono/zod-openapi';
import {
  listVolunteers,
  reviewVolunteer,
  setBackup,
  volunteerStates,
} from '../../db/people/volunteerViews.ts';
import { setTakesBlocks } from '../../db/providers/blocks.ts';
import { listCarers, providerExists } from '../../db/providers/views.ts';
import { callerOf } from '../auth/principal.ts';
import { type ApiContext, newRouter } from '../http/context.ts';
import { idParam, instantText, writing } from '../http/fields.ts';
import { carryOut } from '../http/idempotency.ts';
import { answer, jsonBody } from '../http/openapi.ts';
import { keysOf, page, pageOf, pageQuery } from '../http/paging.ts';
import { Problem } from '../http/problems.ts';
import { written } from '../http/written.ts';
import { ownProviderOf } from './beds.ts';

const tags = ['staff'];

const Carer = z
  .strictObject({
    personId: z.uuid(),
    name: z.string(),
    gender: z.enum(['female', 'male']),
    level: z.int().openapi({ description: 'Vocational level: 5 junior … 1 senior technician.' }),
    certificateNumber: z.string(),
    certificateUntil: z.string(),
    takesBlocks: z.boolean().openapi({ description: 'Takes the long blocks of home respite.' }),
    lat: z.number(),
    lon: z.number(),
  })
  .openapi('Carer');

const Volunteer = z
  .strictObject({
    personId: z.uuid(),
    name: z.string(),
    age: z.int(),
    gender: z.enum(['female', 'male']),
    areaCode: z.string(),
    phoneMasked: z.string(),
    state: z.enum(volunteerStates),
    services: z.array(z.string()),
    backup: z.boolean().openapi({ description: 'Asked once the others could not.' }),
    joinedAt: instantText,
  })
  .openapi('Volunteer');

export function staffRoutes(context: ApiContext) {
  const { db, now } = context;
  return newRouter()
    .openapi(
      createRoute({
        method: 'get',
        path: '/api/v1/providers/{id}/carers',
        tags,
        summary: "A provider's carers",
        request: { params: idParam, query: z.strictObject(pageQuery) },
        responses: answer(pageOf(Carer), 'By id'),
      }),
      async (c) => {
        const { id } = c.req.valid('param');
        const { limit, cursor } = c.req.valid('query');
        const reach = c.get('reach');
        const theirs = reach.kind === 'provider' && reach.providerId !== id;
        if (theirs || !(await providerExists(db, id))) throw new Problem('not_found', { field: 'id' });
        const [after = null] = keysOf(cursor, [z.uuid()] as const) ?? [];
        return c.json(
          page(await listCarers(db, id, limit + 1, after), limit, (row) => [row.personId]),
          200,
        );
      },
    )
    .openapi(
      createRoute({
        method: 'get',
        path: '/api/v1/volunteers',
        tags,
        summary: 'Volunteers of my station',
        request: { query: z.strictObject({ ...pageQuery, state: z.enum(volunteerStates).optional() }) },
        responses: answer(pageOf(Volunteer), 'By id'),
      }),
      async (c) => {
        const { limit, cursor, state } = c.req.valid('query');
        const [after = null] = keysOf(cursor, [z.uuid()] as const) ?? [];
        const { stationId } = callerOf(c);
        const rows = await listVolunteers(
          db,
          c.get('reach'),
          stationId,
          state ?? null,
          now(),
          limit + 1,
          after,
        );
        return c.json(written(page(rows, limit, (row) => [row.personId])), 200);
      },
    )
    .openapi(
      createRoute({
        method: 'post',
        path: '/api/v1/volunteers/{id}/review',
        tags,
        summary: 'Decide on somebody who applied to be a volunteer',
        request: {
          params: idParam,
          ...jsonBody(z.strictObject({ decision: z.enum(['approve', 'refuse']), reason: writing(4, 200) })),
        },
        responses: answer(Volunteer, 'Decided'),
      }),
      async (c) => {
        const review = { personId: c.req.valid('param').id, ...c.req.valid('json') };
        const { stationId } = callerOf(c);
        const decided = await carryOut(c, context, async (tx, act) =>
          written(await reviewVolunteer(tx, act, c.get('reach'), stationId, review)),
        );
        return c.json(decided, 200);
      },
    )
    .openapi(
      createRoute({
        method: 'post',
        path: '/api/v1/volunteers/{id}/backup',
        tags,
        summary: 'Take a volunteer into the backup pool, or out of it',
        request: { params: idParam, ...jsonBody(z.strictObject({ isBackup: z.boolean() })) },
        responses: answer(Volunteer, 'Kept'),
      }),
      async (c) => {
        const wish = { personId: c.req.valid('param').id, ...c.req.valid('json') };
        const { stationId } = callerOf(c);
        const kept = await carryOut(c, context, async (tx, act) =>
          written(await setBackup(tx, act, c.get('reach'), stationId, wish)),
        );
        return c.json(kept, 200);
      },
    )
    .openapi(
      createRoute({
        method: 'post',
        path: '/api/v1/carers/{id}/blocks',
        tags,
        summary: 'Say whether a carer takes the long blocks of home respite',
        request: { params: idParam, ...jsonBody(z.strictObject({ takesBlocks: z.boolean() })) },
        responses: answer(z.strictObject({ id: z.uuid(), takesBlocks: z.boolean() }), 'Kept'),
      }),
      async (c) => {
        const { id } = c.req.valid('param');
        const { takesBlocks } = c.req.valid('json');
        const providerId = ownProviderOf(c.get('reach'));
        const kept = await carryOut(c, context, async (tx, act) => {
          await setTakesBlocks(tx, act, { providerId, personId: id, takesBlocks });
          return { id, takesBlocks };
        });
        return c.json(kept, 200);
      },
    );
}
