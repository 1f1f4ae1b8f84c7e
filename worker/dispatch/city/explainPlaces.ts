/** Why each order stands where it stands (D5): what speaks for it in points, and who would have been next. */
import { groupBy } from '../../../db/connect/groupBy.ts';
import type { Place, Unplaced } from '../../../db/dispatch/apply.ts';
import { goingOf, placesIn } from '../../../db/dispatch/places.ts';
import type { NextBest, PlaceTerms } from '../../../db/dispatch/planRules.ts';
import { isThere, type Round, type Stop } from '../../../db/dispatch/rounds.ts';
import { tenths } from '../../../db/dispatch/score.ts';
import type { WaitingOrder } from '../../../db/dispatch/waitingOf.ts';
import type { ExclusionRule } from '../../../db/orders/candidates.ts';
import { metresBetween } from '../../../db/visits/rules.ts';
import { apartBy, unfitBy } from './able.ts';
import type { CarerDay, CityDay } from './cityDay.ts';
import type { DayPlan, Placed } from './planDay.ts';
import { spanAsked } from './spans.ts';
import { wishesOf } from './wishes.ts';

const NEXT_BEST = 3;
/** So many of the nearest who are able are compared with whoever was chosen. */
const COMPARED = 15;

/** The places of a plan as they are kept. */
export function explainedPlaces(day: CityDay, { placed }: DayPlan): Place[] {
  const byPerson = groupBy(placed, ({ carer }) => carer.personId);
  const byOrder = groupBy(placed, ({ order }) => order);
  const rounds = new Map(
    day.carers.map((carer) => [carer.personId, roundOf(carer, byPerson.get(carer.personId) ?? [])]),
  );
  return placed.map((one): Place => {
    const own = valued(day, one, one.carer, rounds);
    const others = ableNear(day, one)
      .filter((carer) => !byOrder.get(one.order)?.some((coming) => coming.carer === carer))
      .flatMap((carer) => {
        const other = valued(day, one, carer, rounds);
        return other ? [{ personId: carer.personId, behind: tenths((own?.points ?? 0) - other.points) }] : [];
      });
    return {
      orderId: one.order.id,
      place: one.place,
      personId: one.carer.personId,
      providerId: one.carer.providerId,
      beginAt: new Date(one.beginAt),
      minutes: one.order.minutes,
      restMinutes: one.restMs / 60_000,
      travelSeconds: own?.travelSeconds ?? 0,
      orderVersion: one.order.version,
      terms: own?.terms ?? [],
      nextBest: others.sort(byBehind).slice(0, NEXT_BEST),
    };
  });
}

const byBehind = (a: NextBest, b: NextBest) => a.behind - b.behind || (a.personId < b.personId ? -1 : 1);

/** Their day with what the plan gives them. */
function roundOf({ personId, lat, lon, open, absent, stops }: CarerDay, placed: readonly Placed[]): Round {
  const planned = placed.map(
    ({ order, beginAt, restMs }): Stop => ({
      orderId: order.id,
      from: beginAt - restMs,
      until: beginAt + order.minutes * 60_000 + restMs,
      latest: Math.max(beginAt, order.latestStartAt.getTime()),
      lat: order.lat,
      lon: order.lon,
      state: 'planned',
    }),
  );
  return {
    personId,
    home: { lat, lon },
    open,
    absent,
    stops: [...stops, ...planned].sort((a, b) => a.from - b.from),
  };
}

/** What a carer's best place for an order is worth; null where there is none. */
function valued(
  day: CityDay,
  { order, place, beginAt, restMs }: Placed,
  carer: CarerDay,
  rounds: ReadonlyMap<string, Round>,
): { points: number; terms: PlaceTerms; travelSeconds: number } | null {
  const round = rounds.get(carer.personId);
  if (!round) return null;
  const isAway = order.isBlock && carer.takesBlocks;
  const [best] = placesIn(
    isAway ? { ...round, open: null } : round,
    {
      lat: order.lat,
      lon: order.lon,
      earliest: beginAt - restMs,
      latest: Math.max(beginAt, order.latestStartAt.getTime()) - restMs,
      minutes: order.minutes + (2 * restMs) / 60_000,
      at: day.at,
      orderId: order.id,
    },
    goingOf(day.policy, 'carer'),
  );
  if (!best) return null;
  const wishes = wishesOf(day, order, place, carer);
  const travel = tenths((-best.addedSeconds / 60) * day.policy.points.travel);
  return {
    points: travel + wishes.points,
    terms: [{ code: 'travel', value: travel }, ...wishes.terms],
    travelSeconds: best.travelSeconds,
  };
}

/** Of those who are able, the nearest at home. */
function ableNear(day: CityDay, { order, carer: chosen }: Placed): CarerDay[] {
  return day.carers
    .filter(
      (carer) =>
        carer !== chosen && unfitBy(order, carer) === null && apartBy(day.policy, order, carer) === null,
    )
    .map((carer) => ({ carer, metres: metresBetween(order, carer) }))
    .sort((a, b) => a.metres - b.metres)
    .slice(0, COMPARED)
    .map(({ carer }) => carer);
}

/** Orders without a place, with how many carers each rule excludes, the most first; whoever is left is `busy`. */
export function explainedUnplaced(day: CityDay, { unplaced }: DayPlan): Unplaced[] {
  return unplaced.map((order) => {
    const counts = new Map<ExclusionRule, number>();
    for (const carer of day.carers) {
      const rule =
        unfitBy(order, carer) ?? apartBy(day.policy, order, carer) ?? awayBy(day, order, carer) ?? 'busy';
      counts.set(rule, (counts.get(rule) ?? 0) + 1);
    }
    return {
      orderId: order.id,
      orderVersion: order.version,
      excluded: [...counts].map(([rule, count]) => ({ rule, count })).sort((a, b) => b.count - a.count),
    };
  });
}

function awayBy(day: CityDay, order: WaitingOrder, carer: CarerDay): ExclusionRule | null {
  const asked = spanAsked({ order, restMs: 0 }, day.at);
  if (!isThere({ open: null, absent: carer.absent }, asked)) return 'absent';
  if (order.isBlock && carer.takesBlocks) return null;
  return isThere({ open: carer.open, absent: [] }, asked) ? null : 'shift';
}
