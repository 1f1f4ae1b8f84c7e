/** What everyone may know of the city: services, divisions, providers, stations. */
import { readFile } from 'node:fs/promises';
import { createRoute, z } from '@hono/zod-openapi';
import { payers } from '../../db/orders/rules.ts';
import { areasBelow } from '../../db/people/areas.ts';
import { listProviders, listStations } from '../../db/providers/views.ts';
import { catalogueUnder } from '../../db/services/catalogue.ts';
import { policyAt } from '../../db/services/policies.ts';
import { type ApiContext, newRouter } from '../http/context.ts';
import { divisionCode, instantGiven, instantText, writing } from '../http/fields.ts';
import { answer } from '../http/openapi.ts';
import { keysOf, page, pageOf, pageQuery } from '../http/paging.ts';
import { Problem } from '../http/problems.ts';

const tags = ['city'];
const KEEP_MINUTES = 'public, max-age=300';

/** What a service is, as it is read and as it is published. */
export const serviceFields = {
  code: z.string().regex(/^[a-z][a-z0-9_]{1,39}$/),
  zh: writing(1, 40),
  en: writing(1, 80),
  category: z.enum(['daily', 'health', 'spirit', 'safety', 'respite']),
  defaultMinutes: z.int().min(5).max(1440),
  blockMinutes: z
    .array(z.int().min(5).max(1440))
    .min(1)
    .max(12)
    .nullable()
    .openapi({ description: 'The lengths that can be booked; null: any.' }),
  channel: z.enum(['volunteer', 'provider', 'either']),
  minLevel: z.int().min(1).max(5).nullable().openapi({
    description: 'Vocational level asked for: 5 junior … 1 senior technician; the number or lower.',
  }),
  certificates: z.array(z.string().max(40)).max(10),
  carersNeeded: z.int().min(1).max(2),
  twoCarersFromLevel: z.int().min(0).max(4).nullable().openapi({
    description:
      'From this ability level on (GB/T 42195, 0 … 4) two carers come; null: never for that reason.',
  }),
  twoCarersPercent: z.int().min(100).max(200).openapi({
    description: 'What a visit by two costs where ability asks for two, of the price by one.',
  }),
  multiplierPercent: z.int().min(1).max(1000),
  priceFen: z.int().min(0).max(10_000_000).openapi({
    description: 'Of a visit of the default minutes; of a service booked in blocks it grows with the block.',
  }),
  ownSharePercent: z.int().min(0).max(100).openapi({
    description: 'What of the price the elder pays where subsidy, insurance or a contract pays the rest.',
  }),
  tasks: z.array(z.string().regex(/^[a-z][a-z0-9_]{1,39}$/)).max(20),
  payers: z.array(z.enum(payers)).min(1),
};
const Service = z.strictObject(serviceFields).openapi('Service');

const Area = z
  .strictObject({
    code: divisionCode,
    level: z.enum(['city', 'district', 'street', 'community']),
    name: z.string(),
    parentCode: divisionCode.nullable(),
    lat: z.number(),
    lon: z.number(),
    population: z.int().nullable(),
  })
  .openapi('Area');

const place = {
  id: z.uuid(),
  name: z.string(),
  areaCode: z.string(),
  phone: z.string(),
  lat: z.number(),
  lon: z.number(),
};
const Provider = z
  .strictObject({
    ...place,
    kind: z.literal('provider'),
    districts: z.array(z.string()),
    services: z.array(z.string()),
  })
  .openapi('Provider');
const Station = z
  .strictObject({ ...place, kind: z.enum(['station', 'meal_point', 'centre']) })
  .openapi('Station');

/** Simplified district boundaries; their datum is not stated, so a map of them is schematic (示意图). */
const boundariesFile = new URL('../../db/people/data/nanjing-districts.geojson', import.meta.url);

export function catalogueRoutes({ db, now }: ApiContext) {
  let boundaries: Promise<Record<string, unknown>> | undefined;
  return newRouter()
    .openapi(
      createRoute({
        method: 'get',
        path: '/api/v1/services',
        tags,
        summary: 'The service catalogue in force now or at another instant',
        request: { query: z.strictObject({ at: instantGiven.optional() }) },
        responses: answer(
          z.strictObject({ version: z.int(), effectiveFrom: instantText, items: z.array(Service) }),
          'In the order of the catalogue',
        ),
      }),
      async (c) => {
        const policy = await policyAt(db, 'catalogue', c.req.valid('query').at ?? now());
        const { version, effectiveFrom, items } = await catalogueUnder(db, policy);
        c.header('Cache-Control', KEEP_MINUTES);
        return c.json(
          {
            version,
            effectiveFrom: effectiveFrom.toISOString(),
            items: items.map(({ policyId: _, position: __, intimate: ___, payers: paid, ...service }) => ({
              ...service,
              payers: paid as (typeof payers)[number][],
            })),
          },
          200,
        );
      },
    )
    .openapi(
      createRoute({
        method: 'get',
        path: '/api/v1/areas',
        tags,
        summary: 'The divisions right under one; the city itself when none is named',
        request: { query: z.strictObject({ parent: divisionCode.optional() }) },
        responses: answer(z.strictObject({ items: z.array(Area) }), 'By code'),
      }),
      async (c) => {
        c.header('Cache-Control', KEEP_MINUTES);
        return c.json({ items: await areasBelow(db, c.req.valid('query').parent ?? null) }, 200);
      },
    )
    .openapi(
      createRoute({
        method: 'get',
        path: '/api/v1/areas/boundaries',
        tags,
        summary: 'District boundaries as GeoJSON (schematic)',
        responses: answer(
          z.looseObject({ type: z.literal('FeatureCollection'), features: z.array(z.looseObject({})) }),
          'One feature a district',
        ),
      }),
      async (c) => {
        boundaries ??= readFile(boundariesFile, 'utf8').then(
          (text) => JSON.parse(text) as Record<string, unknown>,
        );
        const { features } = await boundaries;
        if (!Array.isArray(features)) throw new Problem('internal');
        c.header('Cache-Control', 'public, max-age=86400');
        return c.json(
          { type: 'FeatureCollection' as const, features: features as Record<string, unknown>[] },
          200,
        );
      },
    )
    .openapi(
      createRoute({
        method: 'get',
        path: '/api/v1/providers',
        tags,
        summary: 'Providers of care',
        request: { query: z.strictObject(pageQuery) },
        responses: answer(pageOf(Provider), 'By id'),
      }),
      async (c) => {
        const { limit, cursor } = c.req.valid('query');
        const [after = null] = keysOf(cursor, [z.uuid()] as const) ?? [];
        const { items, nextCursor } = page(await listProviders(db, limit + 1, after), limit, (row) => [
          row.id,
        ]);
        return c.json(
          { items: items.map((item) => ({ ...item, kind: 'provider' as const })), nextCursor },
          200,
        );
      },
    )
    .openapi(
      createRoute({
        method: 'get',
        path: '/api/v1/stations',
        tags,
        summary: 'Stations of the time bank, meal points and centres',
        request: { query: z.strictObject({ ...pageQuery, area: divisionCode.optional() }) },
        responses: answer(pageOf(Station), 'By id'),
      }),
      async (c) => {
        const { limit, cursor, area } = c.req.valid('query');
        const [after = null] = keysOf(cursor, [z.uuid()] as const) ?? [];
        const rows = await listStations(db, area ?? null, limit + 1, after);
        return c.json(
          page(rows, limit, (row) => [row.id]),
          200,
        );
      },
    );
}
