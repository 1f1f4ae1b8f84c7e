/** When people can come: weekly windows and absences, as pure functions. */

export const absenceKinds = ['leave', 'sick', 'training', 'holiday'] as const;
export type AbsenceKind = (typeof absenceKinds)[number];

/**
 * Time of a week: weekday 1 Monday … 7 Sunday, minutes since its midnight in Asia/Shanghai. It may end on the next day,
 * beyond 1440.
 */
export interface Window {
  weekday: number;
  startMinute: number;
  endMinute: number;
}

const DAY = 1440;
const WEEK = 7 * DAY;

/**
 * The same time of the week in as few windows as can be, in order: those that touch or overlap become one, no longer
 * than a day, so that a visit may begin in one and end in the other. Null where a window has no length or is longer.
 */
export function tidyWeek(windows: readonly Window[]): Window[] | null {
  const spans = windows
    .map(({ weekday, startMinute, endMinute }) => ({
      from: (weekday - 1) * DAY + startMinute,
      until: (weekday - 1) * DAY + endMinute,
    }))
    .sort((a, b) => a.from - b.from || a.until - b.until);
  if (spans.some(({ from, until }) => until <= from || until - from > DAY || from < 0 || from >= WEEK))
    return null;
  const joined: { from: number; until: number }[] = [];
  for (const span of spans) {
    const last = joined.at(-1);
    const until = last ? Math.max(last.until, span.until) : span.until;
    if (last && span.from <= last.until && until - last.from <= DAY) last.until = until;
    else joined.push({ ...span });
  }
  return joined.map(({ from, until }) => {
    const weekday = Math.floor(from / DAY) + 1;
    return { weekday, startMinute: from % DAY, endMinute: until - (weekday - 1) * DAY };
  });
}
