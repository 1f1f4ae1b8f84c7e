/** Stays in institutions (S6): booked or waited for by the elder's side or a desk; arrival and leaving by the provider. */

import { createRoute, z } from '@hono/zod-openapi';
import type { Act } from '../../db/connect/act.ts';
import type { Tx } from '../../db/connect/database.ts';
import { dayOf } from '../../db/connect/days.ts';
import type { Reach } from '../../db/connect/reach.ts';
import { personWithin } from '../../db/people/personWithin.ts';
import { bookStay, joinWaiting } from '../../db/respite/book.ts';
import { arrive, cancelStay, declineStay, leave } from '../../db/respite/course.ts';
import { respiteBars, respiteUsed } from '../../db/respite/quota.ts';
import { bedKinds, stayPayers, stayStates } from '../../db/respite/rules.ts';
import { lockStay, type StayRow } from '../../db/respite/stay.ts';
import { findStay, listStays, type StayView } from '../../db/respite/views.ts';
import { passOffer, takeOffer } from '../../db/respite/waiting.ts';
import { callerOf } from '../auth/principal.ts';
import { setVersion } from '../http/conditional.ts';
import { type ApiContext, newRouter } from '../http/context.ts';
import { dayText, divisionCode, idParam, instantText, writing } from '../http/fields.ts';
import { carryOut } from '../http/idempotency.ts';
import { answer, jsonBody } from '../http/openapi.ts';
import { keysOf, page, pageOf, pageQuery } from '../http/paging.ts';
import { Problem } from '../http/problems.ts';
import { written } from '../http/written.ts';

const tags = ['respite'];

export const Stay = z
  .strictObject({
    id: z.uuid(),
    state: z.enum(stayStates),
    elder: z.strictObject({ id: z.uuid(), name: z.string() }),
    kind: z.enum(bedKinds),
    firstNight: z.string(),
    lastNight: z.string(),
    nights: z.int(),
    flexibleDays: z.int(),
    provider: z.strictObject({ id: z.uuid(), name: z.string(), phone: z.string() }).nullable(),
    bedLabel: z.string().nullable(),
    payer: z.enum(stayPayers),
    priceFen: z.int().nullable().openapi({ description: 'Of a night.' }),
    ownShareFen: z.int().nullable().openapi({ description: 'What of a night the elder pays.' }),
    answerBy: instantText.nullable(),
    waiting: z.strictObject({ place: z.int(), of: z.int() }).nullable(),
    nightsStayed: z.int().nullable(),
    createdAt: instantText,
    version: z.int(),
  })
  .openapi('Stay');

const NewStay = z
  .strictObject({
    elderId: z.uuid(),
    kind: z.enum(bedKinds),
    firstNight: dayText,
    lastNight: dayText,
    providerId: z.uuid().optional().openapi({ description: 'Any provider when left out.' }),
    payer: z.enum(stayPayers),
    waiting: z
      .strictObject({ flexibleDays: z.int().min(0).max(14) })
      .optional()
      .openapi({ description: 'Join the waiting list in place of booking a bed that is free.' }),
  })
  .openapi('NewStay');

const Quota = z
  .strictObject({
    year: z.int(),
    nights: z.int(),
    nightsAYear: z.int(),
    blocks: z.int(),
    blocksAYear: z.int(),
    barredBy: z.enum(respiteBars).nullable().openapi({ description: 'Null: entitled.' }),
    leastAbilityLevel: z.int(),
    hasSubsidy: z.boolean(),
    districtCode: divisionCode,
    mostNightsAtOnce: z.int(),
    aheadDays: z.int(),
    freeCancelHours: z.int(),
    ownSharePercent: z
      .int()
      .openapi({ description: 'What of a night the elder pays where the subsidy pays the rest.' }),
  })
  .openapi('RespiteQuota', {
    description:
      "Used by the elder's household this year and the most, whether it is entitled, and the rules of booking.",
  });

type Command = (tx: Tx, act: Act, stay: StayRow) => Promise<StayRow>;
const reasonGiven = jsonBody(z.strictObject({ reason: writing(2, 200) }));

export function stayRoutes(context: ApiContext) {
  const { db } = context;

  /** Does something with a stay within reach, and answers with the stay as the caller sees it. */
  async function change(c: Parameters<typeof carryOut>[0], id: string, reach: Reach, command: Command) {
    const seen = await findStay(db, reach, id);
    if (!seen) throw new Problem('not_found', { field: 'id' });
    return carryOut(
      c,
      context,
      async (tx, act) => {
        await command(tx, act, await lockStay(tx, id));
        return written((await findStay(tx, reach, id)) as StayView);
      },
      { onBehalfOf: seen.elder.id, version: (stay) => stay.version },
    );
  }

  const act = (summary: string) =>
    ({ method: 'post', tags, summary, responses: answer(Stay, 'The stay as it is now') }) as const;

  return newRouter()
    .openapi(
      createRoute({
        method: 'get',
        path: '/api/v1/elders/{id}/respite',
        tags,
        summary: "What an elder's household has used of this year's respite, and its quota",
        request: { params: idParam },
        responses: answer(Quota, 'The quota'),
      }),
      async (c) => {
        const { id } = c.req.valid('param');
        const quota = await carryOut(c, context, async (tx, by) => {
          await personWithin(tx, c.get('reach'), id);
          return respiteUsed(tx, id, Number(dayOf(by.at).slice(0, 4)), by.at);
        });
        return c.json(quota, 200);
      },
    )
    .openapi(
      createRoute({
        method: 'get',
        path: '/api/v1/stays',
        tags,
        summary: 'Stays within my reach',
        request: {
          query: z.strictObject({
            ...pageQuery,
            elderId: z.uuid().optional(),
            state: z.enum(stayStates).optional(),
            from: dayText.optional(),
            until: dayText.optional().openapi({ description: 'Stays with a night between these days.' }),
          }),
        },
        responses: answer(pageOf(Stay), 'Newest first'),
      }),
      async (c) => {
        const { limit, cursor, elderId, state, from, until } = c.req.valid('query');
        if (from && until && until < from) throw new Problem('invalid', { field: 'until' });
        const [after = null] = keysOf(cursor, [z.uuid()] as const) ?? [];
        const filter = { elderId, from, until, states: state && [state] };
        const rows = await listStays(db, c.get('reach'), filter, limit + 1, after);
        return c.json(written(page(rows, limit, (row) => [row.id])), 200);
      },
    )
    .openapi(
      createRoute({
        method: 'post',
        path: '/api/v1/stays',
        tags,
        summary: 'Book nights in a free bed, or join the waiting list',
        request: jsonBody(NewStay),
        responses: { 201: answer(Stay, 'Booked, or waiting')[200] },
      }),
      async (c) => {
        const { firstNight, lastNight, waiting, ...rest } = c.req.valid('json');
        const principal = callerOf(c);
        const mandate = principal.actsFor.find((one) => one.elderId === rest.elderId);
        if (principal.role === 'family' && rest.payer === 'subsidy' && !mandate?.scopes.includes('spend'))
          throw new Problem('not_yours', { field: 'payer' });
        const reach = c.get('reach');
        const booking = { ...rest, nights: { first: firstNight, last: lastNight } };
        const stay = await carryOut(
          c,
          context,
          async (tx, by) => {
            await personWithin(tx, reach, rest.elderId);
            const made = waiting
              ? await joinWaiting(tx, by, { ...booking, ...waiting })
              : await bookStay(tx, by, booking);
            return written((await findStay(tx, reach, made.id)) as StayView);
          },
          { onBehalfOf: rest.elderId, status: 201, version: (one) => one.version },
        );
        return c.json(stay, 201);
      },
    )
    .openapi(
      createRoute({
        method: 'get',
        path: '/api/v1/stays/{id}',
        tags,
        summary: 'One stay',
        request: { params: idParam },
        responses: answer(Stay, 'The stay; its version is the ETag'),
      }),
      async (c) => {
        const stay = await findStay(db, c.get('reach'), c.req.valid('param').id);
        if (!stay) throw new Problem('not_found', { field: 'id' });
        setVersion(c, stay.version);
        return c.json(written(stay), 200);
      },
    )
    .openapi(
      createRoute({
        ...act('Cancel a stay, or leave the waiting list'),
        path: '/api/v1/stays/{id}/cancel',
        request: { params: idParam, ...reasonGiven },
      }),
      async (c) => {
        const { reason } = c.req.valid('json');
        const stay = await change(c, c.req.valid('param').id, c.get('reach'), (tx, by, one) =>
          cancelStay(tx, by, one, reason),
        );
        return c.json(stay, 200);
      },
    )
    .openapi(
      createRoute({
        ...act('Take the bed that is kept for somebody who waits, or let it go to the next'),
        path: '/api/v1/stays/{id}/answer',
        request: { params: idParam, ...jsonBody(z.strictObject({ answer: z.enum(['take', 'pass']) })) },
      }),
      async (c) => {
        const isTaken = c.req.valid('json').answer === 'take';
        const stay = await change(c, c.req.valid('param').id, c.get('reach'), (tx, by, one) =>
          isTaken ? takeOffer(tx, by, one) : passOffer(tx, by, one, 'passed'),
        );
        return c.json(stay, 200);
      },
    )
    .openapi(
      createRoute({
        ...act('The guest is there'),
        path: '/api/v1/stays/{id}/arrive',
        request: { params: idParam },
      }),
      async (c) => c.json(await change(c, c.req.valid('param').id, c.get('reach'), arrive), 200),
    )
    .openapi(
      createRoute({
        ...act('The guest goes home; the nights slept are paid'),
        path: '/api/v1/stays/{id}/leave',
        request: { params: idParam },
      }),
      async (c) => c.json(await change(c, c.req.valid('param').id, c.get('reach'), leave), 200),
    )
    .openapi(
      createRoute({
        ...act('The provider cannot take a booked guest'),
        path: '/api/v1/stays/{id}/decline',
        request: { params: idParam, ...reasonGiven },
      }),
      async (c) => {
        const { reason } = c.req.valid('json');
        const stay = await change(c, c.req.valid('param').id, c.get('reach'), (tx, by, one) =>
          declineStay(tx, by, one, reason),
        );
        return c.json(stay, 200);
      },
    );
}
