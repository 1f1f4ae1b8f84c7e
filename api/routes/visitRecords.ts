/** The record of a visit: what is proved of it, how it was edited, what was said; and how much is edited by hand. */
import { createRoute, z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { monthBounds } from '../../db/quality/rules.ts';
import { askEdit, decideEdit } from '../../db/visits/edits.ts';
import { editShares, editsByPerson, listEdits, seesEdit } from '../../db/visits/editViews.ts';
import { recordOf, type VisitRecord } from '../../db/visits/record.ts';
import { actionCodes, editReasons, editStates } from '../../db/visits/rules.ts';
import { callerOf } from '../auth/principal.ts';
import { type ApiContext, type Env, newRouter } from '../http/context.ts';
import { idParam, instantGiven, monthText, writing } from '../http/fields.ts';
import { carryOut } from '../http/idempotency.ts';
import { answer, done, jsonBody } from '../http/openapi.ts';
import { keysOf, page, pageOf, pageQuery } from '../http/paging.ts';
import { Problem } from '../http/problems.ts';
import { written } from '../http/written.ts';
import { ListedEdit, VisitRecordShape } from './recordShapes.ts';

const tags = ['visits'];
const reasons = {
  reasonCode: z.enum(editReasons),
  actionCode: z.enum(actionCodes),
  note: writing(4, 500),
};

export function visitRecordRoutes(context: ApiContext) {
  const { db, now } = context;

  async function expectSeen(c: Context<Env>, id: string): Promise<VisitRecord> {
    const record = await recordOf(db, c.get('reach'), id, now());
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
        return c.json(written((await recordOf(db, c.get('reach'), id, now())) ?? seen), 200);
      },
    )
    .openapi(
      createRoute({
        method: 'get',
        path: '/api/v1/visit-edits',
        tags,
        summary: 'Edits of visits within my reach',
        request: { query: z.strictObject({ ...pageQuery, state: z.enum(editStates).optional() }) },
        responses: answer(pageOf(ListedEdit), 'Latest first'),
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
        const { personId } = callerOf(c);
        if (!(await seesEdit(db, c.get('reach'), id))) throw new Problem('not_found', { field: 'id' });
        const decided = await carryOut(c, context, async (tx, act) => {
          await decideEdit(tx, act, { editId: id, approve, personId });
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
            people: z
              .array(z.strictObject({ name: z.string(), edits: z.int() }))
              .openapi({ description: 'Who asked for the most edits in force, at most 100.' }),
          }),
          'The largest share first, at most 500',
        ),
      }),
      async (c) => {
        const { from, until } = monthBounds(c.req.valid('query').month);
        const reach = c.get('reach');
        const [items, people] = await Promise.all([
          editShares(context.reads, reach, from, until),
          editsByPerson(context.reads, reach, from, until),
        ]);
        return c.json({ items, people }, 200);
      },
    );
}
