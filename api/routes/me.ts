/** The caller: the account, for whom it may act, and who looked at the caller's record. */
import { createRoute, z } from '@hono/zod-openapi';
import { roles } from '../../db/connect/act.ts';
import { readsOf } from '../../db/people/readsOf.ts';
import { consents } from '../auth/policy.ts';
import { callerOf } from '../auth/principal.ts';
import { type ApiContext, newRouter } from '../http/context.ts';
import { instantText } from '../http/fields.ts';
import { answer } from '../http/openapi.ts';
import { keysOf, page, pageOf, pageQuery } from '../http/paging.ts';
import { languages } from '../http/problems.ts';
import { written } from '../http/written.ts';

const Me = z
  .strictObject({
    userId: z.uuid(),
    username: z.string(),
    name: z.string(),
    role: z.enum(roles),
    language: z.enum(languages),
    personId: z.uuid().nullable(),
    providerId: z.uuid().nullable(),
    stationId: z.uuid().nullable(),
    areaCode: z.string().nullable().openapi({ description: 'The division a member of staff works for.' }),
    actsFor: z.array(
      z.strictObject({ elderId: z.uuid(), name: z.string(), scopes: z.array(z.enum(consents)) }),
    ),
    totp: z.boolean(),
    demo: z.boolean(),
  })
  .openapi('Me');

export const AuditEntry = z
  .strictObject({
    id: z.uuid(),
    at: instantText,
    actorId: z.string(),
    actorName: z.string(),
    actorRole: z.string(),
    action: z.string(),
    personId: z.uuid().nullable(),
    recordId: z.string().nullable(),
    reason: z.string().nullable(),
  })
  .openapi('AuditEntry');

export function meRoutes({ config, db }: ApiContext) {
  return newRouter()
    .openapi(
      createRoute({
        method: 'get',
        path: '/api/v1/me',
        tags: ['me'],
        summary: 'Who am I, and for whom may I act',
        responses: answer(Me, 'The account'),
      }),
      (c) => {
        const { sessionId: _, ...me } = callerOf(c);
        return c.json({ ...me, demo: config.demo }, 200);
      },
    )
    .openapi(
      createRoute({
        method: 'get',
        path: '/api/v1/people/me/reads',
        tags: ['me'],
        summary: 'Who looked at or changed my record',
        request: { query: z.strictObject(pageQuery) },
        responses: answer(pageOf(AuditEntry), 'Newest first'),
      }),
      async (c) => {
        const { limit, cursor } = c.req.valid('query');
        const { personId, userId } = callerOf(c);
        const [before = null] = keysOf(cursor, [z.uuid()] as const) ?? [];
        const rows = personId ? await readsOf(db, personId, userId, limit + 1, before) : [];
        return c.json(written(page(rows, limit, (row) => [row.id])), 200);
      },
    );
}
