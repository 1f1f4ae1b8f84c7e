/** When a care plan's visits are: the recurrence rule (RFC 5545), exceptions and public holidays, as pure functions. */
import { RRuleTemporal } from 'rrule-temporal';
import type { Calendar } from '../services/calendar.ts';

export const planStates = ['active', 'paused', 'ended'] as const;
export type PlanState = (typeof planStates)[number];

/** What happens to a visit on a public holiday. */
export const holidayRules = ['keep', 'skip', 'next_working_day'] as const;
export type HolidayRule = (typeof holidayRules)[number];

export const occurrenceStates = ['booked', 'skipped', 'refused'] as const;
export type OccurrenceState = (typeof occurrenceStates)[number];

/** What a change of a plan is for, as in every calendar. */
export const changeScopes = ['this', 'following', 'all'] as const;

export interface Recurrence {
  firstAt: Date;
  timeZone: string;
  rule: string;
  endsBefore: Date | null;
}

/** A plan's visits by its rule, with what stands against some of them. */
export interface Occurrence {
  at: Date;
  startAt: Date;
  skipped: 'exception' | 'holiday' | null;
}

const DAY = 86_400_000;
const KNOWN_PARTS = new Set([
  'FREQ',
  'INTERVAL',
  'COUNT',
  'UNTIL',
  'BYDAY',
  'BYMONTHDAY',
  'BYMONTH',
  'BYSETPOS',
  'BYHOUR',
  'BYMINUTE',
  'WKST',
]);
const FREQUENCIES = new Set(['DAILY', 'WEEKLY', 'MONTHLY', 'YEARLY']);
/** A leap day comes again within eight years, a fifth Friday of February within forty. */
const LONGEST_WAIT_YEARS = 41;
/** No plan has more visits; more is a mistake of writing. */
const MOST_IN_ALL = 5000;

/** The first part of a rule that cannot be used, as it was written; null when all can. */
export function faultInRule(rule: string): string | null {
  const parts = rule.split(';');
  const seen = new Set<string>();
  for (const part of parts) {
    const [name = '', value = ''] = part.split('=');
    if (!KNOWN_PARTS.has(name) || !/^[A-Z0-9,+-]+$/.test(value) || seen.has(name)) return part;
    if (name === 'FREQ' && !FREQUENCIES.has(value)) return part;
    if ((name === 'INTERVAL' || name === 'COUNT') && !/^[1-9]\d{0,3}$/.test(value)) return part;
    if (name === 'COUNT' && Number(value) > MOST_IN_ALL) return part;
    seen.add(name);
  }
  if (!seen.has('FREQ')) return rule;
  if (seen.has('COUNT') && seen.has('UNTIL')) return 'COUNT';
  try {
    ruleOf({ firstAt: new Date(0), timeZone: 'UTC', rule });
    return null;
  } catch {
    return rule;
  }
}

function ruleOf({ firstAt, timeZone, rule }: Omit<Recurrence, 'endsBefore'>): RRuleTemporal {
  return new RRuleTemporal({
    rruleString: `DTSTART;TZID=${timeZone}:${wallClock(firstAt, timeZone)}\nRRULE:${rule}`,
    cache: false,
  });
}

/** `20260501T083000`, as a clock of the zone shows it. */
function wallClock(at: Date, timeZone: string): string {
  const parts = new Intl.DateTimeFormat('en-CA', {
    timeZone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23',
  }).formatToParts(at);
  const of = (type: string) => parts.find((part) => part.type === type)?.value ?? '';
  return `${of('year')}${of('month')}${of('day')}T${of('hour')}${of('minute')}${of('second')}`;
}

/** A plan begins on a whole minute: its rule knows nothing smaller, and would name an instant before its beginning. */
export const wholeMinute = (at: Date): Date => new Date(Math.floor(at.getTime() / 60_000) * 60_000);

/** The day of an instant in a zone, `YYYY-MM-DD`. */
export function dayIn(timeZone: string, at: Date): string {
  const clock = wallClock(at, timeZone);
  return `${clock.slice(0, 4)}-${clock.slice(4, 6)}-${clock.slice(6, 8)}`;
}

/** The instants that a rule names from one instant to another, the first included and the last not. */
export function instantsBetween(plan: Recurrence, from: Date, until: Date): Date[] {
  const end = plan.endsBefore && plan.endsBefore < until ? plan.endsBefore : until;
  if (end <= from) return [];
  return ruleOf(plan)
    .between(from, end, true)
    .map((at) => new Date(at.epochMilliseconds))
    .filter((at) => at < end);
}

/** The first instant that a rule names at or after another; null when there is none any more. */
export function nextInstant(plan: Recurrence, from: Date): Date | null {
  const start = new Date(Math.max(from.getTime(), plan.firstAt.getTime()));
  for (let years = 1; years <= LONGEST_WAIT_YEARS; years *= 4) {
    const until = new Date(start.getTime() + years * 366 * DAY);
    const [first] = instantsBetween(plan, start, until);
    if (first) return first;
    if (plan.endsBefore && plan.endsBefore <= until) return null;
  }
  return null;
}

/** The most visits on one day among the first weeks of a rule. */
export function mostADay(plan: Recurrence): number {
  const first = nextInstant(plan, plan.firstAt);
  if (!first) return 0;
  const days = new Map<string, number>();
  for (const at of instantsBetween(plan, first, new Date(first.getTime() + 8 * DAY))) {
    const day = dayIn(plan.timeZone, at);
    days.set(day, (days.get(day) ?? 0) + 1);
  }
  return Math.max(...days.values());
}

/**
 * A plan's visits by their instants in a rule: what falls on an exception or, as the plan wishes, on a public holiday is
 * skipped or moved to the next working day at the same time; where the plan has a visit then anyway, one is enough.
 */
export function occurrencesBetween(
  plan: Recurrence & { exceptions: readonly string[]; holidays: HolidayRule },
  calendar: Calendar,
  from: Date,
  until: Date,
): Occurrence[] {
  const instants = instantsBetween(plan, from, until);
  const exceptions = new Set(plan.exceptions);
  const taken = new Set(instants.map((at) => at.getTime()));
  return instants.map((at): Occurrence => {
    const day = dayIn(plan.timeZone, at);
    if (exceptions.has(day)) return { at, startAt: at, skipped: 'exception' };
    if (plan.holidays === 'keep' || !calendar.holidayOn(day)) return { at, startAt: at, skipped: null };
    if (plan.holidays === 'skip') return { at, startAt: at, skipped: 'holiday' };
    const moved = calendar.nextWorkingDay(day);
    const startAt = new Date(at.getTime() + (Date.parse(moved) - Date.parse(day)));
    const isTaken = taken.has(startAt.getTime()) || exceptions.has(moved);
    taken.add(startAt.getTime());
    return { at, startAt, skipped: isTaken ? 'holiday' : null };
  });
}

/** A rule for what is left of it after so many visits; one without a count stays as it is. */
export function ruleAfter(rule: string, visits: number): string {
  return rule.replace(/COUNT=(\d+)/, (_, count: string) => `COUNT=${Math.max(1, Number(count) - visits)}`);
}

/** The longest span of days that may be looked at in one question. */
export const PREVIEW_DAYS = 92;
export const previewEnd = (from: Date): Date => new Date(from.getTime() + PREVIEW_DAYS * DAY);
