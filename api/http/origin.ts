/** Pages of other sites may not act here: what a browser says of its page must be this very address. */
import type { MiddlewareHandler } from 'hono';
import type { Env } from './context.ts';
import { Problem } from './problems.ts';

const SAFE = new Set(['GET', 'HEAD', 'OPTIONS']);

/** Whether a page of this origin is one of ours; machines send no origin. */
export function isOwnOrigin(
  origin: string | undefined,
  host: string | undefined,
  publicUrl: string,
): boolean {
  if (origin === undefined) return true;
  if (!URL.canParse(origin)) return false;
  const from = new URL(origin);
  return from.host === host || from.origin === new URL(publicUrl).origin;
}

/** Refuses what would change something at the wish of another site's page. */
export function ownOriginOnly(publicUrl: string): MiddlewareHandler<Env> {
  return async (c, next) => {
    const host = c.req.header('host') ?? new URL(c.req.url).host;
    if (!SAFE.has(c.req.method) && !isOwnOrigin(c.req.header('origin'), host, publicUrl)) {
      throw new Problem('origin_refused', { field: 'Origin' });
    }
    return next();
  };
}
