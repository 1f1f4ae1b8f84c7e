/**
 * The public holidays that the first calendar knows: of 2026 as the State Council arranged them, with the working
 * weekends they were swapped for; of later years only the days that the law itself fixes, until the arrangement of the
 * year is published as a new version.
 */

/** A day that is not what its weekday says. */
export interface CalendarDay {
  /** `YYYY-MM-DD` in Asia/Shanghai. */
  day: string;
  zh: string;
  en: string;
  /** False: a weekend on which people work, in place of a holiday. */
  off: boolean;
  /** Where it is written. */
  source: string;
}

export interface CalendarPolicy {
  days: CalendarDay[];
}

const ARRANGED = '国务院办公厅关于2026年部分节假日安排的通知';
const BY_LAW = '全国年节及纪念日放假办法（2024年修订）';

const names = {
  newYear: { zh: '元旦', en: "New Year's Day" },
  spring: { zh: '春节', en: 'Spring Festival' },
  qingming: { zh: '清明节', en: 'Tomb-Sweeping Day' },
  labour: { zh: '劳动节', en: 'Labour Day' },
  dragonBoat: { zh: '端午节', en: 'Dragon Boat Festival' },
  midAutumn: { zh: '中秋节', en: 'Mid-Autumn Festival' },
  national: { zh: '国庆节', en: 'National Day' },
} as const;
type Name = keyof typeof names;

const DAY = 86_400_000;

/** The days of a month from one to another. */
function span(name: Name, from: string, until: string, source: string, off = true): CalendarDay[] {
  const days: CalendarDay[] = [];
  for (let at = Date.parse(from); at <= Date.parse(until); at += DAY)
    days.push({ day: new Date(at).toISOString().slice(0, 10), ...names[name], off, source });
  return days;
}

const of2026: CalendarDay[] = [
  ...span('newYear', '2026-01-01', '2026-01-03', ARRANGED),
  ...span('newYear', '2026-01-04', '2026-01-04', ARRANGED, false),
  ...span('spring', '2026-02-14', '2026-02-14', ARRANGED, false),
  ...span('spring', '2026-02-15', '2026-02-23', ARRANGED),
  ...span('spring', '2026-02-28', '2026-02-28', ARRANGED, false),
  ...span('qingming', '2026-04-04', '2026-04-06', ARRANGED),
  ...span('labour', '2026-05-01', '2026-05-05', ARRANGED),
  ...span('labour', '2026-05-09', '2026-05-09', ARRANGED, false),
  ...span('dragonBoat', '2026-06-19', '2026-06-21', ARRANGED),
  ...span('national', '2026-09-20', '2026-09-20', ARRANGED, false),
  ...span('midAutumn', '2026-09-25', '2026-09-27', ARRANGED),
  ...span('national', '2026-10-01', '2026-10-07', ARRANGED),
  ...span('national', '2026-10-10', '2026-10-10', ARRANGED, false),
];

const of2027: CalendarDay[] = [
  ...span('spring', '2027-02-05', '2027-02-08', BY_LAW),
  ...span('qingming', '2027-04-05', '2027-04-05', BY_LAW),
  ...span('dragonBoat', '2027-06-09', '2027-06-09', BY_LAW),
  ...span('midAutumn', '2027-09-15', '2027-09-15', BY_LAW),
];

const solar = (year: number): CalendarDay[] => [
  ...span('newYear', `${year}-01-01`, `${year}-01-01`, BY_LAW),
  ...span('labour', `${year}-05-01`, `${year}-05-02`, BY_LAW),
  ...span('national', `${year}-10-01`, `${year}-10-03`, BY_LAW),
];

export const firstCalendar: CalendarPolicy = {
  days: [...of2026, ...of2027, ...[2027, 2028, 2029, 2030].flatMap(solar)].sort((a, b) =>
    a.day < b.day ? -1 : 1,
  ),
};
