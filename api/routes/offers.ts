/** Offers: what a volunteer or a provider is asked, their answer, and which carer comes (S4). */
import { createRoute, z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { exclusionRules, ownCarersFor } from '../../db/orders/candidates.ts';
import { type CarersChoice, chooseCarers, swapCarer } from '../../db/orders/carers.ts';
import { answerOffers, type OfferAnswer } from '../../db/orders/offer.ts';
import { findOffer, listOffers } from '../../db/orders/offerViews.ts';
import { declineReasons, offerStates } from '../../db/orders/rules.ts';
import { findOrder } from '../../db/orders/views.ts';
import { type ApiContext, type Env, newRouter } from '../http/context.ts';
import { idParam, instantGiven, writing } from '../http/fields.ts';
import { carryOut } from '../http/idempotency.ts';
import { answer, jsonBody } from '../http/openapi.ts';
import { keysOf, page, pageOf, pageQuery } from '../http/paging.ts';
import { Problem } from '../http/problems.ts';
import { written } from '../http/written.ts';
import { OfferWithOrder, Order } from './shapes.ts';

const tags = ['offers'];

export function offerRoutes(context: ApiContext) {
  const { db, now } = context;

  /** Answers an offer within reach and tells it as it is afterwards. */
  async function answered(c: Context<Env>, given: OfferAnswer, carers: CarersChoice = {}) {
    const reach = c.get('reach');
    if (!(await findOffer(db, reach, given.offerId))) throw new Problem('not_found', { field: 'id' });
    return carryOut(c, context, async (tx, act) => {
      if (carers.personId || carers.secondPersonId) await chooseCarers(tx, act, given.offerId, carers);
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
        summary:
          'Accept: the visit is planned and the time promised; a provider may name other carers of its own',
        request: {
          params: idParam,
          ...jsonBody(
            z.strictObject({
              personId: z.uuid().optional(),
              secondPersonId: z.uuid().optional().openapi({ description: 'Who comes along, where two do.' }),
            }),
          ),
        },
        responses: answer(OfferWithOrder, 'Accepted'),
      }),
      async (c) => {
        const given = { offerId: c.req.valid('param').id, answer: 'accepted' as const };
        return c.json(await answered(c, given, c.req.valid('json')), 200);
      },
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
    )
    .openapi(
      createRoute({
        method: 'get',
        path: '/api/v1/offers/{id}/candidates',
        tags,
        summary: 'My carers for this order: who can come, best first, then the others with the rule (D1)',
        request: { params: idParam },
        responses: answer(
          z
            .strictObject({
              items: z.array(
                z.strictObject({
                  personId: z.uuid(),
                  name: z.string(),
                  distanceM: z.int(),
                  score: z.number(),
                  terms: z.array(z.strictObject({ code: z.string(), value: z.number() })),
                  excludedBy: z.enum(exclusionRules).nullable(),
                }),
              ),
            })
            .openapi('OwnCarers'),
          'At most 300',
        ),
      }),
      async (c) => {
        const offer = await findOffer(db, c.get('reach'), c.req.valid('param').id);
        if (!offer?.providerId) throw new Problem('not_found', { field: 'id' });
        const own = await ownCarersFor(db, offer.orderId, offer.providerId, now());
        const items = own.map(({ personId, name, distanceMetres, score, terms, excludedBy }) => ({
          personId,
          name,
          distanceM: distanceMetres,
          score,
          terms,
          excludedBy,
        }));
        return c.json({ items }, 200);
      },
    )
    .openapi(
      createRoute({
        method: 'post',
        path: '/api/v1/orders/{id}/swap',
        tags,
        summary: 'Another carer of mine comes instead; the elder is told, the reason recorded',
        request: {
          params: idParam,
          ...jsonBody(
            z.strictObject({
              personId: z.uuid(),
              place: z
                .union([z.literal(1), z.literal(2)])
                .default(1)
                .openapi({ description: 'Whose place is taken: 2 for the second of two.' }),
              reason: writing(4, 200),
            }),
          ),
        },
        responses: answer(Order, 'Swapped'),
      }),
      async (c) => {
        const { id } = c.req.valid('param');
        const reach = c.get('reach');
        const order = await findOrder(db, reach, id);
        if (!order || reach.kind !== 'provider') throw new Problem('not_found', { field: 'id' });
        const swapped = await carryOut(
          c,
          context,
          async (tx, act) => {
            await swapCarer(tx, act, reach.providerId, { orderId: id, ...c.req.valid('json') });
            return written((await findOrder(tx, reach, id)) ?? order);
          },
          { onBehalfOf: order.elder.id },
        );
        return c.json(swapped, 200);
      },
    );
}
