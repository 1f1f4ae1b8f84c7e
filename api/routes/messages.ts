/** Messages on screen, how a person wants to be told, browsers to be told by push, and what could not be delivered. */
import { createRoute, z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { pushKey } from '../../db/messages/pushKey.ts';
import type { Recipient } from '../../db/messages/recipient.ts';
import { messageChannels, messageLanguages } from '../../db/messages/rules.ts';
import { changeSettings, readSettings } from '../../db/messages/settings.ts';
import { subscribe, unsubscribe } from '../../db/messages/subscriptions.ts';
import { messageTemplates } from '../../db/messages/templates.ts';
import { deadMessages, listMessages, readMessages, tryAgain, unreadOf } from '../../db/messages/views.ts';
import { callerOf } from '../auth/principal.ts';
import { type ApiContext, type Env, newRouter } from '../http/context.ts';
import { idParam, instantText } from '../http/fields.ts';
import { carryOut } from '../http/idempotency.ts';
import { answer, done, jsonBody } from '../http/openapi.ts';
import { keysOf, page, pageOf, pageQuery } from '../http/paging.ts';
import { Problem } from '../http/problems.ts';
import { written } from '../http/written.ts';

const tags = ['messages'];

const Message = z
  .strictObject({
    id: z.uuid(),
    template: z.enum(messageTemplates),
    title: z.string(),
    text: z.string(),
    page: z.string().openapi({ description: 'The page of the console it leads to.' }),
    urgent: z.boolean(),
    at: instantText,
    read: z.boolean(),
  })
  .openapi('Message');

const minute = z.int().min(0).max(1439).openapi({ description: 'Minutes since midnight in Asia/Shanghai.' });
const Settings = z
  .strictObject({
    sms: z.boolean(),
    push: z.boolean(),
    quiet: z.strictObject({ fromMinute: minute, untilMinute: minute }).openapi({
      description: 'Over midnight where the first is greater; none where both are equal.',
    }),
    language: z.enum(messageLanguages),
  })
  .openapi('MessageSettings');

const base64url = z.string().regex(/^[A-Za-z0-9_-]+=*$/);
const Subscription = z
  .strictObject({
    endpoint: z.url().max(1000),
    keys: z.strictObject({ p256dh: base64url.min(80).max(100), auth: base64url.min(20).max(30) }),
  })
  .openapi('PushSubscription');

const DeadMessage = z
  .strictObject({
    id: z.uuid(),
    channel: z.enum(messageChannels),
    template: z.enum(messageTemplates),
    attempts: z.int(),
    lastError: z.string().nullable(),
    at: instantText,
  })
  .openapi('DeadMessage');

/** Whose messages the caller reads: their own, or at a provider's or station's desk the desk's; null: nobody's. */
function recipientOf(c: Context<Env>): Recipient | null {
  const { role, personId, providerId, stationId } = callerOf(c);
  if (role === 'provider') return providerId ? { providerId } : null;
  if (role === 'station') return stationId ? { stationId } : null;
  return personId ? { personId } : null;
}

function personOf(c: Context<Env>): string {
  const { personId } = callerOf(c);
  if (!personId) throw new Problem('forbidden');
  return personId;
}

export function messageRoutes(context: ApiContext) {
  const { db, now } = context;
  return newRouter()
    .openapi(
      createRoute({
        method: 'get',
        path: '/api/v1/messages',
        tags,
        summary: 'What I was told, or my desk, in the language asked for',
        request: { query: z.strictObject(pageQuery) },
        responses: answer(
          pageOf(Message).extend({ unread: z.int().openapi({ description: 'Counted up to 100.' }) }),
          'Unread first, then the newest',
        ),
      }),
      async (c) => {
        const { limit, cursor } = c.req.valid('query');
        const keys = keysOf(cursor, [z.literal([0, 1]), z.uuid()] as const);
        const after = keys && { read: keys[0] === 1, id: keys[1] };
        const recipient = recipientOf(c);
        if (!recipient) return c.json({ items: [], nextCursor: null, unread: 0 }, 200);
        const [rows, unread] = await Promise.all([
          listMessages(db, recipient, c.get('language'), now(), limit + 1, after),
          unreadOf(db, recipient),
        ]);
        return c.json({ ...written(page(rows, limit, (row) => [row.read ? 1 : 0, row.id])), unread }, 200);
      },
    )
    .openapi(
      createRoute({
        method: 'post',
        path: '/api/v1/messages/{id}/read',
        tags,
        summary: 'I have read this',
        request: { params: idParam, ...jsonBody(z.strictObject({})) },
        responses: answer(done, 'Read'),
      }),
      async (c) => {
        const { id } = c.req.valid('param');
        const read = await carryOut(c, context, async (tx, act) => {
          const recipient = recipientOf(c);
          if (!recipient) throw new Problem('not_found', { field: 'id' });
          await readMessages(tx, act, recipient, id);
          return { ok: true as const };
        });
        return c.json(read, 200);
      },
    )
    .openapi(
      createRoute({
        method: 'post',
        path: '/api/v1/messages/read',
        tags,
        summary: 'I have read all',
        request: jsonBody(z.strictObject({})),
        responses: answer(done, 'Read'),
      }),
      async (c) => {
        const read = await carryOut(c, context, async (tx, act) => {
          const recipient = recipientOf(c);
          if (recipient) await readMessages(tx, act, recipient, null);
          return { ok: true as const };
        });
        return c.json(read, 200);
      },
    )
    .openapi(
      createRoute({
        method: 'get',
        path: '/api/v1/messages/settings',
        tags,
        summary: 'How I am told: text messages, browsers, quiet hours, language',
        responses: answer(Settings, 'What I chose, or what the city does by default'),
      }),
      async (c) => c.json(await readSettings(db, personOf(c), now()), 200),
    )
    .openapi(
      createRoute({
        method: 'put',
        path: '/api/v1/messages/settings',
        tags,
        summary: 'Choose how I am told',
        request: jsonBody(Settings),
        responses: answer(Settings, 'Kept'),
      }),
      async (c) => {
        const settings = c.req.valid('json');
        const kept = await carryOut(c, context, (tx, act) => changeSettings(tx, act, personOf(c), settings));
        return c.json(kept, 200);
      },
    )
    .openapi(
      createRoute({
        method: 'get',
        path: '/api/v1/push-key',
        tags,
        summary: 'The key that a browser subscribes with (RFC 8292)',
        responses: answer(z.strictObject({ publicKey: z.string() }), 'P-256, base64url'),
      }),
      async (c) => c.json({ publicKey: (await pushKey(db, now())).publicKey }, 200),
    )
    .openapi(
      createRoute({
        method: 'post',
        path: '/api/v1/push-subscriptions',
        tags,
        summary: 'Tell me by this browser; again for the same browser changes nothing',
        request: jsonBody(Subscription),
        responses: answer(z.strictObject({ id: z.uuid() }), 'Remembered'),
      }),
      async (c) => {
        const address = c.req.valid('json');
        const kept = await carryOut(c, context, async (tx, act) => ({
          id: await subscribe(tx, act, personOf(c), address),
        }));
        return c.json(kept, 200);
      },
    )
    .openapi(
      createRoute({
        method: 'delete',
        path: '/api/v1/push-subscriptions/{id}',
        tags,
        summary: 'Tell me no more by that browser',
        request: { params: idParam },
        responses: answer(done, 'Forgotten'),
      }),
      async (c) => {
        const { id } = c.req.valid('param');
        const gone = await carryOut(c, context, async (tx, act) => {
          await unsubscribe(tx, act, personOf(c), id);
          return { ok: true as const };
        });
        return c.json(gone, 200);
      },
    )
    .openapi(
      createRoute({
        method: 'get',
        path: '/api/v1/messages/dead',
        tags,
        summary: 'Messages that could not be delivered, without whom they were for and what they say',
        request: { query: z.strictObject(pageQuery) },
        responses: answer(pageOf(DeadMessage), 'Oldest first'),
      }),
      async (c) => {
        const { limit, cursor } = c.req.valid('query');
        const [after = null] = keysOf(cursor, [z.uuid()] as const) ?? [];
        const rows = await deadMessages(db, limit + 1, after);
        return c.json(written(page(rows, limit, (row) => [row.id])), 200);
      },
    )
    .openapi(
      createRoute({
        method: 'post',
        path: '/api/v1/messages/{id}/again',
        tags,
        summary: 'Try a message again that could not be delivered',
        request: { params: idParam, ...jsonBody(z.strictObject({})) },
        responses: answer(done, 'It goes out with the next'),
      }),
      async (c) => {
        const { id } = c.req.valid('param');
        const again = await carryOut(c, context, async (tx, act) => {
          await tryAgain(tx, act, [id]);
          return { ok: true as const };
        });
        return c.json(again, 200);
      },
    );
}
