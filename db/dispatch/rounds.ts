/** What is known of a person's time in a span: where they live, when they can come, and what they have promised. */
import { dayAfter, dayBounds, dayOf } from '../connect/days.ts';

/** Instants in milliseconds, the end excluded. */
export interface Span {
  from: number;
  until: number;
}

/** A visit of a round at the time promised, with the rest around a long block. */
export interface Stop extends Span {
  orderId: string;
  /** The latest the elder agreed that it begins. */
  latest: number;
  lat: number;
  lon: number;
  /** Promised (`accepted` and what follows), only asked for (`offered`), or nobody's word yet but the plan's (`planned`). */
  state: 'planned' | 'offered' | 'accepted' | 'started' | 'finished';
}

/** A person's round: what lies in the span asked for, each list in the order of time. */
export interface Round {
  personId: string;
  /** About where they live (500 m). */
  home: { lat: number; lon: number };
  /** When they work, or like to come; null is always. */
  open: Span[] | null;
  absent: Span[];
  stops: Stop[];
}

/** Weekly hours: weekday 1 Monday … 7 Sunday, minutes since midnight in Asia/Shanghai; the end may lie on the next day. */
export type WeeklyHours = readonly (readonly [weekday: number, startMinute: number, endMinute: number])[];

const MINUTE = 60_000;

/** The spans that weekly hours open between two instants, joined where they touch. */
export function openSpans(week: WeeklyHours, { from, until }: Span): Span[] {
  const spans: Span[] = [];
  for (let day = dayAfter(dayOf(new Date(from)), -1); ; day = dayAfter(day)) {
    const midnight = dayBounds(day).from.getTime();
    if (midnight >= until) break;
    const weekday = new Date(`${day}T00:00:00Z`).getUTCDay() || 7;
    for (const [on, start, end] of week)
      if (on === weekday && midnight + end * MINUTE > from)
        spans.push({ from: midnight + start * MINUTE, until: midnight + end * MINUTE });
  }
  return joined(spans);
}

/** Spans in the order of time, those that touch or overlap as one. */
export function joined(spans: readonly Span[]): Span[] {
  const result: Span[] = [];
  for (const span of [...spans].sort((a, b) => a.from - b.from)) {
    const last = result.at(-1);
    if (last && span.from <= last.until) last.until = Math.max(last.until, span.until);
    else result.push({ ...span });
  }
  return result;
}

/** Whether two spans have any time in common. */
export const overlap = (a: Span, b: Span): boolean => a.from < b.until && b.from < a.until;

/** Whether a span lies within another. */
export const covers = (span: Span, other: Span): boolean =>
  span.from <= other.from && other.until <= span.until;

/** Whether somebody could come for all of a span, by their hours and absences; what they have promised is not looked at. */
export const isThere = ({ open, absent }: Pick<Round, 'open' | 'absent'>, asked: Span): boolean =>
  (open === null || open.some((span) => covers(span, asked))) && !absent.some((span) => overlap(span, asked));
