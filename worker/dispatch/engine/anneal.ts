/**
 * Simulated annealing of ruin and recreate over some rounds of a plan: each step takes visits out near one of them, puts
 * them back, and is kept when the cost has not risen by more than the temperature allows.
 */
import { UNSERVED } from './chains.ts';
import { type Cooling, temperatureAfter, tolerated } from './cooling.ts';
import type { Model } from './model.ts';
import type { Neighbours } from './neighbours.ts';
import { type Part, partOf, roundsOf, visitsOf } from './part.ts';
import { Random } from './random.ts';
import { Recreate } from './recreate.ts';
import { Rounds } from './rounds.ts';
import { ruin } from './ruin.ts';
import { Waiting } from './waiting.ts';

export interface Annealed {
  /** The best that was found, with what it costs, and where the search stood at its end. */
  best: Part;
  total: number;
  lost: number;
  current: Part;
  steps: number;
}

/** Of the visits that wait, how many are tried again in a step. */
const MOST_WAITING = 6;
/** How often a visit that fits beside none of its neighbours is tried with all near carers. */
const SCAN_RATE = 0.05;
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
    new Recreate(rounds, this.#near, new Random(seed), 1).putBack(waiting, waiting.length, lostCost);
    return partWith(this.#model, snapshot(rounds, part), part);
  }

  /** Anneals; the same part and cooling by steps always give the same. */
  run(part: Part, cooling: Cooling): Annealed {
    const model = this.#model;
    const near = this.#near;
    const random = new Random(cooling.seed);
    const rounds = new Rounds(model);
    const recreate = new Recreate(rounds, near, random, SCAN_RATE);
    load(rounds, part);
    const all = visitsOf(model, part);
    const moved = new Int32Array(all.length + 1);
    const waiting = new Waiting(model.visits);
    for (const v of part.unserved) waiting.set(v, true);
    const worth = (): number => rounds.total + cooling.lostCost * rounds.lost;
    const kept = snapshot(rounds, part);
    const startedAt = performance.now();
    let current = worth();
    let best = current;
    let temperature = cooling.from;
    let length = 1;
    let steps = 0;
    for (; steps < cooling.steps && all.length > 0; steps++) {
      if (steps % CLOCK_EVERY === 0) {
        const now = temperatureAfter(steps, startedAt, cooling);
        if (now === null) break;
        temperature = now;
        length = (all.length - waiting.count) / usedRounds(rounds, part.carers);
      }
      rounds.beginStep();
      const seed = all[random.below(all.length)] as number;
      let count = ruin(rounds, near, random, seed, Math.max(1, length), moved);
      count = this.#addWaiting(waiting, rounds, random, seed, moved, count);
      recreate.putBack(moved, count, cooling.lostCost);
      const now = worth();
      if (now >= current + tolerated(temperature, random)) {
        rounds.undoStep(moved, count);
        continue;
      }
      current = now;
      rounds.keepStep();
      for (let m = 0; m < count; m++) {
        const v = moved[m] as number;
        waiting.set(v, rounds.round[v] === UNSERVED);
      }
      if (now < best) {
        best = now;
        refresh(rounds, kept);
      }
    }
    const last = partWith(model, snapshot(rounds, part), part);
    return { ...finish(rounds, kept, part), current: last, steps };
  }

  /** Adds to the visits taken out some that wait near the seed, and one from anywhere; returns how many there are then. */
  #addWaiting(
    waiting: Waiting,
    rounds: Rounds,
    random: Random,
    seed: number,
    moved: Int32Array,
    removed: number,
  ): number {
    if (waiting.count === 0) return removed;
    const { near, nearWidth } = this.#near;
    let count = removed;
    if (waiting.has(seed)) moved[count++] = seed;
    const most = count + MOST_WAITING;
    for (let i = seed * nearWidth; i < (seed + 1) * nearWidth && count < most; i++) {
      const v = near[i] as number;
      if (v < 0) break;
      if (rounds.round[v] === UNSERVED && waiting.has(v) && random.next() < 0.5) moved[count++] = v;
    }
    const other = waiting.draw(random);
    for (let m = removed; m < count; m++) if (moved[m] === other) return count;
    moved[count++] = other;
    return count;
  }
}

type Kept = Map<number, number[]>;

function load(rounds: Rounds, part: Part): void {
  for (const [carer, nodes] of roundsOf(part)) {
    rounds.setRound(carer, nodes);
    rounds.total += rounds.costOf(carer);
  }
  for (const v of part.unserved) {
    rounds.round[v] = UNSERVED;
    rounds.lost += rounds.model.priority[v] as number;
  }
}

const snapshot = (rounds: Rounds, part: Part): Kept =>
  new Map([...part.carers].map((carer) => [carer, rounds.nodesOf(carer)]));

/** Keeps the rounds that have changed since it was last asked. */
function refresh(rounds: Rounds, kept: Kept): void {
  for (const carer of rounds.changed) kept.set(carer, rounds.nodesOf(carer));
  rounds.changed.clear();
}

function usedRounds(rounds: Rounds, carers: Int32Array): number {
  let used = 0;
  for (const c of carers) if ((rounds.count[c] as number) > 0) used++;
  return Math.max(1, used);
}

/** What the best rounds cost, and themselves. */
function finish(rounds: Rounds, kept: Kept, part: Part): Pick<Annealed, 'best' | 'total' | 'lost'> {
  const best = partWith(rounds.model, kept, part);
  let total = 0;
  for (const [carer, nodes] of kept) {
    rounds.setRound(carer, nodes);
    total += rounds.costOf(carer);
  }
  const lost = best.unserved.reduce((sum, v) => sum + (rounds.model.priority[v] as number), 0);
  return { best, total, lost };
}

/** These rounds with the visits of a part that are in none of them. */
function partWith(model: Model, kept: Kept, part: Part): Part {
  const served = new Set([...kept.values()].flat());
  return partOf(
    kept,
    visitsOf(model, part).filter((v) => !served.has(v)),
  );
}
