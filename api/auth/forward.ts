/**
 * Hands a request to better-auth and says its failures as problems. Only the addresses of the policy table and only
 * the fields of their schemas get this far.
 */
import type { Context } from 'hono';
import { clientAddress } from '../http/address.ts';
import type { ApiContext, Env } from '../http/context.ts';
import type { ProblemCode } from '../http/problem-table.ts';
import { Problem } from '../http/problems.ts';
import { ADDRESS_HEADER } from './signin.ts';

const codes: Readonly<Record<string, ProblemCode>> = {
  INVALID_USERNAME_OR_PASSWORD: 'sign_in_failed',
  USERNAME_TOO_SHORT: 'sign_in_failed',
  USERNAME_TOO_LONG: 'sign_in_failed',
  INVALID_USERNAME: 'sign_in_failed',
  PASSWORD_TOO_LONG: 'sign_in_failed',
  INVALID_OTP: 'code_wrong',
  OTP_NOT_FOUND: 'code_wrong',
  OTP_EXPIRED: 'code_wrong',
  INVALID_CODE: 'code_wrong',
  INVALID_BACKUP_CODE: 'code_wrong',
  FAILED_TO_UPDATE_USER: 'code_wrong',
  TOO_MANY_ATTEMPTS: 'account_locked',
  TOO_MANY_ATTEMPTS_REQUEST_NEW_CODE: 'account_locked',
  ACCOUNT_TEMPORARILY_LOCKED: 'account_locked',
  INVALID_TWO_FACTOR_COOKIE: 'unauthenticated',
  TOTP_NOT_ENABLED: 'two_factor_state',
  TOTP_ALREADY_ENABLED: 'two_factor_state',
  TWO_FACTOR_NOT_ENABLED: 'two_factor_state',
  BACKUP_CODES_NOT_ENABLED: 'two_factor_state',
  INVALID_PASSWORD: 'password_wrong',
  PASSWORD_TOO_SHORT: 'validation_failed',
  CREDENTIAL_ACCOUNT_NOT_FOUND: 'password_wrong',
  USER_CLOSED: 'user_closed',
  SECOND_FACTOR_REQUIRED: 'second_factor_required',
  SMS_FAILED: 'sms_failed',
  INVALID_ORIGIN: 'origin_refused',
  MISSING_OR_NULL_ORIGIN: 'origin_refused',
  CROSS_SITE_NAVIGATION_LOGIN_BLOCKED: 'origin_refused',
  KEY_NOT_FOUND: 'not_found',
};

/** Sends the request on with this body; its cookies go to the caller, its answer to the handler. */
export async function forward<T>(c: Context<Env>, { signIn, log }: ApiContext, body?: object): Promise<T> {
  const headers = new Headers(c.req.raw.headers);
  for (const name of ['x-api-key', 'content-length', 'transfer-encoding']) headers.delete(name);
  headers.set(ADDRESS_HEADER, clientAddress(c));
  const url = new URL(c.req.url);
  if (!headers.has('origin') && !headers.has('sec-fetch-site')) headers.set('origin', url.origin);
  if (!headers.has('host')) headers.set('host', url.host);
  if (body) headers.set('content-type', 'application/json');
  const answer = await signIn.auth.handler(
    new Request(url, { method: c.req.method, headers, body: body ? JSON.stringify(body) : undefined }),
  );
  const text = await answer.text();
  if (answer.ok) {
    for (const cookie of answer.headers.getSetCookie()) c.header('Set-Cookie', cookie, { append: true });
    return (text === '' ? null : JSON.parse(text)) as T;
  }
  const code = codeOf(text);
  const known = code ? codes[code] : undefined;
  if (known) throw new Problem(known);
  if (answer.status === 429) {
    const seconds = Number(answer.headers.get('x-retry-after') ?? 60);
    throw new Problem('too_many_requests', {
      params: { seconds },
      headers: { 'Retry-After': String(seconds) },
    });
  }
  if (answer.status === 401) throw new Problem('unauthenticated');
  if (answer.status === 403) throw new Problem('forbidden');
  if (answer.status < 500) throw new Problem('validation_failed');
  log.error({ code, status: answer.status, route: c.get('route') }, 'the sign-in failed');
  throw new Problem('internal');
}

function codeOf(text: string): string | undefined {
  try {
    const { code } = JSON.parse(text) as { code?: unknown };
    return typeof code === 'string' ? code : undefined;
  } catch {
    return undefined;
  }
}
