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
  'receivable',
] as const;
export type AccountKind = (typeof accountKinds)[number];

/** Accounts that many post to at once: their balance is spread over shards and not kept with each transfer. */
export const isSharded = (kind: AccountKind): boolean =>
  kind === 'pool' || kind === 'issuance' || kind === 'clearing' || kind === 'provider';

/** What a transfer may come from (T11). */
export const causes = [
  'visit',
  'dispute',
  'grant',
  'lapse',
  'gift',
  'donation',
  'reversal',
  'receivable',
  'recovery',
  'settlement',
  'import',
  'closing',
] as const;
export type Cause = (typeof causes)[number];

/** `suspended`: what was set aside lies in suspense, until the dispute is decided. */
export const holdStates = ['open', 'suspended', 'settled', 'released', 'expired'] as const;

/** Why a posting was wrong (T9). */
export const reversalReasons = [
  'wrong_person',
  'wrong_amount',
  'posted_twice',
  'visit_not_done',
  'fraud',
  'other',
] as const;
export type ReversalReason = (typeof reversalReasons)[number];

export const reversalStates = ['waiting', 'done', 'refused'] as const;
export type ReversalState = (typeof reversalStates)[number];

/** What a family's decision on the hours of somebody who died is written in (T10); none, where nobody inherits. */
export const closingDocuments = ['family_agreement', 'will', 'notary', 'court', 'none'] as const;
export type ClosingDocument = (typeof closingDocuments)[number];

/** To a partner city, or from it. */
export const clearingKinds = ['out', 'in'] as const;
export type ClearingKind = (typeof clearingKinds)[number];

export const clearingStates = ['proposed', 'posted', 'refused', 'withdrawn'] as const;
export type ClearingState = (typeof clearingStates)[number];

export interface BankPolicy {
  /** T4, minutes. */
  capMinutes: number;
  /** T8, minutes a month. */
  grantMinutes: number;
  grantLapseMonths: number;
  /** Subsidy in fen a month by class. */
  subsidyFen: Record<'low_income' | 'minimum_income' | 'special_hardship', number>;
  /** For whom the pool pays when their own hours do not suffice (T3): key elders, and these subsidy classes. */
  poolPaysFor: { keyElders: boolean; subsidyClasses: readonly string[] };
  /** A hold ends so many days after the latest start of its visit. */
  holdDays: number;
  /** A reversal above this needs a second person (T9): minutes and fen. */
  secondPersonAbove: Record<Currency, number>;
  /** Hours that are to go to a partner city are kept so many days for its word (T10). */
  clearingDays: number;
  /** Hours may be redeemed by whom or for whom has this age (T5), years. */
  redeemAge: number;
}
