/** Offers: what a volunteer or a provider is asked, and their answer (S4). */
import { createRoute, z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { answerOffers, type OfferAnswer } from '../../db/orders/offer.ts';
import { findOffer, listOffers } from '../../db/orders/offerViews.ts';
import { declineReasons, offerStates } from '../../db/orders/rules.ts';
import { type ApiContext, type Env, newRouter } from '../http/context.ts';
import { idParam, instantGiven, writing } from '../http/fields.ts';
import { carryOut } from '../http/idempotency.ts';
import { answer, jsonBody } from '../http/openapi.ts';
import { keysOf, page, pageOf, pageQuery } from '../http/paging.ts';
import { Problem } from '../http/problems.ts';
import { written } from '../http/written.ts';
import { OfferWithOrder } from './shapes.ts';

const tags = ['offers'];

export function offerRoutes(context: ApiContext) {
  const { db } = context;

  /** Answers an offer within reach and tells it as it is afterwards. */
  async function answered(c: Context<Env>, given: OfferAnswer) {
    const reach = c.get('reach');
    if (!(await findOffer(db, reach, given.offerId))) throw new Problem('not_found', { field: 'id' });
    return carryOut(c, context, async (tx, act) => {
      await answerOffers(tx, act, [given]);
      const offer = await findOffer(tx, reach, given.offerId);
      if (!offer) throw new Problem('not_found', { field: 'id' });
      return written(offer);
    });
  }

  return newRouter()
    .openapi(
      createRoute({
        method: 'get',
        path: '/api/v1/offers',
        tags,
        summary: 'Offers to me, or to my provider; the address is told once one is accepted',
        request: { query: z.strictObject({ ...pageQuery, state: z.enum(offerStates).optional() }) },
        responses: answer(pageOf(OfferWithOrder), 'Latest first'),
      }),
      async (c) => {
        const { limit, cursor, state } = c.req.valid('query');
        const keys = keysOf(cursor, [instantGiven, z.uuid()] as const);
        const after = keys && { sentAt: keys[0], id: keys[1] };
        const rows = await listOffers(db, c.get('reach'), state ?? null, limit + 1, after);
        return c.json(written(page(rows, limit, (row) => [row.sentAt.toISOString(), row.id])), 200);
      },
    )
    .openapi(
      createRoute({
        method: 'post',
        path: '/api/v1/offers/{id}/accept',
        tags,
        summary: 'Accept: the visit is planned and the time promised',
        request: { params: idParam, ...jsonBody(z.strictObject({})) },
        responses: answer(OfferWithOrder, 'Accepted'),
      }),
      async (c) => c.json(await answered(c, { offerId: c.req.valid('param').id, answer: 'accepted' }), 200),
    )
    .openapi(
      createRoute({
        method: 'post',
        path: '/api/v1/offers/{id}/decline',
        tags,
        summary: 'Decline: the next best is asked',
        request: {
          params: idParam,
          ...jsonBody(z.strictObject({ reason: z.enum(declineReasons), note: writing(1, 200).optional() })),
        },
        responses: answer(OfferWithOrder, 'Declined'),
      }),
      async (c) => {
        const { reason, note } = c.req.valid('json');
        const given = { offerId: c.req.valid('param').id, answer: 'declined' as const, reason, note };
        return c.json(await answered(c, given), 200);
      },
    );
}
