/**
 * The rounds of a plan whose visits may begin late at a cost or wait for one another: when a visit begins may move what
 * others do in other rounds, so beginnings are passed on along rounds and between the two visits of a pair until all are
 * as early as they can be. What an insertion costs is known exactly only after that; a bound of it is known at once.
 */
import type { Problem } from '../problem.ts';
import { wishCost } from './able.ts';
import { Chains, UNSERVED } from './chains.ts';
import { type Model, NEVER, travelTime } from './model.ts';

/** More than any cost. */
export const IMPOSSIBLE = 1e15;

export interface SoftModel extends Model {
  /** What a unit of time costs by which a node begins after its last window; IMPOSSIBLE when that is not allowed. */
  lateCost: Float64Array;
  greatestLateCost: number;
  /** The other visit of a pair or -1, and how far this one begins after the other: at least, at most. */
  partner: Int32Array;
  least: Float64Array;
  most: Float64Array;
  /** Ways and durations that are no whole numbers. */
  ways: Float64Array[] | null;
  lasts: Float64Array;
}

/** Adds to a model what is soft in its problem. */
export function soften(model: Model, problem: Problem): SoftModel {
  const { visits, together = [], greatestLateCost = 0, travel } = problem;
  const lateCost = new Float64Array(model.nodes).fill(IMPOSSIBLE);
  const lasts = Float64Array.from(model.duration);
  for (const [v, visit] of visits.entries()) {
    lateCost[v] = visit.lateCost ?? IMPOSSIBLE;
    lasts[v] = visit.duration;
  }
  const partner = new Int32Array(model.nodes).fill(-1);
  const least = new Float64Array(model.nodes);
  const most = new Float64Array(model.nodes);
  for (const pair of together) {
    partner[pair.first] = pair.second;
    partner[pair.second] = pair.first;
    least[pair.second] = pair.least;
    most[pair.second] = pair.most;
    least[pair.first] = -pair.most;
    most[pair.first] = -pair.least;
  }
  const ways = travel.matrices?.map((matrix) => Float64Array.from(matrix)) ?? null;
  return { ...model, lateCost, greatestLateCost, partner, least, most, ways, lasts };
}

export class SoftRounds extends Chains<SoftModel> {
  /** When a node begins, as early as it can. */
  readonly begins: Float64Array;
  /** How far each carer goes. */
  readonly ways: Float64Array;
  /** Travel, wishes, lateness and unevenness of all rounds, the greatest lateness, and the priorities of who waits in vain. */
  travel = 0;
  wishes = 0;
  late = 0;
  greatest = 0;
  uneven = 0;
  lost = 0;

  readonly #queue: Int32Array;
  readonly #isQueued: Uint8Array;
  #changed: Int32Array;
  #before: Float64Array;
  #changes = 0;

  constructor(model: SoftModel) {
    super(model);
    const { nodes, carers } = model;
    this.begins = new Float64Array(nodes);
    this.ways = new Float64Array(carers);
    this.#queue = new Int32Array(nodes + 1);
    this.#isQueued = new Uint8Array(nodes);
    this.#changed = new Int32Array(1024);
    this.#before = new Float64Array(1024);
  }

  /** What the rounds cost, without what is lost. */
  get cost(): number {
    return this.travel + this.wishes + this.lateCost + this.uneven;
  }

  /** What being late costs, the greatest lateness with it. */
  get lateCost(): number {
    return this.late + this.model.greatestLateCost * this.greatest;
  }

  /** The place one is at; after a break that of the node before it. */
  #placeAt(node: number): number {
    let i = node;
    while (this.isBreak(i)) i = this.prev[i] as number;
    return this.model.place[i] as number;
  }

  /** The way from node to node. */
  way(carer: number, a: number, b: number): number {
    const { model } = this;
    const p = this.#placeAt(a);
    const q = this.isBreak(b) ? p : (model.place[b] as number);
    if (p < 0 || q < 0) return 0;
    const mode = model.mode[carer] as number;
    if (model.ways === null) return travelTime(model, mode, p, q);
    return (model.ways[mode] as Float64Array)[p * model.places + q] as number;
  }

  /** The cost of a node that begins at a time after its windows. */
  lateCostAt(node: number, begin: number): number {
    const over = begin - (this.model.until[node] as number);
    return over > TOLERANCE ? over * (this.model.lateCost[node] as number) : 0;
  }

  /** When a node begins for who comes at a time, late if need be. */
  beginAt(node: number, arrival: number): number {
    const begin = this.begin(node, arrival);
    return begin === NEVER ? arrival : begin;
  }

  /** Puts an unserved visit after node `i`; false when that breaks something or costs `bound` or more, and then nothing changed. */
  insert(visit: number, i: number, bound: number): boolean {
    const start = this.standing();
    const carer = this.round[i] as number;
    this.chainIn(visit, i);
    this.travel += this.#enlist(visit, carer, 1);
    this.begins[visit] = -NEVER;
    const isShort = (this.ways[carer] as number) <= (this.model.mostTravel[carer] as number);
    if (isShort && this.cost < bound && this.#pass(visit, bound)) return true;
    this.takeBack(visit, start);
    return false;
  }

  /** Counts a visit that has its place in a round, or with -1 discounts it; returns how much farther the carer goes. */
  #enlist(visit: number, carer: number, sign: 1 | -1): number {
    const { model } = this;
    const i = this.prev[visit] as number;
    const k = this.next[visit] as number;
    const others = (this.count[carer] as number) + (sign - 1) / 2;
    let more = this.way(carer, i, visit) + this.way(carer, visit, k);
    if (others > 0) more -= this.way(carer, i, k);
    if (sign > 0) this.uneven += this.unevennessOfMore(carer, visit);
    this.countVisit(visit, carer, sign);
    if (sign < 0) this.uneven -= this.unevennessOfMore(carer, visit);
    this.ways[carer] = (this.ways[carer] as number) + sign * more;
    this.wishes +=
      sign * (wishCost(model, visit, carer) + (others > 0 ? 0 : (model.fixedCost[carer] as number)));
    return more;
  }

  /** Takes back the last insertion. */
  takeBack(visit: number, to: Standing): void {
    this.remove(visit);
    this.#restore(to.changes);
    this.travel = to.travel;
    this.late = to.late;
    this.greatest = to.greatest;
  }

  /** Where an insertion can be taken back to. */
  standing(): Standing {
    return { changes: this.#changes, travel: this.travel, late: this.late, greatest: this.greatest };
  }

  /** Forgets what could be taken back. */
  settle(): void {
    this.#changes = 0;
  }

  /** Takes a visit out; times and travel are as they were until `retime`. */
  remove(visit: number): void {
    const carer = this.round[visit] as number;
    this.#enlist(visit, carer, -1);
    const a = this.prev[visit] as number;
    const b = this.next[visit] as number;
    this.next[a] = b;
    this.prev[b] = a;
    this.round[visit] = UNSERVED;
  }

  #restore(mark: number): void {
    while (this.#changes > mark) {
      this.#changes--;
      this.begins[this.#changed[this.#changes] as number] = this.#before[this.#changes] as number;
    }
  }

  /** Passes on that a node has changed; false when that breaks a rule or costs too much. */
  #pass(first: number, bound: number): boolean {
    const { model, next, begins, round } = this;
    const { partner, least, firstEnd, lasts } = model;
    const queue = this.#queue;
    const isQueued = this.#isQueued;
    const size = queue.length;
    let head = 0;
    let tail = 0;
    let length = 0;
    const push = (node: number) => {
      if (isQueued[node] === 1) return;
      isQueued[node] = 1;
      queue[tail] = node;
      tail = tail + 1 === size ? 0 : tail + 1;
      length++;
    };
    push(first);
    let budget = 8 * model.nodes;
    let holds = true;
    while (length > 0) {
      const node = queue[head] as number;
      head = head + 1 === size ? 0 : head + 1;
      length--;
      isQueued[node] = 0;
      if (!holds) continue;
      const carer = round[node] as number;
      const i = this.prev[node] as number;
      let begin = this.beginAt(node, (begins[i] as number) + (lasts[i] as number) + this.way(carer, i, node));
      const other = partner[node] as number;
      if (other >= 0 && (round[other] as number) >= 0 && begins[other] !== -NEVER) {
        const soonest = (begins[other] as number) + (least[node] as number);
        if (soonest > begin) begin = this.beginAt(node, soonest);
      }
      const was = begins[node] as number;
      if (begin <= was + TOLERANCE) continue;
      this.#log(node, was);
      begins[node] = begin;
      const over = begin - (model.until[node] as number);
      if (over > TOLERANCE) {
        if ((model.lateCost[node] as number) >= IMPOSSIBLE) holds = false;
        else {
          this.late += this.lateCostAt(node, begin) - this.lateCostAt(node, was);
          if (over > this.greatest) this.greatest = over;
        }
      }
      if (this.cost >= bound || --budget < 0) holds = false;
      if (node < firstEnd) push(next[node] as number);
      if (other >= 0 && (round[other] as number) >= 0) push(other);
    }
    return holds;
  }

  #log(node: number, was: number): void {
    if (this.#changes === this.#changed.length) {
      const changed = new Int32Array(2 * this.#changes);
      changed.set(this.#changed);
      this.#changed = changed;
      const before = new Float64Array(2 * this.#changes);
      before.set(this.#before);
      this.#before = before;
    }
    this.#changed[this.#changes] = node;
    this.#before[this.#changes++] = was;
  }

  /** Sets a round that was empty to these nodes; `retime` must follow. */
  setRound(carer: number, nodes: ArrayLike<number>): void {
    const { visits } = this.model;
    this.link(carer, nodes);
    for (let n = 0; n < nodes.length; n++) {
      if ((nodes[n] as number) < visits) this.#enlist(nodes[n] as number, carer, 1);
    }
  }

  /** Reckons all times, travel and lateness anew; false when the rounds wait for each other in a ring or break a rule. */
  retime(): boolean {
    const { model, next, begins, count } = this;
    const { firstStart, carers } = model;
    this.travel = 0;
    this.late = 0;
    this.greatest = 0;
    this.#changes = 0;
    for (let c = 0; c < carers; c++) {
      const start = firstStart + c;
      if (this.round[start] !== c) continue;
      begins[start] = model.shiftFrom[c] as number;
      for (let i = next[start] as number; i < model.firstEnd; i = next[i] as number) begins[i] = -NEVER;
      begins[model.firstEnd + c] = -NEVER;
    }
    let holds = true;
    for (let c = 0; c < carers; c++) {
      const start = firstStart + c;
      if (this.round[start] !== c) continue;
      let way = 0;
      if (count[c] !== 0) {
        for (let i = start; i < model.firstEnd; i = next[i] as number)
          way += this.way(c, i, next[i] as number);
      }
      this.ways[c] = way;
      this.travel += way;
      if (!this.#pass(next[start] as number, Infinity)) holds = false;
    }
    this.#changes = 0;
    return holds;
  }
}

/** Where rounds stood before an insertion. */
export interface Standing {
  changes: number;
  travel: number;
  late: number;
  greatest: number;
}

/** Times closer than this are the same. */
const TOLERANCE = 1e-7;
