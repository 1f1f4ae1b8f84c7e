/** Redeeming one's own hours (T5): for whom that is possible, and what they pay for somebody else. */
import { createRoute, z } from '@hono/zod-openapi';
import { balancesOf } from '../../db/bank/balances.ts';
import type { Reach } from '../../db/connect/reach.ts';
import { cancelOrders } from '../../db/orders/end.ts';
import { ordersPaidBy } from '../../db/orders/paidByViews.ts';
import { redeemableBy, whyNotRedeemable } from '../../db/people/redeeming.ts';
import { kinRelations } from '../../db/people/rules.ts';
import { currentPolicy } from '../../db/services/policies.ts';
import { callerOf, type Principal } from '../auth/principal.ts';
import { type ApiContext, newRouter } from '../http/context.ts';
import { idParam, instantGiven, writing } from '../http/fields.ts';
import { carryOut } from '../http/idempotency.ts';
import { answer, jsonBody } from '../http/openapi.ts';
import { keysOf, page, pageOf, pageQuery } from '../http/paging.ts';
import { Problem } from '../http/problems.ts';
import { written } from '../http/written.ts';
import { Order } from './shapes.ts';

const tags = ['time bank'];

const Redeemable = z
  .strictObject({
    elderId: z.uuid(),
    name: z.string(),
    relation: z.enum(['self', ...kinRelations]),
    age: z.int(),
    may: z.boolean(),
    why: z
      .enum(whyNotRedeemable)
      .nullable()
      .openapi({ description: 'Why not; `not_registered`: the station registers who is to be served.' }),
  })
  .openapi('Redeemable');

/** As one sees orders that one pays for somebody else: the name masked, no door code. */
export const payerOf = (principal: Principal): Reach => ({
  kind: 'assignee',
  personId: principal.personId ?? '',
});

function personOf(principal: Principal): string {
  if (!principal.personId) throw new Problem('not_found', { field: 'personId' });
  return principal.personId;
}

export function redeemingRoutes(context: ApiContext) {
  const { db, now } = context;
  return newRouter()
    .openapi(
      createRoute({
        method: 'get',
        path: '/api/v1/redeemable',
        tags,
        summary: 'For whom my hours can be redeemed: myself, my spouse, my lineal relatives, and why not yet',
        responses: answer(
          z.strictObject({
            items: z.array(Redeemable),
            redeemAge: z.int(),
            availableMinutes: z.int().openapi({ description: 'Own hours, without granted ones.' }),
          }),
          'Oneself first',
        ),
      }),
      async (c) => {
        const personId = personOf(callerOf(c));
        const [items, accounts, policy] = await Promise.all([
          redeemableBy(db, personId, now()),
          balancesOf(db, personId),
          currentPolicy(db, 'bank', now()),
        ]);
        const own = accounts.find(({ kind, currency }) => kind === 'personal' && currency === 'min');
        const availableMinutes = own && !own.frozen ? own.available : 0;
        return c.json({ items, redeemAge: policy.body.redeemAge, availableMinutes }, 200);
      },
    )
    .openapi(
      createRoute({
        method: 'get',
        path: '/api/v1/redemptions',
        tags,
        summary: 'Orders for others that my own hours pay',
        request: { query: z.strictObject(pageQuery) },
        responses: answer(pageOf(Order), 'By start, latest first'),
      }),
      async (c) => {
        const { limit, cursor } = c.req.valid('query');
        const principal = callerOf(c);
        const keys = keysOf(cursor, [instantGiven, z.uuid()] as const);
        const after = keys && { startAt: keys[0], id: keys[1] };
        const rows = await ordersPaidBy(db, payerOf(principal), personOf(principal), limit + 1, after);
        return c.json(written(page(rows, limit, (row) => [row.startAt.toISOString(), row.id])), 200);
      },
    )
    .openapi(
      createRoute({
        method: 'post',
        path: '/api/v1/redemptions/{id}/cancel',
        tags,
        summary: 'Cancel an order for somebody else that my own hours pay',
        request: { params: idParam, ...jsonBody(z.strictObject({ reason: writing(2, 200) })) },
        responses: answer(Order, 'Cancelled; the hours are free again'),
      }),
      async (c) => {
        const { id } = c.req.valid('param');
        const { reason } = c.req.valid('json');
        const principal = callerOf(c);
        const own = (tx: Parameters<typeof ordersPaidBy>[0]) =>
          ordersPaidBy(tx, payerOf(principal), personOf(principal), 1, null, id);
        const [order] = await own(db);
        if (!order) throw new Problem('not_found', { field: 'id' });
        const cancelled = await carryOut(
          c,
          context,
          async (tx, act) => {
            await cancelOrders(tx, act, [{ orderId: id, reason }]);
            const [after] = await own(tx);
            return written(after ?? order);
          },
          { onBehalfOf: order.elder.id, version: (value) => value.version },
        );
        return c.json(cancelled, 200);
      },
    );
}
