/** City time. Instants travel as RFC 3339 in UTC; people read and choose days and hours of Asia/Shanghai (UTC+8, no summer time). */

export const cityZone = 'Asia/Shanghai';

const dayParts = new Intl.DateTimeFormat('en-CA', {
  timeZone: cityZone,
  year: 'numeric',
  month: '2-digit',
  day: '2-digit',
});

/** The city's calendar day of an instant, `YYYY-MM-DD`. */
export function cityDay(at: Date | string | number): string {
  return dayParts.format(new Date(at));
}

/** The instant of a city day (`YYYY-MM-DD`) and clock time (`HH:MM`). */
export function cityInstant(day: string, clock: string): string {
  return new Date(`${day}T${clock}:00+08:00`).toISOString();
}

/** The city day `days` after the given one. */
export function addDays(day: string, days: number): string {
  return cityDay(new Date(`${day}T12:00:00+08:00`).getTime() + days * 86_400_000);
}

/** The instant that a field of day and time (`YYYY-MM-DDTHH:MM`) says on the city's clock; empty where it says nothing. */
export const fieldInstant = (text: string): string =>
  text ? cityInstant(text.slice(0, 10), text.slice(11, 16)) : '';

const clockParts = new Intl.DateTimeFormat('en-GB', {
  timeZone: cityZone,
  hour: '2-digit',
  minute: '2-digit',
  hourCycle: 'h23',
});

/** An instant as a field of day and time shows it on the city's clock; empty where there is none. */
export const instantField = (at: string | null): string =>
  at ? `${cityDay(at)}T${clockParts.format(new Date(at))}` : '';

/** The clock of an instant in the city, `HH:MM`. */
export const cityClock = (at: string): string => clockParts.format(new Date(at));
