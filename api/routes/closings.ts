/** The station's work on accounts: freezing them, thawing them, and closing them at death or when somebody moves away (T10). */
import { createRoute, z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { closeAtDeath, closeAtMove } from '../../db/bank/close.ts';
import { freezePerson } from '../../db/bank/freeze.ts';
import { closingDocuments } from '../../db/bank/rules.ts';
import { personWithin } from '../../db/people/personWithin.ts';
import { type ApiContext, type Env, newRouter } from '../http/context.ts';
import { idParam, partnerCode, writing } from '../http/fields.ts';
import { carryOut } from '../http/idempotency.ts';
import { answer, jsonBody } from '../http/openapi.ts';

const tags = ['time bank'];
const MOST_HEIRS = 20;
const reason = writing(4, 200);
const minutes = z.int().min(1).max(10_000_000);

const Frozen = z
  .strictObject({ personId: z.uuid(), frozen: z.boolean(), accounts: z.int() })
  .openapi('FrozenAccounts');

const NewClosing = z
  .discriminatedUnion('cause', [
    z.strictObject({
      cause: z.literal('death'),
      personId: z.uuid(),
      document: z
        .enum(closingDocuments)
        .openapi({ description: "What the family's decision is written in." }),
      reason,
      heirs: z
        .array(z.strictObject({ personId: z.uuid(), minutes }))
        .max(MOST_HEIRS)
        .default([])
        .openapi({ description: 'Verified lineal relatives; the rest goes to the pool of the district.' }),
    }),
    z.strictObject({
      cause: z.literal('move'),
      personId: z.uuid(),
      partnerCode,
      reason,
    }),
  ])
  .openapi('NewClosing');

const Closing = z
  .strictObject({
    personId: z.uuid(),
    state: z.enum(['closed', 'moving']),
    clearingId: z.uuid().nullable(),
    heirs: z.array(z.strictObject({ personId: z.uuid(), minutes: z.int(), overflowMinutes: z.int() })),
    poolMinutes: z.int(),
    fundMinutes: z.int().openapi({ description: 'Granted and not used; back in the fund.' }),
    fundFen: z.int(),
    recoveredMinutes: z.int(),
    owedMinutes: z.int(),
    movedMinutes: z.int(),
    cancelledOrders: z.int(),
    withdrawnVisits: z.int(),
  })
  .openapi('Closing');

export function closingRoutes(context: ApiContext) {
  async function setFrozen(c: Context<Env>, personId: string, frozen: boolean, why: string) {
    const reach = c.get('reach');
    return carryOut(c, context, async (tx, act) => {
      await personWithin(tx, reach, personId);
      return { personId, frozen, accounts: await freezePerson(tx, act, personId, frozen, why) };
    });
  }
  const reasonBody = jsonBody(z.strictObject({ reason }));

  return newRouter()
    .openapi(
      createRoute({
        method: 'post',
        path: '/api/v1/people/{id}/accounts/freeze',
        tags,
        summary: "Let nothing leave a person's accounts until something is cleared up",
        request: { params: idParam, ...reasonBody },
        responses: answer(Frozen, 'How many accounts were frozen'),
      }),
      async (c) => {
        const { reason: why } = c.req.valid('json');
        return c.json(await setFrozen(c, c.req.valid('param').id, true, why), 200);
      },
    )
    .openapi(
      createRoute({
        method: 'post',
        path: '/api/v1/people/{id}/accounts/thaw',
        tags,
        summary: "End the freeze of a person's accounts",
        request: { params: idParam, ...reasonBody },
        responses: answer(Frozen, 'How many accounts were thawed'),
      }),
      async (c) => {
        const { reason: why } = c.req.valid('json');
        return c.json(await setFrozen(c, c.req.valid('param').id, false, why), 200);
      },
    )
    .openapi(
      createRoute({
        method: 'post',
        path: '/api/v1/closings',
        tags,
        summary:
          "Close a person's accounts: at death to relatives and the pool, on moving through the partner city",
        description:
          'What is booked and not begun is cancelled with it. While visits are under way, wait to be confirmed or are ' +
          'disputed it is refused with `orders_open`.',
        request: jsonBody(NewClosing),
        responses: { 201: answer(Closing, '`closed`, or `moving` until the partner city has agreed')[200] },
      }),
      async (c) => {
        const closing = c.req.valid('json');
        const reach = c.get('reach');
        const closed = await carryOut(
          c,
          context,
          async (tx, act) => {
            await personWithin(tx, reach, closing.personId);
            return closing.cause === 'death' ? closeAtDeath(tx, act, closing) : closeAtMove(tx, act, closing);
          },
          { onBehalfOf: closing.cause === 'move' ? closing.personId : null, status: 201 },
        );
        return c.json(closed, 201);
      },
    );
}
