/**
 * The one gate: finds the route's line in the policy table, who is calling, and what they may reach. An address that
 * the table does not know is answered before any handler could run.
 */
import type { Context, MiddlewareHandler } from 'hono';
import { TrieRouter } from 'hono/router/trie-router';
import type { ApiContext, Env } from '../http/context.ts';
import { Problem } from '../http/problems.ts';
import type { Caller } from './caller.ts';
import { callerFinder } from './known.ts';
import { policy, type RouteKey, type Rule, scopeOf } from './policy.ts';
import { reachOf } from './principal.ts';

const table = new TrieRouter<RouteKey>();
const methods = new Map<string, Set<string>>();
for (const key of Object.keys(policy) as RouteKey[]) {
  const [method = '', path = ''] = key.split(' ');
  table.add(method, path.replace(/\{(\w+)\}/g, ':$1'), key);
  methods.set(method, (methods.get(method) ?? new Set()).add(path));
}

/** The line of the policy table for a method and path; null when there is none. */
export function routeOf(method: string, path: string): RouteKey | null {
  return table.match(method === 'HEAD' ? 'GET' : method, path)[0][0]?.[0] ?? null;
}

/** Lets a request through only as the policy table says, and tells the handler who calls and what they reach. */
export function guard(context: ApiContext): MiddlewareHandler<Env> {
  const findCaller = callerFinder(context);
  return async (c, next) => {
    const key = routeOf(c.req.method, c.req.path);
    if (!key) throw noSuchRoute(c);
    c.set('route', key);
    const rule: Rule = policy[key];
    const caller: Caller = await findCaller(c.req.raw.headers);
    for (const cookie of caller.cookies) c.header('Set-Cookie', cookie, { append: true });
    c.set('principal', caller.principal);
    c.set('reach', { kind: 'all' });
    if (rule !== 'public') {
      if (!caller.principal) throw new Problem('unauthenticated');
      const scope = scopeOf(rule, caller.principal.role);
      const reach = scope && reachOf(caller.principal, scope);
      if (!reach) throw new Problem('forbidden');
      c.set('reach', reach);
    }
    return next();
  };
}

function noSuchRoute(c: Context<Env>): Problem {
  const others = [...methods.keys()].filter((method) => routeOf(method, c.req.path));
  return others.length > 0
    ? new Problem('method_not_allowed', { headers: { Allow: others.join(', ') } })
    : new Problem('route_not_found');
}
