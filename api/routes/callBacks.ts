/** Call-backs (S10): whom the station is to call, and what the elder said. */
import { createRoute, z } from '@hono/zod-openapi';
import { recordCall } from '../../db/callBacks/call.ts';
import { callOutcomes } from '../../db/callBacks/rules.ts';
import { callBacksDue } from '../../db/callBacks/views.ts';
import { disputeReasons } from '../../db/disputes/rules.ts';
import { findOrder } from '../../db/orders/views.ts';
import { type ApiContext, newRouter } from '../http/context.ts';
import { idParam, instantText, writing } from '../http/fields.ts';
import { carryOut } from '../http/idempotency.ts';
import { answer, done, jsonBody } from '../http/openapi.ts';
import { keysOf, page, pageOf, pageQuery } from '../http/paging.ts';
import { Problem } from '../http/problems.ts';
import { written } from '../http/written.ts';
import { Answers, ratingOf } from './ratingFields.ts';

const tags = ['call-backs'];

const CallBack = z
  .strictObject({
    id: z.uuid().openapi({ description: "The order's." }),
    orderNumber: z.string(),
    serviceCode: z.string(),
    elder: z.strictObject({ id: z.uuid(), name: z.string(), phoneMasked: z.string() }),
    areaCode: z.string(),
    startAt: instantText,
    verifiedMinutes: z.int().nullable(),
    settlesAt: instantText.openapi({ description: 'When it settles if nobody objects.' }),
    attempts: z.int(),
    lastOutcome: z.enum(callOutcomes).nullable(),
    lastAt: instantText.nullable(),
  })
  .openapi('CallBack');

export function callBackRoutes(context: ApiContext) {
  const { db, now } = context;

  return newRouter()
    .openapi(
      createRoute({
        method: 'get',
        path: '/api/v1/call-backs',
        tags,
        summary: 'Visits to call about: of elders who cannot confirm by themselves, soonest to settle first',
        request: { query: z.strictObject(pageQuery) },
        responses: answer(pageOf(CallBack), 'What is due now'),
      }),
      async (c) => {
        const { limit, cursor } = c.req.valid('query');
        const [settlesAt, id] = keysOf(cursor, [z.iso.datetime(), z.uuid()] as const) ?? [];
        const after = settlesAt && id ? { settlesAt: new Date(settlesAt), id } : null;
        const found = await callBacksDue(db, c.get('reach'), now(), limit + 1, after);
        return c.json(written(page(found, limit, (row) => [row.settlesAt.toISOString(), row.id])), 200);
      },
    )
    .openapi(
      createRoute({
        method: 'post',
        path: '/api/v1/call-backs/{id}/calls',
        tags,
        summary: 'Record a call; what the elder said is done on their behalf',
        request: {
          params: idParam,
          ...jsonBody(
            z.strictObject({
              outcome: z.enum(callOutcomes),
              note: writing(1, 500).optional(),
              objection: z
                .strictObject({ reasonCode: z.enum(disputeReasons), text: writing(4, 1000) })
                .optional()
                .openapi({ description: 'With the outcome `disputed`, and only then.' }),
              rating: Answers.optional(),
            }),
          ),
        },
        responses: answer(done, 'Recorded'),
      }),
      async (c) => {
        const { id } = c.req.valid('param');
        const { outcome, note, objection, rating } = c.req.valid('json');
        const order = await findOrder(db, c.get('reach'), id);
        if (!order) throw new Problem('not_found', { field: 'id' });
        const call = {
          orderId: id,
          outcome,
          note: note ?? null,
          objection,
          rating: rating && ratingOf(rating),
        };
        const recorded = await carryOut(
          c,
          context,
          async (tx, act) => {
            await recordCall(tx, act, call);
            return { ok: true as const };
          },
          { onBehalfOf: order.elder.id },
        );
        return c.json(recorded, 200);
      },
    );
}
