/** Oversight: every version of every policy, and who did what. */
import { createRoute, z } from '@hono/zod-openapi';
import { eldersWithin } from '../../db/people/elderViews.ts';
import { configurationActs, readsOf } from '../../db/people/readsOf.ts';
import { policyKinds } from '../../db/services/kinds.ts';
import { allPolicies } from '../../db/services/policies.ts';
import { callerOf } from '../auth/principal.ts';
import { type ApiContext, newRouter } from '../http/context.ts';
import { instantText } from '../http/fields.ts';
import { answer } from '../http/openapi.ts';
import { keysOf, page, pageOf, pageQuery } from '../http/paging.ts';
import { Problem } from '../http/problems.ts';
import { written } from '../http/written.ts';
import { AuditEntry } from './me.ts';

const tags = ['oversight'];

export const Policy = z
  .strictObject({
    id: z.uuid(),
    kind: z.enum(policyKinds),
    version: z.int(),
    effectiveFrom: instantText,
    author: z.string(),
    reason: z.string(),
    body: z.record(z.string(), z.unknown()),
  })
  .openapi('Policy');

export function oversightRoutes({ db }: ApiContext) {
  return newRouter()
    .openapi(
      createRoute({
        method: 'get',
        path: '/api/v1/policies',
        tags,
        summary: 'Every figure the city may change, with its date, author and reason',
        responses: answer(z.strictObject({ items: z.array(Policy) }), 'By kind, newest first'),
      }),
      async (c) => {
        const items = await allPolicies(db);
        return c.json(
          { items: items.map((item) => ({ ...item, effectiveFrom: item.effectiveFrom.toISOString() })) },
          200,
        );
      },
    )
    .openapi(
      createRoute({
        method: 'get',
        path: '/api/v1/audit',
        tags,
        summary: 'Who did what: with a person for the regulator, on the configuration for the administrator',
        request: { query: z.strictObject({ ...pageQuery, personId: z.uuid().optional() }) },
        responses: answer(pageOf(AuditEntry), 'Newest first'),
      }),
      async (c) => {
        const { limit, cursor, personId } = c.req.valid('query');
        const [before = null] = keysOf(cursor, [z.uuid()] as const) ?? [];
        const reach = c.get('reach');
        if (callerOf(c).role === 'admin' && personId) throw new Problem('forbidden', { field: 'personId' });
        if (personId && !(await eldersWithin(db, [{ elderId: personId, reach }]))[0]) {
          throw new Problem('not_found', { field: 'personId' });
        }
        const rows = personId
          ? await readsOf(db, personId, null, limit + 1, before)
          : await configurationActs(db, limit + 1, before);
        return c.json(written(page(rows, limit, (row) => [row.id])), 200);
      },
    );
}
