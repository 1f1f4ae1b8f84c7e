/** Disputes (S10): read by both sides and the desks, decided by a dispatcher or regulator, above a threshold by two. */
import { createRoute, z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { currencies } from '../../db/bank/rules.ts';
import { type Act, refuse } from '../../db/connect/act.ts';
import type { Tx } from '../../db/connect/database.ts';
import { decideDisputes, secondDispute } from '../../db/disputes/decide.ts';
import { disputeOutcomes, disputeReasons, disputeStates, disputeSteps } from '../../db/disputes/rules.ts';
import { findDispute, listDisputes } from '../../db/disputes/views.ts';
import { callerOf } from '../auth/principal.ts';
import { type ApiContext, type Env, newRouter } from '../http/context.ts';
import { idParam, instantText, writing } from '../http/fields.ts';
import { actOf, carryOut } from '../http/idempotency.ts';
import { answer, jsonBody } from '../http/openapi.ts';
import { keysOf, page, pageOf, pageQuery } from '../http/paging.ts';
import { Problem } from '../http/problems.ts';
import { written } from '../http/written.ts';

const tags = ['disputes'];

const view = {
  id: z.uuid(),
  orderId: z.uuid(),
  orderNumber: z.string(),
  serviceCode: z.string(),
  startAt: instantText,
  elderName: z.string(),
  districtCode: z.string(),
  providerId: z.uuid().nullable(),
  state: z.enum(disputeStates).openapi({ description: '`proposed` waits for a second person.' }),
  reasonCode: z.enum(disputeReasons),
  openedRole: z.string(),
  openedAt: instantText,
  currency: z.enum(currencies),
  amount: z.int().openapi({ description: 'What is at stake, minutes or fen.' }),
  isSuspended: z
    .boolean()
    .openapi({ description: 'The bank pays it: it lies in suspense until the decision.' }),
  needsSecond: z.boolean(),
  outcome: z.enum(disputeOutcomes).nullable(),
  paid: z.int().nullable(),
  decidedAt: instantText.nullable(),
};
const Dispute = z.strictObject(view).openapi('Dispute');
const DisputeDetail = z
  .strictObject({
    ...view,
    text: z.string().nullable(),
    decision: z.string().nullable(),
    steps: z.array(
      z.strictObject({
        step: z.enum(disputeSteps),
        at: instantText,
        outcome: z.enum(disputeOutcomes).nullable(),
        paid: z.int().nullable(),
        text: z.string().nullable(),
      }),
    ),
    mayDecide: z.boolean(),
  })
  .openapi('DisputeDetail');

export function disputeRoutes(context: ApiContext) {
  const { db, now } = context;

  const readerOf = (c: Context<Env>) => ({ reach: c.get('reach'), personId: callerOf(c).personId });

  /** Does something with a dispute within reach, and answers with it as it is then. */
  async function withDispute(
    c: Context<Env>,
    id: string,
    work: (tx: Tx, act: Act, personId: string | null) => Promise<unknown>,
  ) {
    const reader = readerOf(c);
    return carryOut(c, context, async (tx, act) => {
      if ((await listDisputes(tx, reader.reach, { id }, 1)).length === 0) refuse('not_found', 'id');
      await work(tx, act, reader.personId);
      return written((await findDispute(tx, act, reader, id)) ?? refuse('not_found', 'id'));
    });
  }

  return newRouter()
    .openapi(
      createRoute({
        method: 'get',
        path: '/api/v1/disputes',
        tags,
        summary: 'Objections to visits, with what is at stake and what was decided',
        request: {
          query: z.strictObject({
            state: z.enum(disputeStates).optional(),
            orderId: z.uuid().optional(),
            ...pageQuery,
          }),
        },
        responses: answer(pageOf(Dispute), 'Newest first'),
      }),
      async (c) => {
        const { state, orderId, limit, cursor } = c.req.valid('query');
        const [before = null] = keysOf(cursor, [z.uuid()] as const) ?? [];
        const found = await listDisputes(db, c.get('reach'), { state, orderId, before }, limit + 1);
        return c.json(written(page(found, limit, (row) => [row.id])), 200);
      },
    )
    .openapi(
      createRoute({
        method: 'get',
        path: '/api/v1/disputes/{id}',
        tags,
        summary: 'One dispute with what was said and every step; a reading by a desk is recorded',
        request: { params: idParam },
        responses: answer(DisputeDetail, 'As far as the reader may know it'),
      }),
      async (c) => {
        const { id } = c.req.valid('param');
        const act = actOf(callerOf(c), null, now());
        const found = await findDispute(db, act, readerOf(c), id);
        if (!found) throw new Problem('not_found', { field: 'id' });
        return c.json(written(found), 200);
      },
    )
    .openapi(
      createRoute({
        method: 'post',
        path: '/api/v1/disputes/{id}/decision',
        tags,
        summary: 'Decide: pay all, a part, or nothing; what is not paid goes back where it came from',
        description:
          'Neither who opened it nor who served may decide. Above the threshold of the policy the decision waits for another person.',
        request: {
          params: idParam,
          ...jsonBody(
            z.strictObject({
              outcome: z.enum(disputeOutcomes),
              amount: z.int().min(1).optional().openapi({ description: 'Of a part: minutes or fen.' }),
              text: writing(4, 1000),
            }),
          ),
        },
        responses: answer(DisputeDetail, 'Decided, or waiting for a second person'),
      }),
      async (c) => {
        const { id } = c.req.valid('param');
        const decision = { disputeId: id, ...c.req.valid('json') };
        return c.json(
          await withDispute(c, id, (tx, act, personId) => decideDisputes(tx, act, personId, [decision])),
          200,
        );
      },
    )
    .openapi(
      createRoute({
        method: 'post',
        path: '/api/v1/disputes/{id}/second',
        tags,
        summary: "The second person's word on a proposed decision; refused, the dispute is open again",
        request: {
          params: idParam,
          ...jsonBody(z.strictObject({ approve: z.boolean(), text: writing(4, 1000).optional() })),
        },
        responses: answer(DisputeDetail, 'Decided, or open again'),
      }),
      async (c) => {
        const { id } = c.req.valid('param');
        const { approve, text } = c.req.valid('json');
        const word = { disputeId: id, approve, text: text ?? null };
        return c.json(
          await withDispute(c, id, (tx, act, personId) => secondDispute(tx, act, personId, word)),
          200,
        );
      },
    );
}
