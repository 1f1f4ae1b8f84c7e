/** What a booking asks of the caller besides the leave to book: whose hours pay, and the elder's consent to spend. */
import { Problem } from '../http/problems.ts';
import type { Principal } from './principal.ts';

/** Staff who act for whoever stands before them or calls. */
export const DESK_ROLES: readonly Principal['role'][] = ['station', 'dispatcher', 'regulator'];

/** Paying from the elder's hours or subsidy needs that consent beside the one to book. */
export function expectConsentToSpend(principal: Principal, elderId: string, payer: string): void {
  if (principal.role !== 'family' || (payer !== 'time_bank' && payer !== 'subsidy')) return;
  const mandate = principal.actsFor.find((one) => one.elderId === elderId);
  if (!mandate?.scopes.includes('spend')) throw new Problem('not_yours', { field: 'payer' });
}

/**
 * Whose hours pay (T5). Desks say it for whoever stands before them; everybody else can only name oneself, and a
 * volunteer, who books for relatives, always does.
 */
export function holderOf(principal: Principal, elderId: string, holderId: string | undefined): string {
  const holder = holderId ?? (principal.role === 'volunteer' ? (principal.personId ?? elderId) : elderId);
  const isOwn = holder === principal.personId || holder === elderId;
  if (!isOwn && !DESK_ROLES.includes(principal.role)) throw new Problem('not_yours', { field: 'holderId' });
  return holder;
}
