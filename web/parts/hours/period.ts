/** Periods a statement is asked for, in whole months of the city's calendar (`YYYY-MM`), both inclusive. */
import { cityDay } from '../time.ts';

export interface Period {
  from: string;
  to: string;
}

export const presets = ['thisMonth', 'lastMonth', 'threeMonths', 'thisYear'] as const;
export type Preset = (typeof presets)[number];

/** The month `months` before another. */
export function monthBefore(month: string, months: number): string {
  const [year = 0, number = 1] = month.split('-').map(Number);
  const index = year * 12 + number - 1 - months;
  return `${Math.floor(index / 12)}-${String((index % 12) + 1).padStart(2, '0')}`;
}

/** The month in which an instant lies. */
export const monthOf = (at: Date | string | number): string => cityDay(at).slice(0, 7);

/** What a preset means in a month. */
export function periodOf(preset: Preset, month: string): Period {
  if (preset === 'lastMonth') return { from: monthBefore(month, 1), to: monthBefore(month, 1) };
  if (preset === 'threeMonths') return { from: monthBefore(month, 2), to: month };
  if (preset === 'thisYear') return { from: `${month.slice(0, 4)}-01`, to: month };
  return { from: month, to: month };
}

/** Months from the present one back to `first`, at most five years. */
export function monthsBack(month: string, first: string): string[] {
  const months: string[] = [];
  for (let back = 0; back < 60; back += 1) {
    const one = monthBefore(month, back);
    if (one < first) break;
    months.push(one);
  }
  return months;
}
