/**
 * Where a visit fits into a round (D1): after which visit and before which, when it begins, what way it adds and who waits
 * for it. Nothing changes its turn: what is promised begins later only within what its elder agreed to.
 */
import { isThere, type Round, type Span, type Stop } from './rounds.ts';
import type { DispatchPolicy } from './rules.ts';
import { estimateSeconds, type TravelMode } from './travel.ts';

/** A visit for which a place is looked for; instants in milliseconds. */
export interface Wanted {
  lat: number;
  lon: number;
  /** When it may begin. */
  earliest: number;
  latest: number;
  minutes: number;
  /** The instant of asking: nobody sets out before it. */
  at: number;
  /** Its own order, which is no other stop. */
  orderId: string | null;
}

export interface Place {
  /** When it begins. */
  begin: number;
  /** On the way to it, from home or from the visit before. */
  travelSeconds: number;
  /** By how much the round becomes longer, with the ways from home and back. */
  addedSeconds: number;
  /** How long elders wait beyond the time agreed: this one's, and those' who are visited afterwards. */
  waitSeconds: number;
  /** The orders between which it stands; null where the round begins or ends with it. */
  after: string | null;
  before: string | null;
}

/** How somebody goes, and when they go home between visits. */
export interface Going {
  mode: TravelMode;
  homeBetweenMinutes: number;
}

export const goingOf = (
  { travel, homeBetweenMinutes }: DispatchPolicy,
  kind: 'volunteer' | 'carer',
): Going => ({
  mode: travel[kind],
  homeBetweenMinutes,
});

interface Point {
  lat: number;
  lon: number;
}

/** A visit where it is and when, as far as one can tell. */
interface Visited extends Span, Point {}

const MINUTE = 60_000;

/**
 * Every place of a round where a visit can begin in its time and all that follow in theirs, the least travel added first.
 * Whoever comes from home may be on the way before their hours: who works from eight is there at eight.
 */
export function placesIn(round: Round, wanted: Wanted, going: Going): Place[] {
  const stops = round.stops.filter((stop) => stop.orderId !== wanted.orderId);
  const visits = asTheyRun(stops, wanted.at, going);
  const gaps = Array.from({ length: stops.length + 1 }, (_, gap) => gap);
  return gaps
    .flatMap((gap) => placeIn(round, stops, visits, gap, wanted, going) ?? [])
    .sort((a, b) => a.addedSeconds - b.addedSeconds || a.begin - b.begin);
}

/** The stops as they will run from an instant on: at their times, or later where the one before takes longer. */
function asTheyRun(stops: readonly Stop[], at: number, going: Going): Visited[] {
  const visits: Visited[] = [];
  for (const stop of stops) {
    const before = visits.at(-1);
    const arrival = before ? before.until + way(before, stop, going) : stop.from;
    const isToCome = stop.state === 'offered' || stop.state === 'accepted';
    const from = isToCome ? Math.max(stop.from, arrival, at) : stop.from;
    const until = from + stop.until - stop.from;
    visits.push({ ...stop, from, until: stop.state === 'started' ? Math.max(until, at) : until });
  }
  return visits;
}

function placeIn(
  round: Round,
  stops: readonly Stop[],
  visits: readonly Visited[],
  gap: number,
  wanted: Wanted,
  going: Going,
): Place | null {
  const [before, after] = [visits[gap - 1], visits[gap]];
  if (stops[gap]?.state === 'started' || stops[gap]?.state === 'finished') return null;
  const origin = before && isSameRound(before.until, wanted.earliest, going) ? before : round.home;
  const toIt = way(origin, wanted, going);
  const begin = firstThere(round, Math.max(before?.until ?? wanted.at, wanted.at) + toIt, wanted);
  if (begin === null) return null;
  const visit = { lat: wanted.lat, lon: wanted.lon, from: begin, until: begin + wanted.minutes * MINUTE };
  const delay = delayOf(round, stops, visits, gap, visit, going);
  if (delay === null) return null;
  const along = (a: Visited | undefined, b: Visited | undefined) => wayAlong(a, b, round.home, going);
  return {
    begin,
    travelSeconds: toIt / 1000,
    addedSeconds: (along(before, visit) + along(visit, after) - along(before, after)) / 1000,
    waitSeconds: Math.round((begin - wanted.earliest + delay) / 1000),
    after: stops[gap - 1]?.orderId ?? null,
    before: stops[gap]?.orderId ?? null,
  };
}

/** The first instant from an arrival on at which the visit may begin and the helper is there for all of it. */
function firstThere(round: Round, arrival: number, wanted: Wanted): number | null {
  const first = Math.max(arrival, wanted.earliest);
  const later = [...(round.open ?? []).map(({ from }) => from), ...round.absent.map(({ until }) => until)];
  const begins = [first, ...later.filter((begin) => begin > first).sort((a, b) => a - b)];
  const found = begins.find((from) => isThere(round, { from, until: from + wanted.minutes * MINUTE }));
  return found === undefined || found > wanted.latest ? null : found;
}

/** By how much those visited after an inserted visit wait longer in all, milliseconds; null when that is too long for one. */
function delayOf(
  round: Round,
  stops: readonly Stop[],
  visits: readonly Visited[],
  gap: number,
  inserted: Visited,
  going: Going,
): number | null {
  let [last, delay] = [inserted, 0];
  for (let i = gap; i < stops.length; i++) {
    const [stop, visit] = [stops[i] as Stop, visits[i] as Visited];
    const later = last.until + way(last, stop, going) - visit.from;
    if (later <= 0) break;
    const moved = { ...visit, from: visit.from + later, until: visit.until + later };
    if (moved.from > stop.latest || (isThere(round, visit) && !isThere(round, moved))) return null;
    delay += later;
    last = moved;
  }
  return delay;
}

/** Milliseconds on the way between two points. */
function way(a: Point, b: Point, { mode }: Going): number {
  return a.lat === b.lat && a.lon === b.lon ? 0 : 1000 * estimateSeconds(mode, a.lat, a.lon, b.lat, b.lon);
}

/** Milliseconds on the way from one visit to the next, from home to the first, from the last home, or home in between. */
function wayAlong(a: Visited | undefined, b: Visited | undefined, home: Point, going: Going): number {
  if (a && b && isSameRound(a.until, b.from, going)) return way(a, b, going);
  return (a ? way(a, home, going) : 0) + (b ? way(home, b, going) : 0);
}

const isSameRound = (end: number, begin: number, { homeBetweenMinutes }: Going): boolean =>
  begin - end <= homeBetweenMinutes * MINUTE;
