import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { masked } from '../../../db/import/bad.ts';
import type { City } from '../../../db/import/city.ts';
import { Fault } from '../../../db/import/columns.ts';
import { instant } from '../../../db/import/peers/instant.ts';
import {
  clock,
  HOUR,
  hours,
  hoursText,
  MINUTE,
  minutesOf,
  SECOND,
  seconds,
  unitOf,
  units,
} from '../../../db/import/peers/span.ts';

const city = {} as City;
const fault = (read: unknown): string => (read instanceof Fault ? read.en : 'taken');

describe('an amount of another time bank', () => {
  it('is exact in its own unit, to the last place', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: -900_000, max: 900_000 }),
        fc.integer({ min: 0, max: 6 }),
        (n, places) => {
          const whole = Math.abs(n)
            .toString()
            .padStart(places + 1, '0');
          const cut = whole.length - places;
          const text = `${n < 0 ? '-' : ''}${whole.slice(0, cut)}${places ? `.${whole.slice(cut)}` : ''}`;
          expect(units(MINUTE)(text, city)).toBe((BigInt(n) * MINUTE) / 10n ** BigInt(places));
        },
      ),
    );
  });

  it('adds up as its parts do, so that no rounding hides a difference', () => {
    expect([0.1, 0.2].reduce((sum, n) => sum + n)).not.toBe(0.3);
    const [a, b, c] = ['0.1', '0.2', '0.3'].map((text) => units(HOUR)(text, city) as bigint);
    expect((a as bigint) + (b as bigint)).toBe(c);
  });

  it('is read as people of its bank write it', () => {
    expect(seconds('5400', city)).toBe(5400n * SECOND);
    expect(clock('-1:30', city)).toBe(-90n * MINUTE);
    for (const text of ['1.5', '1:30', ' 1.50 ', '+1.5', '１．５'])
      expect(hours(text, city)).toBe(90n * MINUTE);
    for (const text of ['-1.5', '(1.5)', '\u22121:30']) expect(hours(text, city)).toBe(-90n * MINUTE);
    expect(hours('1,234.5', city)).toBe(74_070n * MINUTE);
  });

  it('in another unit is refused, and the right one is named', () => {
    for (const text of ['1.5', '1:30', '1h'])
      expect(fault(seconds(text, city))).toContain('the unit is the second');
    for (const text of ['1.5', '5400', '1:60'])
      expect(fault(clock(text, city))).toContain('the unit is hours:minutes');
    for (const text of ['1:30', '1,5', '1.0000001', ''])
      expect(fault(units(HOUR)(text, city))).toContain('the unit is that of the exchange’s currency');
    expect(fault(hours('99999999', city))).toContain('at most 1000000 minutes');
  });

  it('makes whole minutes only, never more than it was', () => {
    expect([59n, 60n, 119n, -59n, -61n].map((n) => minutesOf(n * SECOND))).toEqual([0, 1, 1, 0, -1]);
    expect([90n * MINUTE, -20n * SECOND, HOUR + SECOND / 2n, 0n].map(hoursText)).toEqual([
      '1:30',
      '-0:00:20',
      '1:00:00.5',
      '0:00',
    ]);
  });

  it('of a currency is worth what was said', () => {
    expect([unitOf('60'), unitOf('0.6'), unitOf('10000')]).toEqual([HOUR, 36n * SECOND, 10_000n * MINUTE]);
    expect(['0', '-60', '10001', '0.001', 'hour'].map(unitOf)).toEqual([null, null, null, null, null]);
  });
});

describe('an instant of another time bank', () => {
  it('is read with its zone, UTC where it has none, and a day with the month first', () => {
    const read = (text: string) => (instant(text, city) as Date).toISOString();
    expect(read('2024-03-02 10:00:00 UTC')).toBe('2024-03-02T10:00:00.000Z');
    expect(read('2024-03-02 10:00:00 +0100')).toBe('2024-03-02T09:00:00.000Z');
    expect(read('2026-02-01T10:00:05.123Z')).toBe('2026-02-01T10:00:05.123Z');
    expect(read('2026-02-01 10:00')).toBe('2026-02-01T10:00:00.000Z');
    expect(read('3/31/2026')).toBe('2026-03-31T00:00:00.000Z');
  });

  it('that is no day of the calendar is refused', () => {
    for (const text of ['2026-02-30', '31/03/2026', 'yesterday', '2026-02-01 25:00'])
      expect(fault(instant(text, city))).toContain('a day or an instant');
  });
});

describe('a value in a list of errors', () => {
  it('is masked unless its column is open and it looks like an amount or an account', () => {
    expect(['12:30', '-5400', '(1.25)', 'NET10001'].map((text) => masked(text, true))).toEqual([
      '12:30',
      '-5400',
      '(1.25)',
      'NET10001',
    ]);
    expect(masked('5400', false)).toBe('5***');
  });

  it('is masked in an open column where columns were swapped', () => {
    expect(
      ['15400000004', '990101198805050126', '示例丁', 'ana@example.org', 'Grace Hale', '7'].map((text) =>
        masked(text, true),
      ),
    ).toEqual(['1***', '9***', '示***', 'a***', 'G***', '7']);
  });
});
