/**
 * A problem laid out in typed arrays, which threads share: visits, breaks and the two ends of every round are numbered as
 * nodes, and everything the search asks of a node is an array by that number.
 */
import { EARTH_KM, type TravelMode } from '../../../db/dispatch/travel.ts';
import type { Carer, Problem, Window } from '../problem.ts';

/** The search's arrays of whole numbers lie in shared memory. */
export const integers = (length: number) =>
  new Int32Array(new SharedArrayBuffer(Math.max(4, length * Int32Array.BYTES_PER_ELEMENT)));
const floats = (length: number) =>
  new Float64Array(new SharedArrayBuffer(Math.max(8, length * Float64Array.BYTES_PER_ELEMENT)));

/** A time later than any. */
export const NEVER = 1_000_000_000;
/** What is pinned is given up for nothing else. */
const PINNED_PRIORITY = 1e6;

export interface Model {
  visits: number;
  carers: number;
  /** Nodes: first the visits, then the breaks, then the beginnings, then the ends of rounds. */
  nodes: number;
  firstBreak: number;
  firstStart: number;
  firstEnd: number;

  /** Where a node is; -1 where it is wherever its neighbour in the round is. */
  place: Int32Array;
  duration: Int32Array;
  /** The span from the first window's beginning to the last one's end. */
  from: Int32Array;
  until: Int32Array;
  /** Windows beyond one: where a node's begin among `windows`, and how many; 0 when from and until say it all. */
  windowAt: Int32Array;
  windowCount: Int32Array;
  windows: Int32Array;
  priority: Float64Array;

  dimensions: number;
  load: Int32Array;
  capacity: Int32Array;

  /** What a visit needs and what a carer has, 31 bits to a word. */
  needs: Int32Array;
  needsMore: Int32Array;
  has: Int32Array;
  hasMore: Int32Array;
  /** By visit: where its own rules about carers begin among `pairCarer` and `pairCost`; the last entry ends the last. */
  pairAt: Int32Array;
  /** Sorted within a visit. */
  pairCarer: Int32Array;
  /** NEVER where that carer must not come. */
  pairCost: Int32Array;
  /** 1 where only the carers listed may come. */
  onlyPairs: Int32Array;

  mode: Int32Array;
  shiftFrom: Int32Array;
  shiftUntil: Int32Array;
  mostVisits: Int32Array;
  mostTravel: Int32Array;
  /** Whether any carer's way is bounded. */
  travelBounded: boolean;
  fixedCost: Int32Array;
  /** Work before this plan, and what the square of a unit of work costs; 0 where balance does not count. */
  worked: Int32Array;
  unevenCost: number;
  breakCarer: Int32Array;
  /** Carers that differ in nothing share a kind. */
  kind: Int32Array;
  kinds: number;

  places: number;
  modes: number;
  /** One after another by mode, row by row; null where ways are reckoned from coordinates. */
  matrix: Int32Array | null;
  /** The same, column by column; the very same when ways back are as long. */
  matrixTo: Int32Array | null;
  /** Unit vectors of the places, three numbers each, and by mode what a unit of chord and any way take. */
  at: Float64Array;
  perChord: Float64Array;
  fixed: Float64Array;
}

/** Lays a problem out; times are taken as whole numbers. */
export function compile(problem: Problem): Model {
  const { visits, carers } = problem;
  const breaks = carers.flatMap((carer, c) => (carer.breaks ?? []).map((one) => ({ carer: c, one })));
  const n = visits.length;
  const firstStart = n + breaks.length;
  const firstEnd = firstStart + carers.length;
  const nodes = firstEnd + carers.length;
  const dimensions = Math.max(
    greatest(visits.map(({ load }) => load?.length ?? 0)),
    greatest(carers.map(({ capacity }) => capacity?.length ?? 0)),
  );
  const model: Model = {
    visits: n,
    carers: carers.length,
    nodes,
    firstBreak: n,
    firstStart,
    firstEnd,
    place: integers(nodes).fill(-1),
    duration: integers(nodes),
    from: integers(nodes),
    until: integers(nodes).fill(NEVER),
    windowAt: integers(nodes),
    windowCount: integers(nodes),
    windows: integers(0),
    priority: floats(n),
    dimensions,
    load: integers(n * dimensions),
    capacity: integers(carers.length * dimensions).fill(NEVER),
    needs: integers(n),
    needsMore: integers(n),
    has: integers(carers.length),
    hasMore: integers(carers.length),
    mode: integers(carers.length),
    shiftFrom: integers(carers.length),
    shiftUntil: integers(carers.length),
    mostVisits: integers(carers.length).fill(NEVER),
    mostTravel: integers(carers.length).fill(NEVER),
    travelBounded: carers.some(({ mostTravel }) => mostTravel !== undefined),
    fixedCost: integers(carers.length),
    worked: integers(carers.length),
    unevenCost: problem.balance ? problem.balance.cost / problem.balance.unit ** 2 : 0,
    breakCarer: integers(breaks.length),
    kind: integers(carers.length),
    kinds: 0,
    ...pairs(problem),
    ...ways(problem),
  };
  const several: number[] = [];
  const setWindows = (node: number, windows: readonly Window[]) => {
    const first = windows[0];
    const last = windows[windows.length - 1];
    if (!first || !last) return;
    model.from[node] = first.from;
    model.until[node] = last.until;
    if (windows.length === 1) return;
    model.windowAt[node] = several.length;
    model.windowCount[node] = windows.length;
    for (const { from, until } of windows) several.push(from, until);
  };
  for (const [v, visit] of visits.entries()) {
    model.place[v] = visit.place;
    model.duration[v] = visit.duration;
    model.priority[v] = visit.pinned ? PINNED_PRIORITY : visit.priority;
    for (const [d, amount] of (visit.load ?? []).entries()) model.load[v * dimensions + d] = amount;
    [model.needs[v], model.needsMore[v]] = words(visit.skills) as [number, number];
    const at = visit.pinned?.at;
    setWindows(v, at === undefined ? visit.windows : [{ from: at, until: at }]);
  }
  for (const [b, { carer, one }] of breaks.entries()) {
    model.breakCarer[b] = carer;
    model.duration[n + b] = one.duration;
    setWindows(n + b, one.windows);
  }
  for (const [c, carer] of carers.entries()) {
    model.place[firstStart + c] = carer.start ?? -1;
    model.place[firstEnd + c] = carer.end ?? -1;
    model.from[firstStart + c] = carer.shift.from;
    model.until[firstStart + c] = carer.shift.until;
    model.from[firstEnd + c] = carer.shift.from;
    model.until[firstEnd + c] = carer.shift.until;
    model.shiftFrom[c] = carer.shift.from;
    model.shiftUntil[c] = carer.shift.until;
    [model.has[c], model.hasMore[c]] = words(carer.skills) as [number, number];
    model.mode[c] = carer.mode;
    model.mostVisits[c] = carer.mostVisits ?? NEVER;
    model.mostTravel[c] = carer.mostTravel ?? NEVER;
    model.fixedCost[c] = carer.fixedCost ?? 0;
    model.worked[c] = carer.worked ?? 0;
    for (const [d, amount] of (carer.capacity ?? []).entries()) model.capacity[c * dimensions + d] = amount;
  }
  model.windows = integers(several.length);
  model.windows.set(several);
  model.kinds = setKinds(problem, model);
  return model;
}

/** The greatest of numbers that are not below 0, however many there are; 0 of none. */
export function greatest(numbers: ArrayLike<number>): number {
  let most = 0;
  for (let i = 0; i < numbers.length; i++) most = Math.max(most, numbers[i] as number);
  return most;
}

function words(skills: readonly number[]): number[] {
  const word = [0, 0];
  for (const skill of skills) {
    if (skill < 0 || skill > 61) throw new Error(`a skill is a number from 0 to 61, not ${skill}`);
    word[skill < 31 ? 0 : 1] = (word[skill < 31 ? 0 : 1] as number) | (1 << (skill % 31));
  }
  return word;
}

/** The rules of single visits about single carers, as one sorted list. */
function pairs({ visits }: Problem): Pick<Model, 'pairAt' | 'pairCarer' | 'pairCost' | 'onlyPairs'> {
  const only = integers(visits.length);
  const at = integers(visits.length + 1);
  const all: [number, number][] = [];
  for (const [v, visit] of visits.entries()) {
    at[v] = all.length;
    const costs = new Map(visit.costBy ?? []);
    const allowed = visit.pinned ? [visit.pinned.carer] : visit.onlyBy;
    if (allowed) {
      only[v] = 1;
      const may = new Set(allowed);
      for (const carer of may) if (!costs.has(carer)) costs.set(carer, 0);
      for (const carer of [...costs.keys()]) if (!may.has(carer)) costs.delete(carer);
    }
    for (const carer of visit.notBy ?? []) costs.set(carer, NEVER);
    all.push(...[...costs].sort(([a], [b]) => a - b));
  }
  at[visits.length] = all.length;
  const pairCarer = integers(all.length);
  const pairCost = integers(all.length);
  for (const [i, [carer, cost]] of all.entries()) {
    pairCarer[i] = carer;
    pairCost[i] = cost;
  }
  return { pairAt: at, pairCarer, pairCost, onlyPairs: only };
}

function ways({
  travel,
}: Problem): Pick<Model, 'places' | 'modes' | 'matrix' | 'matrixTo' | 'at' | 'perChord' | 'fixed'> {
  const { places, matrices, coordinates } = travel;
  if (matrices) {
    const size = places * places;
    const matrix = integers(size * matrices.length);
    for (const [m, one] of matrices.entries()) matrix.set(one, m * size);
    return {
      places,
      modes: matrices.length,
      matrix,
      matrixTo: turned(matrix, places),
      at: floats(0),
      perChord: floats(0),
      fixed: floats(0),
    };
  }
  if (!coordinates) throw new Error('travel needs a matrix or coordinates');
  const at = floats(3 * places);
  for (let p = 0; p < places; p++) {
    const lat = ((coordinates.lat[p] as number) * Math.PI) / 180;
    const lon = ((coordinates.lon[p] as number) * Math.PI) / 180;
    at[3 * p] = Math.cos(lat) * Math.cos(lon);
    at[3 * p + 1] = Math.cos(lat) * Math.sin(lon);
    at[3 * p + 2] = Math.sin(lat);
  }
  const perChord = floats(coordinates.modes.length);
  const fixed = floats(coordinates.modes.length);
  for (const [m, mode] of coordinates.modes.entries()) {
    perChord[m] = EARTH_KM * secondsPerKm(mode);
    fixed[m] = mode.fixedSeconds;
  }
  return { places, modes: coordinates.modes.length, matrix: null, matrixTo: null, at, perChord, fixed };
}

function turned(matrix: Int32Array, places: number): Int32Array {
  const size = places * places;
  let same = true;
  const other = integers(matrix.length);
  for (let at = 0; at < matrix.length; at += size) {
    for (let a = 0; a < places; a++) {
      for (let b = 0; b < places; b++) {
        const back = matrix[at + b * places + a] as number;
        other[at + a * places + b] = back;
        if (back !== matrix[at + a * places + b]) same = false;
      }
    }
  }
  return same ? matrix : other;
}

const secondsPerKm = ({ detour, speedKmh }: TravelMode): number => (detour / speedKmh) * 3600;

function setKinds({ carers, visits }: Problem, model: Model): number {
  const singled = new Set<number>();
  for (const visit of visits) {
    for (const carer of visit.notBy ?? []) singled.add(carer);
    for (const carer of visit.onlyBy ?? []) singled.add(carer);
    for (const [carer] of visit.costBy ?? []) singled.add(carer);
    if (visit.pinned) singled.add(visit.pinned.carer);
  }
  const kinds = new Map<string, number>();
  for (const [c, carer] of carers.entries()) {
    const name = singled.has(c) ? `only ${c}` : sameness(carer);
    const kind = kinds.get(name) ?? kinds.size;
    kinds.set(name, kind);
    model.kind[c] = kind;
  }
  return kinds.size;
}

const sameness = ({ id: _, ...rest }: Carer): string => JSON.stringify(rest);

/** How long it takes from place to place by a mode; nothing where either is wherever the other is. */
export function travelTime(model: Model, mode: number, a: number, b: number): number {
  if (a < 0 || b < 0 || a === b) return 0;
  const { matrix, places } = model;
  if (matrix !== null) return matrix[(mode * places + a) * places + b] as number;
  const { at } = model;
  const dx = (at[3 * a] as number) - (at[3 * b] as number);
  const dy = (at[3 * a + 1] as number) - (at[3 * b + 1] as number);
  const dz = (at[3 * a + 2] as number) - (at[3 * b + 2] as number);
  const chord = Math.sqrt(dx * dx + dy * dy + dz * dz);
  return Math.round(arcOf(chord) * (model.perChord[mode] as number)) + (model.fixed[mode] as number);
}

/** Chords below this, 60 km, have an arc of so little more that three terms of its series say it to the millimetre. */
const SHORT_CHORD = 0.01;

/** The arc over a chord, both in radii. */
function arcOf(chord: number): number {
  if (chord > SHORT_CHORD) return 2 * Math.asin(chord / 2);
  const square = chord * chord;
  return chord * (1 + square * (1 / 24 + square * (3 / 640)));
}
