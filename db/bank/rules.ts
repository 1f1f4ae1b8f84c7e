/** The ledger's words and who pays first (T2, T3). */

export const currencies = ['min', 'fen'] as const;
export type Currency = (typeof currencies)[number];

export const accountKinds = [
  'personal',
  'grant',
  'team',
  'pool',
  'issuance',
  'clearing',
  'suspense',
  'provider',
] as const;
export type AccountKind = (typeof accountKinds)[number];

/** What a transfer may come from (T11). */
export const causes = [
  'visit',
  'grant',
  'lapse',
  'gift',
  'donation',
  'reversal',
  'settlement',
  'import',
  'closing',
] as const;
export type Cause = (typeof causes)[number];

export const holdStates = ['open', 'settled', 'released'] as const;

/** Kinds whose balance is kept in shards, because many post to them at once. */
export const shardedKinds: readonly AccountKind[] = ['pool', 'issuance', 'clearing', 'provider'];

/** The only kind that may be negative: what it owes is what it has issued (T2). */
export const mayBeNegative = (kind: AccountKind): boolean => kind === 'issuance';

/** In what order an elder's own accounts pay (T3). */
export const payingOrder: readonly AccountKind[] = ['grant', 'personal'];

export interface BankPolicy {
  /** T4, minutes. */
  capMinutes: number;
  /** T8, minutes a month. */
  grantMinutes: number;
  grantLapseMonths: number;
  /** Subsidy in fen a month by class. */
  subsidyFen: Record<'low_income' | 'minimum_income' | 'special_hardship', number>;
}

/**
 * Splits a deposit at the cap (T4): what the account still takes, and what goes to the pool.
 * All in minutes.
 */
export function splitAtCap(
  deposit: number,
  balance: number,
  cap: number,
): { kept: number; overflow: number } {
  const kept = Math.max(0, Math.min(deposit, cap - balance));
  return { kept, overflow: deposit - kept };
}
