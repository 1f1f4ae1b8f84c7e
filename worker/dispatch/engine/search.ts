/**
 * The search for a plan: everything is put in greedily, then slices of annealing follow while the temperature falls from
 * slice to slice. Where rounds do not wait for each other, each slice improves the parts of a new division at the same
 * time; where they do, every thread improves the whole from another seed and the better one goes on.
 */
import type { SearchOptions } from '../problem.ts';
import { type Annealed, Annealing } from './anneal.ts';
import { between } from './cooling.ts';
import { divide } from './divide.ts';
import { type Model, NEVER } from './model.ts';
import type { Neighbours } from './neighbours.ts';
import { join, type Part, sizeOf } from './part.ts';
import { Random } from './random.ts';
import { improver, type Task, Threads } from './threads.ts';

export interface Tuning {
  /** Temperatures in units of cost. */
  hot: number;
  cold: number;
  /** What a point of priority weighs in units of cost: at first, so that the search finds its way, and what it is worth. */
  firstLostCost: number;
  lostCost: number;
  /** How long a slice lasts in seconds, or in steps a visit. */
  sliceSeconds: number;
  sliceSteps: number;
  /** Most visits of a part. */
  partSize: number;
  /** Whether rounds wait for each other or lateness has a cost. */
  isSoft: boolean;
}

const AS_IT_IS = { from: 1, until: 1, steps: 0, milliseconds: Infinity, seed: 1, lostCost: 1 };

/** From here on of the whole search a point of priority weighs what it is worth. */
const FULL_WEIGHT_FROM = 0.6;

/** A search that begins with a plan begins as cool as another that is so far done. */
const WARM_FROM = 0.5;

/** How far the search is and what it may still use. */
interface Slice {
  /** Done at its beginning and at its end, of 1. */
  from: number;
  until: number;
  steps: number;
  milliseconds: number;
}

/** The best plan found, as one part; `found` hears of the first and then of the best about once a second. */
export async function search(
  model: Model,
  near: Neighbours,
  start: Part,
  options: SearchOptions,
  startedAt: number,
  tuning: Tuning,
  found: (best: Part, seconds: number, steps: number) => void,
): Promise<Part> {
  const random = new Random(options.seed);
  const atOnce = Math.max(1, options.threads);
  const clock = new Clock(options, startedAt, tuning, model.visits, atOnce);
  let current = tuning.isSoft
    ? start
    : new Annealing(model, near).build(start, options.seed, tuning.lostCost);
  let best = current;
  const worthOf = ({ total, lost }: Annealed) => total + tuning.lostCost * lost;
  // The first slices weigh priority less: what they find counts only when it is better than the first plan.
  let bestWorth = worthOf(improver(model, near, tuning.isSoft)({ part: current, cooling: AS_IT_IS }));
  found(best, clock.seconds, clock.steps);
  const threads = new Threads(model, near, options.threads, tuning.isSoft);
  try {
    for (;;) {
      const slice = options.signal?.aborted ? null : clock.next();
      if (!slice) return best;
      const parts = tuning.isSoft
        ? Array.from({ length: atOnce }, () => current)
        : divide(model, current, tuning.partSize, atOnce, random);
      const answers = await threads.improve(tasksOf(parts, slice, atOnce, tuning, random));
      clock.used(answers.reduce((sum, { steps }) => sum + steps, 0));
      const chosen = tuning.isSoft ? [answers.reduce((a, b) => (worthOf(b) < worthOf(a) ? b : a))] : answers;
      const worth = chosen.reduce((sum, one) => sum + worthOf(one), 0);
      current = join(chosen.map((one) => one.current));
      if (worth < bestWorth) {
        bestWorth = worth;
        best = join(chosen.map((one) => one.best));
      }
      found(best, clock.seconds, clock.steps);
    }
  } finally {
    await threads.close();
  }
}

/** One task a part; time and steps are dealt out by how many visits it has. */
function tasksOf(
  parts: Part[],
  slice: Slice,
  atOnce: number,
  { hot, cold, firstLostCost, lostCost, isSoft }: Tuning,
  random: Random,
): Task[] {
  const all = parts.reduce((sum, part) => sum + sizeOf(part), 0);
  const weight = between(firstLostCost, lostCost, slice.until / FULL_WEIGHT_FROM);
  return parts.map((part) => {
    const share = isSoft ? 1 / atOnce : sizeOf(part) / all;
    return {
      part,
      cooling: {
        from: between(hot, cold, slice.from),
        until: between(hot, cold, slice.until),
        steps: slice.steps === NEVER ? NEVER : Math.ceil(slice.steps * share),
        milliseconds: slice.milliseconds * Math.min(1, atOnce * share),
        seed: random.below(2 ** 31 - 1),
        lostCost: weight,
      },
    };
  });
}

/** Deals out the time or the steps of a search in slices. */
class Clock {
  readonly #startedAt: number;
  readonly #milliseconds: number;
  readonly #allSteps: number;
  readonly #sliceMilliseconds: number;
  readonly #sliceSteps: number;
  readonly #from: number;
  steps = 0;

  constructor(
    { seconds, iterations, start }: SearchOptions,
    startedAt: number,
    tuning: Tuning,
    visits: number,
    atOnce: number,
  ) {
    this.#startedAt = startedAt;
    this.#milliseconds = 1000 * (seconds ?? Infinity);
    this.#allSteps = iterations ?? NEVER;
    const shares = Math.max(1, visits / tuning.partSize / atOnce);
    this.#sliceMilliseconds = 1000 * tuning.sliceSeconds * shares;
    this.#sliceSteps = Math.ceil(tuning.sliceSteps * visits);
    this.#from = start ? WARM_FROM : 0;
  }

  get seconds(): number {
    return (performance.now() - this.#startedAt) / 1000;
  }

  /** The next slice; null when all is used up. */
  next(): Slice | null {
    if (this.#allSteps < NEVER) {
      const steps = Math.min(this.#sliceSteps, this.#allSteps - this.steps);
      if (steps <= 0) return null;
      const done = (more: number) => this.#cooled((this.steps + more) / this.#allSteps);
      return { from: done(0), until: done(steps), steps, milliseconds: Infinity };
    }
    const took = 1000 * this.seconds;
    const milliseconds = Math.min(this.#sliceMilliseconds, this.#milliseconds - took);
    if (milliseconds <= 0) return null;
    const done = (more: number) => this.#cooled((took + more) / this.#milliseconds);
    return { from: done(0), until: done(milliseconds), steps: NEVER, milliseconds };
  }

  /** How far a search is cooled that is so far done. */
  #cooled(done: number): number {
    return this.#from + (1 - this.#from) * done;
  }

  used(steps: number): void {
    this.steps += steps;
  }
}
