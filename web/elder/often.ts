/** How often somebody is to come, in the few ways that people say it, and as a rule of recurrence (RFC 5545). */
import { cityDay } from '../parts/time.ts';

export const oftens = ['once', 'daily', 'weekly', 'twoWeeks', 'monthly'] as const;
export type Often = (typeof oftens)[number];

/** From Monday, as RFC 5545 writes them. */
export const weekdayCodes = ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'] as const;
export type WeekdayCode = (typeof weekdayCodes)[number];

/** The weekday of a city day. */
export function weekdayOf(day: string): WeekdayCode {
  return weekdayCodes[(new Date(`${day}T12:00:00Z`).getUTCDay() + 6) % 7]!;
}

/** Ways that make sense from a day on: the 29th and later are not in every month. */
export function oftensFrom(day: string): Often[] {
  return oftens.filter((one) => one !== 'monthly' || Number(day.slice(8)) <= 28);
}

/** The rule; null for once. `until` is the last day, empty without an end. */
export function ruleOf(often: Often, weekdays: readonly WeekdayCode[], until: string): string | null {
  const on = weekdayCodes.filter((code) => weekdays.includes(code)).join(',');
  const by = {
    once: null,
    daily: 'FREQ=DAILY',
    weekly: `FREQ=WEEKLY${on ? `;BYDAY=${on}` : ''}`,
    twoWeeks: 'FREQ=WEEKLY;INTERVAL=2',
    monthly: 'FREQ=MONTHLY',
  }[often];
  return by && until ? `${by};UNTIL=${until.replaceAll('-', '')}` : by;
}

/** A rule in parts that can be said: what repeats, on which weekdays, until when. */
export interface RuleSaid {
  /** The key of the words. */
  every: 'daily' | 'weekly' | 'twoWeeks' | 'monthly' | 'yearly' | 'other';
  weekdays: WeekdayCode[];
  /** City day. */
  until: string | null;
  count: number | null;
}

/** Reads a rule; `firstAt` says the weekday where the rule does not. */
export function said(rule: string, firstAt: string): RuleSaid {
  const parts = new Map(rule.split(';').map((part) => part.split('=') as [string, string]));
  const interval = parts.get('INTERVAL') ?? '1';
  const known = { DAILY: 'daily', WEEKLY: 'weekly', MONTHLY: 'monthly', YEARLY: 'yearly' } as const;
  const freq = known[parts.get('FREQ') as keyof typeof known];
  const isPlain = !['BYSETPOS', 'BYMONTHDAY', 'BYMONTH', 'BYHOUR', 'BYMINUTE'].some((name) =>
    parts.has(name),
  );
  const byDay = (parts.get('BYDAY') ?? '').split(',').filter(Boolean);
  const isSimple = isPlain && byDay.every((code) => (weekdayCodes as readonly string[]).includes(code));
  const every =
    !freq || !isSimple || (byDay.length > 0 && freq !== 'weekly')
      ? 'other'
      : interval === '1'
        ? freq
        : interval === '2' && freq === 'weekly'
          ? 'twoWeeks'
          : 'other';
  const end = parts.get('UNTIL');
  const isWeekly = every === 'weekly' || every === 'twoWeeks';
  return {
    every,
    weekdays: !isWeekly ? [] : byDay.length > 0 ? (byDay as WeekdayCode[]) : [weekdayOf(cityDay(firstAt))],
    until: end ? `${end.slice(0, 4)}-${end.slice(4, 6)}-${end.slice(6, 8)}` : null,
    count: parts.has('COUNT') ? Number(parts.get('COUNT')) : null,
  };
}
