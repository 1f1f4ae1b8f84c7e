/** Periods of the calendar in Asia/Shanghai, asked for by their first and last day or month. */
import { z } from '@hono/zod-openapi';
import { dayBounds, dayOf } from '../../db/connect/days.ts';
import { dayText, monthText } from './fields.ts';
import { type Language, Problem } from './problems.ts';

const DAY_MS = 86_400_000;

/** A day `2026-05-01` or a whole month `2026-05`. */
export const dayOrMonth = z.union([dayText, monthText]).openapi({
  type: 'string',
  example: '2026-05',
  description: 'A day or a month of Asia/Shanghai.',
});

/** The two query fields of a period, both inclusive. */
export const periodQuery = { from: dayOrMonth.optional(), to: dayOrMonth.optional() };

export interface AskedPeriod {
  /** The first and the last day. */
  fromDay: string;
  toDay: string;
  /** The instants between which it lies. */
  from: Date;
  until: Date;
}

const isMonth = (text: string): boolean => text.length === 'YYYY-MM'.length;

function lastDayOf(text: string): string {
  if (!isMonth(text)) return text;
  const [year = 0, month = 0] = text.split('-').map(Number);
  return new Date(Date.UTC(year, month, 0)).toISOString().slice(0, 10);
}

/** The period asked for, at most `mostDays` long; throws the problem `validation_failed` for any other. */
export function periodOf(
  asked: { from?: string; to?: string },
  usual: { from: string; to: string },
  mostDays: number,
  language: Language,
): AskedPeriod {
  const from = asked.from ?? usual.from;
  const fromDay = isMonth(from) ? `${from}-01` : from;
  const toDay = lastDayOf(asked.to ?? (asked.from && asked.from > usual.to ? asked.from : usual.to));
  const period = { fromDay, toDay, from: dayBounds(fromDay).from, until: dayBounds(toDay).until };
  const days = (period.until.getTime() - period.from.getTime()) / DAY_MS;
  if (days < 1 || days > mostDays) {
    const message =
      language === 'en'
        ? `The period must be between 1 and ${mostDays} days long.`
        : `时间范围应为 1 至 ${mostDays} 天。`;
    throw new Problem('validation_failed', { field: 'from', errors: [{ field: 'from', message }] });
  }
  return period;
}

/** The month in which an instant lies, `YYYY-MM`. */
export const monthOf = (at: Date): string => dayOf(at).slice(0, 7);

/** The month `months` before another. */
export function monthBefore(month: string, months: number): string {
  const [year = 0, number = 0] = month.split('-').map(Number);
  return new Date(Date.UTC(year, number - 1 - months, 1)).toISOString().slice(0, 7);
}

/** The day `days` before that of an instant. */
export const dayBefore = (at: Date, days: number): string => dayOf(new Date(at.getTime() - days * DAY_MS));
