/** What the page reckons from the answer: calendar years, shares, and hours as people read them. */
import type { AnswerOf } from '../../parts/endpoints.ts';
import { addDays, cityDay } from '../../parts/time.ts';

export type Solvency = AnswerOf<'GET', '/ledger/solvency'>;
export type Future = Solvency['policy'];
export type Projection = Future['projection'];

const YEAR_DAYS = 365;

/** The calendar year in which the projection's n-th twelve months end. */
export function calendarYear(asOf: string, year: number): number {
  return Number(lastDay(asOf).slice(0, 4)) + year - 1;
}

/** The last day of the first twelve months, `YYYY-MM-DD`. */
export const lastDay = (asOf: string): string => addDays(cityDay(asOf), YEAR_DAYS - 1);

/** The calendar year of shortage; null when there is none. */
export function shortageOf(solvency: Solvency, { projection }: Future): number | null {
  return projection.shortageYear === null ? null : calendarYear(solvency.asOf, projection.shortageYear);
}

/** Hours as a figure with nothing behind the point, minus sign and all; never −0. */
export const hoursOf = (minutes: number): number => Math.round(minutes / 60) + 0;

const LONG_HOURS = 100_000;

/** Hours as a number of few characters: from a hundred thousand on in 万, or in thousands and millions. */
export function shortHours(minutes: number, locale: string): string {
  const hours = hoursOf(minutes);
  const isLong = Math.abs(hours) >= LONG_HOURS;
  return new Intl.NumberFormat(locale === 'en' ? 'en-US' : locale, {
    notation: isLong ? 'compact' : 'standard',
    maximumFractionDigits: isLong ? 1 : 0,
  }).format(hours);
}

const BAND_YEARS = 5;

/** The first age of the first five years that lie wholly at an age or beyond. */
export const bandFrom = (age: number): number => Math.ceil(age / BAND_YEARS) * BAND_YEARS;

/** Minutes held by those in bands from an age on. */
export function heldFrom(solvency: Solvency, age: number): number {
  return solvency.cohorts.reduce((sum, one) => (one.from >= age ? sum + one.minutes : sum), 0);
}

/** Everything needed in all the years. */
export const neededInAll = ({ years }: Projection): number => years.reduce((sum, one) => sum + one.needed, 0);
