/**
 * The engine: from a problem to the best plan found for it in the time or the steps given (D1–D3). With steps it is a pure
 * function: the same problem, seed, steps and threads give the same plan.
 */
import type { Problem, RoundsPlan, SearchOptions } from '../problem.ts';
import type { Part } from './anneal.ts';
import { compile, type Model, travelTime } from './model.ts';
import { findNeighbours } from './neighbours.ts';
import { Random } from './random.ts';
import { schedule } from './schedule.ts';
import { search, type Tuning } from './search.ts';
import { soften } from './softRounds.ts';

/** Plans. Throws when a part of the problem contradicts itself, such as a matrix that is too small. */
export async function plan(problem: Problem, options: SearchOptions): Promise<RoundsPlan> {
  const model = compile(problem);
  const soft = soften(model, problem);
  const nothing: Part = {
    carers: Int32Array.from(problem.carers.keys()),
    nodes: breaksOf(model),
    lengths: Int32Array.from(problem.carers, ({ breaks }) => breaks?.length ?? 0),
    unserved: Int32Array.from(problem.visits.keys()),
  };
  if (problem.visits.length === 0 || problem.carers.length === 0) return schedule(problem, soft, nothing);
  const near = findNeighbours(model);
  const isSoft =
    (problem.together ?? []).length > 0 || problem.visits.some(({ lateCost }) => lateCost !== undefined);
  const best = await search(
    isSoft ? soft : model,
    near,
    nothing,
    options,
    tuningOf(problem, model, isSoft),
    (found, seconds, steps) => {
      if (!options.onProgress) return;
      const { cost, unserved } = schedule(problem, soft, found);
      options.onProgress({ seconds, iterations: steps, cost, unserved: unserved.length });
    },
  );
  return schedule(problem, soft, best);
}

/** All breaks, carer by carer, the earlier first. */
const breaksOf = (model: Model): Int32Array =>
  Int32Array.from({ length: model.firstStart - model.firstBreak }, (_, b) => model.firstBreak + b).sort(
    (a, b) =>
      (model.breakCarer[a - model.firstBreak] as number) -
        (model.breakCarer[b - model.firstBreak] as number) ||
      (model.from[a] as number) - (model.from[b] as number),
  );

/** Temperatures and weights follow from how far things lie apart. */
function tuningOf(problem: Problem, model: Model, isSoft: boolean): Tuning {
  const way = usualWay(model);
  const least = problem.visits.reduce(
    (lowest, { priority }) => (priority > 0 ? Math.min(lowest, priority) : lowest),
    Infinity,
  );
  return {
    hot: (isSoft ? 1.15 : 0.35) * way,
    cold: (isSoft ? 0.01 : 0.0035) * way,
    lostCost: ((isSoft ? 1000 : 2) * way) / least,
    sliceSeconds: isSoft ? 5 : 1,
    sliceSteps: 20,
    partSize: 1000,
    isSoft,
  };
}

const PAIRS = 2_000;

/** How long it takes on average between two visits drawn at random; at least 1. */
function usualWay(model: Model): number {
  const random = new Random(PAIRS);
  let sum = 0;
  for (let i = 0; i < PAIRS; i++) {
    const [a, b] = [random.below(model.visits), random.below(model.visits)];
    sum += travelTime(model, 0, model.place[a] as number, model.place[b] as number);
  }
  return Math.max(1, sum / PAIRS);
}
