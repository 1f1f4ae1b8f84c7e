/**
 * Greedy insertion with blinks: the visits that were taken out, and some that nobody makes, are put one after another where
 * they cost least, looking only beside their neighbours and now and then past a good place.
 */
import { hasRoom, isAble, wishCost } from './able.ts';
import { NEVER, travelTime } from './model.ts';
import type { Neighbours } from './neighbours.ts';
import type { Random } from './random.ts';
import type { Rounds } from './rounds.ts';

/** How often a place is overlooked. */
export const BLINK_RATE = 0.01;

/** Up to so many are sorted by insertion. */
const FEW = 64;
/** The orders in which visits are put back, by how often: at random, hardest or farthest or nearest first, by their windows. */
const orders = ['random', 'hard', 'far', 'close', 'narrow', 'early', 'late'] as const;
const weights = [4, 4, 2, 1, 2, 2, 2] as const;
const allWeights = weights.reduce((a, b) => a + b, 0);

/** A place found for a visit. */
interface Found {
  after: number;
  cost: number;
}

export class Recreate {
  readonly #rounds: Rounds;
  readonly #near: Neighbours;
  readonly #random: Random;
  readonly #scanRate: number;
  /** For each kind of carer those who are free, to be looked up when an unused one is wanted. */
  readonly #members: number[][];
  /** Where in `#members` one was last found. */
  readonly #hint: Int32Array;
  readonly #reach: Int32Array;
  /** By carer and by node, with a token of the visit that is being placed: whether the carer can come, and what was seen. */
  readonly #verdict: Int32Array;
  readonly #seen: Int32Array;
  #token = 0;
  readonly #keys: Float64Array;
  readonly #found: Found = { after: -1, cost: NEVER };

  /**
   * `scanRate` is how often all places of the nearest able carers are looked at when no neighbour has one: always for a first
   * plan, seldom where most who wait wait in vain.
   */
  constructor(rounds: Rounds, near: Neighbours, random: Random, scanRate: number) {
    const { model } = rounds;
    this.#rounds = rounds;
    this.#near = near;
    this.#random = random;
    this.#scanRate = scanRate;
    this.#members = Array.from({ length: model.kinds }, () => []);
    for (let c = 0; c < model.carers; c++) this.#members[model.kind[c] as number]?.push(c);
    this.#hint = new Int32Array(model.kinds);
    this.#verdict = new Int32Array(model.carers);
    this.#seen = new Int32Array(model.nodes);
    this.#keys = new Float64Array(model.visits);
    // How far a visit is from where carers begin: what 'far' and 'close' mean.
    this.#reach = new Int32Array(model.visits);
    for (let v = 0; v < model.visits; v++) {
      const c = near.carers[v * near.carerWidth] as number;
      if (c < 0) continue;
      const start = model.place[model.firstStart + c] as number;
      this.#reach[v] = travelTime(model, model.mode[c] as number, start, model.place[v] as number);
    }
  }

  /** Puts back what it can of the first `count` of these visits. */
  putBack(visits: Int32Array, count: number, lostCost: number): void {
    this.#sort(visits, count);
    for (let i = 0; i < count; i++) {
      const v = visits[i] as number;
      this.#find(v);
      const { after, cost } = this.#found;
      if (after >= 0 && cost < lostCost * (this.#rounds.model.priority[v] as number))
        this.#rounds.insert(v, after);
    }
  }

  /** The cheapest place for a visit, into `#found`. */
  #find(v: number): void {
    const rounds = this.#rounds;
    const near = this.#near;
    const { round, next, model } = rounds;
    this.#found.after = -1;
    this.#found.cost = NEVER;
    this.#findNear(v, v * near.width, (v + 1) * near.width);
    const at = v * near.carerWidth;
    for (let n = at; n < at + near.carerWidth; n++) {
      const first = near.carers[n] as number;
      if (first < 0) break;
      const carer = this.#unused(model.kind[first] as number);
      if (carer < 0) continue;
      for (let i = model.firstStart + carer; i < model.firstEnd; i = next[i] as number) this.#tryAfter(v, i);
    }
    if (this.#found.after >= 0 || this.#random.next() >= this.#scanRate) return;
    for (let n = at; n < at + near.carerWidth; n++) {
      const carer = near.carers[n] as number;
      if (carer < 0) break;
      const start = model.firstStart + carer;
      if (round[start] !== carer) continue;
      const end = model.firstEnd + carer;
      for (let i = start; i !== end; i = next[i] as number) this.#tryAfter(v, i);
    }
  }

  /** Tries the place after node `i`. */
  #tryAfter(v: number, i: number): void {
    const rounds = this.#rounds;
    const carer = rounds.round[i] as number;
    const { model } = rounds;
    if (!isAble(model, v, carer) || !hasRoom(model, rounds, v, carer)) return;
    this.#offer(v, i, carer, rounds.insertionCost(v, i, carer));
  }

  /** Takes a place that costs so much when it is the best so far and is not overlooked. */
  #offer(v: number, i: number, carer: number, more: number): void {
    const found = this.#found;
    if (more >= found.cost) return;
    const rounds = this.#rounds;
    const cost = more + wishCost(rounds.model, v, carer) + rounds.unevennessOfMore(carer, v);
    if (cost >= found.cost || this.#random.next() < BLINK_RATE) return;
    found.cost = cost;
    found.after = i;
  }

  /**
   * As `#tryAfter` for all neighbours: the loop in which most time is spent. Whether a carer can come at all is asked once for
   * each, and each place is looked at once. What a plain place costs, between two visits for a visit with one window, is
   * reckoned on the spot, and only where there is time enough if nobody had any way to go.
   */
  #findNear(v: number, from: number, to: number): void {
    const rounds = this.#rounds;
    const { before, after } = this.#near;
    const { round, prev, next, ready, latest, way, here, model } = rounds;
    const { firstBreak, firstStart, places, modes, matrix, matrixTo } = model;
    const isPlain = model.windowCount[v] === 0 && !model.travelBounded;
    const found = this.#found;
    const verdict = this.#verdict;
    const seen = this.#seen;
    this.#token += 2;
    const bad = this.#token;
    const good = bad + 1;
    const place = model.place[v] as number;
    const opens = model.from[v] as number;
    const closes = model.until[v] as number;
    const duration = model.duration[v] as number;
    for (let side = 0; side < 2; side++) {
      const list = side === 0 ? before : after;
      for (let n = from; n < to; n++) {
        const near = list[n] as number;
        if (near < 0) break;
        const carer = round[near] as number;
        if (carer < 0) continue;
        const known = verdict[carer] as number;
        if (known === bad) continue;
        if (known !== good) {
          if (!isAble(model, v, carer) || !hasRoom(model, rounds, v, carer)) {
            verdict[carer] = bad;
            continue;
          }
          verdict[carer] = good;
        }
        const i = side === 0 ? near : (prev[near] as number);
        if (seen[i] === bad) continue;
        seen[i] = bad;
        const k = next[i] as number;
        const p = here[i] as number;
        const q = here[k] as number;
        if (!isPlain || (k >= firstBreak && k < firstStart) || p < 0 || q < 0) {
          this.#offer(v, i, carer, rounds.insertionCost(v, i, carer));
          continue;
        }
        const sooner = ready[i] as number;
        const last = (latest[k] as number) - duration;
        if (sooner > closes || sooner > last || opens > last) continue;
        const mode = modes === 1 ? 0 : (model.mode[carer] as number);
        const row = (mode * places + place) * places;
        const there = matrixTo === null ? travelTime(model, mode, p, place) : (matrixTo[row + p] as number);
        const saved = way[i] as number;
        if (there - saved >= found.cost) continue;
        let time = sooner + there;
        if (time > closes) continue;
        if (time < opens) time = opens;
        const on = matrix === null ? travelTime(model, mode, place, q) : (matrix[row + q] as number);
        const more = there + on - saved;
        if (more >= found.cost || time + on > last) continue;
        this.#offer(v, i, carer, more);
      }
    }
  }

  /** A carer of a kind whose round is empty; -1 when all go out or are elsewhere. */
  #unused(kind: number): number {
    const { count, round, model } = this.#rounds;
    const members = this.#members[kind] as number[];
    const hint = this.#hint[kind] as number;
    for (let m = 0; m < members.length; m++) {
      const at = hint + m < members.length ? hint + m : hint + m - members.length;
      const c = members[at] as number;
      if (count[c] === 0 && round[model.firstStart + c] === c) {
        this.#hint[kind] = at;
        return c;
      }
    }
    return -1;
  }

  #sort(visits: Int32Array, count: number): void {
    const random = this.#random;
    const { model } = this.#rounds;
    let draw = random.below(allWeights);
    let o = 0;
    while (draw >= (weights[o] as number)) draw -= weights[o++] as number;
    const order = orders[o] as (typeof orders)[number];
    const keys = this.#keys;
    for (let i = 0; i < count; i++) {
      const v = visits[i] as number;
      keys[v] = this.#key(order, v);
    }
    const { priority } = model;
    const goesAfter = (u: number, v: number) =>
      priority[u] === priority[v]
        ? (keys[u] as number) > (keys[v] as number)
        : (priority[u] as number) < (priority[v] as number);
    if (count > FEW) {
      visits.subarray(0, count).sort((u, v) => (goesAfter(u, v) ? 1 : goesAfter(v, u) ? -1 : 0));
      return;
    }
    for (let i = 1; i < count; i++) {
      const v = visits[i] as number;
      let j = i - 1;
      for (; j >= 0 && goesAfter(visits[j] as number, v); j--) visits[j + 1] = visits[j] as number;
      visits[j + 1] = v;
    }
  }

  #key(order: (typeof orders)[number], v: number): number {
    const { model } = this.#rounds;
    switch (order) {
      case 'random':
        return this.#random.next();
      case 'hard':
        return -(model.dimensions > 0
          ? (model.load[v * model.dimensions] as number)
          : (model.duration[v] as number));
      case 'far':
        return -(this.#reach[v] as number);
      case 'close':
        return this.#reach[v] as number;
      case 'narrow':
        return (model.until[v] as number) - (model.from[v] as number);
      case 'early':
        return model.from[v] as number;
      case 'late':
        return -(model.until[v] as number);
    }
  }
}
