/** Puts visits and pairs of visits into rounds that wait for each other: bounds first, then the exact cost of the promising. */
import { hasRoom, isAble, wishCost } from './able.ts';
import type { Random } from './random.ts';
import { BLINK_RATE } from './recreate.ts';
import { IMPOSSIBLE, type SoftRounds } from './softRounds.ts';

/** Places of the first of a pair for which places of the second are tried. */
const FIRST_TRIED = 8;

export class SoftRecreate {
  readonly #rounds: SoftRounds;
  readonly #random: Random;
  readonly #carers: readonly number[];
  /** By depth: the places that may suit and what they cost at least. */
  readonly #places: Int32Array[];
  readonly #bounds: Float64Array[];
  readonly #able: Map<number, Int32Array> = new Map();

  constructor(rounds: SoftRounds, random: Random, carers: readonly number[]) {
    this.#rounds = rounds;
    this.#random = random;
    this.#carers = carers;
    const { nodes } = rounds.model;
    this.#places = [new Int32Array(nodes), new Int32Array(nodes)];
    this.#bounds = [new Float64Array(nodes), new Float64Array(nodes)];
  }

  /** Puts a visit, with its other half when it is one of a pair, where that costs least and less than `worth`. */
  putIn(visit: number, worth: number): void {
    const other = this.#rounds.model.partner[visit] as number;
    if (other < 0) this.#putOne(visit, worth);
    else if (this.#random.next() < 0.5) this.#putTwo(visit, other, worth);
    else this.#putTwo(other, visit, worth);
  }

  #putOne(visit: number, worth: number): void {
    const at = this.#bestPlace(visit, this.#rounds.cost + worth, 0, -1);
    if (at >= 0) this.#rounds.insert(visit, at, IMPOSSIBLE);
    this.#rounds.settle();
  }

  #putTwo(first: number, second: number, worth: number): void {
    const rounds = this.#rounds;
    let best = rounds.cost + worth;
    let [bestFirst, bestSecond] = [-1, -1];
    const before = rounds.cost;
    const count = this.#gather(first, best - before, 0, -1);
    const [places, bounds] = [this.#places[0] as Int32Array, this.#bounds[0] as Float64Array];
    for (let tried = 0; tried < FIRST_TRIED; tried++) {
      const n = least(bounds, count);
      if (n < 0 || before + (bounds[n] as number) >= best) break;
      bounds[n] = IMPOSSIBLE;
      const start = rounds.standing();
      if (!rounds.insert(first, places[n] as number, best)) continue;
      const at = this.#bestPlace(second, best, 1, rounds.round[first] as number);
      if (at >= 0) {
        best = this.#bestCost;
        [bestFirst, bestSecond] = [places[n] as number, at];
      }
      rounds.takeBack(first, start);
    }
    if (bestFirst >= 0 && rounds.insert(first, bestFirst, IMPOSSIBLE))
      rounds.insert(second, bestSecond, IMPOSSIBLE);
    rounds.settle();
  }

  #bestCost = 0;

  /** The place where all costs together become least, below a bound; -1 when there is none. */
  #bestPlace(visit: number, bound: number, depth: 0 | 1, notBy: number): number {
    const rounds = this.#rounds;
    const before = rounds.cost;
    const count = this.#gather(visit, bound - before, depth, notBy);
    const [places, bounds] = [this.#places[depth] as Int32Array, this.#bounds[depth] as Float64Array];
    let best = bound;
    let found = -1;
    for (;;) {
      const n = least(bounds, count);
      if (n < 0 || before + (bounds[n] as number) >= best) break;
      bounds[n] = IMPOSSIBLE;
      const start = rounds.standing();
      if (!rounds.insert(visit, places[n] as number, best)) continue;
      best = rounds.cost;
      found = places[n] as number;
      rounds.takeBack(visit, start);
    }
    this.#bestCost = best;
    return found;
  }

  /** Lists the places of a visit that may cost less than `worth`; returns how many. */
  #gather(visit: number, worth: number, depth: 0 | 1, notBy: number): number {
    const rounds = this.#rounds;
    const { model, next, begins } = rounds;
    const places = this.#places[depth] as Int32Array;
    const bounds = this.#bounds[depth] as Float64Array;
    const other = model.partner[visit] as number;
    const soonest =
      other >= 0 && (rounds.round[other] as number) >= 0
        ? (begins[other] as number) + (model.least[visit] as number)
        : -Infinity;
    let count = 0;
    for (const carer of this.#ableFor(visit)) {
      if (carer === notBy || !hasRoom(model, rounds, visit, carer)) continue;
      const isUnused = rounds.count[carer] === 0;
      const wish =
        wishCost(model, visit, carer) +
        rounds.unevennessOfMore(carer, visit) +
        (isUnused ? (model.fixedCost[carer] as number) : 0);
      for (let i = model.firstStart + carer; i < model.firstEnd; i = next[i] as number) {
        const k = next[i] as number;
        const there = rounds.way(carer, i, visit);
        const on = rounds.way(carer, visit, k);
        const saved = isUnused ? 0 : rounds.way(carer, i, k);
        let bound = there + on - saved + wish;
        if (bound >= worth || this.#random.next() < BLINK_RATE) continue;
        const leaves = (begins[i] as number) + (model.lasts[i] as number);
        const begin = rounds.beginAt(visit, Math.max(leaves + there, soonest));
        bound += rounds.lateCostAt(visit, begin);
        if (bound >= worth) continue;
        const then = begin + (model.lasts[visit] as number) + on;
        if (then > (begins[k] as number))
          bound += rounds.lateCostAt(k, then) - rounds.lateCostAt(k, begins[k] as number);
        if (bound >= worth) continue;
        places[count] = i;
        bounds[count++] = bound;
      }
    }
    return count;
  }

  #ableFor(visit: number): Int32Array {
    let able = this.#able.get(visit);
    if (!able) {
      const { model } = this.#rounds;
      able = Int32Array.from(this.#carers.filter((c) => isAble(model, visit, c)));
      this.#able.set(visit, able);
    }
    return able;
  }
}

/** Where the least of the first numbers is; -1 when all are impossible. */
function least(bounds: Float64Array, count: number): number {
  let at = -1;
  let value = IMPOSSIBLE;
  for (let n = 0; n < count; n++) {
    if ((bounds[n] as number) < value) {
      value = bounds[n] as number;
      at = n;
    }
  }
  return at;
}
