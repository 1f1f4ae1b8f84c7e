/** When a carer can be planned, and what they are at meanwhile. */
import { joined, type Round, type Span, type Stop } from '../../../db/dispatch/rounds.ts';
import { estimateSeconds, type TravelMode } from '../../../db/dispatch/travel.ts';
import type { WaitingOrder } from '../../../db/dispatch/waitingOf.ts';

type Point = Pick<Stop, 'lat' | 'lon'>;

/** A stop at the time at which it will really be. */
export type KeptStop = Span & Point;

const STILL_THERE_MS = 15 * 60_000;

/** Milliseconds from one position to another. */
export const travelMs = (mode: TravelMode, a: Point, b: Point): number =>
  a.lat === b.lat && a.lon === b.lon ? 0 : 1000 * estimateSeconds(mode, a.lat, a.lon, b.lat, b.lon);

/**
 * When what is promised will really be, of all that is not over at `at`: each as promised, or as late as the way from the
 * one before makes it. Who should have ended and has not is there for some minutes more.
 */
export function asItWillBe(stops: readonly Stop[], at: number, mode: TravelMode): KeptStop[] {
  const kept: KeptStop[] = [];
  for (const stop of stops) {
    const last = kept.at(-1);
    const isRunning = stop.state === 'started';
    if (stop.state === 'finished' || (stop.until <= at && !isRunning)) continue;
    const arrival = last ? last.until + travelMs(mode, last, stop) : stop.from;
    const from = isRunning ? stop.from : Math.max(stop.from, arrival);
    const until = from + (stop.until - stop.from);
    kept.push({
      lat: stop.lat,
      lon: stop.lon,
      from,
      until: isRunning ? Math.max(until, at + STILL_THERE_MS) : until,
    });
  }
  return kept;
}

/**
 * The spans in which a carer can be planned: in their hours, or at any time within `whole` where the hours do not count,
 * not while absent, and always where they have promised to be.
 */
export function plannable(
  { open, absent }: Pick<Round, 'open' | 'absent'>,
  kept: readonly Span[],
  whole: Span,
  hoursCount: boolean,
): Span[] {
  let left = hoursCount && open ? joined(open) : [whole];
  for (const { from, until } of absent)
    left = left.flatMap((span) =>
      [
        { from: span.from, until: Math.min(span.until, from) },
        { from: Math.max(span.from, until), until: span.until },
      ].filter((part) => part.from < part.until),
    );
  return joined([...left, ...kept]);
}

/** The time that a carer promises for an order, with the rest around a long block: when it was asked for, or from now on. */
export function spanAsked(
  { order, restMs }: { order: Pick<WaitingOrder, 'startAt' | 'minutes'>; restMs: number },
  at: number,
): Span {
  const from = Math.max(order.startAt.getTime(), at);
  return { from: from - restMs, until: from + order.minutes * 60_000 + restMs };
}
