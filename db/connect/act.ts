/**
 * Who does what, when: every command of a book takes an `Act` and runs in one transaction.
 * A domain refusal thrown inside it rolls everything back and comes out as a value.
 */
import type { Database, Tx } from './database.ts';

export const roles = [
  'elder',
  'family',
  'volunteer',
  'carer',
  'provider',
  'station',
  'dispatcher',
  'regulator',
  'admin',
  'system',
] as const;
export type Role = (typeof roles)[number];

export interface Act {
  /** A user's id, or the name of a part of the system such as `worker:offers`. */
  actorId: string;
  role: Role;
  /** The person for whom a family member, station or desk acts. */
  onBehalfOf: string | null;
  /** The instant of the act; commands never read the clock themselves. */
  at: Date;
}

/** Whose act one of several is that are carried out in one command, all at the command's instant. */
export type By = Omit<Act, 'at'>;

export type RefusalCode =
  | 'not_found'
  | 'not_yours'
  | 'wrong_state'
  | 'already_done'
  | 'not_enough_hours'
  | 'not_enough_subsidy'
  | 'not_enough_money'
  | 'not_entitled'
  | 'not_offered'
  | 'offer_closed'
  | 'offer_taken'
  | 'order_taken'
  | 'person_busy'
  | 'person_unable'
  | 'person_absent'
  | 'visits_booked'
  | 'visit_running'
  | 'absence_overlaps'
  | 'too_many_feeds'
  | 'wrong_door_code'
  | 'wrong_signature'
  | 'device_revoked'
  | 'check_superseded'
  | 'wrong_code'
  | 'times_locked'
  | 'too_many'
  | 'too_late'
  | 'too_early'
  | 'invalid'
  | 'stale'
  | 'account_closed'
  | 'account_frozen'
  | 'account_not_empty'
  | 'not_related'
  | 'not_old_enough'
  | 'not_transferable'
  | 'needs_second_person'
  | 'over_limit'
  | 'file_altered'
  | 'other_file'
  | 'over_mandate'
  | 'nobody_found'
  | 'ages_do_not_fit'
  | 'own_request'
  | 'visit_not_verified'
  | 'not_reversible'
  | 'orders_open'
  | 'other_length'
  | 'conflicts'
  | 'rule_part'
  | 'rule_empty'
  | 'rule_too_often'
  | 'reason_needed'
  | 'no_bed_free'
  | 'over_quota';

/** Why the domain says no: a stable code, the field at fault and what a sentence about it needs. */
export interface Refusal {
  code: RefusalCode;
  field?: string;
  params?: Record<string, string | number>;
}

export type Outcome<T> = { ok: true; value: T } | { ok: false; refusal: Refusal };

/** Carries a refusal out of a transaction so that it rolls back. */
export class RefusalError extends Error {
  readonly refusal: Refusal;
  constructor(refusal: Refusal) {
    super(refusal.code);
    this.refusal = refusal;
  }
}

/** Stops the transaction with a refusal. */
export function refuse(code: RefusalCode, field?: string, params?: Refusal['params']): never {
  throw new RefusalError({ code, field, params });
}

/** Runs a command in one transaction; see `attempt` for what it answers. */
export const perform = <T>(
  db: Database,
  act: Act,
  command: (tx: Tx, act: Act) => Promise<T>,
): Promise<Outcome<T>> => attempt(() => retried(() => db.transaction((tx) => command(tx, act))));

/** A refusal by the code or by a promise of the database becomes a value; anything else is thrown. */
export async function attempt<T>(work: () => Promise<T>): Promise<Outcome<T>> {
  try {
    return { ok: true, value: await work() };
  } catch (error) {
    const refusal = refusalIn(error);
    if (refusal) return { ok: false, refusal };
    throw error;
  }
}

/** The refusal that an error is, of the code or of a promise of the database; null when it is none. */
export const refusalIn = (error: unknown): Refusal | null =>
  error instanceof RefusalError ? error.refusal : refusalOfDatabase(error);

const MOST_ATTEMPTS = 6;

/** Does work that is one whole transaction, and again where it lost a race that the next attempt can win. */
export async function retried<T>(work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      if (attempt >= MOST_ATTEMPTS || !isLostRace(error)) throw error;
    }
  }
}

/** Keys of the ledger that two who do the same at the same time both try to write; the later then finds what is there. */
const ONCE_ONLY = new Set(['transfer_keys_pkey', 'holds_order_id_account_id_pk', 'holds_order_once']);

function isLostRace(error: unknown): boolean {
  const { code, constraint_name, cause } = (error ?? {}) as DatabaseError;
  if (!code && cause) return isLostRace(cause);
  return code === '40P01' || code === '40001' || (code === '23505' && ONCE_ONLY.has(constraint_name ?? ''));
}

/** Constraints by which an order is offered, accepted and served once. */
const OF_ONE_ORDER: ReadonlySet<string> = new Set([
  'offers_one_open',
  'offers_person_once',
  'offers_one_accepted',
  'commitments_one_a_place',
]);

interface DatabaseError {
  code?: string;
  constraint_name?: string;
  message?: string;
  cause?: unknown;
}

/** The SQLSTATE of a database error, also when drizzle has wrapped it. */
export function sqlState(error: unknown): string | undefined {
  const { code, cause } = (error ?? {}) as DatabaseError;
  return typeof code === 'string' ? code : cause ? sqlState(cause) : undefined;
}

/** Whether what was asked is at fault, and not the connection or the server, after which nobody knows what was done. */
export const isOfWhatWasAsked = (error: unknown): boolean =>
  error instanceof RefusalError || /^(?=.*\d)(?!08|53|57|58|XX)[0-9A-Z]{5}$/.test(sqlState(error) ?? '');

/**
 * The promises the database keeps, as refusals. SQL functions raise SQLSTATE `HZ001` with the refusal's code
 * as the message, its field as the detail and what a sentence about it needs, as JSON, as the hint.
 */
function refusalOfDatabase(error: unknown): Refusal | null {
  const e = (error ?? {}) as DatabaseError & { detail?: string; hint?: string };
  if (!e.code && e.cause) return refusalOfDatabase(e.cause);
  if (e.code === 'HZ001') {
    const params = e.hint ? { params: JSON.parse(e.hint) as Refusal['params'] } : {};
    return { code: e.message as RefusalCode, field: e.detail || undefined, ...params };
  }
  if (e.constraint_name === 'commitments_no_overlap') return { code: 'person_busy' };
  if (OF_ONE_ORDER.has(e.constraint_name ?? '')) return { code: 'order_taken' };
  if (e.constraint_name === 'absences_no_overlap') return { code: 'absence_overlaps', field: 'startAt' };
  if (e.constraint_name === 'stays_one_place') return { code: 'person_busy', field: 'elderId' };
  if (e.constraint_name === 'contracts_one_active') return { code: 'already_done', field: 'elderId' };
  if (e.constraint_name === 'beds_label') return { code: 'already_done', field: 'label' };
  if (e.constraint_name === 'bed_uses_no_overlap') return { code: 'no_bed_free', field: 'nights' };
  if (e.constraint_name === 'accounts_available') return { code: 'not_enough_hours' };
  if (e.constraint_name === 'clearings_reference') return { code: 'already_done', field: 'reference' };
  if (e.constraint_name === 'clearings_two_sides') return { code: 'needs_second_person' };
  return null;
}
