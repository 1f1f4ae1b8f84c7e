/**
 * What happens in a demo city: for each day who asks for what, who comes and how it goes. Pure: the same people, dice
 * and days give the same story. Carrying it out is the commands' work (`life.ts`).
 */

import type { ComplaintKind } from '../complaints/rules.ts';
import { newId } from '../connect/ids.ts';
import type { OfferDraft } from '../orders/offer.ts';
import type { DeclineReason, Payer } from '../orders/rules.ts';
import type { Service } from '../services/catalogue.ts';
import { carersFor } from '../services/rules.ts';
import type { CheckMethod, ExceptionReason } from '../visits/rules.ts';
import type { Dice } from './dice.ts';
import type { Funds } from './funds.ts';
import { standingOf } from './luck.ts';
import { type DemoElder, type Inhabitants, moved, type Place } from './people.ts';
import type { Helpers } from './whoComes.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;
/** 370,000 people receive 10 million visits a year. */
const VISITS_A_DAY = 10_000_000 / 370_000 / 365;

/** Starts of the four parts of a working day, minutes since midnight; a helper has one visit in each at most. */
export const windows = [8 * 60 + 30, 10 * 60 + 30, 14 * 60, 16 * 60] as const;

export interface Step {
  at: number;
  position: Place | null;
  method: CheckMethod;
  exception: ExceptionReason | null;
  tellsDoorCode: boolean;
}

export interface Planned {
  orderId: string;
  elder: DemoElder;
  serviceCode: string;
  payer: Payer;
  startAt: number;
  minutes: number;
  /** Which of the day's windows it begins in. */
  window: number;
  bookAt: number;
  offers: Omit<OfferDraft, 'orderId' | 'wave'>[];
  /** The first one asked says no, for this reason. */
  declined: DeclineReason | null;
  fate: 'served' | 'cancelled' | 'missed' | 'unserved' | 'waiting';
  checkIn: Step;
  checkOut: Step;
  confirmed: 'door_code' | 'elder' | 'nobody' | 'disputed';
  rating: Answers | null;
  complaint: ComplaintKind | null;
}

type Answers = [attitude: number, skill: number, punctuality: number, outcome: number];

interface Wish {
  service: string;
  weight: number;
  /** Only elders at this ability level or beyond ask for it. */
  fromAbility: number;
  /** Only where a household cares at home (S6). */
  needsFamily?: boolean;
}
const wishes: readonly Wish[] = [
  { service: 'companionship', weight: 16, fromAbility: 0 },
  { service: 'welfare_check', weight: 16, fromAbility: 0 },
  { service: 'meals', weight: 16, fromAbility: 0 },
  { service: 'cleaning', weight: 12, fromAbility: 0 },
  { service: 'errands', weight: 7, fromAbility: 0 },
  { service: 'outings', weight: 5, fromAbility: 0 },
  { service: 'smartphone', weight: 4, fromAbility: 0 },
  { service: 'fraud_legal', weight: 2, fromAbility: 0 },
  { service: 'medical_escort', weight: 4, fromAbility: 0 },
  { service: 'bathing', weight: 12, fromAbility: 1 },
  { service: 'basic_nursing', weight: 10, fromAbility: 2 },
  { service: 'rehabilitation', weight: 5, fromAbility: 1 },
  { service: 'home_respite', weight: 2, fromAbility: 2, needsFamily: true },
];

/** An appointment that the story must have: for the people of the demo's accounts. */
export interface Appointment {
  /** Days from today. */
  day: number;
  elderId: string;
  service: string;
  payer: Payer;
  helperId: string;
  window: number;
  confirmed?: Planned['confirmed'];
  /** The helper has yet to be asked. */
  isOpen?: boolean;
  /** Instead of the window's own time; the helper does nothing else that day from then on. */
  startAt?: number;
}

export interface Story {
  dice: Dice;
  city: Inhabitants;
  helpers: Helpers;
  funds: Funds;
  catalogue: ReadonlyMap<string, Service>;
  /** Midnight in Nanjing at the beginning of today. */
  today: number;
  now: number;
}

/** The visits of one day; `day` counts from today. */
export function planDay(story: Story, day: number, appointments: readonly Appointment[]): Planned[] {
  const { dice, city } = story;
  const weekday = weekdayOf(story.today + day * DAY);
  const share = day <= 0 ? 1 : ([1, 0.5, 0.35, 0.25, 0.15][day - 1] ?? 0);
  const count = Math.round(city.elders.length * VISITS_A_DAY * share * (weekday >= 6 ? 0.75 : 1.1));
  const planned: Planned[] = [];
  const asked = new Set<string>();
  for (const appointment of appointments.filter((one) => one.day === day)) {
    const elder = city.elders.find((one) => one.personId === appointment.elderId);
    if (!elder) continue;
    asked.add(elder.personId);
    planned.push(...planVisit(story, day, elder, appointment));
  }
  for (let i = 0; i < count; i++) {
    const elder = pickElder(dice, city.elders);
    if (asked.has(elder.personId)) continue;
    asked.add(elder.personId);
    planned.push(...planVisit(story, day, elder, null));
  }
  return planned;
}

/** 1 Monday … 7 Sunday of an instant in Nanjing. */
export function weekdayOf(instant: number): number {
  return ((new Date(instant + 8 * HOUR).getUTCDay() + 6) % 7) + 1;
}

/** When an appointment begins. */
export function startOf({ day, window, startAt }: Appointment, now: Date): number {
  const today = Math.floor((now.getTime() + 8 * HOUR) / DAY) * DAY - 8 * HOUR;
  return startAt ?? today + day * DAY + ((windows[window] as number) + 30) * MINUTE;
}

/** The code of a service that an elder might ask for. */
export function wishOf(dice: Dice, elder: Pick<DemoElder, 'abilityLevel' | 'living'>): string {
  const able = wishes.filter(
    (one) => elder.abilityLevel >= one.fromAbility && (!one.needsFamily || elder.living === 'with_family'),
  );
  return dice.weighted(able.map((one) => [one.service, one.weight] as const));
}

/** Frail and lonely elders ask more often. */
function pickElder(dice: Dice, elders: readonly DemoElder[]): DemoElder {
  for (;;) {
    const elder = dice.pick(elders);
    const need = 1 + elder.abilityLevel + (elder.keyElder ? 2 : 0);
    if (dice.chance(need / 7)) return elder;
  }
}

function planVisit(story: Story, day: number, elder: DemoElder, appointment: Appointment | null): Planned[] {
  const { dice, funds, helpers, catalogue, today, now } = story;
  const bookAt =
    day > 0 ? Math.min(today + day * DAY - 14 * HOUR, now - 20 * MINUTE) : today + day * DAY - 14 * HOUR;
  const wish = appointment?.service ?? wishOf(dice, elder);
  const service = catalogue.get(wish);
  // Who needs two carers is served by the city's own dispatch, not by this story of one helper a visit.
  if (!service || carersFor(service, elder.abilityLevel) > 1) return [];
  const payer = appointment?.payer ?? funds.payerFor(elder, service, bookAt);
  if (!payer) return [];
  const kind =
    service.channel === 'volunteer' || (service.channel === 'either' && payer === 'time_bank')
      ? 'volunteer'
      : 'carer';
  const minutes = service.defaultMinutes;
  const window =
    appointment?.window ??
    (wish === 'meals' ? 1 : minutes > 120 ? 2 : minutes > 60 ? dice.pick([1, 3]) : dice.whole(0, 3));
  const taken = appointment?.startAt ? [0, 1, 2, 3] : minutes > 120 ? [2, 3] : [window];
  const dayNumber = Math.round((today + day * DAY) / DAY);
  const weekday = weekdayOf(today + day * DAY);
  const when = { number: dayNumber, weekday, windows: appointment?.startAt ? [] : taken };
  const found = helpers.choose(elder, service, kind, when, appointment ? 60 : 2);
  const choices = appointment ? found.filter((one) => one.personId === appointment.helperId) : found;
  if (appointment && choices.length === 0) return [];
  funds.spend(elder, service, payer);

  const startAt = appointment
    ? startOf(appointment, new Date(now))
    : today + day * DAY + ((windows[window] as number) + 15 * dice.whole(0, 2)) * MINUTE;
  const declined =
    !appointment && choices.length === 2 && dice.chance(0.07)
      ? dice.weighted([
          ['busy', 60],
          ['unwell', 20],
          ['too_far', 15],
          ['unsuitable', 5],
        ] as const)
      : null;
  const served = declined ? choices[1] : choices[0];
  const fate = appointment?.isOpen
    ? 'waiting'
    : fateOf(dice, day, served !== undefined, appointment !== null);
  if (served && fate !== 'waiting') helpers.promise(served.personId, elder.personId, dayNumber, taken);
  const standing = standingOf(served?.providerId ?? null);
  return [
    {
      orderId: newId(new Date(bookAt)),
      elder,
      serviceCode: wish,
      payer,
      startAt,
      minutes,
      window,
      bookAt,
      offers: fate === 'waiting' ? [] : choices.slice(0, declined ? 2 : 1),
      declined: fate === 'waiting' ? null : declined,
      fate,
      ...course(dice, elder, startAt, minutes, standing, appointment),
    },
  ];
}

function fateOf(dice: Dice, day: number, hasHelper: boolean, isAppointment: boolean): Planned['fate'] {
  if (isAppointment) return 'served';
  if (!hasHelper) return day < 0 ? 'unserved' : 'waiting';
  if (day > 0) return dice.chance(0.6) ? 'served' : 'waiting';
  return dice.weighted([
    ['served', 955],
    ['cancelled', 30],
    ['missed', 12],
    ['unserved', 3],
  ] as const);
}

/** What an elder answers to the four questions, 1–5 each, about a visit of somebody with that standing. */
export function answersOf(dice: Dice, standing: number, isLate: boolean): Answers {
  const answer = () => Math.min(5, Math.max(1, Math.round(dice.around(standing - (isLate ? 0.8 : 0), 0.6))));
  return [answer(), answer(), answer(), answer()];
}

/** How a visit goes once somebody comes. */
function course(
  dice: Dice,
  elder: DemoElder,
  startAt: number,
  minutes: number,
  standing: number,
  appointment: Appointment | null,
): Pick<Planned, 'checkIn' | 'checkOut' | 'confirmed' | 'rating' | 'complaint'> {
  const isLate = !appointment && dice.chance(0.12 - 0.02 * standing);
  const inAt = startAt + (isLate ? dice.whole(32, 48) : dice.whole(-8, 12)) * MINUTE;
  const isShort = !appointment && dice.chance(0.14 - 0.025 * standing);
  const outAt =
    inAt +
    Math.round(minutes * (isShort ? 0.65 : 0.92 + 0.14 * dice.share())) * MINUTE +
    dice.whole(0, 59) * 1000;
  const confirmed =
    appointment?.confirmed ??
    dice.weighted([
      ['door_code', 35],
      ['elder', 52],
      ['nobody', 12.6],
      ['disputed', 0.4],
    ] as const);
  const isUpset = dice.chance(0.002 + (isLate ? 0.02 : 0) + (standing < 4.1 ? 0.004 : 0));
  return {
    checkIn: { ...check(dice, elder), at: inAt, tellsDoorCode: false },
    checkOut: { ...check(dice, elder), at: outAt, tellsDoorCode: confirmed === 'door_code' },
    confirmed,
    rating: dice.chance(0.42) ? answersOf(dice, standing, isLate) : null,
    complaint: isUpset ? (isLate ? 'late' : dice.pick(['attitude', 'quality', 'fee'] as const)) : null,
  };
}

function check(dice: Dice, elder: DemoElder): Pick<Step, 'position' | 'method' | 'exception'> {
  const kind = dice.weighted([
    ['home', 93],
    ['nowhere', 3],
    ['away', 2],
    ['phone', 2],
  ] as const);
  if (kind === 'phone') return { position: null, method: 'phone', exception: null };
  if (kind === 'nowhere') return { position: null, method: 'gps', exception: 'device_217' };
  const metres = kind === 'home' ? dice.whole(0, 120) : dice.whole(400, 2_500);
  const angle = 2 * Math.PI * dice.share();
  const position = moved(elder.place, metres * Math.cos(angle), metres * Math.sin(angle));
  return { position, method: 'gps', exception: kind === 'away' ? 'outside_home_204' : null };
}
