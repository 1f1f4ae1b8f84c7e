/** Locked times of visits (C9): asked to be opened again with a reason, granted by a second person, for a while. */
import { createRoute, z } from '@hono/zod-openapi';
import { editReasons, unlockStates } from '../../db/visits/rules.ts';
import { askUnlock, decideUnlock } from '../../db/visits/unlocks.ts';
import { listUnlocks, seesUnlock } from '../../db/visits/unlockViews.ts';
import { findVisit } from '../../db/visits/views.ts';
import { callerOf } from '../auth/principal.ts';
import { type ApiContext, newRouter } from '../http/context.ts';
import { idParam, writing } from '../http/fields.ts';
import { carryOut } from '../http/idempotency.ts';
import { answer, done, jsonBody } from '../http/openapi.ts';
import { keysOf, page, pageOf, pageQuery } from '../http/paging.ts';
import { Problem } from '../http/problems.ts';
import { written } from '../http/written.ts';
import { ListedUnlock } from './recordShapes.ts';

const tags = ['visits'];

export function visitUnlockRoutes(context: ApiContext) {
  const { db } = context;
  return newRouter()
    .openapi(
      createRoute({
        method: 'post',
        path: '/api/v1/visits/{id}/unlocks',
        tags,
        summary: "Ask that a visit's locked times be opened again; another person decides",
        request: {
          params: idParam,
          ...jsonBody(z.strictObject({ reasonCode: z.enum(editReasons), note: writing(4, 500) })),
        },
        responses: answer(done, 'Asked'),
      }),
      async (c) => {
        const { id } = c.req.valid('param');
        const ask = { ...c.req.valid('json'), visitId: id, personId: callerOf(c).personId };
        if (!(await findVisit(db, c.get('reach'), id))) throw new Problem('not_found', { field: 'id' });
        const asked = await carryOut(c, context, async (tx, act) => {
          await askUnlock(tx, act, ask);
          return { ok: true as const };
        });
        return c.json(asked, 200);
      },
    )
    .openapi(
      createRoute({
        method: 'get',
        path: '/api/v1/visit-unlocks',
        tags,
        summary: 'Unlocks of locked times within my reach',
        request: { query: z.strictObject({ ...pageQuery, state: z.enum(unlockStates).optional() }) },
        responses: answer(pageOf(ListedUnlock), 'Latest first'),
      }),
      async (c) => {
        const { limit, cursor, state } = c.req.valid('query');
        const keys = keysOf(cursor, [z.uuid()] as const);
        const rows = await listUnlocks(db, c.get('reach'), state ?? null, limit + 1, keys?.[0] ?? null);
        return c.json(written(page(rows, limit, (row) => [row.id])), 200);
      },
    )
    .openapi(
      createRoute({
        method: 'post',
        path: '/api/v1/visit-unlocks/{id}/decide',
        tags,
        summary: 'Grant or refuse; whoever asked cannot. What is granted expires by the policy',
        request: { params: idParam, ...jsonBody(z.strictObject({ grant: z.boolean() })) },
        responses: answer(done, 'Decided'),
      }),
      async (c) => {
        const { id } = c.req.valid('param');
        const { grant } = c.req.valid('json');
        const { personId } = callerOf(c);
        if (!(await seesUnlock(db, c.get('reach'), id))) throw new Problem('not_found', { field: 'id' });
        const decided = await carryOut(c, context, async (tx, act) => {
          await decideUnlock(tx, act, { unlockId: id, grant, personId });
          return { ok: true as const };
        });
        return c.json(decided, 200);
      },
    );
}
