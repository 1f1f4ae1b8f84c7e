/** The city's working days: weekends, public holidays and the weekends worked in their place, by the calendar policy. */

import type { Database, Tx } from '../connect/database.ts';
import { dayAfter } from '../connect/days.ts';
import type { CalendarDay, CalendarPolicy } from './firstCalendar.ts';
import { currentPolicy } from './policies.ts';

/** No holiday is as long as this. */
const LONGEST_REST_DAYS = 60;

/** Days are `YYYY-MM-DD` in Asia/Shanghai. */
export interface Calendar {
  /** The holiday that a day belongs to; undefined on every other day, also on a weekend. */
  holidayOn(day: string): CalendarDay | undefined;
  isWorkingDay(day: string): boolean;
  /** The first working day after a day. */
  nextWorkingDay(day: string): string;
  /** The working day so many working days after a day; 0: the day itself. */
  addWorkingDays(day: string, count: number): string;
}

/** The calendar that a policy describes. */
export function calendarOf(policy: CalendarPolicy): Calendar {
  const known = new Map(policy.days.map((one) => [one.day, one]));
  const isWorkingDay = (day: string): boolean => {
    const one = known.get(day);
    if (one) return !one.off;
    const weekday = new Date(day).getUTCDay();
    return weekday !== 0 && weekday !== 6;
  };
  const nextWorkingDay = (day: string): string => {
    for (let ahead = 1; ahead <= LONGEST_REST_DAYS; ahead++) {
      const next = dayAfter(day, ahead);
      if (isWorkingDay(next)) return next;
    }
    throw new Error(`the calendar has no working day after ${day}`);
  };
  return {
    holidayOn(day) {
      const one = known.get(day);
      return one?.off ? one : undefined;
    },
    isWorkingDay,
    nextWorkingDay,
    addWorkingDays(day, count) {
      let at = day;
      for (let i = 0; i < count; i++) at = nextWorkingDay(at);
      return at;
    },
  };
}

/** The calendar in force at an instant. */
export async function calendarAt(db: Database | Tx, at: Date): Promise<Calendar> {
  return calendarOf((await currentPolicy(db, 'calendar', at)).body);
}
