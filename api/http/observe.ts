/** What is known of every request: its id, its language, how long it took; logged at debug, slow or failed at warn. */
import { randomUUID } from 'node:crypto';
import type { MiddlewareHandler } from 'hono';
import type { ApiContext, Env } from './context.ts';
import { languageOf } from './problems.ts';

const SLOW_MS = 1_000;

/** Gives the request its id and language, and measures it by route. */
export function observe({ log, metrics }: Pick<ApiContext, 'log' | 'metrics'>): MiddlewareHandler<Env> {
  return async (c, next) => {
    const given = c.req.header('x-request-id');
    const requestId = given && /^[\w-]{8,64}$/.test(given) ? given : randomUUID();
    c.set('requestId', requestId);
    c.set('language', languageOf(c.req.header('accept-language')));
    c.set('principal', null);
    c.set('ticket', null);
    c.set('route', 'other');
    c.header('X-Request-Id', requestId);
    const started = performance.now();
    await next();
    const ms = performance.now() - started;
    const route = c.get('route');
    metrics.requestSeconds.observe({ method: c.req.method, route, status: c.res.status }, ms / 1_000);
    const level = c.res.status >= 500 || ms > SLOW_MS ? 'warn' : 'debug';
    log[level]({ requestId, route, status: c.res.status, ms: Math.round(ms) }, 'request');
  };
}
