/** How volunteers are asked (C25): how often, how evenly, what they answered, and that nobody's weekly cap is passed. */
import { createRoute, z } from '@hono/zod-openapi';
import { askedVolunteers, askingTotals } from '../../db/orders/askingViews.ts';
import { type ApiContext, newRouter } from '../http/context.ts';
import { instantGiven } from '../http/fields.ts';
import { answer } from '../http/openapi.ts';
import { keysOf, page, pageOf, pageQuery } from '../http/paging.ts';
import { Problem } from '../http/problems.ts';

const DAY = 86_400_000;
const DEFAULT_DAYS = 28;
const MOST_DAYS = 92;

const counts = {
  asks: z.int(),
  accepted: z.int(),
  declined: z.int(),
  silent: z.int().openapi({ description: 'Let the time to answer pass; nothing is held against them.' }),
  taken: z.int().openapi({ description: 'Somebody else was quicker.' }),
  visits: z.int(),
};
const gini = z
  .number()
  .nullable()
  .openapi({ description: '0 when all have the same share, towards 1 the fewer have it all.' });

const Asking = pageOf(
  z.strictObject({
    personId: z.uuid(),
    name: z.string().openapi({ description: 'Masked.' }),
    ...counts,
    weeklyAskCap: z.int(),
    mostInWeek: z.int().openapi({ description: 'The most asks in any seven days.' }),
  }),
)
  .extend({
    totals: z.strictObject({
      volunteers: z.int(),
      ...counts,
      giniAsks: gini,
      giniVisits: gini,
      giniHours: gini.openapi({ description: 'Of the hours they were offered.' }),
      atCap: z.int().openapi({ description: 'Volunteers asked as often in some week as they want.' }),
      overCap: z.int().openapi({ description: 'Volunteers asked more often than that: always 0.' }),
    }),
  })
  .openapi('Asking');

export function askingRoutes({ reads, now }: ApiContext) {
  return newRouter().openapi(
    createRoute({
      method: 'get',
      path: '/api/v1/asking',
      tags: ['offers'],
      summary: 'How often the volunteers of my area were asked and came, the most asked first',
      request: {
        query: z.strictObject({
          ...pageQuery,
          from: instantGiven.optional().openapi({ description: '28 days before the end when left out.' }),
          until: instantGiven
            .optional()
            .openapi({ description: 'Now when left out; at most 92 days later.' }),
        }),
      },
      responses: answer(Asking, 'The volunteers, and the sums over all of them'),
    }),
    async (c) => {
      const { limit, cursor, ...given } = c.req.valid('query');
      const keys = keysOf(cursor, [z.int(), z.uuid()] as const);
      const until = given.until ?? now();
      const from = given.from ?? new Date(until.getTime() - DEFAULT_DAYS * DAY);
      if (from >= until || until.getTime() - from.getTime() > MOST_DAYS * DAY)
        throw new Problem('validation_failed', { field: 'from' });
      const reach = c.get('reach');
      const span = { areaCode: reach.kind === 'area' ? reach.areaCode : null, from, until };
      const after = keys && { asks: keys[0], personId: keys[1] };
      const [totals, rows] = await Promise.all([
        askingTotals(reads, span),
        askedVolunteers(reads, span, limit + 1, after),
      ]);
      return c.json({ ...page(rows, limit, (row) => [row.asks, row.personId]), totals }, 200);
    },
  );
}
