/** How often one caller may ask; better-auth limits sign-in by address beside this, across all processes. */
import type { Context, MiddlewareHandler } from 'hono';
import { rateLimiter } from 'hono-rate-limiter';
import { clientAddress } from './address.ts';
import type { Env } from './context.ts';
import { Problem } from './problems.ts';

const MINUTE_MS = 60_000;

function refuse(c: Context<Env>, windowMs: number): never {
  const reset = Number(c.res.headers.get('ratelimit-reset'));
  const seconds = reset > 0 ? reset : Math.ceil(windowMs / 1_000);
  throw new Problem('too_many_requests', {
    params: { seconds },
    headers: { 'Retry-After': String(seconds) },
  });
}

/** At most `perMinute` requests of one account, or of one address where nobody is signed in. */
export function requestLimit(perMinute: number): MiddlewareHandler<Env> {
  return rateLimiter<Env>({
    windowMs: MINUTE_MS,
    limit: perMinute,
    standardHeaders: 'draft-6',
    keyGenerator: (c) => c.get('principal')?.userId ?? clientAddress(c),
    handler: (c) => refuse(c, MINUTE_MS),
  });
}

/** At most `perMinute` requests for what one parameter of the path names, whoever asks. */
export function pathLimit(param: string, perMinute: number): MiddlewareHandler<Env> {
  return rateLimiter<Env>({
    windowMs: MINUTE_MS,
    limit: perMinute,
    standardHeaders: 'draft-6',
    keyGenerator: (c) => (c.req.param(param) ?? '').slice(0, 64),
    handler: (c) => refuse(c, MINUTE_MS),
  });
}

/** At most `limit` failed tries in `minutes` for what one field of the body names, whatever address they come from. */
export function attemptLimit(field: string, limit: number, minutes: number): MiddlewareHandler<Env> {
  return rateLimiter<Env>({
    windowMs: minutes * MINUTE_MS,
    limit,
    standardHeaders: false,
    skipSuccessfulRequests: true,
    keyGenerator: async (c) => {
      const body: unknown = await c.req.json().catch(() => null);
      const value = body && typeof body === 'object' ? (body as Record<string, unknown>)[field] : undefined;
      return String(value).toLowerCase().slice(0, 64);
    },
    handler: (c) => refuse(c, minutes * MINUTE_MS),
  });
}
