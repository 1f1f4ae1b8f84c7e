/** The visits nearest to a visit: by reading a whole row of the matrix, or from a tree of places. */
import { type Model, travelTime } from './model.ts';
import { Nearest } from './nearest.ts';

/** Returns a function that gives, for a visit, the `most` nearest others, nearest first; what it gives holds until it is called again. */
export function nearestPlaces(model: Model, most: number): (visit: number) => Int32Array {
  return model.matrix === null ? byTree(model, most) : byRow(model, most);
}

function byRow(model: Model, most: number): (visit: number) => Int32Array {
  const { visits: n, place } = model;
  const keys = new Float64Array(n);
  return (v) => {
    // There and back in the upper digits, whose in the lower.
    for (let o = 0; o < n; o++) {
      const there = travelTime(model, 0, place[v] as number, place[o] as number);
      const back = travelTime(model, 0, place[o] as number, place[v] as number);
      keys[o] = o === v ? Infinity : (there + back) * n + o;
    }
    keys.sort();
    return Int32Array.from(keys.subarray(0, Math.min(most, n - 1)), (key) => key % n);
  };
}

function byTree(model: Model, most: number): (visit: number) => Int32Array {
  const { visits: n, place } = model;
  const tree = treeOf(model, place.subarray(0, n));
  return (v) => {
    const [x, y, z] = vectorOf(model, place[v] as number);
    // Itself is among them, though not always the first where others live at the same place.
    return tree
      .find(x, y, z, Math.min(n, most + 1))
      .filter((o) => o !== v)
      .subarray(0, most);
  };
}

/** A tree of points at these places, in their order. */
export function treeOf(model: Model, places: Int32Array): Nearest {
  const at = new Float64Array(3 * places.length);
  for (const [i, place] of places.entries()) at.set(model.at.subarray(3 * place, 3 * place + 3), 3 * i);
  return new Nearest(at);
}

export const vectorOf = ({ at }: Model, place: number): [x: number, y: number, z: number] => [
  at[3 * place] as number,
  at[3 * place + 1] as number,
  at[3 * place + 2] as number,
];
