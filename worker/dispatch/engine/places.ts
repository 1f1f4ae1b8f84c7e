/** The visits nearest to a visit: by reading a whole row of the matrix, or from a grid laid over the map. */
import { type Model, travelTime } from './model.ts';

/** Returns a function that gives, for a visit, the `most` nearest others, nearest first. */
export function nearestPlaces(model: Model, most: number): (visit: number) => Int32Array {
  return model.matrix === null ? byGrid(model, most) : byRow(model, most);
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

/** About so many visits to a cell. */
const PER_CELL = 8;

function byGrid(model: Model, most: number): (visit: number) => Int32Array {
  const { visits: n, place, x, y, z } = model;
  // Seen from the middle of all, the city is flat enough to be cut into cells.
  let [mx, my, mz] = [0, 0, 0];
  for (let v = 0; v < n; v++) {
    const p = place[v] as number;
    mx += x[p] as number;
    my += y[p] as number;
    mz += z[p] as number;
  }
  const length = Math.hypot(mx, my, mz) || 1;
  const up = [mx / length, my / length, mz / length] as const;
  const flat = Math.hypot(up[0], up[1]) || 1;
  const east = [-up[1] / flat, up[0] / flat, 0] as const;
  const north = [-up[2] * east[1], up[2] * east[0], up[0] * east[1] - up[1] * east[0]] as const;
  const u = new Float64Array(n);
  const w = new Float64Array(n);
  for (let v = 0; v < n; v++) {
    const p = place[v] as number;
    u[v] = (x[p] as number) * east[0] + (y[p] as number) * east[1];
    w[v] = (x[p] as number) * north[0] + (y[p] as number) * north[1] + (z[p] as number) * north[2];
  }
  const cells = new Cells(u, w, Math.max(1, Math.floor(Math.sqrt(n / PER_CELL))));
  return (v) => cells.nearest(v, most);
}

/** Points of a plane in square cells. */
class Cells {
  readonly #u: Float64Array;
  readonly #w: Float64Array;
  readonly #side: number;
  readonly #size: number;
  readonly #u0: number;
  readonly #w0: number;
  readonly #at: Int32Array;
  readonly #points: Int32Array;

  constructor(u: Float64Array, w: Float64Array, side: number) {
    this.#u = u;
    this.#w = w;
    this.#side = side;
    this.#u0 = u.reduce((a, b) => Math.min(a, b), Infinity);
    this.#w0 = w.reduce((a, b) => Math.min(a, b), Infinity);
    const widest = Math.max(
      u.reduce((a, b) => Math.max(a, b), -Infinity) - this.#u0,
      w.reduce((a, b) => Math.max(a, b), -Infinity) - this.#w0,
    );
    this.#size = widest / side || 1;
    this.#at = new Int32Array(side * side + 1);
    this.#points = new Int32Array(u.length);
    const cellOf = u.map(
      (_, i) => this.#cell(u[i] as number, this.#u0) * side + this.#cell(w[i] as number, this.#w0),
    );
    for (const cell of cellOf) this.#at[cell + 1] = (this.#at[cell + 1] as number) + 1;
    for (let c = 0; c < side * side; c++)
      this.#at[c + 1] = (this.#at[c + 1] as number) + (this.#at[c] as number);
    const filled = this.#at.slice();
    for (const [i, cell] of cellOf.entries()) this.#points[(filled[cell] as number)++] = i;
  }

  #cell(value: number, least: number): number {
    return Math.min(this.#side - 1, Math.floor((value - least) / this.#size));
  }

  /** Looks into rings of cells around the point until those still outside are farther than the last one kept. */
  nearest(v: number, most: number): Int32Array {
    const a = this.#cell(this.#u[v] as number, this.#u0);
    const b = this.#cell(this.#w[v] as number, this.#w0);
    const found: number[] = [];
    const apart = new Map<number, number>();
    for (let ring = 0; ring < this.#side; ring++) {
      const before = found.length;
      this.#gather(a, b, ring, v, found, apart);
      // A ring more than the one that sufficed holds all that are nearer than its inner edge.
      if (before >= most && ring > 0) break;
    }
    found.sort((i, j) => (apart.get(i) as number) - (apart.get(j) as number) || i - j);
    return Int32Array.from(found.slice(0, most));
  }

  #gather(a: number, b: number, ring: number, v: number, found: number[], apart: Map<number, number>): void {
    for (let i = a - ring; i <= a + ring; i++) {
      if (i < 0 || i >= this.#side) continue;
      const step = Math.abs(i - a) === ring ? 1 : Math.max(1, 2 * ring);
      for (let j = b - ring; j <= b + ring; j += step) {
        if (j < 0 || j >= this.#side) continue;
        const cell = i * this.#side + j;
        for (let k = this.#at[cell] as number; k < (this.#at[cell + 1] as number); k++) {
          const o = this.#points[k] as number;
          if (o === v) continue;
          apart.set(
            o,
            Math.hypot(
              (this.#u[o] as number) - (this.#u[v] as number),
              (this.#w[o] as number) - (this.#w[v] as number),
            ),
          );
          found.push(o);
        }
      }
    }
  }
}
