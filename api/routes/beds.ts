/** Beds of institutions (S6): which are free, for everybody; a provider's own, put into service, kept out, given up. */

import { createRoute, z } from '@hono/zod-openapi';
import { dayOf } from '../../db/connect/days.ts';
import { giveUpBed, keepOut, openBeds } from '../../db/respite/beds.ts';
import { bedKinds } from '../../db/respite/rules.ts';
import { bedOccupancy, freeBedCalendar, listBeds } from '../../db/respite/views.ts';
import type { Env } from '../http/context.ts';
import { type ApiContext, newRouter } from '../http/context.ts';
import { dayText, divisionCode, idParam, monthText, writing } from '../http/fields.ts';
import { carryOut } from '../http/idempotency.ts';
import { answer, jsonBody } from '../http/openapi.ts';
import { keysOf, page, pageOf, pageQuery } from '../http/paging.ts';
import { Problem } from '../http/problems.ts';

const tags = ['respite'];

const FreeBeds = z
  .strictObject({
    providerId: z.uuid(),
    providerName: z.string(),
    providerPhone: z.string(),
    kind: z.enum(bedKinds),
    fromFen: z.int().openapi({ description: 'The lowest price of a night.' }),
    beds: z.int(),
    free: z
      .array(z.int())
      .openapi({ description: 'Free beds for each night of the month, from the 1st on.' }),
  })
  .openapi('FreeBeds');

const Occupancy = z
  .strictObject({
    areaCode: divisionCode,
    areaName: z.string(),
    beds: z.int().openapi({ description: 'In service on the night.' }),
    guests: z.int(),
    keptOut: z.int(),
    free: z.int(),
    waiting: z.int().openapi({ description: 'Elders of the division who wait for a bed.' }),
  })
  .openapi('BedOccupancy');

const bedFields = {
  id: z.uuid(),
  kind: z.enum(bedKinds),
  label: z.string(),
  priceFen: z.int(),
  serviceFrom: z.string(),
  serviceUntil: z.string().nullable(),
};
const Bed = z.strictObject(bedFields).openapi('Bed');
const BedOfNight = z
  .strictObject({ ...bedFields, use: z.enum(['stay', 'maintenance']).nullable() })
  .openapi('BedOfNight');

const NewBeds = z
  .strictObject({
    items: z
      .array(
        z.strictObject({
          kind: z.enum(bedKinds),
          label: writing(1, 40),
          priceFen: z.int().min(0).max(1_000_000),
          serviceFrom: dayText,
        }),
      )
      .min(1)
      .max(200),
  })
  .openapi('NewBeds');

/** The caller's own provider, which is its whole reach. */
export function ownProviderOf(reach: Env['Variables']['reach']): string {
  if (reach.kind !== 'provider') throw new Problem('not_yours');
  return reach.providerId;
}

export function bedRoutes(context: ApiContext) {
  const { db, reads, now } = context;
  return newRouter()
    .openapi(
      createRoute({
        method: 'get',
        path: '/api/v1/beds/calendar',
        tags,
        summary: 'Free beds of a month by night, provider and kind',
        request: {
          query: z.strictObject({
            ...pageQuery,
            month: monthText,
            kind: z.enum(bedKinds).optional(),
            district: divisionCode.optional(),
          }),
        },
        responses: answer(pageOf(FreeBeds), 'By provider and kind'),
      }),
      async (c) => {
        const { limit, cursor, month, kind, district } = c.req.valid('query');
        const keys = keysOf(cursor, [z.uuid(), z.enum(bedKinds)] as const);
        const after = keys && { providerId: keys[0], kind: keys[1] };
        const filter = { month, kind, districtCode: district?.slice(0, 6) };
        const rows = await freeBedCalendar(db, filter, limit + 1, after);
        return c.json(
          page(rows, limit, (row) => [row.providerId, row.kind]),
          200,
        );
      },
    )
    .openapi(
      createRoute({
        method: 'get',
        path: '/api/v1/beds/occupancy',
        tags,
        summary: 'Beds and waiting elders of a night by division',
        request: { query: z.strictObject({ night: dayText.optional() }) },
        responses: answer(
          z.strictObject({ items: z.array(Occupancy) }),
          'By district, or by street where I work for a district',
        ),
      }),
      async (c) => {
        const reach = c.get('reach');
        if (reach.kind !== 'area') throw new Problem('not_yours');
        const night = c.req.valid('query').night ?? dayOf(now());
        return c.json({ items: await bedOccupancy(reads, reach.areaCode, night) }, 200);
      },
    )
    .openapi(
      createRoute({
        method: 'get',
        path: '/api/v1/beds',
        tags,
        summary: "My provider's beds, with what each is used for on a night",
        request: { query: z.strictObject({ ...pageQuery, night: dayText.optional() }) },
        responses: answer(pageOf(BedOfNight), 'Oldest first'),
      }),
      async (c) => {
        const { limit, cursor, night } = c.req.valid('query');
        const [after = null] = keysOf(cursor, [z.uuid()] as const) ?? [];
        const rows = await listBeds(
          db,
          ownProviderOf(c.get('reach')),
          night ?? dayOf(now()),
          limit + 1,
          after,
        );
        return c.json(
          page(rows, limit, (row) => [row.id]),
          200,
        );
      },
    )
    .openapi(
      createRoute({
        method: 'post',
        path: '/api/v1/beds',
        tags,
        summary: 'Put beds into service',
        request: jsonBody(NewBeds),
        responses: { 201: answer(z.strictObject({ items: z.array(Bed) }), 'In service')[200] },
      }),
      async (c) => {
        const providerId = ownProviderOf(c.get('reach'));
        const items = c.req.valid('json').items.map((bed) => ({ ...bed, providerId }));
        const opened = await carryOut(
          c,
          context,
          async (tx, act) => ({ items: (await openBeds(tx, act, items)).map(bedOf) }),
          { status: 201 },
        );
        return c.json(opened, 201);
      },
    )
    .openapi(
      createRoute({
        method: 'post',
        path: '/api/v1/beds/{id}/keep-out',
        tags,
        summary: 'Keep a bed out of service for some nights',
        request: {
          params: idParam,
          ...jsonBody(z.strictObject({ firstNight: dayText, lastNight: dayText, reason: writing(2, 200) })),
        },
        responses: answer(z.strictObject({ id: z.uuid() }), 'Kept out'),
      }),
      async (c) => {
        const { id } = c.req.valid('param');
        const { firstNight, lastNight, reason } = c.req.valid('json');
        const providerId = ownProviderOf(c.get('reach'));
        const nights = { first: firstNight, last: lastNight };
        const done = await carryOut(c, context, async (tx, act) => {
          await keepOut(tx, act, { providerId, bedId: id, nights, reason });
          return { id };
        });
        return c.json(done, 200);
      },
    )
    .openapi(
      createRoute({
        method: 'post',
        path: '/api/v1/beds/{id}/give-up',
        tags,
        summary: 'Give a bed up from a night on',
        request: { params: idParam, ...jsonBody(z.strictObject({ from: dayText })) },
        responses: answer(Bed, 'Given up'),
      }),
      async (c) => {
        const item = { bedId: c.req.valid('param').id, ...c.req.valid('json') };
        const providerId = ownProviderOf(c.get('reach'));
        const bed = await carryOut(c, context, async (tx, act) =>
          bedOf(await giveUpBed(tx, act, { ...item, providerId })),
        );
        return c.json(bed, 200);
      },
    );
}

const bedOf = ({ providerId: _, createdAt: __, ...bed }: Awaited<ReturnType<typeof giveUpBed>>) => bed;
