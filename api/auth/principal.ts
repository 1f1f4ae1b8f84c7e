/** Who is calling: the account behind a session or an API key, with the role it acts in and for whom it may act. */
import type { Context } from 'hono';
import type { Role } from '../../db/connect/act.ts';
import type { Reach } from '../../db/connect/reach.ts';
import type { Env } from '../http/context.ts';
import { type Language, Problem } from '../http/problems.ts';
import type { Consent, Scope } from './policy.ts';

export interface Mandate {
  elderId: string;
  name: string;
  scopes: Consent[];
}

export interface Principal {
  userId: string;
  /** The session's id, or the API key's. */
  sessionId: string;
  username: string;
  name: string;
  role: Role;
  personId: string | null;
  providerId: string | null;
  stationId: string | null;
  /** The division a member of staff works for. */
  areaCode: string | null;
  language: Language;
  totp: boolean;
  /** Elders who consented to this family member, each with what they consented to. */
  actsFor: Mandate[];
}

/** The elders for whom the caller may do what needs this consent: oneself, and those who gave it. */
function eldersOf(principal: Principal, consent: Consent): string[] {
  if (principal.role === 'elder') return principal.personId ? [principal.personId] : [];
  return principal.actsFor.filter((m) => m.scopes.includes(consent)).map((m) => m.elderId);
}

/** What a scope of the policy table lets this caller reach; null when the account lacks what the scope is about. */
export function reachOf(principal: Principal, scope: Scope): Reach | null {
  switch (scope) {
    case 'any':
      return { kind: 'all' };
    case 'self':
      return { kind: 'elders', elderIds: principal.personId ? [principal.personId] : [] };
    case 'elder-side:see':
    case 'elder-side:book':
    case 'elder-side:spend': {
      const elderIds = eldersOf(principal, scope.slice('elder-side:'.length) as Consent);
      return elderIds.length > 0 ? { kind: 'elders', elderIds } : null;
    }
    case 'own-visit':
      return principal.personId ? { kind: 'assignee', personId: principal.personId } : null;
    case 'own-provider':
      return principal.providerId ? { kind: 'provider', providerId: principal.providerId } : null;
    case 'area':
      return principal.areaCode ? { kind: 'area', areaCode: principal.areaCode } : null;
  }
}

/** The caller of a route that asks for sign-in. */
export function callerOf(c: Context<Env>): Principal {
  const principal = c.get('principal');
  if (!principal) throw new Problem('unauthenticated');
  return principal;
}
