import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pensionTable, sexes } from '../../../db/bank/lifeTable.ts';
import { type Cohort, project, type Settled, YEARS } from '../../../db/bank/projection.ts';
import { firstAssumptions } from '../../../db/bank/solvencyRules.ts';

const usual: Settled = {
  ...firstAssumptions,
  depositMinutes: 0,
  supplyMinutes: 1_000_000,
  otherUseMinutes: 0,
};
const women = (age: number, minutes: number, holders = 1, depositors = 0): Cohort => ({
  age,
  sex: 'female',
  minutes,
  holders,
  depositors,
});

const cohorts = fc.array(
  fc.record({
    age: fc.integer({ min: 16, max: 108 }),
    sex: fc.constantFrom(...sexes),
    holders: fc.integer({ min: 0, max: 5_000 }),
    minutes: fc.integer({ min: 0, max: 50_000_000 }),
    depositors: fc.integer({ min: 0, max: 200 }),
  }),
  { maxLength: 40 },
);
const percent = (max: number) => fc.double({ min: 0, max, noNaN: true });
const assumptions: fc.Arbitrary<Settled> = fc.record({
  redemptionAge: fc.integer({ min: 50, max: 80 }),
  redemptionPercent: percent(100),
  familyPercent: percent(50),
  depositMinutes: fc.integer({ min: 0, max: 100_000_000 }),
  depositGrowthPercent: fc.double({ min: -20, max: 20, noNaN: true }),
  supplyMinutes: fc.integer({ min: 0, max: 100_000_000 }),
  supplyGrowthPercent: fc.double({ min: -20, max: 20, noNaN: true }),
  otherUseMinutes: fc.integer({ min: 0, max: 10_000_000 }),
  relativesPercent: percent(100),
  heirYears: fc.integer({ min: 15, max: 45 }),
  mortalityPercent: fc.double({ min: 50, max: 300, noNaN: true }),
});

/** Redeemed until the end of each year. */
const redeemedUntil = (of: ReturnType<typeof project>): number[] => {
  let all = 0;
  return of.years.map((year) => {
    all += year.redemptions;
    return all;
  });
};
const yearOrNever = (of: ReturnType<typeof project>) => of.shortageYear ?? Number.POSITIVE_INFINITY;
/** Whole minutes are carried from year to year, so a sum is never off by more. */
const CARRIED = 2;

describe('the projection', () => {
  it('redeems a share of what those of age have, and nothing of what the others have', () => {
    const one = project([women(70, 100_000), women(40, 50_000)], pensionTable, {
      ...usual,
      familyPercent: 0,
      relativesPercent: 0,
    });
    const dies = 0.00666;
    expect(one.years[0]?.redemptions).toBe(Math.round(8_000 * (1 - dies / 2)));
    expect(one.outstanding).toBe(150_000);
    expect(one.years).toHaveLength(YEARS);
    expect(one.shortageYear).toBeNull();
  });

  it('lets those who grow old begin to redeem in the year in which they have the age', () => {
    const { years } = project([women(57, 600_000)], pensionTable, { ...usual, familyPercent: 0 });
    expect(years.slice(0, 3).map((year) => year.redemptions)).toEqual([0, 0, 0]);
    expect(years[3]?.redemptions).toBeGreaterThan(40_000);
  });

  it('names the first year in which more is needed than can be served', () => {
    const growing = [women(55, 10_000_000, 100)];
    const found = project(growing, pensionTable, { ...usual, familyPercent: 0, supplyMinutes: 500_000 });
    expect(found.shortageYear).toBe(6);
    expect(found.years[4]?.needed).toBe(0);
    expect(found.years[5]!.needed).toBeGreaterThan(found.years[5]!.supply);
    const enough = project(growing, pensionTable, { ...usual, familyPercent: 0 });
    expect(enough.shortageYear).toBeNull();
    const others = project(growing, pensionTable, { ...usual, otherUseMinutes: 1_000_001 });
    expect(others.shortageYear).toBe(1);
  });

  it('spreads what is earned over the ages of those who earn', () => {
    const { years } = project([women(30, 0, 10, 3), { ...women(66, 0, 10, 1), sex: 'male' }], pensionTable, {
      ...usual,
      familyPercent: 0,
      depositMinutes: 4_000,
    });
    expect(years[0]?.deposits).toBe(4_000);
    expect(years[0]?.bands.map(({ from, minutes }) => [from, minutes])).toEqual([
      [30, 3_000],
      [65, 1_000],
    ]);
  });

  it('gives what the dead leave to relatives who are younger, or to the pool', () => {
    const all = { ...usual, redemptionPercent: 0, familyPercent: 0 };
    const kept = project([women(105, 10_000)], pensionTable, { ...all, relativesPercent: 100 });
    expect(kept.years[0]).toMatchObject({ toRelatives: 10_000, toPool: 0, outstanding: 10_000, holders: 0 });
    expect(kept.years[0]?.bands).toEqual([{ from: 75, holders: 0, minutes: 10_000 }]);
    const given = project([women(105, 10_000)], pensionTable, { ...all, relativesPercent: 0 });
    expect(given.years[0]).toMatchObject({ toRelatives: 0, toPool: 10_000, outstanding: 0 });
  });

  it('says the same for the same input, and nothing of nobody', () => {
    const input = [women(61, 123_457, 12, 3), women(99, 77_777, 5, 0)];
    expect(project(input, pensionTable, usual)).toEqual(project([...input].reverse(), pensionTable, usual));
    const empty = project([], pensionTable, usual);
    expect(empty.shortageYear).toBeNull();
    expect(empty.years.every((year) => year.outstanding === 0 && year.needed === 0)).toBe(true);
  });

  it('loses no minute: each year begins with what the one before left', () => {
    fc.assert(
      fc.property(cohorts, assumptions, (of, assumed) => {
        const { outstanding, years } = project(of, pensionTable, assumed);
        let before = outstanding;
        for (const year of years) {
          for (const figure of [year.deposits, year.redemptions, year.toRelatives, year.toPool, year.supply])
            expect(Number.isSafeInteger(figure) && figure >= 0).toBe(true);
          expect(year.outstanding).toBe(before + year.deposits - year.redemptions - year.toPool);
          expect(year.outstanding).toBeGreaterThanOrEqual(0);
          const inBands = year.bands.reduce((sum, band) => sum + band.minutes, 0);
          expect(Math.abs(inBands - year.outstanding)).toBeLessThanOrEqual(year.bands.length + CARRIED);
          before = year.outstanding;
        }
      }),
      { numRuns: 150 },
    );
  });

  it('lets nobody come back: holders of today only grow fewer', () => {
    fc.assert(
      fc.property(cohorts, assumptions, (of, assumed) => {
        const { holders, years } = project(of, pensionTable, assumed);
        let before = holders;
        for (const year of years) {
          expect(year.holders).toBeLessThanOrEqual(before);
          before = year.holders;
        }
      }),
      { numRuns: 100 },
    );
  });

  it('never has less redeemed until any year when a higher share is', () => {
    fc.assert(
      fc.property(cohorts, assumptions, percent(100), (of, assumed, more) => {
        const redemptionPercent = Math.max(more, assumed.redemptionPercent);
        const less = redeemedUntil(project(of, pensionTable, assumed));
        const greater = redeemedUntil(project(of, pensionTable, { ...assumed, redemptionPercent }));
        for (const [index, sum] of greater.entries())
          expect(sum).toBeGreaterThanOrEqual((less[index] as number) - CARRIED);
      }),
      { numRuns: 100 },
    );
  });

  it('never moves the shortage later when a higher share is redeemed', () => {
    // Where only saved hours of those of age count and nothing is inherited; else a later peak may be redeemed early.
    fc.assert(
      fc.property(cohorts, assumptions, percent(100), (of, assumed, more) => {
        const base = { ...assumed, familyPercent: 0, relativesPercent: 0, supplyGrowthPercent: 0 };
        const greater = { ...base, redemptionPercent: Math.max(more, base.redemptionPercent) };
        const less = { ...base, supplyMinutes: base.supplyMinutes + 2 * CARRIED };
        expect(yearOrNever(project(of, pensionTable, greater))).toBeLessThanOrEqual(
          yearOrNever(project(of, pensionTable, less)),
        );
      }),
      { numRuns: 150 },
    );
  });

  it('never moves the shortage earlier when more can be served, nor later when more is asked besides', () => {
    fc.assert(
      fc.property(
        cohorts,
        assumptions,
        fc.integer({ min: 0, max: 50_000_000 }),
        percent(20),
        (of, assumed, more, growth) => {
          const base = yearOrNever(project(of, pensionTable, assumed));
          const withMore = { ...assumed, supplyMinutes: assumed.supplyMinutes + more };
          const faster = { ...assumed, supplyGrowthPercent: Math.max(growth, assumed.supplyGrowthPercent) };
          const others = { ...assumed, otherUseMinutes: assumed.otherUseMinutes + more };
          expect(yearOrNever(project(of, pensionTable, withMore))).toBeGreaterThanOrEqual(base);
          expect(yearOrNever(project(of, pensionTable, faster))).toBeGreaterThanOrEqual(base);
          expect(yearOrNever(project(of, pensionTable, others))).toBeLessThanOrEqual(base);
        },
      ),
      { numRuns: 100 },
    );
  });

  it('owes no less when more is earned or inherited, and no more when more die and nothing is inherited', () => {
    fc.assert(
      fc.property(cohorts, assumptions, percent(100), (of, assumed, share) => {
        const base = project(of, pensionTable, assumed);
        const earning = project(of, pensionTable, {
          ...assumed,
          depositMinutes: assumed.depositMinutes + 99_999,
        });
        const relativesPercent = Math.max(share, assumed.relativesPercent);
        const inheriting = project(of, pensionTable, { ...assumed, relativesPercent });
        const mortalityPercent = assumed.mortalityPercent + share;
        const alone = { ...assumed, relativesPercent: 0 };
        const dying = project(of, pensionTable, { ...alone, mortalityPercent });
        const living = project(of, pensionTable, alone);
        for (const [index, year] of base.years.entries()) {
          expect(earning.years[index]!.outstanding).toBeGreaterThanOrEqual(year.outstanding - CARRIED);
          expect(inheriting.years[index]!.outstanding).toBeGreaterThanOrEqual(year.outstanding - 2 * CARRIED);
          expect(dying.years[index]!.holders).toBeLessThanOrEqual(living.years[index]!.holders);
        }
        expect(redeemedUntil(dying).at(-1)).toBeLessThanOrEqual(
          (redeemedUntil(living).at(-1) as number) + CARRIED,
        );
      }),
      { numRuns: 100 },
    );
  });
});
