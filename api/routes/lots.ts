/** Granted hours by month of grant, and when what is left of each lapses (T8). */
import { createRoute, z } from '@hono/zod-openapi';
import { lotsOf } from '../../db/bank/grantLots.ts';
import { expectAccount } from '../../db/bank/withinReach.ts';
import { perform } from '../../db/connect/act.ts';
import { callerOf } from '../auth/principal.ts';
import { type ApiContext, newRouter } from '../http/context.ts';
import { idParam, instantText } from '../http/fields.ts';
import { actOf } from '../http/idempotency.ts';
import { answer } from '../http/openapi.ts';
import { Problem } from '../http/problems.ts';
import { written } from '../http/written.ts';

const Lot = z
  .strictObject({
    transferId: z.uuid(),
    grantedAt: instantText,
    lapsesAt: instantText,
    amount: z.int(),
    left: z.int().openapi({ description: 'Minutes of it that are not spent; the oldest are spent first.' }),
  })
  .openapi('GrantLot');

export function lotRoutes({ db, now }: ApiContext) {
  return newRouter().openapi(
    createRoute({
      method: 'get',
      path: '/api/v1/accounts/{id}/lots',
      tags: ['time bank'],
      summary: 'What is left of each grant on an account, and when it lapses',
      request: { params: idParam },
      responses: answer(z.strictObject({ items: z.array(Lot) }), 'Oldest first'),
    }),
    async (c) => {
      const { id } = c.req.valid('param');
      const read = await perform(db, actOf(callerOf(c), null, now()), async (tx, act) => {
        await expectAccount(tx, act, c.get('reach'), id);
        return lotsOf(tx, id, act.at);
      });
      if (!read.ok) throw Problem.of(read.refusal);
      return c.json(written({ items: read.value }), 200);
    },
  );
}
