/** Planning a claimed day of a district from reading it to putting the plan into effect. */

import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { perform } from '../../../db/connect/act.ts';
import { groupBy } from '../../../db/connect/groupBy.ts';
import { applyPlan, type MadePlan } from '../../../db/dispatch/apply.ts';
import { type Claim, endEmpty } from '../../../db/dispatch/claim.ts';
import type { PlanCost, PlanKind, PlanningPolicy } from '../../../db/dispatch/planRules.ts';
import { askingTotals } from '../../../db/orders/askingViews.ts';
import { currentPolicy } from '../../../db/services/policies.ts';
import { type TaskContext, workerAct } from '../../tasks/task.ts';
import { planApart } from '../engine/planApart.ts';
import type { CityDay } from './cityDay.ts';
import { dayMeasures } from './dayMeasures.ts';
import { explainedPlaces, explainedUnplaced } from './explainPlaces.ts';
import { type DayPlan, planDay, type Search } from './planDay.ts';
import { priorityOf } from './problemOf.ts';
import { readDay } from './readDay.ts';
import { asItWillBe, travelMs } from './spans.ts';
import { secondsAPoint, wishesOf } from './wishes.ts';

const SEED = 1;
/** Steps for each visit that is free: a small day is planned well before its time is up, and the same way again. */
const STEPS_A_VISIT = 400;
const MOST_BY_STEPS = 100;
const MENDING_SECONDS = 1;
const FAIRNESS_MS = 30 * 86_400_000;

const zipped = promisify(gzip);

/** Plans it and returns how many orders have places now; 0 where another worker took it over, which leaves all as it was. */
export async function planArea(context: TaskContext, claim: Claim, kind: PlanKind): Promise<number> {
  const { db, at } = context;
  const act = workerAct('dispatch', at);
  const policy = await currentPolicy(db, 'dispatch', at);
  const began = performance.now();
  const day = await readDay(db, claim, at, policy.body);
  if (!day) {
    await perform(db, act, (tx) => endEmpty(tx, act, claim));
    return 0;
  }
  const made = await planDay(day, searchWith(policy.body.planning, kind, context.ending));
  // Whoever ends now has hardly searched: the claim runs out, and another plans it in peace.
  if (context.ending?.aborted) return 0;
  const problem = Buffer.from(JSON.stringify(day, withMaps));
  const plan: MadePlan = {
    kind,
    policyId: policy.id,
    seed: SEED,
    seconds: Math.round(performance.now() - began) / 1000,
    cost: costOf(day, made),
    measures: {
      ...dayMeasures(day, made),
      giniHours: kind === 'night' ? await evenness(context, claim) : null,
    },
    problem: await zipped(problem),
    problemHash: createHash('sha256').update(problem).digest(),
    places: explainedPlaces(day, made),
    unplaced: explainedUnplaced(day, made),
  };
  const outcome = await perform(db, act, (tx) => applyPlan(tx, act, claim, plan));
  return outcome.ok ? outcome.value.placed : 0;
}

/** Gini coefficient of the hours that the district's volunteers were offered in 30 days: told once a day. */
const evenness = async ({ db, at }: TaskContext, { areaCode }: Claim): Promise<number | null> =>
  (await askingTotals(db, { areaCode, from: new Date(at.getTime() - FAIRNESS_MS), until: at })).giniHours;

/** Searches beside the event loop, as long as the policy says and no longer than the worker lives. */
const searchWith =
  ({ searchSeconds, threads }: PlanningPolicy, kind: PlanKind, ending?: AbortSignal): Search =>
  (problem, start, isMending) => {
    const free = problem.visits.filter(({ pinned }) => !pinned).length;
    const seconds = isMending ? Math.min(MENDING_SECONDS, searchSeconds[kind]) : searchSeconds[kind];
    const limit = AbortSignal.timeout(1000 * seconds);
    return planApart(problem, {
      ...(free <= MOST_BY_STEPS ? { iterations: STEPS_A_VISIT * free } : { seconds }),
      threads,
      seed: SEED,
      start: start.length > 0 ? start : undefined,
      signal: ending ? AbortSignal.any([ending, limit]) : limit,
    });
  };

/** What the plan costs: priorities of orders without a place, then the ways of everybody who goes out, less what is wished for. */
function costOf(day: CityDay, { placed, unplaced }: DayPlan): PlanCost {
  const mode = day.policy.travel.carer;
  let travel = 0;
  for (const mine of groupBy(placed, ({ carer }) => carer).entries()) {
    const [carer, own] = mine;
    const stops = [
      ...asItWillBe(carer.stops, day.at, mode),
      ...own.map(({ order, beginAt }) => ({ lat: order.lat, lon: order.lon, from: beginAt })),
    ].sort((a, b) => a.from - b.from);
    for (const [i, stop] of stops.entries()) travel += travelMs(mode, stops[i - 1] ?? carer, stop) / 1000;
  }
  const points = placed.reduce(
    (sum, { order, place, carer }) => sum + wishesOf(day, order, place, carer).points,
    0,
  );
  const wishes = Math.round(-points * secondsAPoint(day.policy));
  return {
    unservedPriority: unplaced.reduce((sum, order) => sum + priorityOf(day, order), 0),
    total: travel + wishes,
    travel,
    wishes,
  };
}

const withMaps = (_: string, value: unknown): unknown =>
  value instanceof Map ? Object.fromEntries(value) : value;
