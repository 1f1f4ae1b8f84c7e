/**
 * Who may do what to which record: one line a route. A route that is not in this table cannot be called, and the
 * middleware `guard` refuses every role that its line does not name. The scope says which records: the handler
 * and the queries see it as a `Reach`.
 */
import type { Role } from '../../db/connect/act.ts';

/** What an elder consents to when family acts for them. */
export const consents = ['see', 'book', 'spend'] as const;
export type Consent = (typeof consents)[number];

export type Scope =
  /** The caller's own account and person. */
  | 'self'
  /** The elder, or family whom the elder gave that consent. */
  | `elder-side:${Consent}`
  /** Offers and visits of the caller as volunteer or carer. */
  | 'own-visit'
  /** What belongs to the caller's provider. */
  | 'own-provider'
  /** What lies in the division the caller works for. */
  | 'area'
  | 'any';

/** Roles not named may not call; `public` asks for no sign-in; `signed-in` is every role, on itself. */
export type Rule = 'public' | 'signed-in' | Partial<Readonly<Record<Exclude<Role, 'system'>, Scope>>>;

const elderSees = { elder: 'elder-side:see', family: 'elder-side:see' } as const;
const elderBooks = { elder: 'elder-side:book', family: 'elder-side:book' } as const;
const desks = { station: 'area', dispatcher: 'area' } as const;
const looksAfter = { station: 'area', regulator: 'area' } as const;
/** Whoever may have hours and relatives of their own. */
const own = { elder: 'self', volunteer: 'self', family: 'self' } as const;
/** Whoever is a person of the city's books, and not a desk. */
const persons = { elder: 'self', family: 'self', volunteer: 'self', carer: 'self' } as const;
/** Whoever makes visits or is visited. */
const withCalendar = { elder: 'self', volunteer: 'self', carer: 'self' } as const;
/** Helpers for themselves, and whoever plans their time. */
const plansTime = { volunteer: 'self', carer: 'self', provider: 'own-provider', station: 'area' } as const;
const doers = { volunteer: 'own-visit', carer: 'own-visit' } as const;
const readsOrders = {
  ...elderSees,
  ...doers,
  ...desks,
  provider: 'own-provider',
  regulator: 'area',
} as const;
const ownProvider = { provider: 'own-provider' } as const;
/** Who decides what two sides disagree on. */
const decides = { dispatcher: 'area', regulator: 'area' } as const;
/** Stays, contracts, disputes and complaints: the elder's side, the provider, and the desks and regulators of the area. */
const seesCare = { ...elderSees, ...ownProvider, ...desks, regulator: 'area' } as const;
const readsHandover = { ...elderSees, ...ownProvider, station: 'area' } as const;
/** Holders, family with consent to see, the station of the area and the regulator. */
const seesAccounts = {
  elder: 'self',
  volunteer: 'self',
  family: 'elder-side:see',
  station: 'area',
  regulator: 'area',
} as const;
const staff = {
  provider: 'self',
  station: 'self',
  dispatcher: 'self',
  regulator: 'self',
  admin: 'self',
} as const;

/** Whose hours may be given: one's own, an elder's by the family within the mandate, anybody's of the area at the station. */
const gives = {
  elder: 'elder-side:spend',
  family: 'elder-side:spend',
  volunteer: 'self',
  station: 'area',
} as const;

export const policy = {
  'GET /healthz': 'public',
  'GET /readyz': 'public',
  'GET /metrics': 'public',
  'GET /api/openapi.json': 'public',
  'GET /api/docs': 'public',
  'GET /api/docs/scalar.js': 'public',

  'POST /api/auth/sign-in/username': 'public',
  'POST /api/auth/phone-number/send-otp': 'public',
  'POST /api/auth/phone-number/verify': 'public',
  'POST /api/auth/two-factor/verify-totp': 'public',
  'POST /api/auth/two-factor/verify-backup-code': 'public',
  'POST /api/auth/two-factor/enable': staff,
  'POST /api/auth/two-factor/disable': staff,
  'POST /api/auth/sign-out': 'public',
  'GET /api/auth/get-session': 'public',
  'POST /api/auth/change-password': 'signed-in',
  'GET /api/auth/api-key/list': staff,
  'POST /api/auth/api-key/create': staff,
  'POST /api/auth/api-key/delete': staff,

  'GET /api/v1/me': 'signed-in',
  'GET /api/v1/people/me/reads': 'signed-in',

  'GET /api/v1/messages': 'signed-in',
  'POST /api/v1/messages/read': 'signed-in',
  'POST /api/v1/messages/{id}/read': 'signed-in',
  'GET /api/v1/messages/settings': persons,
  'PUT /api/v1/messages/settings': persons,
  'GET /api/v1/push-key': persons,
  'POST /api/v1/push-subscriptions': persons,
  'DELETE /api/v1/push-subscriptions/{id}': persons,
  'GET /api/v1/messages/dead': { admin: 'any' },
  'POST /api/v1/messages/{id}/again': { admin: 'any' },

  'POST /api/v1/calendar-feeds': withCalendar,
  'GET /api/v1/calendar-feeds': withCalendar,
  'DELETE /api/v1/calendar-feeds/{id}': withCalendar,
  'GET /api/v1/calendars/{file}': 'public',

  'GET /api/v1/absences': plansTime,
  'GET /api/v1/absences/visits': plansTime,
  'POST /api/v1/absences': plansTime,
  'POST /api/v1/absences/{id}/end': plansTime,
  'GET /api/v1/availability': { volunteer: 'self', station: 'area' },
  'PUT /api/v1/availability': { volunteer: 'self', station: 'area' },
  'GET /api/v1/carers/{id}/shifts': { carer: 'self', provider: 'own-provider' },
  'PUT /api/v1/carers/{id}/shifts': { provider: 'own-provider' },
  'GET /api/v1/helper-certificates': plansTime,
  'POST /api/v1/helper-certificates': { provider: 'own-provider', station: 'area' },
  'POST /api/v1/helper-certificates/{id}/revoke': { provider: 'own-provider', station: 'area' },

  'GET /api/v1/services': 'public',
  'GET /api/v1/areas': 'public',
  'GET /api/v1/areas/boundaries': 'public',
  'GET /api/v1/providers': 'public',
  'GET /api/v1/stations': 'public',
  'GET /api/v1/scores': 'public',

  'GET /api/v1/elders': desks,
  'GET /api/v1/elders/{id}': { ...elderSees, ...desks },
  'GET /api/v1/elders/{id}/slots': { ...elderBooks, ...desks },
  'POST /api/v1/elders/{id}/unmask': { ...desks, regulator: 'area' },

  'GET /api/v1/elders/{id}/profile': looksAfter,
  'PATCH /api/v1/elders/{id}/profile': looksAfter,

  'GET /api/v1/beds/calendar': 'public',
  'GET /api/v1/beds/occupancy': { dispatcher: 'area', regulator: 'area' },
  'GET /api/v1/beds': ownProvider,
  'POST /api/v1/beds': ownProvider,
  'POST /api/v1/beds/{id}/keep-out': ownProvider,
  'POST /api/v1/beds/{id}/give-up': ownProvider,
  'GET /api/v1/elders/{id}/respite': { ...elderSees, ...desks },
  'GET /api/v1/stays': seesCare,
  'POST /api/v1/stays': { ...elderBooks, ...desks },
  'GET /api/v1/stays/{id}': seesCare,
  'POST /api/v1/stays/{id}/cancel': { ...elderBooks, ...desks },
  'POST /api/v1/stays/{id}/answer': { ...elderBooks, ...desks },
  'POST /api/v1/stays/{id}/arrive': ownProvider,
  'POST /api/v1/stays/{id}/leave': ownProvider,
  'POST /api/v1/stays/{id}/decline': ownProvider,
  'GET /api/v1/stays/{id}/handover': readsHandover,
  'POST /api/v1/stays/{id}/handover': { ...elderBooks, ...ownProvider },
  'GET /api/v1/orders/{id}/handover': { ...readsHandover, carer: 'own-visit' },
  'POST /api/v1/orders/{id}/handover': { ...elderBooks, carer: 'own-visit' },

  'GET /api/v1/contracts': seesCare,
  'POST /api/v1/contracts': ownProvider,
  'GET /api/v1/contracts/{id}': seesCare,
  'POST /api/v1/contracts/{id}/sign': { ...elderBooks, ...ownProvider, station: 'area' },
  'POST /api/v1/contracts/{id}/end': { ...elderBooks, ...ownProvider, station: 'area' },
  'POST /api/v1/contracts/{id}/equipment': ownProvider,
  'POST /api/v1/contracts/{id}/equipment/{equipmentId}': ownProvider,

  'GET /api/v1/kinships': { ...own, ...looksAfter },
  'POST /api/v1/kinships': { ...own, station: 'area' },
  'GET /api/v1/kinships/{id}': looksAfter,
  'POST /api/v1/kinships/{id}/decide': looksAfter,
  'POST /api/v1/kinships/{id}/end': { ...own, ...looksAfter },
  'GET /api/v1/mandates': { elder: 'self', family: 'self', station: 'area' },
  'POST /api/v1/mandates': { elder: 'self', station: 'area' },
  'POST /api/v1/mandates/{id}/withdraw': { elder: 'self', station: 'area' },

  'GET /api/v1/orders': readsOrders,
  // A volunteer books for relatives, of hours of their own (T5).
  'POST /api/v1/orders': { ...elderBooks, ...desks, volunteer: 'self' },
  'POST /api/v1/orders/conflicts': { ...elderBooks, ...desks },
  'POST /api/v1/orders/prices': { ...elderBooks, ...desks },
  'GET /api/v1/orders/{id}': readsOrders,
  'PATCH /api/v1/orders/{id}': { ...elderBooks, ...desks },
  'POST /api/v1/orders/{id}/cancel': { ...elderBooks, ...desks },
  'POST /api/v1/orders/{id}/confirm': { ...elderBooks, ...desks },
  'POST /api/v1/orders/{id}/dispute': elderBooks,
  'GET /api/v1/complaints': seesCare,
  'GET /api/v1/complaints/{id}': seesCare,
  'POST /api/v1/complaints/{id}/assign': { ...desks, regulator: 'area' },
  'POST /api/v1/complaints/{id}/answer': { ...desks, ...ownProvider },
  'POST /api/v1/complaints/{id}/decision': decides,
  'POST /api/v1/complaints/{id}/withdraw': elderSees,
  'GET /api/v1/call-backs': desks,
  'POST /api/v1/call-backs/{id}/calls': desks,
  'GET /api/v1/disputes': seesCare,
  'GET /api/v1/disputes/{id}': seesCare,
  'POST /api/v1/disputes/{id}/decision': decides,
  'POST /api/v1/disputes/{id}/second': decides,
  'POST /api/v1/orders/{id}/rating': elderSees,
  'POST /api/v1/orders/{id}/complaint': { ...elderSees, ...desks },
  'GET /api/v1/alerts': { ...desks, provider: 'own-provider', regulator: 'area' },
  'GET /api/v1/alerts/kpi': { ...desks, regulator: 'area' },
  'POST /api/v1/alerts/{id}/acknowledge': { ...desks, regulator: 'area' },
  'POST /api/v1/alerts/{id}/resolve': { ...desks, regulator: 'area' },
  'GET /api/v1/orders/{id}/candidates': { dispatcher: 'area' },
  'GET /api/v1/orders/{id}/recommendation': { ...desks, ...ownProvider },
  'GET /api/v1/orders/{id}/why': desks,
  'POST /api/v1/orders/{id}/assign': { dispatcher: 'area' },
  'POST /api/v1/orders/{id}/withdraw': { dispatcher: 'area' },
  'POST /api/v1/orders/{id}/swap': { provider: 'own-provider' },

  'GET /api/v1/care-plans': { ...elderSees, ...desks, regulator: 'area' },
  'POST /api/v1/care-plans': { ...elderBooks, ...desks },
  'POST /api/v1/care-plans/preview': { ...elderBooks, ...desks },
  'GET /api/v1/care-plans/{id}': { ...elderSees, ...desks, regulator: 'area' },
  'PATCH /api/v1/care-plans/{id}': { ...elderBooks, ...desks },
  'POST /api/v1/care-plans/{id}/exceptions': { ...elderBooks, ...desks },
  'POST /api/v1/care-plans/{id}/exceptions/withdraw': { ...elderBooks, ...desks },
  'POST /api/v1/care-plans/{id}/pause': { ...elderBooks, ...desks },
  'POST /api/v1/care-plans/{id}/resume': { ...elderBooks, ...desks },
  'POST /api/v1/care-plans/{id}/end': { ...elderBooks, ...desks },

  'GET /api/v1/offers': { volunteer: 'own-visit', provider: 'own-provider' },
  'POST /api/v1/offers/{id}/accept': { volunteer: 'own-visit', provider: 'own-provider' },
  'POST /api/v1/offers/{id}/decline': { volunteer: 'own-visit', provider: 'own-provider' },
  'GET /api/v1/offers/{id}/candidates': { provider: 'own-provider' },
  'GET /api/v1/asking': { dispatcher: 'area', regulator: 'area' },
  'GET /api/v1/dispatch/measures': { dispatcher: 'area', regulator: 'area' },

  'GET /api/v1/visits': { ...doers, provider: 'own-provider' },
  'GET /api/v1/devices': { volunteer: 'self', carer: 'self' },
  'POST /api/v1/devices': { volunteer: 'self', carer: 'self' },
  'POST /api/v1/devices/{id}/revoke': { volunteer: 'self', carer: 'self' },
  'POST /api/v1/visits/uploads': doers,
  'GET /api/v1/visits/{id}/record': {
    ...elderSees,
    ...doers,
    ...desks,
    provider: 'own-provider',
    regulator: 'area',
  },
  'POST /api/v1/visits/{id}/edits': { ...desks, provider: 'own-provider' },
  'GET /api/v1/visit-edits': { ...desks, provider: 'own-provider', regulator: 'area' },
  'POST /api/v1/visit-edits/{id}/decide': { ...desks, provider: 'own-provider' },
  'GET /api/v1/visit-edits/shares': { dispatcher: 'any', regulator: 'any', provider: 'own-provider' },
  'POST /api/v1/visits/{id}/unlocks': { ...desks, provider: 'own-provider' },
  'GET /api/v1/visit-unlocks': { ...desks, provider: 'own-provider', regulator: 'area' },
  'POST /api/v1/visit-unlocks/{id}/decide': { ...desks, provider: 'own-provider' },
  'POST /api/v1/telephone-checks': desks,
  // The station enters sheets of paper; the family gives its word.
  'POST /api/v1/visits/{id}/word': { ...elderBooks, station: 'area' },
  'POST /api/v1/visits/{id}/reasons': { ...doers, ...desks, provider: 'own-provider' },
  'POST /api/v1/visits/{id}/photos': doers,
  'GET /api/v1/photos/{id}': { ...elderSees, ...doers, ...desks, provider: 'own-provider' },
  'GET /api/v1/orders/{id}/door-qr': elderSees,
  'POST /api/v1/elders/{id}/door-tile': { station: 'area' },
  'POST /api/v1/visits/{id}/check-in': doers,
  'POST /api/v1/visits/{id}/check-out': doers,

  'GET /api/v1/accounts/me': { elder: 'self', volunteer: 'self', family: 'elder-side:see' },
  'GET /api/v1/people/{id}/accounts': { station: 'area', regulator: 'area' },
  'GET /api/v1/redeemable': own,
  'GET /api/v1/redemptions': own,
  'POST /api/v1/redemptions/{id}/cancel': own,
  'GET /api/v1/accounts/{id}/lots': seesAccounts,
  'GET /api/v1/accounts/{id}/entries': seesAccounts,
  'GET /api/v1/accounts/{id}/balance': seesAccounts,
  'GET /api/v1/accounts/{id}/statement': seesAccounts,
  'GET /api/v1/accounts/{id}/statement/file': seesAccounts,
  'GET /api/v1/transfers/{id}/provenance': seesAccounts,
  'GET /api/v1/transfers/{id}/certificate': seesAccounts,
  'GET /api/v1/certificates': 'public',
  'GET /api/v1/transfers/{id}/receipt': seesAccounts,
  'GET /api/v1/ledger/head': 'public',
  'GET /api/v1/ledger/heads': 'public',
  'GET /api/v1/ledger/keys': 'public',
  'POST /api/v1/ledger/keys/rotate': { admin: 'any' },
  'GET /api/v1/ledger/proofs/consistency': 'public',
  'GET /api/v1/ledger/proofs/inclusion': {
    elder: 'self',
    volunteer: 'self',
    family: 'elder-side:see',
    regulator: 'any',
  },
  'GET /api/v1/ledger/check': { regulator: 'any' },
  'GET /api/v1/ledger/export': { regulator: 'any' },
  'POST /api/v1/gifts': gives,
  'POST /api/v1/donations': gives,
  'POST /api/v1/people/{id}/accounts/freeze': { station: 'area', regulator: 'area' },
  'POST /api/v1/people/{id}/accounts/thaw': { station: 'area', regulator: 'area' },
  'GET /api/v1/ledger/reversals': { station: 'area', regulator: 'area' },
  'POST /api/v1/ledger/reversals': { station: 'area', regulator: 'area' },
  'POST /api/v1/ledger/reversals/{id}/decide': { regulator: 'area' },
  'GET /api/v1/ledger/receivables': { station: 'area', regulator: 'area' },
  'POST /api/v1/closings': { station: 'area', regulator: 'area' },
  'GET /api/v1/partners': { station: 'area', regulator: 'area' },
  'POST /api/v1/partners': { regulator: 'area' },
  'POST /api/v1/partners/{code}/limits': { regulator: 'area' },
  'GET /api/v1/partners/{code}/statement': { regulator: 'any' },
  'GET /api/v1/partners/{code}/batch': { regulator: 'any' },
  'GET /api/v1/partners/{code}/comparisons': { regulator: 'any' },
  'POST /api/v1/partners/{code}/comparisons': { regulator: 'area' },
  'GET /api/v1/clearing/positions': { regulator: 'any' },
  'GET /api/v1/clearings': { station: 'area', regulator: 'area' },
  'POST /api/v1/clearings': { station: 'area', regulator: 'area' },
  'POST /api/v1/clearings/{id}/decide': { station: 'area', regulator: 'area' },
  'POST /api/v1/clearings/{id}/withdraw': { station: 'area', regulator: 'area' },
  'GET /api/v1/ledger/totals': { regulator: 'any', admin: 'any' },
  'GET /api/v1/ledger/accounts': { regulator: 'area' },
  'GET /api/v1/ledger/transfers': { regulator: 'area' },
  'GET /api/v1/ledger/circulation': { regulator: 'area', admin: 'any' },

  'GET /api/v1/providers/{id}/carers': { provider: 'own-provider', dispatcher: 'any' },
  'GET /api/v1/volunteers': { station: 'area' },
  'POST /api/v1/volunteers/{id}/review': { station: 'area' },
  'POST /api/v1/volunteers/{id}/backup': { station: 'area' },
  'POST /api/v1/carers/{id}/blocks': { provider: 'own-provider' },
  'GET /api/v1/teams': { ...looksAfter, volunteer: 'self' },
  'POST /api/v1/teams': { station: 'area' },
  'GET /api/v1/teams/{id}/members': looksAfter,
  'POST /api/v1/teams/{id}/members': { station: 'area' },

  'GET /api/v1/ledger/solvency': { regulator: 'any', admin: 'any' },
  'GET /api/v1/policies': { regulator: 'any', admin: 'any' },
  'POST /api/v1/policies/catalogue': { regulator: 'any', admin: 'any' },
  'POST /api/v1/policies/{kind}': { regulator: 'any', admin: 'any' },
  'GET /api/v1/audit': { regulator: 'area', admin: 'any' },
  'GET /api/v1/desk/snapshot': { dispatcher: 'area', regulator: 'area', provider: 'own-provider' },
  'GET /api/v1/demo/accounts': 'public',
  'GET /api/v1/demo/codes': 'public',
  'GET /api/v1/demo/simulator': { admin: 'any' },
  'PUT /api/v1/demo/simulator': { admin: 'any' },
} as const satisfies Record<string, Rule>;

export type RouteKey = keyof typeof policy;

/** The scope in which a role may call a route; null when it may not. */
export function scopeOf(rule: Rule, role: Role): Scope | null {
  if (rule === 'public') return 'any';
  if (rule === 'signed-in') return 'self';
  return role === 'system' ? null : (rule[role] ?? null);
}
