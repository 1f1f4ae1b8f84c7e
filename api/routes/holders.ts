/** The accounts of a person of the area, for a desk that acts on their behalf. */
import { createRoute, z } from '@hono/zod-openapi';
import { holderOf } from '../../db/bank/holderViews.ts';
import type { ApiContext } from '../http/context.ts';
import { newRouter } from '../http/context.ts';
import { idParam } from '../http/fields.ts';
import { carryOut } from '../http/idempotency.ts';
import { answer } from '../http/openapi.ts';
import { Account, isOwn } from './accounts.ts';

const Holder = z
  .strictObject({
    personId: z.uuid(),
    name: z.string().openapi({ description: 'Masked.' }),
    age: z.int(),
    isElder: z.boolean(),
    isVolunteer: z.boolean(),
    closed: z.boolean().openapi({ description: 'Dead, or moved to another city.' }),
    items: z.array(Account),
  })
  .openapi('Holder');

export function holderRoutes(context: ApiContext) {
  return newRouter().openapi(
    createRoute({
      method: 'get',
      path: '/api/v1/people/{id}/accounts',
      tags: ['time bank'],
      summary: 'What a person of my area has on their accounts; the person can see that it was read',
      request: { params: idParam },
      responses: answer(Holder, 'Minutes first'),
    }),
    async (c) => {
      const { id } = c.req.valid('param');
      const { accounts, ...person } = await carryOut(c, context, (tx, act) =>
        holderOf(tx, act, c.get('reach'), id),
      );
      const items = accounts.flatMap(({ ownerId: _, kind, ...account }) =>
        isOwn(kind) ? [{ ...account, kind }] : [],
      );
      return c.json({ ...person, items }, 200);
    },
  );
}
