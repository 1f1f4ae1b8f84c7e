/** Dispatch of one order (D4, D5): the best places for it at once, and why it is with whom it is or with nobody. */
import { createRoute, z } from '@hono/zod-openapi';
import { recommend } from '../../db/dispatch/recommend.ts';
import { relaxationCodes } from '../../db/dispatch/relaxations.ts';
import { whyOf } from '../../db/dispatch/whyOf.ts';
import { exclusionRules, ownCarersFor } from '../../db/orders/candidates.ts';
import { offerTerms, orderStates } from '../../db/orders/rules.ts';
import { findOrder } from '../../db/orders/views.ts';
import { type ApiContext, newRouter } from '../http/context.ts';
import { idParam, instantText } from '../http/fields.ts';
import { answer } from '../http/openapi.ts';
import { Problem } from '../http/problems.ts';
import { written } from '../http/written.ts';
import { chosenText, excludedText, nextText, relaxedText } from './whyWords.ts';

const tags = ['dispatch'];

const Terms = z.array(
  z.strictObject({
    code: z.enum(offerTerms),
    value: z.number().openapi({ description: 'Points; they sum up to the score.' }),
  }),
);
const sentence = z.string().openapi({ description: 'In the language of Accept-Language.' });

const Recommendation = z
  .strictObject({
    items: z.array(
      z.strictObject({
        personId: z.uuid(),
        name: z.string(),
        kind: z.enum(['volunteer', 'carer']),
        providerId: z.uuid().nullable(),
        second: z.strictObject({ personId: z.uuid(), name: z.string() }).nullable(),
        beginAt: instantText.openapi({ description: 'When they can begin, within the time agreed.' }),
        travelSeconds: z.int().openapi({ description: 'On the way there, from home or the visit before.' }),
        addedSeconds: z.int().openapi({ description: 'By how much their round becomes longer.' }),
        waitSeconds: z.int().openapi({
          description: 'How long this elder, and those who come after, wait beyond what was agreed.',
        }),
        after: z.uuid().nullable().openapi({ description: 'The order right before it in their round.' }),
        before: z.uuid().nullable(),
        score: z.number(),
        terms: Terms,
      }),
    ),
  })
  .openapi('Recommendation');

const Weighed = { personId: z.uuid(), name: z.string(), score: z.number(), terms: Terms, sentence };

const Why = z
  .strictObject({
    orderId: z.uuid(),
    state: z.enum(orderStates),
    asOf: instantText.openapi({ description: 'The instant as of which people are weighed.' }),
    chosen: z
      .strictObject(Weighed)
      .nullable()
      .openapi({ description: 'Who is to come, or the best of those asked; null when nobody is.' }),
    next: z
      .array(
        z.strictObject({
          ...Weighed,
          behind: z.number().openapi({ description: 'Points behind who is chosen, or behind the best.' }),
          differences: Terms,
        }),
      )
      .openapi({ description: 'At most three.' }),
    able: z.int().openapi({ description: 'All who can come.' }),
    excluded: z
      .array(z.strictObject({ rule: z.enum(exclusionRules), count: z.int(), sentence }))
      .openapi({ description: 'Of the people near by, under the first rule that excludes them.' }),
    relaxations: z
      .array(
        z.strictObject({
          code: z.enum(relaxationCodes),
          by: z.int().nullable().openapi({ description: 'Minutes, metres or the level, by code.' }),
          people: z.int().openapi({ description: 'How many could come then.' }),
          best: z.strictObject({
            personId: z.uuid(),
            name: z.string(),
            kind: z.enum(['volunteer', 'carer']),
            score: z.number(),
            beginAt: instantText,
          }),
          sentence,
        }),
      )
      .openapi({
        description: 'The smallest of each kind that would serve it, each tried; none where somebody can.',
      }),
  })
  .openapi('Why');

export function dispatchRoutes({ db, now }: ApiContext) {
  return newRouter()
    .openapi(
      createRoute({
        method: 'get',
        path: '/api/v1/orders/{id}/recommendation',
        tags,
        summary:
          'The best five places for an order in the rounds as they stand; a provider sees its own carers',
        request: { params: idParam },
        responses: answer(Recommendation, 'Best first; nobody who is excluded by a rule (D1)'),
      }),
      async (c) => {
        const { id } = c.req.valid('param');
        const reach = c.get('reach');
        if (!(await findOrder(db, reach, id))) throw new Problem('not_found', { field: 'id' });
        const best =
          reach.kind === 'provider'
            ? await ownCarersFor(db, id, reach.providerId, now())
            : ((await recommend(db, [id], now())).get(id) ?? []);
        const items = best.flatMap(({ place, personId, name, kind, providerId, second, score, terms }) =>
          place
            ? [
                {
                  personId,
                  name,
                  kind,
                  providerId,
                  second,
                  beginAt: new Date(place.begin),
                  travelSeconds: place.travelSeconds,
                  addedSeconds: place.addedSeconds,
                  waitSeconds: place.waitSeconds,
                  after: place.after,
                  before: place.before,
                  score,
                  terms,
                },
              ]
            : [],
        );
        return c.json(written({ items: items.slice(0, 5) }), 200);
      },
    )
    .openapi(
      createRoute({
        method: 'get',
        path: '/api/v1/orders/{id}/why',
        tags,
        summary: 'Why an order is with whom it is, who would be next, or what would serve it (D5)',
        request: { params: idParam },
        responses: answer(Why, 'Codes with figures, and sentences'),
      }),
      async (c) => {
        const { id } = c.req.valid('param');
        if (!(await findOrder(db, c.get('reach'), id))) throw new Problem('not_found', { field: 'id' });
        const why = await whyOf(db, id, now());
        if (!why) throw new Problem('not_found', { field: 'id' });
        const language = c.get('language');
        return c.json(
          written({
            ...why,
            chosen: why.chosen && { ...why.chosen, sentence: chosenText(why.chosen, language) },
            next: why.next.map((one) => ({ ...one, sentence: nextText(one, language) })),
            excluded: why.excluded.map((one) => ({ ...one, sentence: excludedText(one, language) })),
            relaxations: why.relaxations.map((one) => ({ ...one, sentence: relaxedText(one, language) })),
          }),
          200,
        );
      },
    );
}
