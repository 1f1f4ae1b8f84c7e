/** Respite (S6) as tables and pure functions: the life of a stay, nights and years, who is entitled, what is paid. */
import { dayAfter, dayBounds } from '../connect/days.ts';

export const bedKinds = ['standard', 'nursing', 'dementia'] as const;
export type BedKind = (typeof bedKinds)[number];

export const stayStates = [
  'waiting',
  'offered',
  'booked',
  'arrived',
  'left',
  'settled',
  'cancelled',
  'no_show',
  'declined',
] as const;
export type StayState = (typeof stayStates)[number];

/** Who pays a stay; self-pay is between the family and the provider. */
export const stayPayers = ['subsidy', 'self'] as const;
export type StayPayer = (typeof stayPayers)[number];

export const noteMoments = ['arrival', 'during', 'leaving'] as const;
export type NoteMoment = (typeof noteMoments)[number];

/** Every change of state there is; the same table is enforced by a trigger. */
export const stayTransitions: Readonly<Record<StayState, readonly StayState[]>> = {
  waiting: ['offered', 'cancelled', 'declined'],
  offered: ['booked', 'waiting', 'cancelled', 'declined'],
  booked: ['arrived', 'cancelled', 'no_show', 'declined'],
  arrived: ['left'],
  left: ['settled'],
  settled: [],
  cancelled: [],
  no_show: [],
  declined: [],
};

export const mayStayBecome = (from: StayState, to: StayState): boolean => stayTransitions[from].includes(to);

export interface RespitePolicy {
  /** GB/T 42195: from this ability level on. */
  leastAbilityLevel: number;
  /** A household and calendar year: nights in an institution, blocks at home. */
  nightsAYear: number;
  blocksAYear: number;
  mostNightsAtOnce: number;
  /** How far ahead a stay may begin. */
  aheadDays: number;
  /** A stay begins at this hour of its first day in Asia/Shanghai. */
  arrivalHour: number;
  /** Cancelled so long before, a stay takes nothing from the quota. */
  freeCancelHours: number;
  /** Not there so long after the arrival hour: a no-show, and the bed is free. */
  noShowHours: number;
  /** How long a freed bed is kept for whoever waits. */
  answerHours: number;
  /** Whoever lets so many offers pass waits no longer. */
  mostOffersPassed: number;
  /** What of the price of a night the elder pays where the subsidy pays the rest. */
  ownSharePercent: number;
  /** Blocks at home of at least so many minutes keep the carer free of other visits before and after. */
  restFromMinutes: number;
  restHours: number;
}

const DAY = 86_400_000;
const HOUR = 3_600_000;

/** A stay's nights: it begins on the day `first` and the last night ends on the day after `last` (`YYYY-MM-DD`). */
export interface Nights {
  first: string;
  last: string;
}

const dayNumber = (day: string): number => Date.parse(`${day}T00:00:00Z`) / DAY;

export const nightCount = ({ first, last }: Nights): number => dayNumber(last) - dayNumber(first) + 1;

/** As PostgreSQL writes a range of days. */
export const rangeOf = ({ first, last }: Nights): string => `[${first},${dayAfter(last)})`;

/** The nights of a range as PostgreSQL answers it. */
export function nightsOf(range: string): Nights {
  const [first = '', until = ''] = range.slice(1, -1).split(',');
  return { first, last: dayAfter(until, -1) };
}

/** The instant at which a stay begins. */
export const arrivalAt = (first: string, arrivalHour: number): Date =>
  new Date(dayBounds(first).from.getTime() + arrivalHour * HOUR);

/** How many nights fall in each calendar year; a night belongs to the day on which it begins. */
export function nightsByYear(nights: Nights): Map<number, number> {
  const byYear = new Map<number, number>();
  for (let day = nights.first; day <= nights.last; day = dayAfter(day)) {
    const year = Number(day.slice(0, 4));
    byYear.set(year, (byYear.get(year) ?? 0) + 1);
  }
  return byYear;
}

/** The nights slept when the stay ends on a day: at least the first, never more than were booked. */
export function nightsStayed(nights: Nights, leftOn: string): Nights {
  const lastSlept = dayAfter(leftOn, -1);
  if (lastSlept >= nights.last) return nights;
  if (lastSlept < nights.first) return { first: nights.first, last: nights.first };
  return { first: nights.first, last: lastSlept };
}

/** What of a night's price the elder pays, fen. */
export const ownShareOf = (priceFen: number, payer: StayPayer, ownSharePercent: number): number =>
  payer === 'self' ? priceFen : Math.round((priceFen * ownSharePercent) / 100);
