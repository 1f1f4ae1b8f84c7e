/** Which of many points are nearest to one: a k-d tree, in which it makes no difference how unevenly they lie. */

/** Points of a leaf. */
const LEAF = 12;

export class Nearest {
  /** Three coordinates a point. */
  readonly #at: Float64Array;
  /** Points in the order of the leaves. */
  readonly #order: Int32Array;
  /** By node, children of `n` at 2n+1 and 2n+2: along which axis and where it is cut. */
  readonly #axis: number[] = [];
  readonly #cut: number[] = [];
  /** The nearest so far, the farthest of them first (a heap). */
  #ways = new Float64Array(0);
  #points = new Int32Array(0);
  #count = 0;

  constructor(at: Float64Array) {
    this.#at = at;
    this.#order = Int32Array.from({ length: at.length / 3 }, (_, i) => i);
    this.#build(0, 0, this.#order.length);
  }

  /** The nearest `most` to a point, nearest first, equally near by number; it holds until the next is asked. */
  find(x: number, y: number, z: number, most: number): Int32Array {
    if (this.#points.length < most) {
      this.#ways = new Float64Array(most);
      this.#points = new Int32Array(most);
    }
    this.#count = 0;
    if (most > 0) this.#search(0, 0, this.#order.length, x, y, z, most);
    const found = this.#count;
    while (this.#count > 1) {
      const farthest = this.#points[0] as number;
      this.#count--;
      this.#sink(this.#ways[this.#count] as number, this.#points[this.#count] as number);
      this.#points[this.#count] = farthest;
    }
    return this.#points.subarray(0, found);
  }

  #build(node: number, from: number, until: number): void {
    if (until - from <= LEAF) return;
    let [axis, widest] = [0, -1];
    for (let a = 0; a < 3; a++) {
      let [least, most] = [Infinity, -Infinity];
      for (let i = from; i < until; i++) {
        const value = this.#at[3 * (this.#order[i] as number) + a] as number;
        if (value < least) least = value;
        if (value > most) most = value;
      }
      if (most - least > widest) [axis, widest] = [a, most - least];
    }
    const middle = (from + until) >> 1;
    this.#halve(from, until, middle, axis);
    this.#axis[node] = axis;
    this.#cut[node] = this.#at[3 * (this.#order[middle] as number) + axis] as number;
    this.#build(2 * node + 1, from, middle);
    this.#build(2 * node + 2, middle, until);
  }

  /** Brings those before `middle` along an axis in front of it (quickselect). */
  #halve(from: number, until: number, middle: number, axis: number): void {
    const order = this.#order;
    const at = (i: number) => this.#at[3 * (order[i] as number) + axis] as number;
    let [low, high] = [from, until - 1];
    while (low < high) {
      const pivot = at((low + high) >> 1);
      let [i, j] = [low, high];
      while (i <= j) {
        while (at(i) < pivot) i++;
        while (at(j) > pivot) j--;
        if (i > j) break;
        [order[i], order[j]] = [order[j] as number, order[i] as number];
        i++;
        j--;
      }
      if (middle <= j) high = j;
      else if (middle >= i) low = i;
      else return;
    }
  }

  #search(node: number, from: number, until: number, x: number, y: number, z: number, most: number): void {
    if (until - from <= LEAF) {
      for (let i = from; i < until; i++) this.#offer(this.#order[i] as number, x, y, z, most);
      return;
    }
    const axis = this.#axis[node] as number;
    const beside = (axis === 0 ? x : axis === 1 ? y : z) - (this.#cut[node] as number);
    const middle = (from + until) >> 1;
    if (beside < 0) this.#search(2 * node + 1, from, middle, x, y, z, most);
    else this.#search(2 * node + 2, middle, until, x, y, z, most);
    if (this.#count === most && beside * beside > (this.#ways[0] as number)) return;
    if (beside < 0) this.#search(2 * node + 2, middle, until, x, y, z, most);
    else this.#search(2 * node + 1, from, middle, x, y, z, most);
  }

  #offer(point: number, x: number, y: number, z: number, most: number): void {
    const dx = (this.#at[3 * point] as number) - x;
    const dy = (this.#at[3 * point + 1] as number) - y;
    const dz = (this.#at[3 * point + 2] as number) - z;
    const way = dx * dx + dy * dy + dz * dz;
    if (this.#count < most) this.#rise(way, point);
    else if (this.#isFarther(0, way, point)) this.#sink(way, point);
  }

  #isFarther(at: number, way: number, point: number): boolean {
    const other = this.#ways[at] as number;
    return other > way || (other === way && (this.#points[at] as number) > point);
  }

  /** Adds a point to the heap. */
  #rise(way: number, point: number): void {
    let at = this.#count++;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (this.#isFarther(parent, way, point)) break;
      this.#set(at, this.#ways[parent] as number, this.#points[parent] as number);
      at = parent;
    }
    this.#set(at, way, point);
  }

  /** Puts a point in the place of the farthest. */
  #sink(way: number, point: number): void {
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= this.#count) break;
      const other = child + 1;
      if (
        other < this.#count &&
        this.#isFarther(other, this.#ways[child] as number, this.#points[child] as number)
      )
        child = other;
      if (!this.#isFarther(child, way, point)) break;
      this.#set(at, this.#ways[child] as number, this.#points[child] as number);
      at = child;
    }
    this.#set(at, way, point);
  }

  #set(at: number, way: number, point: number): void {
    this.#ways[at] = way;
    this.#points[at] = point;
  }
}
