/** Planning a claimed day of a district from reading it to putting the plan into effect. */
import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { perform } from '../../../db/connect/act.ts';
import { applyPlan, type MadePlan } from '../../../db/dispatch/apply.ts';
import { type Claim, giveUp } from '../../../db/dispatch/claim.ts';
import type { PlanCost, PlanKind, PlanningPolicy } from '../../../db/dispatch/planRules.ts';
import { currentPolicy } from '../../../db/services/policies.ts';
import { type TaskContext, workerAct } from '../../tasks/task.ts';
import { planApart } from '../engine/planApart.ts';
import { type CityDay, keyOf } from './cityDay.ts';
import { explainedPlaces, explainedUnplaced } from './explainPlaces.ts';
import { type DayPlan, planDay, type Search } from './planDay.ts';
import { readDay } from './readDay.ts';
import { wishesOf } from './wishes.ts';

const SEED = 1;
/** Steps for each visit that is free: a small day is planned well before its time is up, and the same way again. */
const STEPS_A_VISIT = 400;
const MOST_BY_STEPS = 100;
const MENDING_SECONDS = 1;

const zipped = promisify(gzip);

/** Plans it and returns how many orders have places now; 0 where another worker took it over, which leaves all as it was. */
export async function planArea(context: TaskContext, claim: Claim, kind: PlanKind): Promise<number> {
  const { db, at } = context;
  const policy = await currentPolicy(db, 'dispatch', at);
  const began = performance.now();
  const day = await readDay(db, claim, at, policy.body);
  const made = day ? await planDay(day, searchWith(policy.body.planning, kind, context.ending)) : nothing;
  // Whoever ends now has hardly searched: the claim runs out and another plans in peace.
  if (context.ending?.aborted) return 0;
  const problem = Buffer.from(JSON.stringify(day ?? {}, plainly));
  const plan: MadePlan = {
    kind,
    policyId: policy.id,
    seed: SEED,
    seconds: Math.round(performance.now() - began) / 1000,
    cost: day ? costOf(day, made) : { unservedPriority: 0, total: 0, travel: 0, wishes: 0, late: 0 },
    measures: day ? measuresOf(day, made) : {},
    problem: await zipped(problem),
    problemHash: createHash('sha256').update(problem).digest(),
    places: day ? explainedPlaces(day, made) : [],
    unplaced: day ? explainedUnplaced(day, made) : [],
  };
  const outcome = await perform(db, workerAct('dispatch', at), (tx, act) => applyPlan(tx, act, claim, plan));
  return outcome.ok ? outcome.value.placed : 0;
}
