/**
 * Who is near whom: for each visit the visits that go well before it and after it, judged by travel and the least wait
 * between the two windows; the visits nearest on the map; and the carers who start nearest. The search
 * looks only there, which is what makes a step cost the same in a village and in a city.
 */
import { isAble } from './able.ts';
import { integers, type Model, travelTime } from './model.ts';
import { nearestPlaces } from './places.ts';

export interface Neighbours {
  /** Entries a visit has in each list; unused ones at the end are -1. */
  width: number;
  /** Visits that go well just before a visit, best first, and after it. */
  before: Int32Array;
  after: Int32Array;
  /** Visits nearest on the map. */
  nearWidth: number;
  near: Int32Array;
  /** One of each kind of carer that may come, those who start nearest first. */
  carerWidth: number;
  carers: Int32Array;
}

const WIDTH = 60;
const NEAR_WIDTH = 120;
const CARER_WIDTH = 24;
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
  const candidates = nearestPlaces(model, Math.max(nearWidth, Math.min(n - 1, 400)));
  const beforeCost = new Float64Array(n);
  const afterCost = new Float64Array(n);
  for (let v = 0; v < n; v++) {
    const others = candidates(v);
    for (let i = 0; i < Math.min(nearWidth, others.length); i++) {
      found.near[v * nearWidth + i] = others[i] as number;
    }
    for (const o of others) {
      beforeCost[o] = edgeCost(model, o, v);
      afterCost[o] = edgeCost(model, v, o);
    }
    fill(found.before, v * width, width, others, beforeCost);
    fill(found.after, v * width, width, others, afterCost);
  }
  return found;
}

/** Travel by the first mode and the least wait; infinite when the second cannot follow the first. */
function edgeCost(model: Model, a: number, b: number): number {
  const way = travelTime(model, 0, model.place[a] as number, model.place[b] as number);
  const through = (model.duration[a] as number) + way;
  if ((model.from[a] as number) + through > (model.until[b] as number)) return Infinity;
  const wait = (model.from[b] as number) - through - (model.until[a] as number);
  return Math.round(way + WAIT_WEIGHT * Math.max(0, wait));
}

function fill(list: Int32Array, at: number, width: number, others: Int32Array, cost: Float64Array): void {
  const order = Float64Array.from(others, (o, i) => (cost[o] as number) * TIES + i).sort();
  for (let i = 0; i < width && (order[i] ?? Infinity) < Infinity; i++) {
    list[at + i] = others[(order[i] as number) % TIES] as number;
  }
}

function nearCarers(model: Model): Pick<Neighbours, 'carerWidth' | 'carers'> {
  const { visits: n, carers: m } = model;
  const firstOfKind: number[] = [];
  for (let c = 0; c < m; c++) firstOfKind[model.kind[c] as number] ??= c;
  const width = Math.min(CARER_WIDTH, firstOfKind.length);
  const list = integers(n * width).fill(-1);
  const way = new Float64Array(m);
  for (let v = 0; v < n; v++) {
    const able: number[] = [];
    for (const c of firstOfKind) {
      if (!isAble(model, v, c)) continue;
      const start = model.place[model.firstStart + c] as number;
      way[c] = travelTime(model, model.mode[c] as number, start, model.place[v] as number);
      able.push(c);
    }
    able.sort((a, b) => (way[a] as number) - (way[b] as number) || a - b);
    list.set(able.slice(0, width), v * width);
  }
  return { carerWidth: width, carers: list };
}
