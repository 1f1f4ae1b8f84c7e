/**
 * The rounds of a plan while it is searched: each a chain of nodes from its beginning to its end, with the earliest time
 * one can go on from every node and the latest one may come to it (forward and backward slack), so that whether a visit
 * fits between two others is known in constant time. What a step of the search changes can be taken back.
 */
import { wishCost } from './able.ts';
import { Chains, UNSERVED } from './chains.ts';
import { type Model, NEVER, travelTime } from './model.ts';

export class Rounds extends Chains {
  /** Where one is at a node; a break is where the visit before it was. */
  readonly here: Int32Array;
  /** When one can go on at the earliest. */
  readonly ready: Int32Array;
  /** When one may come at the latest, so that all that follows still fits. */
  readonly latest: Int32Array;
  /** The way to the next node. */
  readonly way: Int32Array;

  readonly travel: Int32Array;
  readonly wishes: Int32Array;

  /** Travel, wishes, fixed costs and unevenness of all rounds here. */
  total = 0;
  /** Priorities of the visits here that nobody makes. */
  lost = 0;

  readonly #touchedAt: Int32Array;
  #step = 1;
  readonly #touched: Int32Array;
  #touches = 0;
  #log: Int32Array;
  #logged = 0;
  #totalBefore = 0;
  #lostBefore = 0;
  /** Rounds changed since this was last emptied. */
  readonly changed: Set<number> = new Set();

  constructor(model: Model) {
    super(model);
    const { nodes, carers } = model;
    this.here = new Int32Array(nodes);
    this.ready = new Int32Array(nodes);
    this.latest = new Int32Array(nodes);
    this.way = new Int32Array(nodes);
    this.travel = new Int32Array(carers);
    this.wishes = new Int32Array(carers);
    this.#touchedAt = new Int32Array(carers);
    this.#touched = new Int32Array(carers);
    this.#log = new Int32Array(1 << 16);
  }

  /** Sets a round to these nodes (visits and breaks in order), whatever it was; its cost is not added to the total. */
  setRound(carer: number, nodes: ArrayLike<number>): void {
    const { model } = this;
    this.link(carer, nodes);
    this.count[carer] = 0;
    this.work[carer] = 0;
    this.wishes[carer] = 0;
    this.load.fill(0, carer * model.dimensions, (carer + 1) * model.dimensions);
    for (let i = 0; i < nodes.length; i++) {
      if ((nodes[i] as number) < model.visits) this.#enlist(nodes[i] as number, carer, 1);
    }
    this.#retime(carer);
  }

  /** Reckons a whole round's places, ways and times anew. */
  #retime(carer: number): void {
    const { model, next, prev, here, way, ready, latest } = this;
    const { firstStart, firstEnd, place, duration } = model;
    const start = firstStart + carer;
    const end = firstEnd + carer;
    const mode = model.mode[carer] as number;
    here[start] = place[start] as number;
    ready[start] = model.shiftFrom[carer] as number;
    let travel = 0;
    for (let i = start; i !== end; ) {
      const k = next[i] as number;
      here[k] = this.isBreak(k) ? (here[i] as number) : (place[k] as number);
      const leg = travelTime(model, mode, here[i] as number, here[k] as number);
      way[i] = leg;
      travel += leg;
      if (k !== end) ready[k] = this.begin(k, (ready[i] as number) + leg) + (duration[k] as number);
      i = k;
    }
    this.travel[carer] = travel;
    latest[end] = model.shiftUntil[carer] as number;
    for (let i = prev[end] as number; i !== start; i = prev[i] as number) {
      const k = next[i] as number;
      latest[i] = this.latestArrival(i, (latest[k] as number) - (way[i] as number) - (duration[i] as number));
    }
  }

  /** The latest beginning of a node that is not after a time; -NEVER when there is none. */
  latestArrival(node: number, time: number): number {
    const { model } = this;
    const count = model.windowCount[node] as number;
    if (count === 0) {
      return time < (model.from[node] as number) ? -NEVER : Math.min(time, model.until[node] as number);
    }
    const at = model.windowAt[node] as number;
    for (let w = count - 1; w >= 0; w--) {
      if (time >= (model.windows[at + 2 * w] as number)) {
        return Math.min(time, model.windows[at + 2 * w + 1] as number);
      }
    }
    return -NEVER;
  }

  /**
   * How much farther a carer goes for a visit between node `i` and the one after it, with what going out at all costs;
   * NEVER when it does not fit there. The carer must be able and have room.
   */
  insertionCost(visit: number, i: number, carer: number): number {
    const { model, next, here, ready, latest, way } = this;
    let k = next[i] as number;
    const mode = model.mode[carer] as number;
    const place = model.place[visit] as number;
    const there = travelTime(model, mode, here[i] as number, place);
    const begin = this.begin(visit, (ready[i] as number) + there);
    if (begin === NEVER) return NEVER;
    let time = begin + (model.duration[visit] as number);
    // A break is taken where the visit before it was, so the way on is that to what follows the breaks.
    while (this.isBreak(k)) {
      const pause = this.begin(k, time);
      if (pause === NEVER) return NEVER;
      time = pause + (model.duration[k] as number);
      k = next[k] as number;
    }
    const on = travelTime(model, mode, place, here[k] as number);
    if (time + on > (latest[k] as number)) return NEVER;
    const saved =
      k === next[i] ? (way[i] as number) : travelTime(model, mode, here[i] as number, here[k] as number);
    let more = there + on - saved;
    if ((this.count[carer] as number) === 0) more += saved + (model.fixedCost[carer] as number);
    if ((this.travel[carer] as number) + more > (model.mostTravel[carer] as number)) return NEVER;
    return more;
  }

  /** Puts an unserved visit after node `i`; it must fit there. */
  insert(visit: number, i: number): void {
    const carer = this.round[i] as number;
    this.touch(carer);
    const after = this.#afterBreaks(this.next[i] as number);
    this.total -= this.costOf(carer);
    const travelBefore = this.#travelBetween(i, after);
    this.chainIn(visit, i);
    this.#enlist(visit, carer, 1);
    this.lost -= this.model.priority[visit] as number;
    this.#settle(i, after, carer, travelBefore);
  }

  /** Takes the visits from `a` to `b` of one round out of it into `out`, breaks between them staying; returns how many. */
  remove(a: number, b: number, out: Int32Array, at: number): number {
    const carer = this.round[a] as number;
    this.touch(carer);
    const before = this.prev[a] as number;
    const stop = this.next[b] as number;
    const after = this.#afterBreaks(stop);
    this.total -= this.costOf(carer);
    const travelBefore = this.#travelBetween(before, after);
    let last = before;
    let taken = 0;
    for (let i = a; i !== stop; ) {
      const k = this.next[i] as number;
      if (i < this.model.visits) {
        this.round[i] = UNSERVED;
        this.#enlist(i, carer, -1);
        this.lost += this.model.priority[i] as number;
        out[at + taken++] = i;
      } else {
        this.next[last] = i;
        this.prev[i] = last;
        last = i;
      }
      i = k;
    }
    this.next[last] = stop;
    this.prev[stop] = last;
    this.#settle(before, after, carer, travelBefore);
    return taken;
  }

  /** The first node from this one on that is no break. */
  #afterBreaks(node: number): number {
    let i = node;
    while (this.isBreak(i)) i = this.next[i] as number;
    return i;
  }

  #travelBetween(a: number, b: number): number {
    let travel = 0;
    for (let i = a; i !== b; i = this.next[i] as number) travel += this.way[i] as number;
    return travel;
  }

  /** Counts a visit to a carer with its load and its wish, or with -1 discounts it. */
  #enlist(visit: number, carer: number, sign: 1 | -1): void {
    this.countVisit(visit, carer, sign);
    this.wishes[carer] = (this.wishes[carer] as number) + sign * wishCost(this.model, visit, carer);
  }

  /** Reckons ways between node `i` and `after` anew, and times on from there and back until they are as they were. */
  #settle(i: number, after: number, carer: number, travelBefore: number): void {
    const { model, next, prev, here, way, ready, latest } = this;
    const { place, duration } = model;
    const end = model.firstEnd + carer;
    const start = model.firstStart + carer;
    const mode = model.mode[carer] as number;
    let travel = 0;
    for (let j = i; j !== after; ) {
      const k = next[j] as number;
      here[k] = this.isBreak(k) ? (here[j] as number) : (place[k] as number);
      const leg = travelTime(model, mode, here[j] as number, here[k] as number);
      way[j] = leg;
      travel += leg;
      if (k !== end) ready[k] = this.begin(k, (ready[j] as number) + leg) + (duration[k] as number);
      j = k;
    }
    this.travel[carer] = (this.travel[carer] as number) + travel - travelBefore;
    this.total += this.costOf(carer);
    for (let j = after; j !== end; ) {
      const k = next[j] as number;
      if (k === end) break;
      const time = this.begin(k, (ready[j] as number) + (way[j] as number)) + (duration[k] as number);
      if (time === ready[k]) break;
      ready[k] = time;
      j = k;
    }
    let isSettled = false;
    for (let j = prev[after] as number; j !== start; j = prev[j] as number) {
      const k = next[j] as number;
      const time = this.latestArrival(
        j,
        (latest[k] as number) - (way[j] as number) - (duration[j] as number),
      );
      if (isSettled && time === latest[j]) break;
      latest[j] = time;
      if (j === i) isSettled = true;
    }
  }

  /** What a round costs: nothing when it is empty. */
  costOf(carer: number): number {
    if (this.count[carer] === 0) return 0;
    return (
      (this.travel[carer] as number) +
      (this.wishes[carer] as number) +
      (this.model.fixedCost[carer] as number) +
      this.unevennessOf(carer)
    );
  }

  /** Begins a step that can be taken back. */
  beginStep(): void {
    this.#step++;
    this.#touches = 0;
    this.#logged = 0;
    this.#totalBefore = this.total;
    this.#lostBefore = this.lost;
  }

  /** Remembers a round as it is before the step first changes it. */
  touch(carer: number): void {
    if (this.#touchedAt[carer] === this.#step) return;
    this.#touchedAt[carer] = this.#step;
    this.#touched[this.#touches++] = carer;
    const { next, here, way, ready, latest, model } = this;
    const start = model.firstStart + carer;
    const end = model.firstEnd + carer;
    const { dimensions } = model;
    let at = this.#logged;
    const longest = (this.count[carer] as number) + model.firstStart - model.firstBreak + 2;
    const needed = at + 4 + dimensions + 5 * longest;
    if (needed > this.#log.length) this.#grow(needed);
    const log = this.#log;
    log[at++] = this.count[carer] as number;
    log[at++] = this.work[carer] as number;
    log[at++] = this.travel[carer] as number;
    log[at++] = this.wishes[carer] as number;
    for (let d = 0; d < dimensions; d++) log[at++] = this.load[carer * dimensions + d] as number;
    for (let i = start; ; i = next[i] as number) {
      log[at++] = i;
      log[at++] = here[i] as number;
      log[at++] = way[i] as number;
      log[at++] = ready[i] as number;
      log[at++] = latest[i] as number;
      if (i === end) break;
    }
    this.#logged = at;
  }

  #grow(needed: number): void {
    const log = new Int32Array(2 * needed);
    log.set(this.#log);
    this.#log = log;
  }

  /** Keeps what the step did. */
  keepStep(): void {
    for (let t = 0; t < this.#touches; t++) this.changed.add(this.#touched[t] as number);
  }

  /** Takes the step back; `moved` are the visits it took out or tried to put in. */
  undoStep(moved: Int32Array, count: number): void {
    const { next, prev, round, here, way, ready, latest, model } = this;
    for (let m = 0; m < count; m++) round[moved[m] as number] = UNSERVED;
    const log = this.#log;
    const { dimensions } = model;
    let at = 0;
    for (let t = 0; t < this.#touches; t++) {
      const carer = this.#touched[t] as number;
      this.count[carer] = log[at++] as number;
      this.work[carer] = log[at++] as number;
      this.travel[carer] = log[at++] as number;
      this.wishes[carer] = log[at++] as number;
      for (let d = 0; d < dimensions; d++) this.load[carer * dimensions + d] = log[at++] as number;
      const end = model.firstEnd + carer;
      let last = -1;
      for (;;) {
        const i = log[at++] as number;
        here[i] = log[at++] as number;
        way[i] = log[at++] as number;
        ready[i] = log[at++] as number;
        latest[i] = log[at++] as number;
        round[i] = carer;
        if (last >= 0) {
          next[last] = i;
          prev[i] = last;
        }
        last = i;
        if (i === end) break;
      }
    }
    this.total = this.#totalBefore;
    this.lost = this.#lostBefore;
  }
}
