import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dayAfter } from '../../../db/connect/days.ts';
import {
  dayIn,
  faultInRule,
  instantsBetween,
  mostADay,
  nextInstant,
  occurrencesBetween,
  ruleAfter,
} from '../../../db/plans/rules.ts';
import { calendarOf } from '../../../db/services/calendar.ts';
import { firstCalendar } from '../../../db/services/firstCalendar.ts';

const calendar = calendarOf(firstCalendar);
const CITY = 'Asia/Shanghai';
const DAY = 86_400_000;
const at = (text: string) => new Date(`${text}+08:00`);
const plan = (firstAt: string, rule: string, timeZone = CITY) => ({
  firstAt: at(firstAt),
  timeZone,
  rule,
  endsBefore: null,
});
/** The days that a rule names between two days. */
const days = (firstAt: string, rule: string, from: string, until: string) =>
  instantsBetween(plan(firstAt, rule), at(`${from}T00:00`), at(`${until}T00:00`)).map((one) =>
    dayIn(CITY, one),
  );

const weekdays = ['SU', 'MO', 'TU', 'WE', 'TH', 'FR', 'SA'];
const day = fc.integer({ min: 0, max: 5000 }).map((n) => dayAfter('2024-01-01', n));

describe('a rule', () => {
  it('by days or weeks names what counting days names', () => {
    fc.assert(
      fc.property(
        day,
        fc.integer({ min: 1, max: 5 }),
        fc.uniqueArray(fc.integer({ min: 0, max: 6 }), { minLength: 1, maxLength: 4 }),
        fc.integer({ min: 0, max: 800 }),
        (first, interval, on, later) => {
          const from = dayAfter(first, later);
          const until = dayAfter(from, 40);
          const counted = (fits: (n: number, weekday: number) => boolean): string[] => {
            const found: string[] = [];
            for (let one = from; one < until; one = dayAfter(one, 1)) {
              const n = (Date.parse(one) - Date.parse(first)) / DAY;
              if (n >= 0 && fits(n, new Date(one).getUTCDay())) found.push(one);
            }
            return found;
          };
          expect(days(`${first}T09:30`, `FREQ=DAILY;INTERVAL=${interval}`, from, until)).toEqual(
            counted((n) => n % interval === 0),
          );
          // Weeks begin on Monday: the first day's own week is week 0.
          const monday = (new Date(first).getUTCDay() + 6) % 7;
          const byDay = on.map((weekday) => weekdays[weekday]).join(',');
          expect(
            days(`${first}T09:30`, `FREQ=WEEKLY;INTERVAL=${interval};BYDAY=${byDay}`, from, until),
          ).toEqual(
            counted((n, weekday) => on.includes(weekday) && Math.floor((n + monday) / 7) % interval === 0),
          );
        },
      ),
      { numRuns: 60 },
    );
  });

  it('by months names the first Monday, the last day, and no 31st where there is none', () => {
    const year = ['2026-01-01', '2027-01-01'] as const;
    const first = days('2026-01-01T09:00', 'FREQ=MONTHLY;BYDAY=1MO', ...year);
    expect(first).toHaveLength(12);
    for (const one of first)
      expect([new Date(one).getUTCDay(), Number(one.slice(8)) <= 7]).toEqual([1, true]);
    expect(days('2026-01-31T09:00', 'FREQ=MONTHLY;BYMONTHDAY=-1', ...year)[1]).toBe('2026-02-28');
    expect(days('2026-01-31T09:00', 'FREQ=MONTHLY', ...year)).toHaveLength(7);
  });

  it('of a leap day comes in leap years only', () => {
    expect(days('2024-02-29T09:00', 'FREQ=YEARLY', '2024-01-01', '2041-01-01')).toEqual(
      ['2024', '2028', '2032', '2036', '2040'].map((year) => `${year}-02-29`),
    );
  });

  it('keeps its clock when summer time comes and goes, and passes over a time that does not exist', () => {
    const local = (
      rule: { firstAt: Date; timeZone: string; rule: string; endsBefore: null },
      until: string,
    ) =>
      instantsBetween(rule, rule.firstAt, new Date(until)).map((one) =>
        one.toLocaleString('sv-SE', { timeZone: rule.timeZone }),
      );
    const berlin = (firstAt: string) => ({
      firstAt: new Date(firstAt),
      timeZone: 'Europe/Berlin',
      rule: 'FREQ=DAILY',
      endsBefore: null,
    });
    expect(local(berlin('2026-03-28T08:00Z'), '2026-03-31')).toEqual(
      ['28', '29', '30'].map((one) => `2026-03-${one} 09:00:00`),
    );
    expect(local(berlin('2026-10-24T07:00Z'), '2026-10-27')).toEqual(
      ['24', '25', '26'].map((one) => `2026-10-${one} 09:00:00`),
    );
    expect(local(berlin('2026-03-28T01:30Z'), '2026-03-31')).toEqual(
      ['28', '30'].map((one) => `2026-03-${one} 02:30:00`),
    );
    // Nanjing had summer time from 1986 to 1991.
    const nanjing = {
      firstAt: new Date('1988-04-16T01:00Z'),
      timeZone: CITY,
      rule: 'FREQ=DAILY',
      endsBefore: null,
    };
    expect(local(nanjing, '1988-04-19').map((one) => one.slice(11, 16))).toEqual(['09:00', '09:00', '09:00']);
  });

  it('ends with its count, its date, or where another plan goes on', () => {
    const span = ['2026-01-01', '2027-01-01'] as const;
    expect(days('2026-01-05T09:00', 'FREQ=WEEKLY;COUNT=3', ...span)).toHaveLength(3);
    expect(days('2026-01-05T09:00', 'FREQ=DAILY;UNTIL=20260107', ...span)).toHaveLength(3);
    expect(nextInstant(plan('2026-01-05T09:00', 'FREQ=DAILY;COUNT=2'), at('2026-01-07T00:00'))).toBeNull();
    const ended = { ...plan('2026-01-05T09:00', 'FREQ=DAILY'), endsBefore: at('2026-01-08T09:00') };
    expect(instantsBetween(ended, ended.firstAt, at('2026-02-01T00:00'))).toHaveLength(3);
    expect(ruleAfter('FREQ=DAILY;COUNT=10', 4)).toBe('FREQ=DAILY;COUNT=6');
    expect(ruleAfter('FREQ=DAILY', 4)).toBe('FREQ=DAILY');
  });

  it.each([
    ['FREQ=HOURLY', 'FREQ=HOURLY'],
    ['FREQ=DAILY;BYSECOND=3', 'BYSECOND=3'],
    ['FREQ=WEEKLY;BYWEEKNO=3', 'BYWEEKNO=3'],
    ['FREQ=DAILY;INTERVAL=0', 'INTERVAL=0'],
    ['FREQ=DAILY;COUNT=9999', 'COUNT=9999'],
    ['FREQ=DAILY;COUNT=3;UNTIL=20261231', 'COUNT'],
    ['FREQ=DAILY;FREQ=WEEKLY', 'FREQ=WEEKLY'],
    ['BYDAY=MO', 'BYDAY=MO'],
    ['FREQ=WEEKLY;BYDAY=XX', null],
  ])('%s is refused by the name of what it cannot use', (rule, part) => {
    expect(faultInRule(rule)).toBe(part ?? rule);
  });

  it('that fits no day at all is known as such, and one with many visits a day, too', () => {
    const never = plan('2026-01-05T09:00', 'FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30');
    expect(nextInstant(never, never.firstAt)).toBeNull();
    expect(mostADay(plan('2026-01-05T09:00', 'FREQ=DAILY;BYHOUR=8,12,18;BYMINUTE=0,30'))).toBe(6);
  });
});

describe('public holidays', () => {
  const of = (holidays: 'keep' | 'skip' | 'next_working_day', rule: string, exceptions: string[] = []) =>
    occurrencesBetween(
      { ...plan('2026-09-01T09:00', rule), holidays, exceptions },
      calendar,
      at('2026-09-28T00:00'),
      at('2026-10-13T00:00'),
    ).map(({ at: one, startAt, skipped }) => [dayIn(CITY, one), skipped ?? dayIn(CITY, startAt)]);

  it('are kept, skipped, or moved to the next working day at the same time', () => {
    const weekly = 'FREQ=WEEKLY;BYDAY=TU';
    expect(of('keep', weekly)).toEqual([
      ['2026-09-29', '2026-09-29'],
      ['2026-10-06', '2026-10-06'],
    ]);
    expect(of('skip', weekly)[1]).toEqual(['2026-10-06', 'holiday']);
    expect(of('next_working_day', weekly)[1]).toEqual(['2026-10-06', '2026-10-08']);
  });

  it('make no second visit on a day that has one anyway', () => {
    const daily = of('next_working_day', 'FREQ=DAILY');
    expect(daily.filter(([, start]) => start === '2026-10-08')).toHaveLength(1);
    expect(daily.filter(([, start]) => start === 'holiday')).toHaveLength(7);
    const twice = of('next_working_day', 'FREQ=WEEKLY;BYDAY=MO,TU');
    expect(twice.filter(([, start]) => start === '2026-10-08')).toHaveLength(1);
  });

  it('leave exceptions as they are', () => {
    expect(of('skip', 'FREQ=WEEKLY;BYDAY=TU', ['2026-09-29'])[0]).toEqual(['2026-09-29', 'exception']);
  });

  it('and weekends that are worked make the working days', () => {
    expect(calendar.isWorkingDay('2026-10-10')).toBe(true);
    expect(calendar.isWorkingDay('2026-10-11')).toBe(false);
    expect(calendar.holidayOn('2026-10-11')).toBeUndefined();
    expect(calendar.nextWorkingDay('2026-09-30')).toBe('2026-10-08');
    expect(calendar.addWorkingDays('2026-09-30', 3)).toBe('2026-10-10');
    expect(calendar.addWorkingDays('2026-09-30', 0)).toBe('2026-09-30');
  });

  it('of the moon are on the days of the Chinese calendar', () => {
    const moon = new Intl.DateTimeFormat('en-u-ca-chinese', {
      timeZone: 'UTC',
      month: 'numeric',
      day: 'numeric',
    });
    const on = (one: string) => moon.format(new Date(one)).split('/').map(Number);
    const first = (zh: string, year: string) =>
      firstCalendar.days.find((one) => one.zh === zh && one.off && one.day.startsWith(year))?.day as string;
    for (const year of ['2026', '2027']) {
      expect(on(first('端午节', year))).toEqual([5, 5]);
      expect(on(first('中秋节', year))).toEqual([8, 15]);
    }
  });
});
