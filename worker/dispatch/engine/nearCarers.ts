/** The carers who start nearest to a visit, among those who may come. */
import { isAble, isSkilled } from './able.ts';
import { integers, type Model, travelTime } from './model.ts';
import type { Nearest } from './nearest.ts';
import { treeOf, vectorOf } from './places.ts';

const WIDTH = 24;

export interface NearCarers {
  /** One of each kind of carer that may come, those who start nearest first; -1 behind the last. */
  carerWidth: number;
  carers: Int32Array;
}

/** Finds them for all visits. */
export function nearCarers(model: Model): NearCarers {
  const { visits: n, carers: m } = model;
  const firstOfKind: number[] = [];
  for (let c = 0; c < m; c++) firstOfKind[model.kind[c] as number] ??= c;
  const width = Math.min(WIDTH, firstOfKind.length);
  const list = integers(n * width).fill(-1);
  const way = new Float64Array(m);
  const candidates = candidatesAmong(model, firstOfKind, width);
  for (let v = 0; v < n; v++) {
    const able: number[] = [];
    for (const c of candidates(v)) {
      if (!isAble(model, v, c)) continue;
      const start = model.place[model.firstStart + c] as number;
      way[c] = travelTime(model, model.mode[c] as number, start, model.place[v] as number);
      able.push(c);
    }
    able.sort((a, b) => (way[a] as number) - (way[b] as number) || a - b);
    for (let i = 0; i < width && i < able.length; i++) list[v * width + i] = able[i] as number;
  }
  return { carerWidth: width, carers: list };
}

/** Carers of one mode who begin at a place, and where these are. */
interface Starts {
  carers: number[];
  tree: Nearest;
}

/** Those with what a visit needs: who begin wherever they like, and the others by their modes. */
interface Skilled {
  anywhere: number[];
  starts: Starts[];
}

/** Returns a function that gives, for a visit, carers among whom are the `width` nearest who may come. */
function candidatesAmong(model: Model, carers: number[], width: number): (visit: number) => Iterable<number> {
  const { pairAt, pairCarer, onlyPairs, needs, needsMore, place } = model;
  const all = new Map<string, Skilled>();
  const among = new Set(carers);
  return (v) => {
    const [from, until] = [pairAt[v] as number, pairAt[v + 1] as number];
    if (onlyPairs[v] === 1) return pairCarer.subarray(from, until).filter((c) => among.has(c));
    if (model.matrix !== null) return carers;
    const asked = `${needs[v]} ${needsMore[v]}`;
    const skilled = all.get(asked) ?? skilledFor(model, carers, v);
    all.set(asked, skilled);
    const [x, y, z] = vectorOf(model, place[v] as number);
    // As many more as may be kept from coming.
    const most = width + until - from;
    return [
      ...skilled.anywhere,
      ...skilled.starts.flatMap((one) =>
        Array.from(one.tree.find(x, y, z, Math.min(most, one.carers.length)), (i) => one.carers[i] as number),
      ),
    ];
  };
}

function skilledFor(model: Model, carers: number[], visit: number): Skilled {
  const able = carers.filter((c) => isSkilled(model, visit, c));
  const startOf = (c: number) => model.place[model.firstStart + c] as number;
  const starts = Array.from({ length: model.modes }, (_, mode) => {
    const own = able.filter((c) => startOf(c) >= 0 && model.mode[c] === mode);
    return { carers: own, tree: treeOf(model, Int32Array.from(own, startOf)) };
  });
  return { anywhere: able.filter((c) => startOf(c) < 0), starts };
}
