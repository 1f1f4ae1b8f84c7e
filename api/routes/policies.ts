/** Publishing policies: a new version of the catalogue or of any other figures, from now or a later instant on. */
import { createRoute, z } from '@hono/zod-openapi';
import { policyKinds } from '../../db/services/kinds.ts';
import { type PolicyRow, publishCatalogue, publishPolicy } from '../../db/services/publish.ts';
import { type ApiContext, newRouter } from '../http/context.ts';
import { instantGiven, writing } from '../http/fields.ts';
import { carryOut } from '../http/idempotency.ts';
import { answer, jsonBody } from '../http/openapi.ts';
import { serviceFields } from './catalogue.ts';
import { Policy } from './oversight.ts';

const tags = ['oversight'];
const publication = {
  effectiveFrom: instantGiven
    .optional()
    .openapi({ type: 'string', format: 'date-time', description: 'From now when left out.' }),
  reason: writing(4, 500),
};
const figureKinds = policyKinds.filter((kind) => kind !== 'catalogue');

const shown = (row: PolicyRow) => ({ ...row, effectiveFrom: row.effectiveFrom.toISOString() });

export function policyRoutes(context: ApiContext) {
  return newRouter()
    .openapi(
      createRoute({
        method: 'post',
        path: '/api/v1/policies/catalogue',
        tags,
        summary: 'Publish a catalogue; what is booked already keeps its own',
        request: jsonBody(
          z.strictObject({
            ...publication,
            services: z
              .array(z.strictObject({ ...serviceFields, intimate: z.boolean() }))
              .min(1)
              .max(100),
          }),
        ),
        responses: { 201: answer(Policy, 'Published')[200] },
      }),
      async (c) => {
        const { services, effectiveFrom, reason } = c.req.valid('json');
        const published = await carryOut(
          c,
          context,
          async (tx, act) => {
            const items = services.map(({ intimate, ...service }) => ({
              ...service,
              intimate: intimate ? 1 : 0,
            }));
            return shown(
              await publishCatalogue(tx, act, items, { effectiveFrom: effectiveFrom ?? act.at, reason }),
            );
          },
          { status: 201 },
        );
        return c.json(published, 201);
      },
    )
    .openapi(
      createRoute({
        method: 'post',
        path: '/api/v1/policies/{kind}',
        tags,
        summary: 'Publish figures; what is left out stays as in the version in force',
        request: {
          params: z.strictObject({
            kind: z.enum(figureKinds).openapi({ param: { name: 'kind', in: 'path' } }),
          }),
          ...jsonBody(z.strictObject({ ...publication, body: z.record(z.string(), z.unknown()) })),
        },
        responses: { 201: answer(Policy, 'Published')[200] },
      }),
      async (c) => {
        const { kind } = c.req.valid('param');
        const { body, effectiveFrom, reason } = c.req.valid('json');
        const published = await carryOut(
          c,
          context,
          async (tx, act) =>
            shown(
              await publishPolicy(tx, act, { kind, body, effectiveFrom: effectiveFrom ?? act.at, reason }),
            ),
          { status: 201 },
        );
        return c.json(published, 201);
      },
    );
}
