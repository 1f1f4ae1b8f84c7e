/** Rounds as chains of nodes from their beginnings to their ends: what both searches keep of them. */
import { type Model, NEVER } from './model.ts';

/** A visit that the search leaves alone: in no round it may change. */
const ELSEWHERE = -2;
/** A visit that nobody makes. */
export const UNSERVED = -1;

export class Chains<M extends Model = Model> {
  readonly model: M;
  readonly next: Int32Array;
  readonly prev: Int32Array;
  /** The carer in whose round a node is. */
  readonly round: Int32Array;
  /** How many visits a carer makes, and what they load. */
  readonly count: Int32Array;
  readonly load: Int32Array;
  /** How long a carer's visits last together. */
  readonly work: Int32Array;

  constructor(model: M) {
    this.model = model;
    const { nodes, carers, dimensions } = model;
    this.next = new Int32Array(nodes).fill(-1);
    this.prev = new Int32Array(nodes).fill(-1);
    this.round = new Int32Array(nodes).fill(ELSEWHERE);
    this.count = new Int32Array(carers);
    this.load = new Int32Array(carers * dimensions);
    this.work = new Int32Array(carers);
  }

  /** Links nodes (visits and breaks in order) between the two ends of a carer's round. */
  protected link(carer: number, nodes: ArrayLike<number>): void {
    const { firstStart, firstEnd } = this.model;
    const end = firstEnd + carer;
    let last = firstStart + carer;
    this.round[last] = carer;
    this.round[end] = carer;
    for (let i = 0; i < nodes.length; i++) {
      const node = nodes[i] as number;
      this.next[last] = node;
      this.prev[node] = last;
      this.round[node] = carer;
      last = node;
    }
    this.next[last] = end;
    this.prev[end] = last;
  }

  /** Puts a visit between node `i` and the one after it. */
  protected chainIn(visit: number, i: number): void {
    const k = this.next[i] as number;
    this.next[i] = visit;
    this.prev[visit] = i;
    this.next[visit] = k;
    this.prev[k] = visit;
    this.round[visit] = this.round[i] as number;
  }

  /** Counts a visit and its load to a carer, or with -1 discounts them. */
  protected countVisit(visit: number, carer: number, sign: 1 | -1): void {
    const { dimensions, load, duration } = this.model;
    this.count[carer] = (this.count[carer] as number) + sign;
    this.work[carer] = (this.work[carer] as number) + sign * (duration[visit] as number);
    for (let d = 0; d < dimensions; d++) {
      const at = carer * dimensions + d;
      this.load[at] = (this.load[at] as number) + sign * (load[visit * dimensions + d] as number);
    }
  }

  /** What a carer's work costs for balance, beyond that of before. */
  unevennessOf(carer: number): number {
    const work = this.work[carer] as number;
    return this.model.unevenCost * work * (2 * (this.model.worked[carer] as number) + work);
  }

  /** What it costs more for balance when the carer makes this visit besides. */
  unevennessOfMore(carer: number, visit: number): number {
    const more = this.model.duration[visit] as number;
    const work = (this.model.worked[carer] as number) + (this.work[carer] as number);
    return this.model.unevenCost * more * (2 * work + more);
  }

  /** The nodes of a round in order, without its ends. */
  nodesOf(carer: number): number[] {
    const nodes: number[] = [];
    const end = this.model.firstEnd + carer;
    for (let i = this.next[this.model.firstStart + carer] as number; i !== end; i = this.next[i] as number) {
      nodes.push(i);
    }
    return nodes;
  }

  isBreak(node: number): boolean {
    return node >= this.model.firstBreak && node < this.model.firstStart;
  }

  /** When a node begins for who comes at a time; NEVER when that is too late. */
  begin(node: number, arrival: number): number {
    const { model } = this;
    const count = model.windowCount[node] as number;
    if (count === 0) {
      if (arrival > (model.until[node] as number)) return NEVER;
      return Math.max(arrival, model.from[node] as number);
    }
    const at = model.windowAt[node] as number;
    for (let w = 0; w < count; w++) {
      if (arrival <= (model.windows[at + 2 * w + 1] as number)) {
        return Math.max(arrival, model.windows[at + 2 * w] as number);
      }
    }
    return NEVER;
  }
}
