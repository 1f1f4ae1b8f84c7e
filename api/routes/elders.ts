/** Elders: found by the desks of their area, read by themselves and family, unmasked only for a recorded reason. */
import { createRoute, z } from '@hono/zod-openapi';
import { listElders, readElder, unmaskElder } from '../../db/people/elderViews.ts';
import { type ApiContext, newRouter } from '../http/context.ts';
import { idParam, writing } from '../http/fields.ts';
import { carryOut } from '../http/idempotency.ts';
import { answer, jsonBody } from '../http/openapi.ts';
import { keysOf, page, pageOf, pageQuery } from '../http/paging.ts';

const tags = ['elders'];

const Elder = z
  .strictObject({
    id: z.uuid(),
    name: z.string(),
    nameMasked: z.string(),
    age: z.int(),
    gender: z.enum(['female', 'male']),
    areaCode: z.string(),
    areaName: z.string(),
    abilityLevel: z.int().openapi({ description: 'GB/T 42195: 0 intact … 4 complete loss.' }),
    living: z.enum(['alone', 'empty_nest', 'with_family']),
    subsidyClass: z.enum(['none', 'low_income', 'minimum_income', 'special_hardship']),
    keyElder: z.boolean(),
    language: z.enum(['zh-CN', 'en']),
    phoneMasked: z.string(),
    addressMasked: z.string(),
  })
  .openapi('Elder');

export function elderRoutes(context: ApiContext) {
  const { db, now } = context;
  return newRouter()
    .openapi(
      createRoute({
        method: 'get',
        path: '/api/v1/elders',
        tags,
        summary: 'Elders of my area, masked',
        request: {
          query: z.strictObject({
            ...pageQuery,
            query: writing(1, 40)
              .optional()
              .openapi({ description: 'Part of a name, or a whole mobile number.' }),
          }),
        },
        responses: answer(pageOf(Elder), 'By id'),
      }),
      async (c) => {
        const { limit, cursor, query } = c.req.valid('query');
        const [after = null] = keysOf(cursor, [z.uuid()] as const) ?? [];
        const rows = await listElders(db, c.get('reach'), query ?? null, now(), limit + 1, after);
        return c.json(
          page(rows, limit, (row) => [row.id]),
          200,
        );
      },
    )
    .openapi(
      createRoute({
        method: 'get',
        path: '/api/v1/elders/{id}',
        tags,
        summary: 'One elder; a reader who is not the elder is recorded for the elder to see',
        request: { params: idParam },
        responses: answer(Elder, 'The elder'),
      }),
      async (c) => {
        const { id } = c.req.valid('param');
        const elder = await carryOut(c, context, (tx, act) => readElder(tx, act, c.get('reach'), id));
        return c.json(elder, 200);
      },
    )
    .openapi(
      createRoute({
        method: 'post',
        path: '/api/v1/elders/{id}/unmask',
        tags,
        summary: 'Name, telephone and address in full; the reason is recorded and shown to the elder',
        request: { params: idParam, ...jsonBody(z.strictObject({ reason: writing(4, 200) })) },
        responses: answer(
          z.strictObject({ name: z.string(), phone: z.string(), address: z.string() }),
          'In full',
        ),
      }),
      async (c) => {
        const { id } = c.req.valid('param');
        const { reason } = c.req.valid('json');
        const full = await carryOut(c, context, (tx, act) =>
          unmaskElder(tx, act, c.get('reach'), id, reason),
        );
        return c.json(full, 200);
      },
    );
}
