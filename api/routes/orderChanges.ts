/** Another time, length or note for an order that has not begun, what else the elder has booked at a time, and what a visit costs. */
import { createRoute, z } from '@hono/zod-openapi';
import { attempt } from '../../db/connect/act.ts';
import { changeOrders } from '../../db/orders/change.ts';
import { conflictsWith } from '../../db/orders/conflicts.ts';
import { pricesOf } from '../../db/orders/prices.ts';
import { orderStates, payers } from '../../db/orders/rules.ts';
import { eldersWithin } from '../../db/people/elderViews.ts';
import { currentPolicy } from '../../db/services/policies.ts';
import { type ApiContext, newRouter } from '../http/context.ts';
import { idParam, instantGiven, instantText, writing } from '../http/fields.ts';
import { answer, jsonBody } from '../http/openapi.ts';
import { Problem } from '../http/problems.ts';
import { written } from '../http/written.ts';
import { Order } from './shapes.ts';
import { actsOnOrders } from './withOrder.ts';

const tags = ['orders'];

export const Conflict = z
  .strictObject({
    orderId: z.uuid(),
    serviceCode: z.string(),
    state: z.enum(orderStates),
    startAt: instantText,
    minutes: z.int(),
    overlaps: z.boolean().openapi({ description: 'At the same time; else only near.' }),
  })
  .openapi('Conflict');

export function orderChangeRoutes(context: ApiContext) {
  const { db, now } = context;
  const withOrder = actsOnOrders(context);
  return newRouter()
    .openapi(
      createRoute({
        method: 'post',
        path: '/api/v1/orders/conflicts',
        tags,
        summary: 'What else an elder has booked at a time or near it; asked before booking',
        request: jsonBody(
          z.strictObject({
            elderId: z.uuid(),
            startAt: instantGiven,
            minutes: z.int().min(5).max(1440),
          }),
        ),
        responses: answer(z.strictObject({ items: z.array(Conflict) }), 'By start, at most five'),
      }),
      async (c) => {
        const span = c.req.valid('json');
        const [isWithin] = await eldersWithin(db, [{ elderId: span.elderId, reach: c.get('reach') }]);
        if (!isWithin) throw new Problem('not_found', { field: 'elderId' });
        const { body } = await currentPolicy(db, 'orders', now());
        const [items = []] = await conflictsWith(db, [span], body.conflictGapMinutes);
        return c.json(written({ items }), 200);
      },
    )
    .openapi(
      createRoute({
        method: 'post',
        path: '/api/v1/orders/prices',
        tags,
        summary: 'What a visit would cost this elder by each way of paying; asked before booking',
        request: jsonBody(
          z.strictObject({
            elderId: z.uuid(),
            serviceCode: z.string().min(1).max(40),
            minutes: z.int().min(5).max(1440).optional(),
          }),
        ),
        responses: answer(
          z.strictObject({
            items: z.array(
              z.strictObject({
                payer: z.enum(payers),
                carersNeeded: z
                  .int()
                  .openapi({ description: '2 where ability or the service asks for two.' }),
                priceFen: z.int(),
                ownShareFen: z.int(),
                holdMinutes: z.int(),
              }),
            ),
          }),
          "By the service's payers; what booking would settle now",
        ),
      }),
      async (c) => {
        const wanted = c.req.valid('json');
        const [isWithin] = await eldersWithin(db, [{ elderId: wanted.elderId, reach: c.get('reach') }]);
        if (!isWithin) throw new Problem('not_found', { field: 'elderId' });
        const outcome = await attempt(() => pricesOf(db, wanted, now()));
        if (!outcome.ok) throw Problem.of(outcome.refusal);
        return c.json({ items: outcome.value }, 200);
      },
    )
    .openapi(
      createRoute({
        method: 'patch',
        path: '/api/v1/orders/{id}',
        tags,
        summary:
          'Change the time, length or note of an order that has not begun; another time asks everybody anew',
        request: {
          params: idParam,
          ...jsonBody(
            z.strictObject({
              startAt: instantGiven.optional(),
              minutes: z.int().min(5).max(1440).optional(),
              note: writing(1, 500).nullable().optional(),
              despiteConflicts: z.boolean().optional(),
            }),
          ),
        },
        responses: answer(Order, 'Changed'),
      }),
      async (c) => {
        const { id } = c.req.valid('param');
        const { despiteConflicts, ...change } = c.req.valid('json');
        const changed = await withOrder(c, id, (tx, act) =>
          changeOrders(tx, act, [{ orderId: id, ...change, expectFree: !despiteConflicts }]),
        );
        return c.json(changed, 200);
      },
    );
}
