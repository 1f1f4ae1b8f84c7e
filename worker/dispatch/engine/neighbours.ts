/**
 * Who is near whom: for each visit the visits that go well before it and after it, judged by travel and the least wait
 * between the two windows; the visits nearest on the map; and the carers who start nearest. The search
 * looks only there, which is what makes a step cost the same in a village and in a city.
 */
import { integers, type Model, travelTime } from './model.ts';
import { type NearCarers, nearCarers } from './nearCarers.ts';
import { nearestPlaces } from './places.ts';

export interface Neighbours extends NearCarers {
  /** Entries a visit has in each list; unused ones at the end are -1. */
  width: number;
  /** Visits that go well just before a visit, best first, and after it. */
  before: Int32Array;
  after: Int32Array;
  /** Visits nearest on the map. */
  nearWidth: number;
  near: Int32Array;
}

const WIDTH = 60;
const NEAR_WIDTH = 120;
/** So many of the nearest are judged. */
const CANDIDATES = 400;
/** What a unit of unavoidable waiting counts beside one of travel. */
const WAIT_WEIGHT = 0.2;

/** More than there are candidates: a cost times this, and a place among them, make one number to sort by. */
const TIES = 4096;

/** Finds them all; deterministic. */
export function findNeighbours(model: Model): Neighbours {
  const n = model.visits;
  const width = Math.min(WIDTH, Math.max(1, n - 1));
  const nearWidth = Math.min(NEAR_WIDTH, Math.max(1, n - 1));
  const found: Neighbours = {
    width,
    nearWidth,
    before: integers(n * width).fill(-1),
    after: integers(n * width).fill(-1),
    near: integers(n * nearWidth).fill(-1),
    ...nearCarers(model),
  };
  const candidates = nearestPlaces(model, Math.max(nearWidth, Math.min(n - 1, CANDIDATES)));
  const order = new Float64Array(n);
  for (let v = 0; v < n; v++) {
    const others = candidates(v);
    found.near.set(others.subarray(0, nearWidth), v * nearWidth);
    const place = model.place[v] as number;
    for (const side of ['before', 'after'] as const) {
      for (let i = 0; i < others.length; i++) {
        const o = others[i] as number;
        const other = model.place[o] as number;
        const cost =
          side === 'before'
            ? edgeCost(model, o, v, travelTime(model, 0, other, place))
            : edgeCost(model, v, o, travelTime(model, 0, place, other));
        order[i] = cost * TIES + i;
      }
      const sorted = order.subarray(0, others.length).sort();
      for (let i = 0; i < width && (sorted[i] ?? Infinity) < Infinity; i++) {
        found[side][v * width + i] = others[(sorted[i] as number) % TIES] as number;
      }
    }
  }
  return found;
}

/** The way and the least wait; infinite when the second cannot follow the first. */
function edgeCost(model: Model, a: number, b: number, way: number): number {
  const through = (model.duration[a] as number) + way;
  if ((model.from[a] as number) + through > (model.until[b] as number)) return Infinity;
  const wait = (model.from[b] as number) - through - (model.until[a] as number);
  return Math.round(way + WAIT_WEIGHT * Math.max(0, wait));
}
