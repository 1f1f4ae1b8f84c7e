/** The desk at this moment, for machines and for pages without a live connection. */
import { createRoute, z } from '@hono/zod-openapi';
import { orderStates, urgencies } from '../../db/orders/rules.ts';
import { type ApiContext, newRouter } from '../http/context.ts';
import { instantText } from '../http/fields.ts';
import { answer } from '../http/openapi.ts';
import { Problem } from '../http/problems.ts';
import { deskScopeOf, deskSnapshot } from '../live/snapshot.ts';

const DeskOrder = z
  .strictObject({
    id: z.uuid(),
    number: z.int(),
    state: z.enum(orderStates),
    serviceCode: z.string(),
    channel: z.enum(['volunteer', 'provider']),
    urgency: z.enum(urgencies),
    startAt: instantText,
    latestStartAt: instantText,
    minutes: z.int(),
    districtCode: z.string(),
    areaCode: z.string(),
    lat: z.number(),
    lon: z.number(),
    elderName: z.string(),
    assigneeId: z.uuid().nullable(),
    assigneeName: z.string().nullable(),
    providerId: z.uuid().nullable(),
    offerExpiresAt: instantText.nullable(),
    offeredTo: z.uuid().nullable(),
    asked: z.int().openapi({ description: 'People with an open offer.' }),
    escalatedAt: instantText
      .nullable()
      .openapi({ description: 'Since when it waits for a dispatcher, because nobody was found.' }),
    updatedAt: instantText,
    version: z.int(),
  })
  .openapi('DeskOrder');

const DeskCarer = z
  .strictObject({
    personId: z.uuid(),
    name: z.string(),
    kind: z.enum(['volunteer', 'carer']),
    providerId: z.uuid().nullable(),
    lat: z.number(),
    lon: z.number(),
    state: z.enum(['free', 'offered', 'travelling', 'visiting']),
    orderId: z.uuid().nullable(),
  })
  .openapi('DeskCarer');

const DeskSnapshot = z
  .strictObject({
    number: z.int().openapi({ description: 'Changes go on from here.' }),
    orders: z.array(DeskOrder),
    carers: z.array(DeskCarer),
    counts: z.record(z.string(), z.int()).openapi({ description: 'Orders by state.' }),
  })
  .openapi('DeskSnapshot');

export function deskRoutes({ db, now }: ApiContext) {
  return newRouter().openapi(
    createRoute({
      method: 'get',
      path: '/api/v1/desk/snapshot',
      tags: ['desk'],
      summary: 'Live orders and helpers of my area or provider, as the socket first tells them',
      responses: answer(DeskSnapshot, 'As it stands'),
    }),
    async (c) => {
      const scope = deskScopeOf(c.get('reach'));
      if (!scope) throw new Problem('forbidden');
      return c.json(await deskSnapshot(db, scope, now()), 200);
    },
  );
}
