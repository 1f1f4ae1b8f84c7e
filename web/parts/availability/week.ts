/** A week of windows as they are edited: by day, each day's in order. */
import type { AnswerOf } from '../endpoints.ts';

export type Window = AnswerOf<'GET', '/availability'>['hours'][number];

export const weekdays = [1, 2, 3, 4, 5, 6, 7] as const;
const DAY = 1440;

/** What is offered when a day gets a first or a further window: after the last one, in office hours. */
export function nextWindow(weekday: number, week: readonly Window[]): Window {
  const last = Math.max(0, ...week.filter((one) => one.weekday === weekday).map((one) => one.endMinute));
  const startMinute = last === 0 ? 9 * 60 : Math.min(last + 60, DAY - 60);
  return { weekday, startMinute, endMinute: Math.min(startMinute + (last === 0 ? 8 : 2) * 60, DAY) };
}

/** A window with another beginning or end, minutes of its clock: an end that is not later is on the next day. */
export function changed(window: Window, part: { from?: number; until?: number }): Window {
  const startMinute = part.from ?? window.startMinute;
  const until = (part.until ?? window.endMinute) % DAY;
  return { ...window, startMinute, endMinute: until > startMinute ? until : until + DAY };
}
