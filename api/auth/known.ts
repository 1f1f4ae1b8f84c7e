/**
 * Callers whose cookie better-auth has found genuine a short while ago. Who they are, and whether the session and the
 * account are still open, is asked anew at every request, in one question for all who come at the same time.
 */
import { allFulfilled, gather } from '../../db/connect/gather.ts';
import { type SignedIn, usersOfSessions } from '../../db/people/sessionsLive.ts';
import type { ApiContext } from '../http/context.ts';
import { type Caller, findCaller, principalOf } from './caller.ts';

/** After this long better-auth looks at the cookie again, and renews the session where that is due. */
const KNOWN_MS = 10 * 60_000;
const MOST_KNOWN = 20_000;

interface Known {
  sessionId: string;
  until: number;
}

/** Finds the caller behind a request's headers, as `findCaller` does. */
export function callerFinder(context: ApiContext): (headers: Headers) => Promise<Caller> {
  const { db, now } = context;
  const known = new Map<string, Known>();
  const userOf = gather<string, SignedIn | null>({ most: 500, lanes: 1 }, async (sessionIds) => {
    const users = await usersOfSessions(db, sessionIds, now());
    return allFulfilled(sessionIds.map((id) => users.get(id) ?? null));
  });

  function remember(cookie: string, sessionId: string): void {
    const [oldest] = known.keys();
    if (known.size >= MOST_KNOWN && oldest !== undefined) known.delete(oldest);
    known.set(cookie, { sessionId, until: now().getTime() + KNOWN_MS });
  }

  return async (headers) => {
    const cookie = headers.get('cookie');
    // An API key has a limit of its own, which better-auth counts.
    if (cookie === null || headers.has('x-api-key')) return findCaller(context, headers);
    const session = known.get(cookie);
    if (session && session.until > now().getTime()) {
      const user = await userOf(session.sessionId);
      if (user) return { principal: await principalOf(context, session.sessionId, user), cookies: [] };
    }
    known.delete(cookie);
    const caller = await findCaller(context, headers);
    if (caller.principal && caller.cookies.length === 0) remember(cookie, caller.principal.sessionId);
    return caller;
  };
}
