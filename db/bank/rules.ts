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

export interface BankPolicy {
  /** T4, minutes. */
  capMinutes: number;
  /** T8, minutes a month. */
  grantMinutes: number;
  grantLapseMonths: number;
  /** Subsidy in fen a month by class. */
  subsidyFen: Record<'low_income' | 'minimum_income' | 'special_hardship', number>;
}
