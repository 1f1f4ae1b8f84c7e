/**
 * What the bank will owe over the next years (T13), reckoned from the holders of today, a life table and assumptions.
 * Pure: the same input gives the same years, on any machine and at any time.
 *
 * In a year a holder who lives through it redeems a share of what they have at its beginning; one who dies, on average
 * at mid-year, half of that. What the dead leave goes to relatives, some years younger and as often women as men, and
 * the rest to the pool. What volunteers earn comes in at the end of the year, spread over ages as depositors are today.
 * Then everybody is a year older. For each year
 *   outstanding = outstanding before + deposits − redemptions − left to the pool,
 * in whole minutes: parts of a minute are carried on to the next year.
 */
import { deathProbability, type LifeTable, lastAge, type Sex, sexes } from './lifeTable.ts';
import type { Assumptions } from './solvencyRules.ts';

/** Holders of one age and sex and what they may redeem. */
export interface Cohort {
  age: number;
  sex: Sex;
  holders: number;
  minutes: number;
  /** How many of those who earn hours at present are of this age and sex: so deposits are spread. */
  depositors: number;
}

/** Assumptions with every figure known, minutes a year. */
export type Settled = { [Name in keyof Assumptions]-?: NonNullable<Assumptions[Name]> };

export interface YearBand {
  /** First age of five years. */
  from: number;
  /** Holders of today who are alive at the end of the year. */
  holders: number;
  /** What holders of that age have at the end of the year. */
  minutes: number;
}

export interface ProjectedYear {
  /** 1 is the twelve months that begin now. */
  year: number;
  deposits: number;
  redemptions: number;
  /** What is asked of volunteers besides: by granted hours and by the pool. */
  otherUse: number;
  /** Redemptions and other use together: hours of service needed. */
  needed: number;
  /** Hours of service that volunteers can give. */
  supply: number;
  toRelatives: number;
  toPool: number;
  /** At the end of the year. */
  outstanding: number;
  /** Holders of today who are alive at the end of the year. */
  holders: number;
  bands: YearBand[];
}

export interface Projection {
  /** Now. */
  outstanding: number;
  holders: number;
  years: ProjectedYear[];
  /** The first year in which more is needed than can be served; null when there is none. */
  shortageYear: number | null;
}

export const YEARS = 30;
const BAND_YEARS = 5;
/** Nobody is taken to leave hours to a child. */
const YOUNGEST_RELATIVE = 18;

type BySexAndAge = Record<Sex, Float64Array>;
const nothing = (ages: number): BySexAndAge => ({
  female: new Float64Array(ages),
  male: new Float64Array(ages),
});

/** The next `years` years of a bank under assumptions. Minutes are whole numbers; ages beyond the table count as its last. */
export function project(
  cohorts: readonly Cohort[],
  table: LifeTable,
  assumed: Settled,
  years: number = YEARS,
): Projection {
  const ages = lastAge(table) + 1;
  let minutes = nothing(ages);
  let alive = nothing(ages);
  const earning = nothing(ages);
  let earners = 0;
  let [outstanding, holders] = [0, 0];
  for (const cohort of cohorts) {
    const age = Math.min(Math.max(0, cohort.age), ages - 1);
    (minutes[cohort.sex][age] as number) += cohort.minutes;
    (alive[cohort.sex][age] as number) += cohort.holders;
    (earning[cohort.sex][age] as number) += cohort.depositors;
    outstanding += cohort.minutes;
    holders += cohort.holders;
    earners += cohort.depositors;
  }
  const begins = { outstanding, holders };
  const [deposited, redeemed, inherited, left] = [wholes(), wholes(), wholes(), wholes()];
  const result: ProjectedYear[] = [];
  for (let year = 1; year <= years; year++) {
    const after = nothing(ages);
    const living = nothing(ages);
    let [redemptions, toRelatives, toPool] = [0, 0, 0];
    for (const sex of sexes)
      for (let age = 0; age < ages; age++) {
        const had = minutes[sex][age] as number;
        const dies = deathProbability(table, sex, age, assumed.mortalityPercent);
        const percent = age >= assumed.redemptionAge ? assumed.redemptionPercent : assumed.familyPercent;
        const redeems = (had * percent * (1 - dies / 2)) / 100;
        const stays = (had * (1 - dies) * (100 - percent)) / 100;
        const leaves = Math.max(0, had - redeems - stays);
        redemptions += redeems;
        toRelatives += (leaves * assumed.relativesPercent) / 100;
        toPool += (leaves * (100 - assumed.relativesPercent)) / 100;
        const next = Math.min(age + 1, ages - 1);
        (after[sex][next] as number) += stays;
        (living[sex][next] as number) += (alive[sex][age] as number) * (1 - dies);
        const heirs = Math.min(Math.max(age - assumed.heirYears, YOUNGEST_RELATIVE) + 1, ages - 1);
        for (const heir of sexes)
          (after[heir][heirs] as number) += (leaves * assumed.relativesPercent) / 100 / sexes.length;
      }
    const deposits =
      earners > 0 ? assumed.depositMinutes * (1 + assumed.depositGrowthPercent / 100) ** (year - 1) : 0;
    for (const sex of sexes)
      for (let age = 0; age < ages; age++)
        (after[sex][age] as number) += earners > 0 ? (deposits * (earning[sex][age] as number)) / earners : 0;
    [minutes, alive] = [after, living];

    const cameIn = deposited(deposits);
    const wentOut = redeemed(redemptions, outstanding + cameIn);
    const toPoolWhole = left(toPool, outstanding + cameIn - wentOut);
    outstanding += cameIn - wentOut - toPoolWhole;
    const supply = Math.round(assumed.supplyMinutes * (1 + assumed.supplyGrowthPercent / 100) ** (year - 1));
    result.push({
      year,
      deposits: cameIn,
      redemptions: wentOut,
      otherUse: assumed.otherUseMinutes,
      needed: wentOut + assumed.otherUseMinutes,
      supply,
      toRelatives: inherited(toRelatives),
      toPool: toPoolWhole,
      outstanding,
      holders: Math.round(sum(living)),
      bands: bandsOf(living, after, ages),
    });
  }
  return {
    ...begins,
    years: result,
    shortageYear: result.find((one) => one.needed > one.supply)?.year ?? null,
  };
}

/** Turns parts of minutes, year after year, into whole ones that add up to the same; never more than `most`. */
function wholes(): (part: number, most?: number) => number {
  let [exact, given] = [0, 0];
  return (part, most = Number.POSITIVE_INFINITY) => {
    exact += part;
    const whole = Math.min(Math.max(0, Math.round(exact) - given), most);
    given += whole;
    return whole;
  };
}

const sum = (of: BySexAndAge): number =>
  sexes.reduce((all, sex) => of[sex].reduce((subtotal, value) => subtotal + value, all), 0);

/** By five years of age; bands that are empty are left out. */
function bandsOf(living: BySexAndAge, minutes: BySexAndAge, ages: number): YearBand[] {
  const bands: YearBand[] = [];
  for (let from = 0; from < ages; from += BAND_YEARS) {
    const within = (of: BySexAndAge) =>
      Math.round(
        sexes.reduce(
          (all, sex) =>
            of[sex].subarray(from, from + BAND_YEARS).reduce((subtotal, one) => subtotal + one, all),
          0,
        ),
      );
    const band = { from, holders: within(living), minutes: within(minutes) };
    if (band.holders > 0 || band.minutes > 0) bands.push(band);
  }
  return bands;
}
