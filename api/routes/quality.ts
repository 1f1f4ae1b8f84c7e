/** Quality: monthly scores of districts, providers and stations, with the measures behind them (Q1, Q2). */
import { createRoute, z } from '@hono/zod-openapi';
import { subjectKinds } from '../../db/quality/rules.ts';
import { scoresOf } from '../../db/quality/views.ts';
import { type ApiContext, newRouter } from '../http/context.ts';
import { monthText } from '../http/fields.ts';
import { answer } from '../http/openapi.ts';

const points = z.strictObject({
  satisfaction: z.number(),
  reliability: z.number(),
  conformity: z.number(),
  complaints: z.number(),
});

const Scores = z
  .strictObject({
    month: z.string(),
    months: z.array(z.string()),
    policyVersion: z.int(),
    rule: z
      .strictObject({
        weights: points.openapi({ description: 'The most points of each part.' }),
        minimumVisits: z.int(),
        complaintsPerThousandAtZero: z.number(),
      })
      .openapi({ description: 'How that version of the policy makes a score.' }),
    cityMean: z.number().nullable(),
    items: z.array(
      z.strictObject({
        subjectId: z.string(),
        name: z.string(),
        n: z.int().openapi({ description: 'Closed visits counted.' }),
        score: z
          .number()
          .nullable()
          .openapi({ description: '0–100; null when there are not enough visits.' }),
        low: z.number(),
        high: z.number(),
        enough: z.boolean(),
        parts: points,
        measures: z.strictObject({
          planned: z.int(),
          completed: z.int(),
          punctual: z.int(),
          verified: z.int(),
          durationKept: z.int(),
          ratings: z.int(),
          satisfaction: z.number().nullable(),
          complaints: z.int(),
        }),
        trend: z.array(z.strictObject({ month: z.string(), score: z.number().nullable() })),
      }),
    ),
  })
  .openapi('Scores');

export function qualityRoutes({ reads, now }: ApiContext) {
  return newRouter().openapi(
    createRoute({
      method: 'get',
      path: '/api/v1/scores',
      tags: ['quality'],
      summary: 'Scores of a month, best first, each with its 95 % interval',
      request: {
        query: z.strictObject({
          subject: z.enum(subjectKinds).default('district'),
          month: monthText.optional().openapi({ description: 'The latest that has scores when left out.' }),
        }),
      },
      responses: answer(Scores, 'Scores'),
    }),
    async (c) => {
      const { subject, month } = c.req.valid('query');
      return c.json(await scoresOf(reads, subject, month ?? null, now()), 200);
    },
  );
}
