/** Who may act for an elder (C12): recorded and withdrawn by the elder or the station, only read by the delegate. */
import { createRoute, z } from '@hono/zod-openapi';
import { listMandates, recordMandate, withdrawMandate } from '../../db/people/mandates.ts';
import { personWithin } from '../../db/people/personWithin.ts';
import { mandateRelations, mandateScopes } from '../../db/people/rules.ts';
import { callerOf } from '../auth/principal.ts';
import { type ApiContext, newRouter } from '../http/context.ts';
import { idParam, instantGiven, instantText, named, writing } from '../http/fields.ts';
import { carryOut } from '../http/idempotency.ts';
import { answer, jsonBody } from '../http/openapi.ts';
import { Problem } from '../http/problems.ts';
import { written } from '../http/written.ts';

const tags = ['mandates'];
const MOST_MINUTES = 100_000;

const Mandate = z
  .strictObject({
    id: z.uuid(),
    elder: z.strictObject({ id: z.uuid(), name: z.string() }),
    delegate: z.strictObject({ id: z.uuid(), name: z.string() }),
    relation: z.enum(mandateRelations),
    scopes: z.array(z.enum(mandateScopes)),
    validFrom: instantText,
    validUntil: instantText.nullable(),
    monthlyMinutes: z.int().nullable().openapi({
      description:
        'The most the delegate may spend or give for the elder in a calendar month; null: no limit.',
    }),
    spentMinutes: z.int().openapi({ description: 'In this calendar month.' }),
    leftMinutes: z.int().nullable(),
    withdrawnAt: instantText.nullable(),
    isLive: z.boolean(),
  })
  .openapi('Mandate');

const NewMandate = z
  .strictObject({
    elderId: z.uuid().optional().openapi({ description: 'Oneself when left out; a station says for whom.' }),
    delegate: named,
    relation: z.enum(mandateRelations),
    scopes: z.array(z.enum(mandateScopes)).min(1).max(mandateScopes.length),
    validUntil: instantGiven.optional(),
    monthlyMinutes: z.int().min(0).max(MOST_MINUTES).optional(),
  })
  .openapi('NewMandate');

export function mandateRoutes(context: ApiContext) {
  const { now } = context;
  return newRouter()
    .openapi(
      createRoute({
        method: 'get',
        path: '/api/v1/mandates',
        tags,
        summary: 'Who may act for me, or for whom I may; for a station those of one elder',
        request: { query: z.strictObject({ elderId: z.uuid().optional() }) },
        responses: answer(z.strictObject({ items: z.array(Mandate) }), 'Newest first'),
      }),
      async (c) => {
        const { elderId: given } = c.req.valid('query');
        const { role, personId } = callerOf(c);
        const reach = c.get('reach');
        const elderId = role === 'elder' ? (given ?? personId) : given;
        const of =
          role === 'family' ? (personId ? { delegateId: personId } : null) : elderId ? { elderId } : null;
        if (!of) throw new Problem('not_found', { field: 'elderId' });
        const items = await carryOut(c, context, async (tx) => {
          if (of.elderId) await personWithin(tx, reach, of.elderId);
          return listMandates(tx, reach, of, now());
        });
        return c.json(written({ items }), 200);
      },
    )
    .openapi(
      createRoute({
        method: 'post',
        path: '/api/v1/mandates',
        tags,
        summary: 'Let somebody act for the elder, within scopes, until a day, up to so many minutes a month',
        request: jsonBody(NewMandate),
        responses: { 201: answer(Mandate, 'In force at once, in place of the one before')[200] },
      }),
      async (c) => {
        const { elderId: given, ...mandate } = c.req.valid('json');
        const { role, personId } = callerOf(c);
        const elderId = given ?? (role === 'elder' ? personId : null);
        if (!elderId) throw new Problem('not_found', { field: 'elderId' });
        const made = await carryOut(
          c,
          context,
          async (tx, act) => written(await recordMandate(tx, act, c.get('reach'), { ...mandate, elderId })),
          { onBehalfOf: elderId, status: 201 },
        );
        return c.json(made, 201);
      },
    )
    .openapi(
      createRoute({
        method: 'post',
        path: '/api/v1/mandates/{id}/withdraw',
        tags,
        summary: 'Withdraw a mandate at once',
        request: { params: idParam, ...jsonBody(z.strictObject({ reason: writing(4, 200) })) },
        responses: answer(Mandate, 'Withdrawn'),
      }),
      async (c) => {
        const withdrawal = { id: c.req.valid('param').id, ...c.req.valid('json') };
        const withdrawn = await carryOut(c, context, async (tx, act) =>
          written(await withdrawMandate(tx, act, c.get('reach'), withdrawal)),
        );
        return c.json(withdrawn, 200);
      },
    );
}
