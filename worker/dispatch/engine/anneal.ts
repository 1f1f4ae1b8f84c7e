/**
 * Simulated annealing of ruin and recreate over some rounds of a plan: each step takes visits out near one of them, puts
 * them back, and is kept when the cost has not risen by more than the temperature allows.
 */
import { UNSERVED } from './able.ts';
import { type Model, NEVER } from './model.ts';
import type { Neighbours } from './neighbours.ts';
import { Random } from './random.ts';
import { Recreate } from './recreate.ts';
import { Rounds } from './rounds.ts';
import { ruin } from './ruin.ts';

/** Some rounds and the visits nobody makes there. */
export interface Part {
  carers: Int32Array;
  /** Nodes of one round after another; `lengths` says how many are whose. */
  nodes: Int32Array;
  lengths: Int32Array;
  unserved: Int32Array;
}

export interface Cooling {
  from: number;
  until: number;
  /** At most so many steps and so long. */
  steps: number;
  milliseconds: number;
  seed: number;
  lostCost: number;
}

export interface Annealed {
  /** The best that was found, with what it costs, and where the search stood at its end. */
  best: Part;
  total: number;
  lost: number;
  current: Part;
  steps: number;
}

const MOST_UNSERVED = 6;
const CLOCK_EVERY = 256;

export class Annealing {
  readonly #model: Model;
  readonly #near: Neighbours;

  constructor(model: Model, near: Neighbours) {
    this.#model = model;
    this.#near = near;
  }

  /** Puts in what nobody makes, one after another where it costs least. */
  build(part: Part, seed: number, lostCost: number): Part {
    const rounds = new Rounds(this.#model);
    load(rounds, part);
    const waiting = part.unserved.slice();
    new Recreate(rounds, this.#near, new Random(seed)).putBack(waiting, waiting.length, lostCost);
    return partOf(this.#model, snapshot(rounds, part), part);
  }

  run(part: Part, cooling: Cooling): Annealed {
    const model = this.#model;
    const random = new Random(cooling.seed);
    const rounds = new Rounds(model);
    const recreate = new Recreate(rounds, this.#near, random);
    load(rounds, part);
    const members: number[] = [];
    for (const n of part.nodes) if (n < model.visits) members.push(n);
    members.push(...part.unserved);
    const all = Int32Array.from(members);
    const moved = new Int32Array(all.length + 1);
    // Unserved visits, in no order, and where each is in the list.
    const waiting = new Int32Array(all.length);
    const waitingAt = new Int32Array(model.visits).fill(-1);
    let waits = 0;
    const setWaiting = (v: number, waitsNow: boolean) => {
      const at = waitingAt[v] as number;
      if (waitsNow && at < 0) {
        waitingAt[v] = waits;
        waiting[waits++] = v;
      } else if (!waitsNow && at >= 0) {
        const last = waiting[--waits] as number;
        waiting[at] = last;
        waitingAt[last] = at;
        waitingAt[v] = -1;
      }
    };
    for (const v of part.unserved) setWaiting(v, true);
    const worth = (): number => rounds.total + cooling.lostCost * rounds.lost;
    let current = worth();
    let best = current;
    let kept = snapshot(rounds, part);
    const carers = part.carers;
    let steps = 0;
    let temperature = cooling.from;
    const startedAt = performance.now();
    let used = usedRounds(rounds, carers);
    let served = all.length - waits;
    rounds.changed.clear();
    for (; steps < cooling.steps; steps++) {
      if (steps % CLOCK_EVERY === 0) {
        const took = performance.now() - startedAt;
        const done = cooling.steps < NEVER ? steps / cooling.steps : took / cooling.milliseconds;
        if (took >= cooling.milliseconds) break;
        temperature = cooling.from * (cooling.until / cooling.from) ** Math.min(1, done);
        used = usedRounds(rounds, carers);
        served = all.length - waits;
      }
      rounds.beginStep();
      const seed = all[random.below(all.length)] as number;
      let count = ruin(rounds, this.#near, random, seed, Math.max(1, served / Math.max(1, used)), moved);
      count = addWaiting(count, seed);
      recreate.putBack(moved, count, cooling.lostCost);
      const now = worth();
      if (now < current - temperature * Math.log(random.next() || 1e-12)) {
        current = now;
        rounds.keepStep();
        for (let i = 0; i < count; i++) {
          const v = moved[i] as number;
          setWaiting(v, rounds.round[v] === UNSERVED);
        }
        if (now < best - 1e-9) {
          best = now;
          kept = refresh(rounds, kept);
        }
      } else {
        rounds.undoStep(moved, count);
      }
    }
    const current_ = partOf(model, snapshot(rounds, part), part);
    return { ...finish(rounds, kept, part), current: current_, steps };

    function addWaiting(count: number, seed: number): number {
      let c = count;
      if (waits === 0) return c;
      if (waitingAt[seed] !== -1) moved[c++] = seed;
      const tries = Math.min(MOST_UNSERVED, waits);
      for (let i = 0; i < tries; i++) {
        const v = waiting[random.below(waits)] as number;
        if (v === seed) continue;
        let twice = false;
        for (let m = count; m < c; m++) if (moved[m] === v) twice = true;
        if (!twice) moved[c++] = v;
      }
      return c;
    }
  }
}

type Kept = Map<number, number[]>;

function load(rounds: Rounds, part: Part): void {
  let at = 0;
  for (const [i, carer] of part.carers.entries()) {
    const length = part.lengths[i] as number;
    rounds.setRound(carer, part.nodes.subarray(at, at + length));
    rounds.total += rounds.costOf(carer);
    at += length;
  }
  for (const v of part.unserved) {
    rounds.round[v] = UNSERVED;
    rounds.lost += rounds.model.priority[v] as number;
  }
}

const snapshot = (rounds: Rounds, part: Part): Kept =>
  new Map([...part.carers].map((carer) => [carer, rounds.nodesOf(carer)]));

function refresh(rounds: Rounds, kept: Kept): Kept {
  for (const carer of rounds.changed) kept.set(carer, rounds.nodesOf(carer));
  rounds.changed.clear();
  return kept;
}

function usedRounds(rounds: Rounds, carers: Int32Array): number {
  let used = 0;
  for (const c of carers) if ((rounds.count[c] as number) > 0) used++;
  return used;
}

/** What the best rounds cost, and themselves. */
function finish(rounds: Rounds, kept: Kept, part: Part): Pick<Annealed, 'best' | 'total' | 'lost'> {
  const best = partOf(rounds.model, kept, part);
  let total = 0;
  for (const [carer, nodes] of kept) {
    rounds.setRound(carer, nodes);
    total += rounds.costOf(carer);
  }
  const lost = best.unserved.reduce((sum, v) => sum + (rounds.model.priority[v] as number), 0);
  return { best, total, lost };
}

function partOf(model: Model, kept: Kept, part: Part): Part {
  const nodes = [...part.carers].flatMap((carer) => kept.get(carer) ?? []);
  const served = new Set(nodes);
  return {
    carers: part.carers,
    nodes: Int32Array.from(nodes),
    lengths: Int32Array.from(part.carers, (carer) => kept.get(carer)?.length ?? 0),
    unserved: Int32Array.from(
      [...part.nodes, ...part.unserved].filter((v) => v < model.visits && !served.has(v)),
    ),
  };
}
