/**
 * The search for a plan: everything is put in greedily, then slices of annealing follow, each on the parts of a new
 * division, while the temperature falls from slice to slice.
 */
import type { SearchOptions } from '../problem.ts';
import { Annealing, type Part } from './anneal.ts';
import { divide, join } from './divide.ts';
import { type Model, NEVER } from './model.ts';
import type { Neighbours } from './neighbours.ts';
import { Random } from './random.ts';
import { Threads } from './threads.ts';

export interface Tuning {
  /** Temperatures in units of cost. */
  hot: number;
  cold: number;
  /** What a point of priority weighs in units of cost. */
  lostCost: number;
  /** How long a slice lasts in seconds, or in steps a visit. */
  sliceSeconds: number;
  sliceSteps: number;
  /** Most visits of a part. */
  partSize: number;
}

/** The best plan found, as one part. */
export async function search(
  model: Model,
  near: Neighbours,
  start: Part,
  options: SearchOptions,
  tuning: Tuning,
): Promise<Part> {
  const random = new Random(options.seed);
  const startedAt = performance.now();
  const endsAt = startedAt + 1000 * (options.seconds ?? Infinity);
  const allSteps = options.iterations ?? Infinity;
  const temperatureAt = (done: number) => tuning.hot * (tuning.cold / tuning.hot) ** Math.min(1, done);
  let current = new Annealing(model, near).build(start, options.seed, tuning.lostCost);
  let best = current;
  let bestWorth = Infinity;
  let steps = 0;
  const threads = new Threads(model, near, options.threads);
  try {
    while (performance.now() < endsAt && steps < allSteps && !options.signal?.aborted) {
      const now = performance.now();
      const parts = divide(model, current, tuning.partSize, options.threads, random);
      const sliceSteps = Number.isFinite(allSteps)
        ? Math.min(allSteps - steps, Math.round(tuning.sliceSteps * model.visits))
        : NEVER;
      const shares = Math.ceil(parts.length / options.threads);
      const sliceMs = Math.min(1000 * tuning.sliceSeconds * shares, endsAt - now);
      const done = (sinceSlice: number) =>
        Number.isFinite(allSteps)
          ? (steps + (sinceSlice ? sliceSteps : 0)) / allSteps
          : (now + sinceSlice * sliceMs - startedAt) / (endsAt - startedAt);
      const visitsIn = (part: Part) => part.nodes.length + part.unserved.length;
      const all = parts.reduce((sum, part) => sum + visitsIn(part), 0);
      const tasks = parts.map((part) => ({
        part,
        cooling: {
          from: temperatureAt(done(0)),
          until: temperatureAt(done(1)),
          steps: sliceSteps === NEVER ? NEVER : Math.ceil((sliceSteps * visitsIn(part)) / all),
          milliseconds: sliceSteps === NEVER ? (sliceMs * options.threads * visitsIn(part)) / all : Infinity,
          seed: (random.next() * 2 ** 31) | 0,
          lostCost: tuning.lostCost,
        },
      }));
      const answers = await threads.improve(tasks);
      current = join(answers.map((answer) => answer.current));
      const worth = answers.reduce((sum, { total, lost }) => sum + total + tuning.lostCost * lost, 0);
      if (worth < bestWorth) {
        bestWorth = worth;
        best = join(answers.map((answer) => answer.best));
      }
      steps += answers.reduce((sum, answer) => sum + answer.steps, 0);
      (globalThis as { trace?: (t: string) => void }).trace?.(
        `${((performance.now() - startedAt) / 1000).toFixed(1)} s, steps ${steps}, T ${temperatureAt(done(1)).toFixed(1)}, best ${bestWorth}, lost ${answers.reduce((sum, { lost }) => sum + lost, 0)}`,
      );
    }
  } finally {
    await threads.close();
  }
  return best;
}
