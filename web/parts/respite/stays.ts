/** Stays and free beds as the pages read them. */

import { call } from '../api.ts';
import type { AnswerOf } from '../endpoints.ts';
import { readAll } from '../staff/readAll.ts';
import type { Tone } from '../ToneTag.vue';
import { addDays } from '../time.ts';

export type Stay = AnswerOf<'GET', '/stays/:id'>;
export type StayState = Stay['state'];
export type BedKind = Stay['kind'];
export type Quota = AnswerOf<'GET', '/elders/:id/respite'>;

export const bedKinds = ['standard', 'nursing', 'dementia'] as const satisfies readonly BedKind[];

export const stayTones: Record<StayState, Tone> = {
  waiting: 'warn',
  offered: 'plum',
  booked: 'teal',
  arrived: 'teal',
  left: 'calm',
  settled: 'good',
  cancelled: 'calm',
  no_show: 'bad',
  declined: 'bad',
};

/** An instant of a city day, for the formats. */
export const noonOf = (day: string): Date => new Date(`${day}T12:00:00+08:00`);

/** A provider's free beds of one kind, by night. */
export interface Place {
  providerId: string;
  name: string;
  phone: string;
  /** The lowest price of a night. */
  fromFen: number;
  /** Free beds by city day. */
  free: Map<string, number>;
}

/** The month after `YYYY-MM`, or `by` months later. */
export function monthLater(month: string, by = 1): string {
  const [year = 0, number = 1] = month.split('-').map(Number);
  return new Date(Date.UTC(year, number - 1 + by, 1)).toISOString().slice(0, 7);
}

/** The days of a month `YYYY-MM`. */
export function daysOf(month: string): string[] {
  const days: string[] = [];
  for (let day = `${month}-01`; day.startsWith(month); day = addDays(day, 1)) days.push(day);
  return days;
}

/** Free beds of a kind in a month and the one after it, by provider; nights that cross the month's end are whole. */
export async function readPlaces(month: string, kind: BedKind, district: string | null): Promise<Place[]> {
  const places = new Map<string, Place>();
  for (const one of [month, monthLater(month)]) {
    const { items } = await readAll((cursor) =>
      call('GET', '/beds/calendar', { query: { month: one, kind, district, limit: 200, cursor } }),
    );
    const days = daysOf(one);
    for (const { providerId, providerName, providerPhone, fromFen, free } of items) {
      const known = places.get(providerId);
      const place = known ?? {
        providerId,
        name: providerName,
        phone: providerPhone,
        fromFen,
        free: new Map<string, number>(),
      };
      for (const [i, day] of days.entries()) place.free.set(day, free[i] ?? 0);
      places.set(providerId, place);
    }
  }
  return [...places.values()].sort((a, b) => a.fromFen - b.fromFen);
}

/** The nights of a stay that begins on a day. */
export const nightsFrom = (first: string, count: number): string[] =>
  Array.from({ length: count }, (_, i) => addDays(first, i));

/** Whether a place has a free bed in each of the nights. */
export const isOpen = (place: Place, nights: readonly string[]): boolean =>
  nights.every((night) => (place.free.get(night) ?? 0) > 0);
