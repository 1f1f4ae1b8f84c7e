/** Days of the calendar in Asia/Shanghai (UTC+8; no daylight saving since 1991), as `YYYY-MM-DD`. */

const SHANGHAI_MS = 8 * 3_600_000;
const DAY_MS = 86_400_000;

const local = (at: Date): string => new Date(at.getTime() + SHANGHAI_MS).toISOString();

/** The day in which an instant lies. */
export const dayOf = (at: Date): string => local(at).slice(0, 10);

/** The day so many days after another. */
export const dayAfter = (day: string, days = 1): string =>
  new Date(Date.parse(`${day}T00:00:00Z`) + days * DAY_MS).toISOString().slice(0, 10);

/** The instants between which a day lies. */
export function dayBounds(day: string): { from: Date; until: Date } {
  const from = Date.parse(`${day}T00:00:00Z`) - SHANGHAI_MS;
  return { from: new Date(from), until: new Date(from + DAY_MS) };
}

/** Day and clock of an instant, as both languages read it: `12-01 09:00`. */
export const clockText = (at: Date): string => local(at).slice(5, 16).replace('T', ' ');
