/** Sign-in: user name and password, one-time code by telephone, second factor, sign-out, API keys of machines. */
import { createRoute, z } from '@hono/zod-openapi';
import { forward } from '../auth/forward.ts';
import { phoneIndex } from '../auth/signin.ts';
import { type ApiContext, newRouter } from '../http/context.ts';
import { instantText, mobilePhone } from '../http/fields.ts';
import { attemptLimit } from '../http/limits.ts';
import { answer, done, jsonBody } from '../http/openapi.ts';

const tags = ['sign-in'];

const User = z
  .strictObject({
    id: z.uuid(),
    username: z.string(),
    name: z.string(),
    role: z.string(),
  })
  .openapi('SignedInUser');

const SignedIn = z
  .strictObject({
    /** True: the password was right and the code of the authenticator is asked for next. */
    twoFactorRedirect: z.boolean(),
    user: User.nullable(),
  })
  .openapi('SignedIn');

const ApiKey = z
  .strictObject({
    id: z.uuid(),
    name: z.string().nullable(),
    start: z.string().nullable(),
    enabled: z.boolean(),
    createdAt: instantText,
    expiresAt: instantText.nullable(),
    lastRequest: instantText.nullable(),
  })
  .openapi('ApiKey');

interface AuthUser {
  id: string;
  username?: string | null;
  name: string;
  role: string;
}
interface AuthAnswer {
  user?: AuthUser;
  twoFactorRedirect?: boolean;
}

const userOf = (user: AuthUser | undefined) =>
  user ? { id: user.id, username: user.username ?? '', name: user.name, role: user.role } : null;
const signedIn = (found: AuthAnswer) => ({
  twoFactorRedirect: found.twoFactorRedirect ?? false,
  user: userOf(found.user),
});

type AuthKey = z.input<typeof ApiKey> & { key?: string };
const keyOf = ({ id, name, start, enabled, createdAt, expiresAt, lastRequest }: AuthKey) => ({
  id,
  name,
  start,
  enabled,
  createdAt,
  expiresAt: expiresAt ?? null,
  lastRequest: lastRequest ?? null,
});

const password = z.string().min(1).max(200);
const totpCode = z.string().regex(/^\d{6}$/);

export function signInRoutes(context: ApiContext) {
  return newRouter()
    .openapi(
      createRoute({
        method: 'post',
        path: '/api/auth/sign-in/username',
        tags,
        summary: 'Sign in with user name and password',
        middleware: [attemptLimit('username', 10, 15)] as const,
        request: jsonBody(
          z.strictObject({
            username: z.string().min(3).max(40),
            password,
            rememberMe: z.boolean().optional(),
          }),
        ),
        responses: answer(SignedIn, 'Signed in, or the second factor is asked for'),
      }),
      async (c) => c.json(signedIn(await forward<AuthAnswer>(c, context, c.req.valid('json'))), 200),
    )
    .openapi(
      createRoute({
        method: 'post',
        path: '/api/auth/phone-number/send-otp',
        tags,
        summary: 'Ask for a one-time code by text message',
        description: 'The answer is the same whether or not an account has this number.',
        request: jsonBody(z.strictObject({ phoneNumber: mobilePhone })),
        responses: answer(done, 'A code is on its way if an account has this number'),
      }),
      async (c) => {
        const { phoneNumber } = c.req.valid('json');
        await context.signIn.callingFrom(phoneNumber, () =>
          forward(c, context, { phoneNumber: phoneIndex(phoneNumber) }),
        );
        return c.json({ ok: true as const }, 200);
      },
    )
    .openapi(
      createRoute({
        method: 'post',
        path: '/api/auth/phone-number/verify',
        tags,
        summary: 'Sign in with the code of the text message',
        middleware: [attemptLimit('phoneNumber', 10, 15)] as const,
        request: jsonBody(z.strictObject({ phoneNumber: mobilePhone, code: totpCode })),
        responses: answer(SignedIn, 'Signed in'),
      }),
      async (c) => {
        const { phoneNumber, code } = c.req.valid('json');
        const body = { phoneNumber: phoneIndex(phoneNumber), code };
        return c.json(signedIn(await forward<AuthAnswer>(c, context, body)), 200);
      },
    )
    .openapi(
      createRoute({
        method: 'post',
        path: '/api/auth/two-factor/verify-totp',
        tags,
        summary: 'Finish a sign-in, or turn the second factor on, with the code of the authenticator',
        request: jsonBody(z.strictObject({ code: totpCode, trustDevice: z.boolean().optional() })),
        responses: answer(SignedIn, 'Signed in'),
      }),
      async (c) => c.json(signedIn(await forward<AuthAnswer>(c, context, c.req.valid('json'))), 200),
    )
    .openapi(
      createRoute({
        method: 'post',
        path: '/api/auth/two-factor/verify-backup-code',
        tags,
        summary: 'Finish a sign-in with a recovery code, which is used up by it',
        request: jsonBody(z.strictObject({ code: z.string().min(4).max(40) })),
        responses: answer(SignedIn, 'Signed in'),
      }),
      async (c) => c.json(signedIn(await forward<AuthAnswer>(c, context, c.req.valid('json'))), 200),
    )
    .openapi(
      createRoute({
        method: 'post',
        path: '/api/auth/two-factor/enable',
        tags,
        summary: 'Begin to use a second factor',
        description: 'Show `totpURI` as a QR code; it is on once `verify-totp` has taken a code of it.',
        request: jsonBody(z.strictObject({ password })),
        responses: answer(
          z.strictObject({ totpURI: z.string(), backupCodes: z.array(z.string()) }),
          'The seed for the authenticator and the recovery codes, shown once',
        ),
      }),
      async (c) => {
        const { totpURI, backupCodes } = await forward<{ totpURI: string; backupCodes: string[] }>(
          c,
          context,
          c.req.valid('json'),
        );
        return c.json({ totpURI, backupCodes }, 200);
      },
    )
    .openapi(
      createRoute({
        method: 'post',
        path: '/api/auth/two-factor/disable',
        tags,
        summary: 'Stop using a second factor',
        request: jsonBody(z.strictObject({ password })),
        responses: answer(done, 'Off'),
      }),
      async (c) => {
        await forward(c, context, c.req.valid('json'));
        return c.json({ ok: true as const }, 200);
      },
    )
    .openapi(
      createRoute({
        method: 'post',
        path: '/api/auth/sign-out',
        tags,
        summary: 'End this session and close its live connections',
        responses: answer(done, 'Signed out'),
      }),
      async (c) => {
        await forward(c, context, {});
        return c.json({ ok: true as const }, 200);
      },
    )
    .openapi(
      createRoute({
        method: 'get',
        path: '/api/auth/get-session',
        tags,
        summary: 'Who is signed in, if anybody',
        responses: answer(z.strictObject({ user: User.nullable() }), 'The account of this session'),
      }),
      async (c) => {
        const principal = c.get('principal');
        return c.json({ user: userOf(principal ? { ...principal, id: principal.userId } : undefined) }, 200);
      },
    )
    .openapi(
      createRoute({
        method: 'post',
        path: '/api/auth/change-password',
        tags,
        summary: 'Choose another password; every other session ends',
        request: jsonBody(
          z.strictObject({ currentPassword: password, newPassword: z.string().min(10).max(200) }),
        ),
        responses: answer(done, 'Changed'),
      }),
      async (c) => {
        await forward(c, context, { ...c.req.valid('json'), revokeOtherSessions: true });
        return c.json({ ok: true as const }, 200);
      },
    )
    .openapi(
      createRoute({
        method: 'get',
        path: '/api/auth/api-key/list',
        tags,
        summary: 'The API keys of this account',
        responses: answer(z.strictObject({ items: z.array(ApiKey) }), 'Without the keys themselves'),
      }),
      async (c) => {
        const found = await forward<{ apiKeys?: AuthKey[] } | AuthKey[]>(c, context);
        const keys = Array.isArray(found) ? found : (found.apiKeys ?? []);
        return c.json({ items: keys.map(keyOf) }, 200);
      },
    )
    .openapi(
      createRoute({
        method: 'post',
        path: '/api/auth/api-key/create',
        tags,
        summary: 'Make an API key for a machine; it acts with the rights of this account',
        description: 'Send it as the header `x-api-key`. It is shown only in this answer.',
        request: jsonBody(
          z.strictObject({
            name: z.string().min(1).max(60),
            expiresInDays: z.number().int().min(1).max(365),
          }),
        ),
        responses: answer(ApiKey.extend({ key: z.string() }).openapi('NewApiKey'), 'The key'),
      }),
      async (c) => {
        const { name, expiresInDays } = c.req.valid('json');
        const made = await forward<AuthKey>(c, context, { name, expiresIn: expiresInDays * 24 * 60 * 60 });
        return c.json({ ...keyOf(made), key: made.key ?? '' }, 200);
      },
    )
    .openapi(
      createRoute({
        method: 'post',
        path: '/api/auth/api-key/delete',
        tags,
        summary: 'Withdraw an API key',
        request: jsonBody(z.strictObject({ keyId: z.uuid() })),
        responses: answer(done, 'Withdrawn'),
      }),
      async (c) => {
        await forward(c, context, c.req.valid('json'));
        return c.json({ ok: true as const }, 200);
      },
    );
}
