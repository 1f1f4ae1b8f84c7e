/** What if: two plans of the same day side by side, on days whose right answer is evident. */
import { describe, expect, it } from 'vitest';
import { firstPlanning } from '../../../db/dispatch/planRules.ts';
import { firstDispatch } from '../../../db/dispatch/rules.ts';
import type { WaitingOrder } from '../../../db/dispatch/waitingOf.ts';
import { DispatchFailure } from '../../../worker/dispatch/arguments.ts';
import type { CarerDay, CityDay } from '../../../worker/dispatch/city/cityDay.ts';
import { plan } from '../../../worker/dispatch/engine/plan.ts';
import { type Case, caseOf } from '../../../worker/dispatch/whatIf/case.ts';
import { withCarers } from '../../../worker/dispatch/whatIf/changes.ts';
import { cityCaseOf, withCityCarers } from '../../../worker/dispatch/whatIf/cityCase.ts';
import { compared, outcomeOf } from '../../../worker/dispatch/whatIf/outcome.ts';
import { weightOf, withPolicy } from '../../../worker/dispatch/whatIf/policy.ts';
import { at, HOUR, onALine, options } from './support/onALine.ts';

const NINE = Date.parse('2026-05-04T09:00:00+08:00');
const HOME = { lat: 32.05, lon: 118.8 };
const north = (metres: number) => ({ ...HOME, lat: HOME.lat + metres / 111_195 });

const order = (n: number, change: Partial<WaitingOrder> = {}): WaitingOrder => ({
  id: `order ${n}`,
  version: 1,
  serviceCode: 'bathing',
  ...HOME,
  startAt: new Date(NINE),
  latestStartAt: new Date(NINE),
  minutes: 60,
  carersNeeded: 1,
  urgency: 'normal',
  abilityLevel: 2,
  minLevel: null,
  gender: null,
  certificates: [],
  isBlock: false,
  contractProviderId: null,
  notBy: [],
  notByProviders: [],
  preferred: [],
  knownBy: [],
  ...change,
});
const carer = (personId: string, change: Partial<CarerDay> = {}): CarerDay => ({
  personId,
  providerId: 'ankang',
  gender: 'female',
  ...HOME,
  level: 3,
  takesBlocks: false,
  services: ['bathing'],
  certificates: [],
  open: [{ from: NINE - 3_600_000, until: NINE + 8 * 3_600_000 }],
  absent: [],
  stops: [],
  ...change,
});
const cityDay = (orders: WaitingOrder[], carers: CarerDay[]): CityDay => ({
  at: NINE - 2 * 3_600_000,
  orders,
  carers,
  before: new Map(),
  policy: { ...firstDispatch, planning: firstPlanning },
  rest: { fromMinutes: 1440, minutes: 720 },
});

const planned = async (one: Case) => ({
  case: one,
  plan: await plan(one.problem, options),
  circleMinutes: 15,
});

describe('more carers', () => {
  it('serve those whom nobody had time for, and never fewer', async () => {
    const day = cityDay(
      Array.from({ length: 12 }, (_, n) => order(n)),
      [carer('zhou'), carer('sun', { level: 5 })],
    );
    const more = withCityCarers(day, { count: 10, level: 3, stations: [] });
    const { before, after, gained, dropped } = compared(
      await planned(cityCaseOf(day)),
      await planned(cityCaseOf(more)),
    );
    expect(before).toMatchObject({ served: 2, unserved: 10, carers: 2, carersOut: 2, workGini: 0 });
    expect(after).toMatchObject({ served: 12, unserved: 0, carers: 12, carersOut: 12, priorityUnserved: 0 });
    expect([gained, dropped]).toEqual([10, 0]);
  });

  it('at a new station are near those who lived too far from everybody', async () => {
    const day = cityDay([order(1, north(6000))], [carer('zhou')]);
    const more = withCityCarers(day, { count: 1, level: 3, stations: [north(6100)] });
    const { before, after } = compared(await planned(cityCaseOf(day)), await planned(cityCaseOf(more)));
    expect([before.nearShare, after.nearShare]).toEqual([0, 1]);
  });

  it('of a level that nobody has cannot be said', () => {
    expect(() => withCityCarers(cityDay([], [carer('zhou')]), { count: 1, level: 1, stations: [] })).toThrow(
      DispatchFailure,
    );
  });

  it('in a file are like one of those there, or all in turn, with numbers of their own', async () => {
    const problem = onALine(
      [
        { skills: [7], windows: at(9 * HOUR) },
        { skills: [7], windows: at(9 * HOUR) },
      ],
      [
        { id: '3', skills: [7] },
        { id: '8', start: 50, end: 50 },
      ],
    );
    const like = withCarers(problem, { count: 1, like: '3', stations: [] });
    expect(like.carers.at(-1)).toEqual({ ...problem.carers[0], id: '9' });
    expect(
      withCarers(problem, { count: 3, like: null, stations: [] })
        .carers.slice(2)
        .map((one) => [one.id, one.start]),
    ).toEqual([
      ['9', 0],
      ['10', 50],
      ['11', 0],
    ]);
    const { before, after } = compared(
      await planned(caseOf(problem, 1 / 60)),
      await planned(caseOf(like, 1 / 60)),
    );
    expect([before.served, after.served]).toEqual([1, 2]);
    expect(before).toMatchObject({ knownShare: null, nearShare: 1, travelMinutes: 2 });
    expect(() => withCarers(problem, { count: 1, like: '4', stations: [] })).toThrow('no carer 4');
    expect(() => withCarers(problem, { count: 1, like: null, stations: [HOME] })).toThrow('no coordinates');
  });
});

describe('another weight', () => {
  it('for known faces sends the one who is farther and known, or nearer and not', async () => {
    const carers = [carer('known', north(4000)), carer('near')];
    const day = cityDay([order(1, { knownBy: ['known'] })], carers);
    const weighed = async (knownVisit: number, circle: number) => {
      const changes = { points: { knownVisit, circle } };
      return planned(cityCaseOf({ ...day, policy: withPolicy(day.policy, changes) }));
    };
    const { before, after, personChanged } = compared(await weighed(0, 10), await weighed(50, 0));
    expect([before.knownShare, after.knownShare, personChanged]).toEqual([0, 1, 1]);
    expect([before.nearShare, after.nearShare]).toEqual([1, 0]);
  });

  it('is named as in the policy, and one that there is not is refused by name', () => {
    const { policy } = cityDay([], []);
    expect(withPolicy(policy, weightOf('planning.frailtyWeight=9')).planning.frailtyWeight).toBe(9);
    expect(withPolicy(policy, weightOf('circleMinutes=20')).circleMinutes).toBe(20);
    expect(() => withPolicy(policy, weightOf('points.luck=1'))).toThrow('no points.luck');
    expect(() => withPolicy(policy, weightOf('points=1'))).toThrow('points must be an object');
    expect(() => withPolicy(policy, { circleMinutes: 'wide' })).toThrow('circleMinutes must be a number');
    expect(() => weightOf('points.circle')).toThrow(DispatchFailure);
  });
});

it('who comes after the last window is late, by so many minutes', async () => {
  const problem = onALine([
    { place: 1, windows: at(9 * HOUR), lateCost: 1 },
    { place: 1, windows: at(9 * HOUR), lateCost: 1 },
  ]);
  const one = caseOf(problem, 1 / 60);
  expect(outcomeOf(one, await plan(problem, options), 15)).toMatchObject({
    served: 2,
    late: 1,
    lateMinutes: 30,
  });
});
