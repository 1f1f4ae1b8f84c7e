/** What the elder has chosen so far, one question a step; each step knows whether it is answered. */
import { computed, reactive } from 'vue';
import type { Payer, Service } from '../parts/records.ts';
import { addDays, cityDay, cityInstant } from '../parts/time.ts';
import { type Often, ruleOf, type WeekdayCode } from './often.ts';

export const steps = ['service', 'when', 'often', 'pay', 'check'] as const;
export type Step = (typeof steps)[number];

export interface Booking {
  serviceCode: string;
  /** City day, `YYYY-MM-DD`. */
  day: string;
  /** City clock, `HH:MM`. */
  clock: string;
  /** Empty until it is answered. */
  often: Often | '';
  /** Of a weekly visit. */
  weekdays: WeekdayCode[];
  /** The last city day of a standing visit; empty without an end. */
  until: string;
  payer: Payer | '';
  note: string;
}

export const slotMinutes = 30;
const leadMinutes = 15;

/** Half-hour starts of a city day that still lie ahead, `HH:MM`. */
export function slotsOf(day: string, now = Date.now()): string[] {
  const slots: string[] = [];
  for (let minute = 0; minute < 1440; minute += slotMinutes) {
    const clock = `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`;
    if (Date.parse(cityInstant(day, clock)) >= now + leadMinutes * 60_000) slots.push(clock);
  }
  return slots;
}

/** The part of the day a start belongs to, for grouping. */
export function partOfDay(clock: string): 'morning' | 'afternoon' | 'evening' | 'night' {
  if (clock < '06:00' || clock >= '22:00') return 'night';
  if (clock < '12:00') return 'morning';
  return clock < '18:00' ? 'afternoon' : 'evening';
}

/** Minutes held on the time account for a visit of this service (T7). */
export function holdOf(service: Service): number {
  return Math.max(1, Math.round((service.defaultMinutes * service.multiplierPercent) / 100));
}

/** The next days offered as one press: today if a start is left, then tomorrow and the day after. */
export function nearDays(now = Date.now()): string[] {
  const today = cityDay(now);
  const days = [today, addDays(today, 1), addDays(today, 2)];
  return slotsOf(today, now).length > 0 ? days : days.slice(1);
}

export function useBooking() {
  const booking = reactive<Booking>({
    serviceCode: '',
    day: '',
    clock: '',
    often: '',
    weekdays: [],
    until: '',
    payer: '',
    note: '',
  });
  const startAt = computed(() =>
    booking.day && booking.clock ? cityInstant(booking.day, booking.clock) : null,
  );

  /** The first step still open; a step further on cannot be entered. */
  const firstOpen = computed<Step>(() => {
    if (!booking.serviceCode) return 'service';
    if (!startAt.value) return 'when';
    if (!booking.often) return 'often';
    return booking.payer ? 'check' : 'pay';
  });

  /** The rule of a standing visit; null for one that comes once. */
  const rule = computed(() =>
    booking.often ? ruleOf(booking.often, booking.weekdays, booking.until) : null,
  );

  return { booking, startAt, rule, firstOpen };
}
