/** How fair, near and steady dispatch is in my area (D3, C7, C25). */
import { createRoute, z } from '@hono/zod-openapi';
import { circleMetres } from '../../db/dispatch/measures.ts';
import { continuity, planChanges, visitMeasures } from '../../db/dispatch/measuresOf.ts';
import { askingTotals } from '../../db/orders/askingViews.ts';
import { currentPolicy } from '../../db/services/policies.ts';
import { type ApiContext, newRouter } from '../http/context.ts';
import { instantGiven, instantText } from '../http/fields.ts';
import { answer } from '../http/openapi.ts';
import { Problem } from '../http/problems.ts';

const DAY = 86_400_000;
const DEFAULT_DAYS = 7;
const MOST_DAYS = 31;
const FAIRNESS_DAYS = 30;

const share = (description: string) => z.number().nullable().openapi({ description });
const gini = (of: string) =>
  share(`Gini coefficient of ${of}: 0 when all have the same, towards 1 the fewer have it all.`);

const Measures = z
  .strictObject({
    from: instantText,
    until: instantText,
    visits: z.int(),
    knownShare: share('Of the visits, by somebody who settled a visit at the elder in the 90 days before.'),
    nearShare: share('Of the visits, by somebody who lives within the 15-minute circle.'),
    circleMinutes: z.number(),
    carers: z.int().openapi({ description: 'Who came at all.' }),
    giniCarers: gini('the time they were planned for'),
    plans: z
      .strictObject({
        plans: z.int(),
        changes: z.int().openapi({ description: 'Places given to another person than in the plan before.' }),
      })
      .nullable()
      .openapi({
        description: 'Of the days of the span; null below districts, which are planned as a whole.',
      }),
    before: z
      .strictObject({
        elders: z.int(),
        helpersPerElder: share('Different helpers of an elder, on average.'),
        mainHelperShare: share('Of all visits, by the helper who came to the elder most often.'),
        volunteers: z.int(),
        giniHours: gini('the hours volunteers were offered'),
      })
      .openapi({ description: 'Of the 30 days before the end of the span.' }),
  })
  .openapi('DispatchMeasures');

export function measuresRoutes({ reads, now }: ApiContext) {
  return newRouter().openapi(
    createRoute({
      method: 'get',
      path: '/api/v1/dispatch/measures',
      tags: ['offers'],
      summary: 'How fair, near and steady dispatch is in my area',
      request: {
        query: z.strictObject({
          from: instantGiven.optional().openapi({ description: '7 days before the end when left out.' }),
          until: instantGiven
            .optional()
            .openapi({ description: 'Now when left out; at most 31 days later.' }),
        }),
      },
      responses: answer(Measures, 'What happened in the span, and in the 30 days before its end'),
    }),
    async (c) => {
      const given = c.req.valid('query');
      const until = given.until ?? now();
      const from = given.from ?? new Date(until.getTime() - DEFAULT_DAYS * DAY);
      if (from >= until || until.getTime() - from.getTime() > MOST_DAYS * DAY)
        throw new Problem('validation_failed', { field: 'from' });
      const reach = c.get('reach');
      const areaCode = reach.kind === 'area' ? reach.areaCode : null;
      const { body } = await currentPolicy(reads, 'dispatch', now());
      const span = { areaCode, from, until };
      const fairness = { areaCode, from: new Date(until.getTime() - FAIRNESS_DAYS * DAY), until };
      const [visits, steady, plans, { volunteers, giniHours }] = await Promise.all([
        visitMeasures(reads, span, circleMetres(body.travel.carer, body.circleMinutes)),
        continuity(reads, areaCode, until),
        planChanges(reads, span),
        askingTotals(reads, fairness),
      ]);
      return c.json(
        {
          from: from.toISOString(),
          until: until.toISOString(),
          ...visits,
          circleMinutes: body.circleMinutes,
          plans,
          before: { ...steady, volunteers, giniHours },
        },
        200,
      );
    },
  );
}
