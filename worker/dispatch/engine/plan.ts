/**
 * The engine: from a problem to the best plan found for it in the time or the steps given (D1–D3). With steps it is a pure
 * function: the same problem, seed, steps and threads give the same plan.
 */
import type { Problem, RoundsPlan, SearchOptions } from '../problem.ts';
import { beginning } from './beginning.ts';
import { compile, greatest, type Model, travelTime } from './model.ts';
import { findNeighbours } from './neighbours.ts';
import { Random } from './random.ts';
import { schedule } from './schedule.ts';
import { search, type Tuning } from './search.ts';
import { soften } from './softRounds.ts';

/** Plans. Throws when a part of the problem contradicts itself, such as a matrix that is too small. */
export async function plan(problem: Problem, options: SearchOptions): Promise<RoundsPlan> {
  const startedAt = performance.now();
  const model = compile(problem);
  const soft = soften(model, problem);
  const start = beginning(problem, soft, options.start);
  if (problem.visits.length === 0 || problem.carers.length === 0) return schedule(problem, soft, start);
  const near = findNeighbours(model);
  const isSoft =
    (problem.together ?? []).length > 0 || problem.visits.some(({ lateCost }) => lateCost !== undefined);
  const best = await search(
    isSoft ? soft : model,
    near,
    start,
    options,
    startedAt,
    tuningOf(problem, model, isSoft),
    (found, seconds, steps) => {
      if (!options.onProgress) return;
      const { cost, unserved } = schedule(problem, soft, found);
      options.onProgress({ seconds, iterations: steps, cost, unserved: unserved.length });
    },
  );
  return schedule(problem, soft, best);
}

/** Temperatures follow from how far visits lie apart; a point of priority outweighs any way (D2 before D3). */
function tuningOf(problem: Problem, model: Model, isSoft: boolean): Tuning {
  const way = usualWay(model);
  const wishes = problem.visits.flatMap(({ costBy = [] }) => costBy.map(([, cost]) => Math.abs(cost)));
  const most = 2 * Math.max(farthestWay(model), greatest(wishes)) + mostUneven(model);
  const common = commonPart(problem.visits.map(({ priority }) => priority));
  const fixed = greatest(model.fixedCost);
  return {
    hot: (isSoft ? 1.15 : 0.35) * way,
    cold: (isSoft ? 0.01 : 0.0035) * way,
    firstLostCost: ((isSoft ? SOFT_WEIGHT : 1) * way) / common,
    lostCost: ((isSoft ? SOFT_WEIGHT : 1) * (most + fixed + 1)) / common,
    sliceSeconds: isSoft ? 5 : 1,
    sliceSteps: 20,
    partSize: 1000,
    isSoft,
  };
}

/** Lateness that one visit causes others weighs less than that it is made. */
const SOFT_WEIGHT = 1000;

/** By what two sums of these priorities differ at least. */
function commonPart(priorities: readonly number[]): number {
  let common = 0;
  for (const priority of priorities) {
    let [a, b] = [common, priority];
    while (b > 0) [a, b] = [b, a % b];
    common = a;
  }
  return common || 1;
}

/** No way is longer. */
function farthestWay(model: Model): number {
  if (model.matrix !== null) return greatest(model.matrix);
  let most = 0;
  for (let p = 1; p < model.places; p++) {
    for (let mode = 0; mode < model.modes; mode++) most = Math.max(most, travelTime(model, mode, 0, p));
  }
  return 2 * most;
}

/** No visit costs more for balance. */
function mostUneven(model: Model): number {
  const longest = greatest(model.duration);
  const work =
    greatest(model.worked) +
    greatest(model.shiftUntil.map((until, c) => until - (model.shiftFrom[c] as number)));
  return model.unevenCost * longest * (2 * work + longest);
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
