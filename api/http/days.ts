/** Days of the calendar in Asia/Shanghai (UTC+8; no daylight saving since 1991). */

const SHANGHAI_MS = 8 * 3_600_000;
const DAY_MS = 86_400_000;

/** The instants between which a day `YYYY-MM-DD` lies. */
export function dayBounds(day: string): { from: Date; until: Date } {
  const from = Date.parse(`${day}T00:00:00Z`) - SHANGHAI_MS;
  return { from: new Date(from), until: new Date(from + DAY_MS) };
}

/** The day in which an instant lies, `YYYY-MM-DD`. */
export function dayOf(at: Date): string {
  return new Date(at.getTime() + SHANGHAI_MS).toISOString().slice(0, 10);
}
