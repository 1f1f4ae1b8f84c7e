/** What a plan of a day comes to: the figures in which two plans are compared. */
import { type MeasuredVisit, planMeasures } from '../../../db/dispatch/measures.ts';
import { TOLERANCE_MINUTES } from '../city/dayMeasures.ts';
import type { RoundsPlan } from '../problem.ts';
import type { Case } from './case.ts';

export interface Outcome {
  visits: number;
  served: number;
  unserved: number;
  /** As the problem weighs it (D2). */
  priorityServed: number;
  priorityUnserved: number;
  /** Visits that begin after the last of their windows, and by how much together. */
  late: number;
  lateMinutes: number;
  /** How long after the first of their windows opens visits begin, on average; null when none is made. */
  afterOpenMinutes: number | null;
  travelMinutes: number;
  carers: number;
  carersOut: number;
  /** Gini coefficient and standard deviation of the carers' work. */
  workGini: number | null;
  workSpreadMinutes: number | null;
  /** Null where it is not known who knows whom. */
  knownShare: number | null;
  /** Null where nobody has a home. */
  nearShare: number | null;
}

export interface Comparison {
  before: Outcome;
  after: Outcome;
  /** Visits that both plans serve, by another person or at another time; and those that only one serves. */
  personChanged: number;
  beginMoved: number;
  dropped: number;
  gained: number;
}

interface Served extends MeasuredVisit {
  visit: number;
  carer: number;
  hasHome: boolean;
}

export function outcomeOf(one: Case, plan: RoundsPlan, circleMinutes: number): Outcome {
  const { problem, scale } = one;
  const minutes = (time: number) => time / scale / 60;
  const visits = servedIn(one, plan);
  const people = new Set(problem.carers.map((_, c) => one.personOf(c)));
  const work = new Map([...people].map((person) => [person, 0]));
  let [late, lateMinutes, afterOpen] = [0, 0, 0];
  for (const { visit, personId, beginAt } of visits) {
    const { duration, windows } = problem.visits[visit] as (typeof problem.visits)[number];
    work.set(personId, (work.get(personId) ?? 0) + minutes(duration));
    const [first, last, begin] = [windows[0], windows.at(-1), beginAt / 60_000];
    if (!first || !last) continue;
    afterOpen += begin - minutes(first.from);
    const by = begin - minutes(last.until);
    if (by <= 0) continue;
    late += 1;
    lateMinutes += by;
  }
  const figures = measuresOf(
    visits.filter(({ hasHome }) => hasHome),
    [...work.values()],
    circleMinutes,
  );
  const priority = problem.visits.reduce((sum, visit) => sum + visit.priority, 0);
  return {
    visits: problem.visits.length,
    served: visits.length,
    unserved: plan.unserved.length,
    priorityServed: priority - plan.cost.unservedPriority,
    priorityUnserved: plan.cost.unservedPriority,
    late,
    lateMinutes: Math.round(lateMinutes),
    afterOpenMinutes: visits.length === 0 ? null : Math.round((10 * afterOpen) / visits.length) / 10,
    travelMinutes: Math.round(minutes(plan.cost.travel)),
    carers: people.size,
    carersOut: new Set(visits.map(({ personId }) => personId)).size,
    workGini: figures.workGini,
    workSpreadMinutes: figures.workSpreadMinutes,
    knownShare: one.isKnown ? measuresOf(visits, [], circleMinutes).knownShare : null,
    nearShare: figures.nearShare,
  };
}

const measuresOf = (
  visits: readonly MeasuredVisit[],
  workMinutes: readonly number[],
  circleMinutes: number,
) => planMeasures({ visits, before: [], workMinutes, circleMinutes, toleranceMinutes: TOLERANCE_MINUTES });

/** Sets two plans of the same visits beside each other. */
export function compared(
  before: { case: Case; plan: RoundsPlan; circleMinutes: number },
  after: { case: Case; plan: RoundsPlan; circleMinutes: number },
): Comparison {
  const was = servedIn(before.case, before.plan);
  const is = servedIn(after.case, after.plan);
  const { personChanged, beginMoved, dropped } = planMeasures({
    visits: is,
    before: was.map((visit) => ({ ...visit, isTold: true })),
    workMinutes: [],
    circleMinutes: 0,
    toleranceMinutes: TOLERANCE_MINUTES,
  });
  const keys = new Set(was.map(({ key }) => key));
  return {
    before: outcomeOf(before.case, before.plan, before.circleMinutes),
    after: outcomeOf(after.case, after.plan, after.circleMinutes),
    personChanged,
    beginMoved,
    dropped,
    gained: is.filter(({ key }) => !keys.has(key)).length,
  };
}

function servedIn(one: Case, { rounds }: RoundsPlan): Served[] {
  return rounds.flatMap(({ carer, stops }) =>
    stops.flatMap(({ kind, index, beginAt }): Served[] => {
      if (kind !== 'visit') return [];
      const home = one.fromHomeSeconds(index, carer);
      return [
        {
          visit: index,
          carer,
          key: one.problem.visits[index]?.id ?? String(index),
          personId: one.personOf(carer),
          beginAt: (1000 * beginAt) / one.scale,
          isKnown: one.isKnown?.(index, carer) ?? false,
          fromHomeSeconds: home ?? 0,
          hasHome: home !== null,
        },
      ];
    }),
  );
}
