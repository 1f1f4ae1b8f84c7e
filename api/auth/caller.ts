/** Finds out who sent a request: by session cookie or by API key, through better-auth. */
import { isAPIError } from 'better-auth/api';
import { mandatesOf } from '../../db/people/mandatesOf.ts';
import type { SignedIn } from '../../db/people/sessionsLive.ts';
import type { ApiContext } from '../http/context.ts';
import { Problem } from '../http/problems.ts';
import { type Consent, consents } from './policy.ts';
import type { Principal } from './principal.ts';
import type { SignIn } from './signin.ts';

export interface Caller {
  principal: Principal | null;
  /** Cookies that renew or clear the session. */
  cookies: string[];
}

const nobody: Caller = { principal: null, cookies: [] };

/** The session and its cookies; an API key has no cookies, and better-auth then answers with the session alone. */
async function sessionOf({ auth }: SignIn, headers: Headers) {
  if (headers.has('x-api-key')) return { found: await auth.api.getSession({ headers }), cookies: [] };
  const answered = await auth.api.getSession({ headers, returnHeaders: true });
  return { found: answered.response, cookies: answered.headers.getSetCookie() };
}

/** The caller behind these headers; nobody when there is no session, it has ended, or the account is closed. */
export async function findCaller(context: ApiContext, headers: Headers): Promise<Caller> {
  if (!headers.has('cookie') && !headers.has('x-api-key')) return nobody;
  const { found, cookies } = await sessionOf(context.signIn, headers).catch((error: unknown) => {
    if (isAPIError(error) && error.statusCode === 429) {
      throw new Problem('too_many_requests', { params: { seconds: 60 } });
    }
    if (isAPIError(error) && error.statusCode < 500) throw new Problem('unauthenticated');
    throw error;
  });
  if (!found || found.user.closedAt) return { principal: null, cookies };
  const { user, session } = found;
  return { cookies, principal: await principalOf(context, session.id, user as SignedIn) };
}

/** A signed-in user as the routes see them, with the mandates that elders gave to family. */
export async function principalOf(
  { db, now }: ApiContext,
  sessionId: string,
  user: SignedIn,
): Promise<Principal> {
  const mandates = user.role === 'family' && user.personId ? await mandatesOf(db, user.personId, now()) : [];
  return {
    userId: user.id,
    sessionId,
    username: user.username ?? '',
    name: user.name,
    role: user.role,
    personId: user.personId ?? null,
    providerId: user.providerId ?? null,
    stationId: user.stationId ?? null,
    areaCode: user.areaCode ?? null,
    language: user.language === 'en' ? 'en' : 'zh-CN',
    totp: user.twoFactorEnabled ?? false,
    actsFor: mandates.map((mandate) => ({
      ...mandate,
      scopes: mandate.scopes.filter((scope): scope is Consent =>
        (consents as readonly string[]).includes(scope),
      ),
    })),
  };
}
