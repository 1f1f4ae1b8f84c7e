/** Hours and money that leave for partner cities and come from them (T10, M3, C14): proposed by one side, posted when the other has agreed. */
import { createRoute, z } from '@hono/zod-openapi';
import { decideClearing, proposeClearing, withdrawClearing } from '../../db/bank/clearing.ts';
import { listClearings } from '../../db/bank/clearingViews.ts';
import { clearingKinds, clearingStates } from '../../db/bank/rules.ts';
import type { Tx } from '../../db/connect/database.ts';
import type { Reach } from '../../db/connect/reach.ts';
import { personWithin } from '../../db/people/personWithin.ts';
import { providerWithin } from '../../db/providers/providerWithin.ts';
import { callerOf } from '../auth/principal.ts';
import { type ApiContext, newRouter } from '../http/context.ts';
import { idParam, partnerCode, writing } from '../http/fields.ts';
import { carryOut } from '../http/idempotency.ts';
import { answer, jsonBody } from '../http/openapi.ts';
import { keysOf, page, pageOf, pageQuery } from '../http/paging.ts';
import { Problem } from '../http/problems.ts';
import { written } from '../http/written.ts';
import { Clearing } from './clearingShapes.ts';

const tags = ['time bank'];
const reference = writing(1, 60)
  .optional()
  .openapi({ description: "The partner's own number; each is used once." });

const MOST_MINUTES = 10_000_000;
const MOST_FEN = 10_000_000_000;

const agreed = {
  partnerCode,
  kind: z.enum(clearingKinds),
  reference,
  reason: writing(4, 200),
};
const NewClearing = z
  .discriminatedUnion('currency', [
    z.strictObject({
      currency: z.literal('min'),
      personId: z.uuid(),
      minutes: z.int().min(1).max(MOST_MINUTES),
      ...agreed,
    }),
    z.strictObject({
      currency: z.literal('fen'),
      providerId: z.uuid(),
      fen: z.int().min(1).max(MOST_FEN),
      ...agreed,
    }),
  ])
  .openapi('NewClearing');

/** One clearing as the caller reads it. */
async function shown(tx: Tx, reach: Reach, readerId: string, id: string) {
  const [clearing] = await listClearings(tx, reach, readerId, { ids: [id] }, 1);
  if (!clearing) throw new Problem('not_found', { field: 'id' });
  return written(clearing);
}

export function clearingRoutes(context: ApiContext) {
  const { db } = context;
  return newRouter()
    .openapi(
      createRoute({
        method: 'get',
        path: '/api/v1/clearings',
        tags,
        summary: 'Clearings of members and providers of my area',
        request: {
          query: z.strictObject({
            state: z.enum(clearingStates).optional(),
            partnerCode: partnerCode.optional(),
            personId: z.uuid().optional(),
            ...pageQuery,
          }),
        },
        responses: answer(pageOf(Clearing), 'Newest first; names are masked'),
      }),
      async (c) => {
        const { limit, cursor, ...search } = c.req.valid('query');
        const [before = null] = keysOf(cursor, [z.uuid()] as const) ?? [];
        const readerId = callerOf(c).userId;
        const found = await listClearings(db, c.get('reach'), readerId, { ...search, before }, limit + 1);
        return c.json(written(page(found, limit, (row) => [row.id])), 200);
      },
    )
    .openapi(
      createRoute({
        method: 'post',
        path: '/api/v1/clearings',
        tags,
        summary:
          'Propose that hours or money leave for a partner city, or write down that they come from one',
        description:
          "A member's hours (`min`) or a provider's money (`fen`, by regulators alone). What is to leave is set aside until " +
          "the partner has answered. What comes (`in`) is written down by a regulator, with the partner's number.",
        request: jsonBody(NewClearing),
        responses: { 201: answer(Clearing, 'Proposed')[200] },
      }),
      async (c) => {
        const { reference: number = null, ...proposal } = c.req.valid('json');
        const reach = c.get('reach');
        const personId = proposal.currency === 'min' ? proposal.personId : null;
        const proposed = await carryOut(
          c,
          context,
          async (tx, act) => {
            if (proposal.currency === 'min') await personWithin(tx, reach, proposal.personId);
            else await providerWithin(tx, reach, proposal.providerId);
            const { id } = await proposeClearing(tx, act, { ...proposal, reference: number });
            return shown(tx, reach, act.actorId, id);
          },
          { onBehalfOf: personId, status: 201 },
        );
        return c.json(proposed, 201);
      },
    )
    .openapi(
      createRoute({
        method: 'post',
        path: '/api/v1/clearings/{id}/decide',
        tags,
        summary: "The other side's word: agreed and posted at once, or refused",
        description:
          "For what leaves, and for money, a regulator writes down the word, with the partner's number. Who proposed cannot " +
          'decide. What comes from a partner that owes too much is refused with `over_limit` and what is left.',
        request: {
          params: idParam,
          ...jsonBody(z.strictObject({ approve: z.boolean(), reference, note: writing(4, 200).optional() })),
        },
        responses: answer(Clearing, 'Posted or refused'),
      }),
      async (c) => {
        const { id } = c.req.valid('param');
        const { approve, reference: number = null, note = null } = c.req.valid('json');
        const reach = c.get('reach');
        const decided = await carryOut(c, context, async (tx, act) => {
          await decideClearing(tx, act, reach, id, { approve, reference: number, note });
          return shown(tx, reach, act.actorId, id);
        });
        return c.json(decided, 200);
      },
    )
    .openapi(
      createRoute({
        method: 'post',
        path: '/api/v1/clearings/{id}/withdraw',
        tags,
        summary: 'Take a proposal back; what was set aside for it is free again',
        request: { params: idParam, ...jsonBody(z.strictObject({ reason: writing(4, 200) })) },
        responses: answer(Clearing, 'Withdrawn'),
      }),
      async (c) => {
        const { id } = c.req.valid('param');
        const { reason } = c.req.valid('json');
        const reach = c.get('reach');
        const withdrawn = await carryOut(c, context, async (tx, act) => {
          await withdrawClearing(tx, act, reach, id, reason);
          return shown(tx, reach, act.actorId, id);
        });
        return c.json(withdrawn, 200);
      },
    );
}
