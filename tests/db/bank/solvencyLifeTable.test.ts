import { describe, expect, it } from 'vitest';
import {
  deathProbability,
  lastAge,
  lifeExpectancy,
  pensionTable,
  sexes,
} from '../../../db/bank/lifeTable.ts';

describe('the life table', () => {
  it('has the figures of the notice, by single year of age from 0 to 105', () => {
    expect(lastAge(pensionTable)).toBe(105);
    for (const sex of sexes) expect(pensionTable.deathsPerMillion[sex]).toHaveLength(106);
    const known = [
      ['male', 0, 0.000566],
      ['female', 0, 0.000453],
      ['male', 40, 0.000878],
      ['female', 40, 0.00041],
      ['male', 60, 0.00466],
      ['female', 60, 0.002315],
      ['male', 80, 0.044492],
      ['female', 80, 0.02677],
      ['male', 104, 0.440086],
      ['female', 104, 0.287859],
    ] as const;
    for (const [sex, age, q] of known) expect(deathProbability(pensionTable, sex, age)).toBeCloseTo(q, 9);
  });

  it('gives the expectation of life that is told of it: 83.1 years for men, 88.1 for women', () => {
    expect(lifeExpectancy(pensionTable, 'male', 0)).toBeCloseTo(83.1, 1);
    expect(lifeExpectancy(pensionTable, 'female', 0)).toBeCloseTo(88.1, 1);
    expect(lifeExpectancy(pensionTable, 'male', 60)).toBeCloseTo(25.3, 1);
    expect(lifeExpectancy(pensionTable, 'female', 60)).toBeCloseTo(29.3, 1);
  });

  it('counts half a year for the year of death', () => {
    const short = {
      ...pensionTable,
      deathsPerMillion: { female: [500_000, 1_000_000], male: [0, 1_000_000] },
    };
    expect(lifeExpectancy(short, 'female', 0)).toBe(0.75 + 0.25);
    expect(lifeExpectancy(short, 'male', 0)).toBe(1.5);
  });

  it('makes women outlive men at every age, and the old die sooner than the middle-aged', () => {
    for (let age = 0; age < 105; age++)
      expect(deathProbability(pensionTable, 'female', age)).toBeLessThan(
        deathProbability(pensionTable, 'male', age),
      );
    for (const sex of sexes)
      for (let age = 30; age < 105; age++)
        expect(deathProbability(pensionTable, sex, age + 1)).toBeGreaterThan(
          deathProbability(pensionTable, sex, age),
        );
  });

  it('is moved by the multiplier, but nobody outlives its end and no probability passes one', () => {
    expect(deathProbability(pensionTable, 'male', 60, 200)).toBeCloseTo(2 * 0.00466, 9);
    expect(deathProbability(pensionTable, 'male', 104, 300)).toBe(1);
    expect(deathProbability(pensionTable, 'female', 105, 50)).toBe(1);
    expect(deathProbability(pensionTable, 'female', 130)).toBe(1);
    expect(lifeExpectancy(pensionTable, 'male', 60, 250)).toBeLessThan(
      lifeExpectancy(pensionTable, 'male', 60),
    );
  });
});
