/** Handover notes (S6) of stays and of blocks at home: appended by who looks after the elder, read by who may. */
import { createRoute, z } from '@hono/zod-openapi';
import type { Reach } from '../../db/connect/reach.ts';
import { findOrder } from '../../db/orders/views.ts';
import { type NoteOf, notesOf, writeNote } from '../../db/respite/handover.ts';
import { noteMoments } from '../../db/respite/rules.ts';
import { findStay } from '../../db/respite/views.ts';
import { type ApiContext, newRouter } from '../http/context.ts';
import { idParam, instantText, writing } from '../http/fields.ts';
import { carryOut } from '../http/idempotency.ts';
import { answer, jsonBody } from '../http/openapi.ts';
import { Problem } from '../http/problems.ts';
import { written } from '../http/written.ts';

const tags = ['respite'];

const HandoverNote = z
  .strictObject({
    id: z.uuid(),
    moment: z.enum(noteMoments),
    text: z.string(),
    actorRole: z.string(),
    at: instantText,
    isBefore: z.boolean().openapi({
      description: 'Of the block before this one: for the carer who comes next.',
    }),
  })
  .openapi('HandoverNote');
const Notes = z.strictObject({ items: z.array(HandoverNote) });
const NewNote = z
  .strictObject({ moment: z.enum(noteMoments), text: writing(1, 2000) })
  .openapi('NewHandoverNote');

type Noted = NoteOf & { elderId: string; serviceCode?: string };

export function handoverRoutes(context: ApiContext) {
  const { db } = context;

  async function ofStay(reach: Reach, id: string): Promise<Noted> {
    const stay = await findStay(db, reach, id);
    if (!stay) throw new Problem('not_found', { field: 'id' });
    return { stayId: id, elderId: stay.elder.id };
  }

  /** A block at home; a provider reads it once it is its own, not while it is only being asked. */
  async function ofOrder(reach: Reach, id: string): Promise<Noted> {
    const order = await findOrder(db, reach, id);
    const isOwn = reach.kind !== 'provider' || order?.providerId === reach.providerId;
    if (!order || !isOwn) throw new Problem('not_found', { field: 'id' });
    return { orderId: id, elderId: order.elder.id, serviceCode: order.serviceCode };
  }

  const reading = (of: string) =>
    ({
      method: 'get',
      tags,
      summary: `The handover notes of a ${of}`,
      request: { params: idParam },
      responses: answer(Notes, 'Oldest first'),
    }) as const;
  const writingTo = (of: string) =>
    ({
      method: 'post',
      tags,
      summary: `Append a handover note to a ${of}; it cannot be changed`,
      request: { params: idParam, ...jsonBody(NewNote) },
      responses: { 201: answer(HandoverNote, 'Written')[200] },
    }) as const;

  const write = (c: Parameters<typeof carryOut>[0], of: Noted, note: z.output<typeof NewNote>) =>
    carryOut(c, context, async (tx, act) => written(await writeNote(tx, act, of, note)), {
      onBehalfOf: of.elderId,
      status: 201,
    });

  return newRouter()
    .openapi(createRoute({ ...reading('stay'), path: '/api/v1/stays/{id}/handover' }), async (c) => {
      const of = await ofStay(c.get('reach'), c.req.valid('param').id);
      return c.json({ items: written(await notesOf(db, of)) }, 200);
    })
    .openapi(createRoute({ ...writingTo('stay'), path: '/api/v1/stays/{id}/handover' }), async (c) => {
      const of = await ofStay(c.get('reach'), c.req.valid('param').id);
      return c.json(await write(c, of, c.req.valid('json')), 201);
    })
    .openapi(
      createRoute({ ...reading('block at home'), path: '/api/v1/orders/{id}/handover' }),
      async (c) => {
        const reach = c.get('reach');
        const of = await ofOrder(reach, c.req.valid('param').id);
        const notes = await notesOf(db, of, { withBefore: reach.kind === 'assignee' });
        return c.json({ items: written(notes) }, 200);
      },
    )
    .openapi(
      createRoute({ ...writingTo('block at home'), path: '/api/v1/orders/{id}/handover' }),
      async (c) => {
        const of = await ofOrder(c.get('reach'), c.req.valid('param').id);
        return c.json(await write(c, of, c.req.valid('json')), 201);
      },
    );
}
