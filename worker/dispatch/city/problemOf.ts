/**
 * A district's day as a problem of the engine. Each carer stands in it once for every span in which they can be planned, so
 * that nobody needs to be anywhere between two shifts; what is promised is pinned at its time. Times are seconds from a
 * midnight before, costs seconds of travel.
 */
import { groupBy } from '../../../db/connect/groupBy.ts';
import { covers, overlap, type Span } from '../../../db/dispatch/rounds.ts';
import { secondsFor } from '../../../db/dispatch/travel.ts';
import type { WaitingOrder } from '../../../db/dispatch/waitingOf.ts';
import type { Carer, Problem, RoundStart, Together, Visit } from '../problem.ts';
import { apartBy, nameOfNeeds, unfitBy } from './able.ts';
import { type CarerDay, type CityDay, keyOf } from './cityDay.ts';
import { keptVisit } from './keptVisit.ts';
import { Places } from './places.ts';
import { asItWillBe, type KeptStop, plannable, spanAsked, travelMs } from './spans.ts';
import { secondsAPoint, wishesOf } from './wishes.ts';

/** One of those who are to come for an order. */
export interface Wanted {
  order: WaitingOrder;
  place: 1 | 2;
  /** Rest that a long block takes before and after, milliseconds. */
  restMs: number;
}

/** A carer in one span. */
export interface Shift extends Span {
  carer: CarerDay;
}

export interface CityProblem {
  problem: Problem;
  /** What to begin with: the plan before. */
  start: RoundStart[];
  /** The first visits of the problem, in its order; those behind them are kept. */
  wanted: Wanted[];
  /** The carers of the problem, in its order. */
  shifts: Shift[];
  /** The instant of the problem's zero. */
  zero: number;
}

/** Where something stands already in the plan that is being made: by a search before this one. */
export interface Standing extends KeptStop {
  personId: string;
}

const DAY = 86_400_000;

/** Before anything that was promised for the day began. */
const zeroOf = ({ at }: CityDay): number => at - 7 * DAY;

export interface Given {
  /** Where other orders stand already. */
  standing: readonly Standing[];
  /** By order who must not come besides. */
  notBy: ReadonlyMap<string, ReadonlySet<string>>;
  /** The plan to begin with. */
  from: CityDay['before'];
}

/**
 * The problem of these orders among all carers.
 */
export function problemOf(
  day: CityDay,
  orders: readonly WaitingOrder[],
  { standing, notBy, from }: Given,
): CityProblem {
  const mode = day.policy.travel.carer;
  const zero = zeroOf(day);
  const seconds = (ms: number) => Math.round((ms - zero) / 1000);
  const wanted = orders.flatMap((order): Wanted[] => {
    const restMs = order.minutes >= day.rest.fromMinutes ? day.rest.minutes * 60_000 : 0;
    const first = { order, restMs, place: 1 as const };
    return order.carersNeeded === 2 ? [first, { ...first, place: 2 }] : [first];
  });
  const kept = new Map(day.carers.map((carer) => [carer.personId, asItWillBe(carer.stops, day.at, mode)]));
  for (const { personId, ...stop } of standing) kept.get(personId)?.push(stop);
  const shifts = shiftsOf(day, orders, kept);
  const shiftsBy = groupBy(shifts.keys(), (s) => (shifts[s] as Shift).carer.personId);
  const places = new Places();
  const fitFor = fitCarers(day, orders);

  const visits: Visit[] = wanted.map(({ order, place, restMs }) => {
    const [first, last] = beginOf(day, order);
    const able = (fitFor.get(nameOfNeeds(order)) ?? []).filter(
      (carer) => apartBy(day.policy, order, carer) === null && !notBy.get(order.id)?.has(carer.personId),
    );
    const team = order.carersNeeded === 2 ? largestTeam(able) : null;
    const asked = spanAsked({ order, restMs }, day.at);
    const may = able.flatMap((carer) => {
      if (team !== null && carer.providerId !== team) return [];
      const cost = Math.round(-wishesOf(day, order, place, carer).points * secondsAPoint(day.policy));
      return (shiftsBy.get(carer.personId) ?? [])
        .filter((s) => covers(shifts[s] as Shift, asked))
        .map((s) => [s, cost] as const);
    });
    return {
      id: keyOf(order.id, place),
      place: places.of(order.lat, order.lon),
      duration: Math.round((order.minutes * 60_000 + 2 * restMs) / 1000),
      windows: [{ from: seconds(first - restMs), until: seconds(last - restMs) }],
      skills: [],
      priority: priorityOf(day, order),
      onlyBy: may.map(([s]) => s),
      costBy: may.filter(([, cost]) => cost !== 0),
    };
  });
  const pinned = shifts.flatMap((shift, s) =>
    (kept.get(shift.carer.personId) ?? [])
      .filter((stop) => covers(shift, stop))
      .map((stop, n) => keptVisit(stop, { carer: s, name: shift.carer.personId, n }, places, seconds)),
  );
  const carers = shifts.map(
    ({ carer, from, until }, s): Carer => ({
      id: `${carer.personId}:${s}`,
      start: places.of(carer.lat, carer.lon),
      end: null,
      // Who works from eight is at the first door at eight: they leave home before.
      shift: { from: seconds(from - longestWay(day, carer, kept)), until: seconds(until) },
      skills: [],
      mode: 0,
    }),
  );
  return {
    problem: {
      travel: { places: places.count, matrices: null, coordinates: { ...places.arrays(), modes: [mode] } },
      visits: [...visits, ...pinned],
      carers,
      together: togetherOf(wanted),
      balance: { cost: secondsAPoint(day.policy) * day.policy.points.promisedHour * 0.5, unit: 3600 },
    },
    start: startOf(day, from, wanted, shifts, visits.length, pinned),
    wanted,
    shifts,
    zero,
  };
}

/** What is lost if an order is not served (D2): the more urgent it is and the frailer its elder. */
export const priorityOf = (
  { policy: { planning } }: CityDay,
  { urgency, abilityLevel }: WaitingOrder,
): number => Math.max(1, planning.urgencyWeight[urgency] + planning.frailtyWeight * abilityLevel);

/**
 * The first and the last instant at which an order's visit may be planned to begin: near the time asked for, so that a part
 * of what its elder agreed to wait is left for what happens on the way.
 */
function beginOf({ at, policy: { planning } }: CityDay, { startAt, latestStartAt }: WaitingOrder) {
  const first = Math.max(startAt.getTime(), at + planning.leadMinutes * 60_000);
  const last = Math.min(latestStartAt.getTime(), first + planning.slackMinutes * 60_000);
  return [first, Math.max(first, last)] as const;
}

/** Carers who can come in one span after another. Blocks take those who stay outside their hours too (S6). */
function shiftsOf(
  day: CityDay,
  orders: readonly WaitingOrder[],
  kept: ReadonlyMap<string, readonly KeptStop[]>,
): Shift[] {
  const rest = 60_000 * day.rest.minutes;
  const whole = { from: Infinity, until: -Infinity };
  for (const { startAt, latestStartAt, minutes } of orders) {
    whole.from = Math.min(whole.from, startAt.getTime() - rest);
    whole.until = Math.max(whole.until, latestStartAt.getTime() + minutes * 60_000 + rest);
  }
  const areBlocks = orders.every(({ isBlock }) => isBlock);
  return day.carers.flatMap((carer) =>
    plannable(carer, kept.get(carer.personId) ?? [], whole, !(areBlocks && carer.takesBlocks))
      .filter((span) => overlap(span, whole))
      .map((span): Shift => ({ carer, ...span })),
  );
}

/** By what orders need: who is fit for it. */
function fitCarers(day: CityDay, orders: readonly WaitingOrder[]): Map<string, CarerDay[]> {
  const fit = new Map<string, CarerDay[]>();
  for (const order of orders) {
    const name = nameOfNeeds(order);
    if (!fit.has(name))
      fit.set(
        name,
        day.carers.filter((carer) => unfitBy(order, carer) === null),
      );
  }
  return fit;
}

/** Two who come together are of one provider: of the one with the most carers who are able, the lesser key among equals. */
function largestTeam(able: readonly CarerDay[]): string | null {
  const teams = [...groupBy(able, ({ providerId }) => providerId)];
  const [largest] = teams.sort(([a, m], [b, n]) => n.length - m.length || (a < b ? -1 : 1));
  return largest?.[0] ?? null;
}

/** Milliseconds of the longest way that a carer can have from home to a visit. */
function longestWay(
  { policy }: CityDay,
  carer: CarerDay,
  kept: ReadonlyMap<string, readonly KeptStop[]>,
): number {
  const mode = policy.travel.carer;
  const ways = (kept.get(carer.personId) ?? []).map((stop) => travelMs(mode, carer, stop));
  return Math.max(1000 * secondsFor(mode, policy.carerMetres / 1000), ...ways);
}

function togetherOf(wanted: readonly Wanted[]): Together[] {
  return wanted.flatMap(({ place }, v) =>
    place === 2 ? [{ first: v - 1, second: v, least: 0, most: 0 }] : [],
  );
}

/** The plan before, with what is kept: each round in the order of its times. */
function startOf(
  day: CityDay,
  from: CityDay['before'],
  wanted: readonly Wanted[],
  shifts: readonly Shift[],
  firstKept: number,
  pinned: readonly Visit[],
): RoundStart[] {
  const zero = zeroOf(day);
  const rounds = new Map<number, { visit: number; at: number }[]>();
  const add = (carer: number, visit: number, at: number) =>
    rounds.set(carer, [...(rounds.get(carer) ?? []), { visit, at }]);
  for (const [v, { order, place }] of wanted.entries()) {
    const was = from.get(keyOf(order.id, place));
    const shift = shifts.findIndex(
      ({ carer, from, until }) =>
        carer.personId === was?.personId && from <= was.beginAt && was.beginAt < until,
    );
    if (was && shift >= 0) add(shift, v, was.beginAt);
  }
  for (const [i, visit] of pinned.entries())
    if (visit.pinned) add(visit.pinned.carer, firstKept + i, zero + 1000 * (visit.pinned.at ?? 0));
  return [...rounds].map(([carer, stops]) => ({
    carer,
    visits: stops.sort((a, b) => a.at - b.at).map(({ visit }) => visit),
  }));
}
