/** What the pages of hours decide without a browser: lists without gaps, periods, numbers in words. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { holdingBack, type Listing, together } from '../../web/parts/hours/lines.ts';
import { inWords } from '../../web/parts/hours/numerals.ts';
import { monthBefore, monthsBack, periodOf } from '../../web/parts/hours/period.ts';

const line = (id: string) => ({ id }) as Listing['items'][number];
const listing = (accountId: string, ids: string[], nextCursor: string | null): Listing => ({
  account: { id: accountId, kind: 'personal' },
  items: ids.map(line),
  nextCursor,
});

describe('movements of several accounts', () => {
  it('stand in one order, newest first', () => {
    const moves = together([listing('a', ['9', '5', '1'], null), listing('b', ['8', '2'], null)]);
    expect(moves.map(({ id }) => id)).toEqual(['9', '8', '5', '2', '1']);
  });

  it('end where one account has more to read, lest something between be missing', () => {
    const listings = [listing('a', ['9', '8', '7'], 'more'), listing('b', ['6', '2'], null)];
    expect(together(listings).map(({ id }) => id)).toEqual(['9', '8', '7']);
    expect(holdingBack(listings).map(({ account }) => account.id)).toEqual(['a']);
  });

  it('are complete and in order however the pages fall', () => {
    const some = fc.uniqueArray(fc.integer({ min: 100, max: 999 }), { maxLength: 60 });
    const owners = fc.array(fc.nat(1), { minLength: 60, maxLength: 60 });
    fc.assert(
      fc.property(some, owners, fc.integer({ min: 1, max: 7 }), (numbers, owner, pageLength) => {
        const all = numbers.map(String).sort().reverse();
        const of = (account: number) => all.filter((_, at) => owner[at] === account);
        const page = (account: number, read: number): Listing => {
          const items = of(account).slice(0, read + pageLength);
          return listing(String(account), items, items.length < of(account).length ? 'more' : null);
        };
        let listings = [page(0, 0), page(1, 0)];
        for (let turn = 0; turn <= all.length; turn += 1) {
          const shown = together(listings).map(({ id }) => id);
          expect(shown).toEqual(all.slice(0, shown.length));
          const back = holdingBack(listings).map(({ account }) => account.id);
          if (back.length === 0) break;
          listings = listings.map((one) =>
            back.includes(one.account.id) ? page(Number(one.account.id), one.items.length) : one,
          );
        }
        expect(together(listings)).toHaveLength(all.length);
      }),
    );
  });
});

describe('a period of a statement', () => {
  it('is this month, the last, the last three or the year so far', () => {
    expect(periodOf('thisMonth', '2026-01')).toEqual({ from: '2026-01', to: '2026-01' });
    expect(periodOf('lastMonth', '2026-01')).toEqual({ from: '2025-12', to: '2025-12' });
    expect(periodOf('threeMonths', '2026-01')).toEqual({ from: '2025-11', to: '2026-01' });
    expect(periodOf('thisYear', '2026-03')).toEqual({ from: '2026-01', to: '2026-03' });
  });

  it('reaches back to the account’s first month, at most five years', () => {
    expect(monthsBack('2026-02', '2025-12')).toEqual(['2026-02', '2026-01', '2025-12']);
    expect(monthsBack('2026-02', '1999-01')).toHaveLength(60);
    expect(monthBefore('2026-11', 23)).toBe('2024-12');
  });
});

describe('a number in words', () => {
  it.each([
    [0, '零', 'zero'],
    [10, '十', 'ten'],
    [45, '四十五', 'forty-five'],
    [120, '一百二十', 'one hundred and twenty'],
    [1005, '一千零五', 'one thousand and five'],
    [10_010, '一万零一十', 'ten thousand and ten'],
    [90_000, '九万', 'ninety thousand'],
    [100_200, '十万零二百', 'one hundred thousand two hundred'],
    [1_000_600, '一百万零六百', 'one million six hundred'],
  ])('%i is written out in both languages', (value, zh, en) => {
    expect([inWords(value, 'zh-CN'), inWords(value, 'en')]).toEqual([zh, en]);
  });

  it('is different for different numbers', () => {
    const any = fc.integer({ min: 0, max: 999_999_999 });
    for (const language of ['zh-CN', 'en'] as const)
      fc.assert(
        fc.property(any, any, (a, b) => (a === b) === (inWords(a, language) === inWords(b, language))),
      );
  });
});
