import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { kindNames } from '../../../db/import/kinds.ts';
import { type FreshCity, faults, freshCity, sample, textOf } from './freshCity.ts';

describe('the samples that are shipped', () => {
  let city: FreshCity;
  beforeAll(async () => {
    city = await freshCity();
  });
  afterAll(() => city.close());

  it('come into a city that has just begun, kind after kind', async () => {
    for (const kind of kindNames) {
      const result = await city.import(kind, sample(`${kind}.csv`));
      expect({ kind, faults: faults(result) }).toEqual({ kind, faults: [] });
      expect(result).toMatchObject({ known: 0, written: result.lines });
    }
    const english = await city.import('people', sample('people-en.csv'));
    expect(faults(english)).toEqual([]);
    expect(english.written).toBe(2);
    for (const table of ['persons', 'users'])
      expect(
        await city.sql`select name from ${city.sql(table)} where language = 'en' order by name`,
      ).toMatchObject([{ name: '示例庚' }]);
    expect(await city.state()).toMatchObject({
      persons: 9,
      elders: 4,
      volunteers: 3,
      providers: 2,
      carers: 2,
      shifts: 12,
      stations: 4,
      orders: 3,
      users: 8,
    });
  });

  it('change nothing when they come again', async () => {
    const before = await city.state();
    for (const kind of kindNames) {
      const result = await city.import(kind, sample(`${kind}.csv`));
      expect(result).toMatchObject({ known: result.lines, fresh: 0, written: 0, badLines: 0 });
    }
    expect(await city.state()).toEqual(before);
  });

  it('are the same in GBK as in UTF-8', async () => {
    expect(await textOf(sample('people-gbk.csv'))).toBe(await textOf(sample('people.csv')));
    const result = await city.import('people', sample('people-gbk.csv'));
    expect(result).toMatchObject({ lines: 5, known: 5, badLines: 0 });
  });

  it('keep the ledger at zero', async () => {
    const state = await city.state();
    const sum = (currency: string) =>
      Object.entries(state).reduce(
        (total, [name, n]) => (name.endsWith(` ${currency}`) ? total + n : total),
        0,
      );
    expect([sum('min'), sum('fen')]).toEqual([0, 0]);
    expect(state['issuance min']).toBe(-(600 + 1800 + 2 * 600));
  });
});
