/**
 * Planning a district's day: long blocks first, for they take whom nobody else can have, then all other visits; what the
 * engine placed must also fit at the very time that was asked for, for that is what a carer promises.
 */
import { groupBy } from '../../../db/connect/groupBy.ts';
import { isThere, overlap, type Span } from '../../../db/dispatch/rounds.ts';
import type { WaitingOrder } from '../../../db/dispatch/waitingOf.ts';
import type { Problem, RoundStart, RoundsPlan } from '../problem.ts';
import { type CarerDay, type CityDay, keyOf } from './cityDay.ts';
import { type CityProblem, problemOf, type Standing, type Wanted } from './problemOf.ts';
import { asItWillBe, spanAsked, travelMs } from './spans.ts';

/** Searches for the best plan of a problem; `isMending` when only a few are to be placed among all others. */
export type Search = (
  problem: Problem,
  start: readonly RoundStart[],
  isMending: boolean,
) => Promise<RoundsPlan>;

/** Where one of those who are to come stands. */
export interface Placed extends Wanted {
  carer: CarerDay;
  /** When the visit begins, without the rest before it; milliseconds. */
  beginAt: number;
}

export interface DayPlan {
  placed: Placed[];
  unplaced: WaitingOrder[];
}

const MOST_MENDINGS = 3;

export async function planDay(day: CityDay, search: Search): Promise<DayPlan> {
  const placed: Placed[] = [];
  for (const areBlocks of [true, false]) {
    const orders = day.orders.filter(({ isBlock }) => isBlock === areBlocks);
    placed.push(...(await planOrders(day, orders, placed, search)));
  }
  const found = new Set(placed.map(({ order }) => order.id));
  return { placed, unplaced: day.orders.filter(({ id }) => !found.has(id)) };
}

/**
 * Places orders among those that stand. Where somebody cannot be at two times as they were asked for, one goes to another
 * carer and all are placed anew; at the last, only what is still open is, among all others.
 */
async function planOrders(
  day: CityDay,
  orders: readonly WaitingOrder[],
  among: readonly Placed[],
  search: Search,
): Promise<Placed[]> {
  const notBy = new Map<string, Set<string>>();
  let [from, kept, open] = [day.before, [] as Placed[], orders];
  for (let attempt = 0; open.length > 0 && attempt <= MOST_MENDINGS; attempt++) {
    const isLast = attempt === MOST_MENDINGS;
    const [fixed, free] = isLast ? [[...among, ...kept], open] : [among, orders];
    const made = problemOf(day, free, { standing: fixed.map(standing), notBy, from });
    const plan = await search(made.problem, made.start, attempt > 0);
    const found = placesOf(made, plan);
    const cut = contradicting(day, found, fixed);
    for (const { order, carer } of cut.away)
      notBy.set(order.id, (notBy.get(order.id) ?? new Set()).add(carer.personId));
    kept = isLast ? [...kept, ...cut.kept] : cut.kept;
    open = [...new Set(cut.away.map(({ order }) => order))];
    from = new Map(
      found.map(({ order, place, carer, beginAt }) => [
        keyOf(order.id, place),
        { personId: carer.personId, beginAt },
      ]),
    );
  }
  return kept;
}

const standing = ({ order, carer, beginAt, restMs }: Placed): Standing => ({
  personId: carer.personId,
  lat: order.lat,
  lon: order.lon,
  from: beginAt - restMs,
  until: beginAt + order.minutes * 60_000 + restMs,
});

/** Where the plan of a problem puts those who are wanted. */
function placesOf({ wanted, shifts, zero }: CityProblem, { rounds }: RoundsPlan): Placed[] {
  return rounds.flatMap(({ carer: shift, stops }) =>
    stops.flatMap(({ kind, index, beginAt }): Placed[] => {
      const one = kind === 'visit' ? wanted[index] : undefined;
      const carer = shifts[shift]?.carer;
      return one && carer ? [{ ...one, carer, beginAt: zero + 1000 * beginAt + one.restMs }] : [];
    }),
  );
}

/**
 * Which places cannot stand as orders are promised: at the time asked for. The one that weighs less gives way, and where two
 * come together both do.
 */
function contradicting(day: CityDay, places: readonly Placed[], among: readonly Placed[]) {
  const byPerson = groupBy([...among, ...places], ({ carer }) => carer.personId);
  const away = new Set<string>();
  const isOpen = new Set(places);
  for (const mine of byPerson.values()) {
    const { stops } = (mine[0] as Placed).carer;
    const taken: Span[] = stops
      .filter(({ state }) => state !== 'finished')
      .map(({ from, until }) => ({ from, until }));
    const really = asItWillBe(stops, day.at, day.policy.travel.carer);
    for (const one of [...mine].sort((a, b) => rankOf(isOpen, a) - rankOf(isOpen, b) || before(a, b))) {
      const asked = spanAsked(one, day.at);
      const real = standing(one);
      const fits =
        isAtWork(one, asked) &&
        !taken.some((span) => overlap(span, asked)) &&
        really.every((other) => isApart(day, other, real));
      if (isOpen.has(one) && !fits) away.add(one.order.id);
      else {
        taken.push(asked);
        really.push(real);
      }
    }
  }
  return {
    kept: places.filter(({ order }) => !away.has(order.id)),
    away: places.filter(({ order }) => away.has(order.id)),
  };
}

const rankOf = (isOpen: ReadonlySet<Placed>, one: Placed): number => (isOpen.has(one) ? 1 : 0);
/** The frailer first, then the earlier. */
const before = (a: Placed, b: Placed): number =>
  b.order.abilityLevel - a.order.abilityLevel || a.beginAt - b.beginAt || (a.order.id < b.order.id ? -1 : 1);

const isAtWork = ({ order, carer, restMs }: Placed, asked: Span): boolean =>
  order.isBlock && carer.takesBlocks
    ? isThere({ open: null, absent: carer.absent }, asked)
    : isThere({ open: carer.open, absent: [] }, { from: asked.from + restMs, until: asked.until - restMs }) &&
      isThere({ open: null, absent: carer.absent }, asked);

/** Whether one can go from the one to the other in time. */
function isApart(
  day: CityDay,
  a: Standing | ReturnType<typeof standing> | (Span & { lat: number; lon: number }),
  b: Standing,
): boolean {
  const way = travelMs(day.policy.travel.carer, a, b);
  return a.until + way <= b.from || b.until + way <= a.from;
}
