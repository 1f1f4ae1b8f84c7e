/** Calendars of one's own visits, read by any calendar program under a secret address (RFC 5545). */
import { createHash } from 'node:crypto';
import { createRoute, z } from '@hono/zod-openapi';
import { feedByToken, feedsOf, openFeed, revokeFeed } from '../../db/calendars/feeds.ts';
import { calendarVisitsOf } from '../../db/calendars/visitsOf.ts';
import { catalogueAt } from '../../db/services/catalogue.ts';
import { callerOf } from '../auth/principal.ts';
import { calendarText } from '../calendar/ics.ts';
import { type ApiContext, newRouter } from '../http/context.ts';
import { idParam, instantText } from '../http/fields.ts';
import { carryOut } from '../http/idempotency.ts';
import { pathLimit } from '../http/limits.ts';
import { answer, done, jsonBody } from '../http/openapi.ts';
import { Problem } from '../http/problems.ts';
import { written } from '../http/written.ts';

const tags = ['calendars'];
const READS_A_MINUTE = 20;
const PATH = '/api/v1/calendars/{file}';

const Feed = z
  .strictObject({
    id: z.uuid(),
    createdAt: instantText,
    lastReadAt: instantText.nullable().openapi({ description: 'When a calendar last asked, to the hour.' }),
  })
  .openapi('CalendarFeed');

export function calendarRoutes(context: ApiContext) {
  const { config, db, reads, now } = context;
  const { hostname } = new URL(config.publicUrl);
  const router = newRouter();
  if (context.limits) router.use('/api/v1/calendars/:file', pathLimit('file', READS_A_MINUTE));
  return router
    .openapi(
      createRoute({
        method: 'post',
        path: '/api/v1/calendar-feeds',
        tags,
        summary: 'A secret address of my calendar, told this once',
        request: jsonBody(z.strictObject({})),
        responses: answer(
          z.strictObject({ id: z.uuid(), address: z.url() }),
          'Whoever has the address reads the calendar until it is revoked',
        ),
      }),
      async (c) => {
        const opened = await carryOut(c, context, async (tx, act) => {
          const { id, token } = await openFeed(tx, act, callerOf(c).personId as string);
          return { id, address: `${config.publicUrl}/api/v1/calendars/${token}.ics` };
        });
        return c.json(opened, 200);
      },
    )
    .openapi(
      createRoute({
        method: 'get',
        path: '/api/v1/calendar-feeds',
        tags,
        summary: 'My calendar addresses in force',
        responses: answer(z.strictObject({ items: z.array(Feed) }), 'Oldest first, at most 5'),
      }),
      async (c) => c.json({ items: written(await feedsOf(db, callerOf(c).personId as string)) }, 200),
    )
    .openapi(
      createRoute({
        method: 'delete',
        path: '/api/v1/calendar-feeds/{id}',
        tags,
        summary: 'Revoke an address: it leads nowhere from now on',
        request: { params: idParam },
        responses: answer(done, 'Revoked'),
      }),
      async (c) => {
        const { id } = c.req.valid('param');
        const revoked = await carryOut(c, context, async (tx, act) => {
          await revokeFeed(tx, act, callerOf(c).personId as string, id);
          return { ok: true as const };
        });
        return c.json(revoked, 200);
      },
    )
    .openapi(
      createRoute({
        method: 'get',
        path: PATH,
        tags,
        summary: 'A calendar by its secret address',
        description:
          'From 30 days back to 60 days ahead. Names services, family names and, for helpers, district and street; no door, telephone or full name.',
        request: {
          params: z.strictObject({
            file: z
              .string()
              .regex(/^[A-Za-z0-9_-]{43}\.ics$/)
              .openapi({ param: { name: 'file', in: 'path' } }),
          }),
        },
        responses: {
          200: { description: 'RFC 5545', content: { 'text/calendar': { schema: z.string() } } },
          304: { description: 'Nothing has changed since the ETag of If-None-Match' },
        },
      }),
      async (c) => {
        const token = c.req.valid('param').file.slice(0, -'.ics'.length);
        const personId = await feedByToken(db, token, now());
        const calendar = personId && (await calendarVisitsOf(reads, personId, now()));
        if (!calendar) throw new Problem('not_found', { field: 'file' });
        const { byCode } = await catalogueAt(reads, now());
        const text = calendarText(calendar.visits, calendar.language, byCode, hostname);
        const etag = `"${createHash('sha256').update(text).digest('base64url')}"`;
        const headers = { ETag: etag, 'Cache-Control': 'private, no-cache' };
        const seen = c.req.header('if-none-match')?.replaceAll('W/', '').split(/,\s*/) ?? [];
        if (seen.includes(etag)) return c.body(null, 304, headers);
        return c.body(text, 200, { ...headers, 'Content-Type': 'text/calendar; charset=utf-8' });
      },
    );
}
