/** The assumptions on which the bank's future is reckoned (T13): a policy like the others, and how far each may be moved. */

/**
 * The policy `solvency`. Every figure is a default, to be set by the city; those left out are what the ledger shows for
 * the last twelve months.
 */
export interface Assumptions {
  /** From this age on holders redeem for themselves, years. Default 60, the age of T5. */
  redemptionAge: number;
  /** Share of what they have that holders of that age redeem in a year, percent. Default 8. */
  redemptionPercent: number;
  /** Share that younger holders have redeemed by spouse or relatives, percent a year. Default 1. */
  familyPercent: number;
  /** What volunteers earn in the first year, minutes. Left out: what they earned in the last twelve months. */
  depositMinutes?: number;
  /** By how much that grows each year, percent. Default 0. */
  depositGrowthPercent: number;
  /** The service that volunteers can give in the first year, minutes. Left out: what they gave in the last twelve months. */
  supplyMinutes?: number;
  /** By how much that grows each year, percent. Default 0. */
  supplyGrowthPercent: number;
  /** Service paid with granted hours and by the pool in a year, minutes. Left out: as in the last twelve months. */
  otherUseMinutes?: number;
  /** Share of what the dead leave that goes to relatives, percent; the rest goes to the pool (T10). Default 50. */
  relativesPercent: number;
  /** By how many years these relatives are younger. Default 30. */
  heirYears: number;
  /** Mortality as a share of the life table's, percent. Default 100. */
  mortalityPercent: number;
}

export type AssumptionName = keyof Assumptions;

export interface Range {
  min: number;
  max: number;
  /** What a slider moves by; any multiple of it from `min` on is accepted. */
  step: number;
}

const MOST_MINUTES = 3_000_000_000;
const minutes: Range = { min: 0, max: MOST_MINUTES, step: 1 };

/** Within which each assumption may be moved. */
export const ranges: Record<AssumptionName, Range> = {
  redemptionAge: { min: 50, max: 80, step: 1 },
  redemptionPercent: { min: 0, max: 100, step: 0.5 },
  familyPercent: { min: 0, max: 50, step: 0.5 },
  depositMinutes: minutes,
  depositGrowthPercent: { min: -20, max: 20, step: 0.5 },
  supplyMinutes: minutes,
  supplyGrowthPercent: { min: -20, max: 20, step: 0.5 },
  otherUseMinutes: minutes,
  relativesPercent: { min: 0, max: 100, step: 5 },
  heirYears: { min: 15, max: 45, step: 1 },
  mortalityPercent: { min: 50, max: 300, step: 5 },
};

export const assumptionNames = Object.keys(ranges) as AssumptionName[];

/** The first version of the policy. */
export const firstAssumptions: Assumptions = {
  redemptionAge: 60,
  redemptionPercent: 8,
  familyPercent: 1,
  depositGrowthPercent: 0,
  supplyGrowthPercent: 0,
  relativesPercent: 50,
  heirYears: 30,
  mortalityPercent: 100,
};
