/** What is done with an order: cancelled, confirmed, disputed, rated, complained of, assigned by hand, withdrawn. */
import { createRoute, z } from '@hono/zod-openapi';
import { complaintKinds } from '../../db/complaints/rules.ts';
import { complain } from '../../db/complaints/take.ts';
import { type Act, refuse } from '../../db/connect/act.ts';
import type { Tx } from '../../db/connect/database.ts';
import type { Reach } from '../../db/connect/reach.ts';
import { openDisputes } from '../../db/disputes/open.ts';
import { disputeReasons } from '../../db/disputes/rules.ts';
import { assignByHand } from '../../db/orders/assign.ts';
import { candidatesFor, exclusionRules } from '../../db/orders/candidates.ts';
import { cancelOrders } from '../../db/orders/end.ts';
import { withdrawOffers } from '../../db/orders/offer.ts';
import { lockOrders } from '../../db/orders/transition.ts';
import { findOrder, isWithin, type OrderView, ordersSeen } from '../../db/orders/views.ts';
import { confirmVisits } from '../../db/visits/confirm.ts';
import { rateVisits } from '../../db/visits/rate.ts';
import { callerOf } from '../auth/principal.ts';
import { expectedVersion } from '../http/conditional.ts';
import { type ApiContext, newRouter } from '../http/context.ts';
import { idParam, writing } from '../http/fields.ts';
import { actOf, carryOut } from '../http/idempotency.ts';
import { answer, done, jsonBody } from '../http/openapi.ts';
import { Problem } from '../http/problems.ts';
import { type Asked, carryOutTogether } from '../http/together.ts';
import { written } from '../http/written.ts';
import { Answers, ratingOf } from './ratingFields.ts';
import { Order } from './shapes.ts';
import { actsOnOrders } from './withOrder.ts';

const tags = ['orders'];
const reasonBody = jsonBody(z.strictObject({ reason: writing(2, 200) }));
const firmReasonBody = jsonBody(z.strictObject({ reason: writing(4, 200) }));
const doorCode = z.string().regex(/^\d{4}$/);

interface ConfirmationAsked {
  id: string;
  doorCode: string | undefined;
  reach: Reach;
  /** The version that the caller has seen, where the call makes it a condition. */
  version: number | null;
}

/** Confirms what several ask for at once; each sees the order as the caller may. */
async function confirmAll(tx: Tx, act: Act, asked: readonly Asked<ConfirmationAsked>[]) {
  const locked = await lockOrders(
    tx,
    asked.map(({ item }) => item.id),
  );
  // The same order twice: each is answered by itself, and the second finds it settled.
  if (locked.size < asked.length) refuse('already_done', 'id');
  const confirmations = asked.map(({ item, principal }) => {
    const order = locked.get(item.id);
    if (!order || !isWithin(item.reach, order)) refuse('not_found', 'id');
    if (item.version !== null && item.version !== order.version)
      refuse('stale', 'If-Match', { version: order.version });
    return { orderId: item.id, doorCode: item.doorCode, by: actOf(principal, order.elderId, act.at) };
  });
  await confirmVisits(tx, act, confirmations, 'confirmed', locked);
  const seen = await ordersSeen(tx, new Map(asked.map(({ item }) => [item.id, item.reach])));
  return asked.map(({ item }) => written(seen.get(item.id) as OrderView));
}

export function orderActRoutes(context: ApiContext) {
  const { db, now } = context;
  const confirm = carryOutTogether(context, confirmAll, { version: (order) => order.version });
  const withOrder = actsOnOrders(context);

  return newRouter()
    .openapi(
      createRoute({
        method: 'post',
        path: '/api/v1/orders/{id}/cancel',
        tags,
        summary: 'Cancel; free until 2 hours before the start, later it counts for the record (S5)',
        request: { params: idParam, ...reasonBody },
        responses: answer(Order, 'Cancelled; what was set aside is free again'),
      }),
      async (c) => {
        const { id } = c.req.valid('param');
        const { reason } = c.req.valid('json');
        return c.json(
          await withOrder(c, id, (tx, act) => cancelOrders(tx, act, [{ orderId: id, reason }])),
          200,
        );
      },
    )
    .openapi(
      createRoute({
        method: 'post',
        path: '/api/v1/orders/{id}/confirm',
        tags,
        summary: 'Confirm a finished visit; it is paid at once (S10)',
        request: { params: idParam, ...jsonBody(z.strictObject({ doorCode: doorCode.optional() })) },
        responses: answer(Order, 'Settled'),
      }),
      async (c) => {
        const { id } = c.req.valid('param');
        const { doorCode } = c.req.valid('json');
        const asked = { id, doorCode, reach: c.get('reach'), version: expectedVersion(c) };
        return c.json(await confirm(c, asked), 200);
      },
    )
    .openapi(
      createRoute({
        method: 'post',
        path: '/api/v1/orders/{id}/dispute',
        tags,
        summary: 'Object to a finished visit; nothing is paid until it is decided',
        request: {
          params: idParam,
          ...jsonBody(z.strictObject({ reasonCode: z.enum(disputeReasons), text: writing(4, 1000) })),
        },
        responses: answer(Order, 'Disputed; what was set aside lies in suspense'),
      }),
      async (c) => {
        const { id } = c.req.valid('param');
        const objection = { orderId: id, ...c.req.valid('json') };
        return c.json(await withOrder(c, id, (tx, act) => openDisputes(tx, act, [objection])), 200);
      },
    )
    .openapi(
      createRoute({
        method: 'post',
        path: '/api/v1/orders/{id}/rating',
        tags,
        summary: 'Rate a visit: attitude, skill, punctuality, outcome, each 1–5',
        request: {
          params: idParam,
          ...jsonBody(Answers),
        },
        responses: answer(Order, 'Rated'),
      }),
      async (c) => {
        const { id } = c.req.valid('param');
        const source = callerOf(c).role === 'family' ? ('family' as const) : ('elder' as const);
        const rating = { orderId: id, source, ...ratingOf(c.req.valid('json')) };
        return c.json(await withOrder(c, id, (tx, act) => rateVisits(tx, act, [rating])), 200);
      },
    )
    .openapi(
      createRoute({
        method: 'post',
        path: '/api/v1/orders/{id}/complaint',
        tags,
        summary: 'Complain about an order or its visit',
        request: {
          params: idParam,
          ...jsonBody(z.strictObject({ kind: z.enum(complaintKinds), text: writing(4, 2000) })),
        },
        responses: answer(done, 'Taken'),
      }),
      async (c) => {
        const { id } = c.req.valid('param');
        const complaint = { orderId: id, ...c.req.valid('json') };
        const order = await findOrder(db, c.get('reach'), id);
        if (!order) throw new Problem('not_found', { field: 'id' });
        const taken = await carryOut(
          c,
          context,
          async (tx, act) => {
            await complain(tx, act, [complaint]);
            return { ok: true as const };
          },
          { onBehalfOf: order.elder.id },
        );
        return c.json(taken, 200);
      },
    )
    .openapi(
      createRoute({
        method: 'get',
        path: '/api/v1/orders/{id}/candidates',
        tags,
        summary: 'Who could serve this order now, best first, and which rule excludes how many others (D5)',
        request: { params: idParam },
        responses: answer(
          z
            .strictObject({
              items: z.array(
                z.strictObject({
                  personId: z.uuid(),
                  name: z.string(),
                  kind: z.enum(['volunteer', 'carer']),
                  providerId: z.uuid().nullable(),
                  second: z
                    .strictObject({ personId: z.uuid(), name: z.string() })
                    .nullable()
                    .openapi({ description: 'Who would come along, where two do.' }),
                  distanceM: z.int(),
                  silent: z
                    .boolean()
                    .openapi({ description: 'Was asked and did not answer, or did not come.' }),
                  backup: z.boolean().openapi({ description: 'Wants to be asked after all others.' }),
                  score: z.number(),
                  terms: z.array(z.strictObject({ code: z.string(), value: z.number() })),
                }),
              ),
              excluded: z.array(z.strictObject({ rule: z.enum(exclusionRules), count: z.int() })),
            })
            .openapi('Candidates'),
          'Of the nearest people',
        ),
      }),
      async (c) => {
        const { id } = c.req.valid('param');
        if (!(await findOrder(db, c.get('reach'), id))) throw new Problem('not_found', { field: 'id' });
        const found = (await candidatesFor(db, [id], now())).get(id);
        const items = (found?.candidates ?? []).map(({ distanceMetres, ...candidate }) => ({
          ...candidate,
          distanceM: distanceMetres,
        }));
        return c.json({ items, excluded: found?.excluded ?? [] }, 200);
      },
    )
    .openapi(
      createRoute({
        method: 'post',
        path: '/api/v1/orders/{id}/assign',
        tags,
        summary: 'Ask a person chosen by hand; the reason is recorded',
        request: {
          params: idParam,
          ...jsonBody(z.strictObject({ personId: z.uuid(), reason: writing(4, 200) })),
        },
        responses: answer(Order, 'Asked'),
      }),
      async (c) => {
        const { id } = c.req.valid('param');
        const choice = { orderId: id, ...c.req.valid('json') };
        return c.json(await withOrder(c, id, (tx, act) => assignByHand(tx, act, choice)), 200);
      },
    )
    .openapi(
      createRoute({
        method: 'post',
        path: '/api/v1/orders/{id}/withdraw',
        tags,
        summary: 'Take back the open offer or the accepted visit; the order waits anew',
        request: { params: idParam, ...firmReasonBody },
        responses: answer(Order, 'Waiting anew'),
      }),
      async (c) => {
        const { id } = c.req.valid('param');
        const { reason } = c.req.valid('json');
        return c.json(
          await withOrder(c, id, (tx, act) => withdrawOffers(tx, act, [{ orderId: id, reason }])),
          200,
        );
      },
    );
}
