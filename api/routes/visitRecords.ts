/** The record of a visit: what is proved of it, how it was edited, what was said; and proof without a smartphone. */
import { createRoute, z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { monthBounds } from '../../db/quality/rules.ts';
import { checkIn, checkOut } from '../../db/visits/check.ts';
import { askEdit, decideEdit } from '../../db/visits/edits.ts';
import { addPhoto, photoOf } from '../../db/visits/photos.ts';
import { editShares, listEdits, recordOf, seesEdit, type VisitRecord } from '../../db/visits/record.ts';
import { actionCodes, editReasons, editStates } from '../../db/visits/rules.ts';
import { checkByTelephone } from '../../db/visits/telephone.ts';
import { findVisit } from '../../db/visits/views.ts';
import { callerOf } from '../auth/principal.ts';
import { type ApiContext, type Env, newRouter } from '../http/context.ts';
import { idParam, instantGiven, instantText, mobilePhone, monthText, writing } from '../http/fields.ts';
import { carryOut } from '../http/idempotency.ts';
import { answer, done, jsonBody } from '../http/openapi.ts';
import { keysOf, page, pageOf, pageQuery } from '../http/paging.ts';
import { Problem } from '../http/problems.ts';
import { written } from '../http/written.ts';
import { Visit } from './shapes.ts';

const tags = ['visits'];

const Edit = z
  .strictObject({
    id: z.uuid(),
    visitId: z.uuid(),
    state: z.enum(editStates),
    checkInBefore: instantText.nullable(),
    checkInAt: instantText.nullable(),
    checkOutBefore: instantText.nullable(),
    checkOutAt: instantText.nullable(),
    differenceMinutes: z.int(),
    needsSecond: z.boolean(),
    reasonCode: z.enum(editReasons),
    actionCode: z.enum(actionCodes),
    note: z.string(),
    askedAt: instantText,
    decidedAt: instantText.nullable(),
  })
  .openapi('VisitEdit');

const VisitRecordShape = z
  .strictObject({
    visit: Visit,
    checkInAt: instantText.nullable().openapi({ description: 'What counts, with the edits in force.' }),
    checkOutAt: instantText.nullable(),
    trust: z.int().nullable(),
    manualEdits: z.int(),
    evidence: z.array(
      z.strictObject({
        kind: z.enum(['check_in', 'check_out']),
        outcome: z.enum(['taken', 'superseded']),
        method: z.string(),
        trust: z.int(),
        deviceAt: instantText,
        receivedAt: instantText,
        skewSeconds: z.int().nullable(),
        distanceM: z.int().nullable(),
        accuracyM: z.int().nullable(),
        mockLocation: z.boolean().nullable(),
        exception: z.string().nullable(),
      }),
    ),
    edits: z.array(Edit),
    notes: z.array(
      z.strictObject({
        kind: z.string(),
        at: instantText,
        text: z.string().nullable(),
        taskCode: z.string().nullable(),
        done: z.boolean().nullable(),
      }),
    ),
    photos: z.array(z.strictObject({ id: z.uuid(), mediaType: z.string(), bytes: z.int(), at: instantText })),
  })
  .openapi('VisitRecord');

const kind = z.enum(['check_in', 'check_out']);
const reasons = {
  reasonCode: z.enum(editReasons),
  actionCode: z.enum(actionCodes),
  note: writing(4, 500),
};

export function visitRecordRoutes(context: ApiContext) {
  const { db, now } = context;

  async function expectSeen(c: Context<Env>, id: string): Promise<VisitRecord> {
    const record = await recordOf(db, c.get('reach'), id);
    if (!record) throw new Problem('not_found', { field: 'id' });
    return record;
  }

  return newRouter()
    .openapi(
      createRoute({
        method: 'get',
        path: '/api/v1/visits/{id}/record',
        tags,
        summary: 'The six elements of a visit with all evidence, edits as layers, notes, tasks and pictures',
        request: { params: idParam },
        responses: answer(VisitRecordShape, 'As it came, and what counts'),
      }),
      async (c) => c.json(written(await expectSeen(c, c.req.valid('param').id)), 200),
    )
    .openapi(
      createRoute({
        method: 'post',
        path: '/api/v1/visits/{id}/edits',
        tags,
        summary: "Correct a visit's times, with a reason and what was done about it",
        description: 'A correction by more than the policy allows waits for another person.',
        request: {
          params: idParam,
          ...jsonBody(
            z.strictObject({
              checkInAt: instantGiven.optional(),
              checkOutAt: instantGiven.optional(),
              ...reasons,
            }),
          ),
        },
        responses: answer(VisitRecordShape, 'The record with the edit'),
      }),
      async (c) => {
        const { id } = c.req.valid('param');
        const edit = { ...c.req.valid('json'), visitId: id, personId: callerOf(c).personId };
        const seen = await expectSeen(c, id);
        await carryOut(
          c,
          context,
          async (tx, act) => {
            await askEdit(tx, act, edit);
            return {};
          },
          { onBehalfOf: null },
        );
        return c.json(written((await recordOf(db, c.get('reach'), id)) ?? seen), 200);
      },
    )
    .openapi(
      createRoute({
        method: 'get',
        path: '/api/v1/visit-edits',
        tags,
        summary: 'Edits of visits within my reach',
        request: { query: z.strictObject({ ...pageQuery, state: z.enum(editStates).optional() }) },
        responses: answer(pageOf(Edit), 'Latest first'),
      }),
      async (c) => {
        const { limit, cursor, state } = c.req.valid('query');
        const keys = keysOf(cursor, [z.uuid()] as const);
        const rows = await listEdits(db, c.get('reach'), state ?? null, limit + 1, keys?.[0] ?? null);
        return c.json(written(page(rows, limit, (row) => [row.id])), 200);
      },
    )
    .openapi(
      createRoute({
        method: 'post',
        path: '/api/v1/visit-edits/{id}/decide',
        tags,
        summary: 'Decide a large edit; whoever asked for it cannot',
        request: { params: idParam, ...jsonBody(z.strictObject({ approve: z.boolean() })) },
        responses: answer(done, 'Decided'),
      }),
      async (c) => {
        const { id } = c.req.valid('param');
        const { approve } = c.req.valid('json');
        if (!(await seesEdit(db, c.get('reach'), id))) throw new Problem('not_found', { field: 'id' });
        const decided = await carryOut(c, context, async (tx, act) => {
          await decideEdit(tx, act, { editId: id, approve });
          return { ok: true as const };
        });
        return c.json(decided, 200);
      },
    )
    .openapi(
      createRoute({
        method: 'get',
        path: '/api/v1/visit-edits/shares',
        tags,
        summary: "Which share of each provider's visits of a month was edited by hand",
        request: { query: z.strictObject({ month: monthText }) },
        responses: answer(
          z.strictObject({
            items: z.array(z.strictObject({ providerId: z.uuid(), visits: z.int(), edited: z.int() })),
          }),
          'The largest share first, at most 500',
        ),
      }),
      async (c) => {
        const { from, until } = monthBounds(c.req.valid('query').month);
        return c.json({ items: await editShares(context.reads, from, until) }, 200);
      },
    )
    .openapi(
      createRoute({
        method: 'post',
        path: '/api/v1/telephone-checks',
        tags,
        summary: "Check in or out by telephone, with the order's number and the six digits of the visit",
        request: jsonBody(
          z.strictObject({
            orderNumber: z.string().regex(/^\d{1,15}$/),
            kind,
            code: z.string().regex(/^\d{6}$/),
            callerPhone: mobilePhone
              .or(z.string().regex(/^0\d{9,11}$/))
              .optional()
              .openapi({ description: 'Where the call came from, if the exchange tells it.' }),
          }),
        ),
        responses: answer(z.strictObject({ visitId: z.uuid(), state: z.string(), at: instantText }), 'Taken'),
      }),
      async (c) => {
        const { orderNumber, ...call } = c.req.valid('json');
        const taken = await carryOut(c, context, async (tx, act) => {
          const visit = await checkByTelephone(tx, act, { ...call, orderNumber: Number(orderNumber) });
          return { visitId: visit.id, state: visit.state, at: act.at.toISOString() };
        });
        return c.json(taken, 200);
      },
    )
    .openapi(
      createRoute({
        method: 'post',
        path: '/api/v1/visits/{id}/word',
        tags,
        summary: "Check in or out by the family's word, or by a sheet of paper that a station enters",
        request: { params: idParam, ...jsonBody(z.strictObject({ kind })) },
        responses: answer(done, 'Taken'),
      }),
      async (c) => {
        const { id } = c.req.valid('param');
        const method = callerOf(c).role === 'station' ? ('paper' as const) : ('family' as const);
        const command = c.req.valid('json').kind === 'check_in' ? checkIn : checkOut;
        const { visit } = await expectSeen(c, id);
        const taken = await carryOut(c, context, async (tx, act) => {
          const check = { visitId: visit.id, method, position: null, accuracyMetres: null, deviceAt: now() };
          await command(tx, act, [check]);
          return { ok: true as const };
        });
        return c.json(taken, 200);
      },
    )
    .openapi(
      createRoute({
        method: 'post',
        path: '/api/v1/visits/{id}/photos',
        tags,
        summary: 'Add a picture: JPEG or WebP, at most 500 kB, at most three a visit',
        request: {
          params: idParam,
          body: {
            required: true,
            content: { 'image/jpeg': { schema: z.any().openapi({ type: 'string', format: 'binary' }) } },
          },
        },
        responses: answer(z.strictObject({ id: z.uuid() }), 'Kept'),
      }),
      async (c) => {
        const { id } = c.req.valid('param');
        if (!(await findVisit(db, c.get('reach'), id))) throw new Problem('not_found', { field: 'id' });
        const file = new Uint8Array(await c.req.arrayBuffer());
        const kept = await carryOut(c, context, async (tx, act) => ({
          id: await addPhoto(tx, act, id, file),
        }));
        return c.json(kept, 200);
      },
    )
    .openapi(
      createRoute({
        method: 'get',
        path: '/api/v1/photos/{id}',
        tags,
        summary: 'A picture of a visit within my reach',
        request: { params: idParam },
        responses: {
          200: {
            description: 'The picture',
            content: { 'image/jpeg': { schema: z.any().openapi({ type: 'string', format: 'binary' }) } },
          },
        },
      }),
      async (c) => {
        const photo = await photoOf(db, c.req.valid('param').id);
        if (!photo || !(await findVisit(db, c.get('reach'), photo.visitId)))
          throw new Problem('not_found', { field: 'id' });
        return c.body(new Uint8Array(photo.file), 200, { 'content-type': photo.mediaType }) as never;
      },
    );
}
