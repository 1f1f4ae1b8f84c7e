/** Start times at which an elder can still be served well, asked before booking. */
import { createRoute, z } from '@hono/zod-openapi';
import { attempt } from '../../db/connect/act.ts';
import { dayAfter, dayOf } from '../../db/connect/days.ts';
import { slots } from '../../db/dispatch/slots.ts';
import { AHEAD_DAYS } from '../../db/orders/book.ts';
import { payers } from '../../db/orders/rules.ts';
import { eldersWithin } from '../../db/people/elderViews.ts';
import { type ApiContext, newRouter } from '../http/context.ts';
import { dayText, idParam, instantText } from '../http/fields.ts';
import { answer } from '../http/openapi.ts';
import { Problem } from '../http/problems.ts';
import { written } from '../http/written.ts';

const MOST_DAYS = 7;

const Slots = z
  .strictObject({
    items: z.array(
      z.strictObject({
        day: dayText,
        slots: z
          .array(
            z.strictObject({
              startAt: instantText,
              people: z.int().openapi({ description: 'How many could come.' }),
              isKnown: z.boolean().openapi({ description: 'One of them has visited the elder lately.' }),
              score: z.number().openapi({ description: 'Points of the best of them (D3).' }),
            }),
          )
          .openapi({ description: 'The best first; none where nobody could come on that day.' }),
      }),
    ),
  })
  .openapi('Slots');

export function slotRoutes({ db, now }: ApiContext) {
  return newRouter().openapi(
    createRoute({
      method: 'get',
      path: '/api/v1/elders/{id}/slots',
      tags: ['dispatch'],
      summary: 'When a service can still be served well: somebody able gets there in time and nobody waits',
      request: {
        params: idParam,
        query: z.strictObject({
          service: z.string().min(1).max(40),
          payer: z.enum(payers).optional().openapi({
            description: 'Decides who comes where volunteers and carers may; both when left out.',
          }),
          minutes: z.coerce.number().int().min(5).max(1440).optional(),
          from: dayText.optional().openapi({ description: 'Today when left out.' }),
          days: z.coerce.number().int().min(1).max(MOST_DAYS).default(1),
        }),
      },
      responses: answer(Slots, 'Day by day'),
    }),
    async (c) => {
      const { id } = c.req.valid('param');
      const { service, payer, minutes, from: given, days } = c.req.valid('query');
      const [isWithin] = await eldersWithin(db, [{ elderId: id, reach: c.get('reach') }]);
      if (!isWithin) throw new Problem('not_found', { field: 'id' });
      const at = now();
      const from = given ?? dayOf(at);
      if (from < dayOf(at) || from > dayAfter(dayOf(at), AHEAD_DAYS))
        throw new Problem('validation_failed', { field: 'from' });
      const asked = { elderId: id, serviceCode: service, payer, minutes, from, days };
      const outcome = await attempt(() => slots(db, asked, at));
      if (!outcome.ok) throw Problem.of(outcome.refusal);
      return c.json(written({ items: outcome.value }), 200);
    },
  );
}
