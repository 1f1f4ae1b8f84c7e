/** What is shown at the door: the QR picture on the elder's phone, and setting up a tile for a home without one (S7). */
import { createRoute, z } from '@hono/zod-openapi';
import { findOrder } from '../../db/orders/views.ts';
import { renewDoorKey } from '../../db/people/doorKeys.ts';
import { eldersToServe } from '../../db/people/eldersToServe.ts';
import { eldersWithin } from '../../db/people/elderViews.ts';
import { currentPolicy } from '../../db/services/policies.ts';
import { doorSteps, tileAddress } from '../../db/visits/doorCodes.ts';
import { type ApiContext, newRouter } from '../http/context.ts';
import { idParam, instantText } from '../http/fields.ts';
import { carryOut } from '../http/idempotency.ts';
import { answer, jsonBody } from '../http/openapi.ts';
import { Problem } from '../http/problems.ts';
import { written } from '../http/written.ts';

const tags = ['visits'];
/** Twenty minutes of half-minute steps: the picture changes without a call each time. */
const STEPS = 40;

export function doorRoutes(context: ApiContext) {
  const { db, now } = context;
  return newRouter()
    .openapi(
      createRoute({
        method: 'get',
        path: '/api/v1/orders/{id}/door-qr',
        tags,
        summary: 'The texts of the QR picture to show at the door, for the next minutes',
        request: { params: idParam },
        responses: answer(
          z.strictObject({
            steps: z.array(
              z.strictObject({ text: z.string(), validFrom: instantText, validUntil: instantText }),
            ),
          }),
          'Each for its half minute',
        ),
      }),
      async (c) => {
        const order = await findOrder(db, c.get('reach'), c.req.valid('param').id);
        if (!order || !['accepted', 'started'].includes(order.state))
          throw new Problem('not_found', { field: 'id' });
        const elder = (await eldersToServe(db, [order.elder.id])).get(order.elder.id);
        if (!elder) throw new Problem('not_found', { field: 'id' });
        const { body } = await currentPolicy(db, 'visits', now());
        const door = { elderId: elder.id, version: elder.doorKeyVersion };
        return c.json(written({ steps: doorSteps(door, now(), STEPS, body) }), 200);
      },
    )
    .openapi(
      createRoute({
        method: 'post',
        path: '/api/v1/elders/{id}/door-tile',
        tags,
        summary: 'Set up a tile at the door; the codes of an earlier one are worthless from now on',
        request: { params: idParam, ...jsonBody(z.strictObject({})) },
        responses: answer(
          z.strictObject({
            address: z.string().openapi({ description: 'otpauth://totp/…, shown this once.' }),
          }),
          'For the tile, or any token of RFC 6238',
        ),
      }),
      async (c) => {
        const { id } = c.req.valid('param');
        const reach = c.get('reach');
        const set = await carryOut(
          c,
          context,
          async (tx, act) => {
            const [isWithin] = await eldersWithin(tx, [{ elderId: id, reach }]);
            if (!isWithin) throw new Problem('not_found', { field: 'id' });
            const version = await renewDoorKey(tx, act, id);
            const { body } = await currentPolicy(tx, 'visits', act.at);
            return { address: tileAddress({ elderId: id, version }, body) };
          },
          { onBehalfOf: id },
        );
        return c.json(set, 200);
      },
    );
}
