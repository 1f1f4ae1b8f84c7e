/** Fairness, continuity and changes of plans, on plans whose figures one can reckon in the head. */
import { describe, expect, it } from 'vitest';
import {
  circleMetres,
  gini,
  type MeasuredPlan,
  type MeasuredVisit,
  planMeasures,
  spread,
} from '../../../db/dispatch/measures.ts';

const NINE = Date.parse('2026-05-04T09:00:00+08:00');
const minutes = (count: number) => NINE + 60_000 * count;

const visit = (key: string, change: Partial<MeasuredVisit> = {}): MeasuredVisit => ({
  key,
  personId: 'zhou',
  beginAt: NINE,
  isKnown: false,
  fromHomeSeconds: 300,
  ...change,
});
const measured = (plan: Partial<MeasuredPlan>) =>
  planMeasures({ visits: [], before: [], workMinutes: [], circleMinutes: 15, toleranceMinutes: 15, ...plan });

describe('how evenly something is shared', () => {
  it('is 0 when all have the same, and the nearer 1 the fewer have it all', () => {
    expect(gini([4, 4, 4, 4])).toBe(0);
    expect(gini([0, 0, 0, 8])).toBe(0.75);
    expect(gini([1, 2, 1])).toBe(0.167);
    expect([gini([]), gini([0, 0])]).toEqual([null, null]);
  });

  it('is told in minutes besides', () => {
    expect([spread([60, 60]), spread([0, 120]), spread([])]).toEqual([0, 60, null]);
  });
});

describe('a plan', () => {
  it('is the steadier the more elders know who comes, and the nearer the more live in the circle', () => {
    const visits = [
      visit('a', { isKnown: true, fromHomeSeconds: 900 }),
      visit('b', { fromHomeSeconds: 901 }),
      visit('c', { isKnown: true }),
      visit('d'),
    ];
    expect(measured({ visits, workMinutes: [60, 180] })).toEqual({
      knownShare: 0.5,
      nearShare: 0.75,
      workGini: 0.25,
      workSpreadMinutes: 60,
      personChanged: 0,
      beginMoved: 0,
      dropped: 0,
    });
  });

  it('of nothing has no shares', () => {
    expect(measured({})).toMatchObject({ knownShare: null, nearShare: null, workGini: null });
  });

  it('changes for people only what they were told, and each visit in one way', () => {
    const before = ['another', 'later', 'little', 'gone', 'untold', 'same'].map((key) => ({
      key,
      personId: 'zhou',
      beginAt: NINE,
      isTold: key !== 'untold',
    }));
    const visits = [
      visit('another', { personId: 'sun', beginAt: minutes(60) }),
      visit('later', { beginAt: minutes(16) }),
      visit('little', { beginAt: minutes(-15) }),
      visit('untold', { personId: 'sun' }),
      visit('same'),
      visit('new'),
    ];
    expect(measured({ visits, before })).toMatchObject({ personChanged: 1, beginMoved: 1, dropped: 1 });
  });
});

it('a circle of 15 minutes is 2,500 metres wide on an e-bike, and nothing when unlocking it takes as long', () => {
  expect(circleMetres({ speedKmh: 15, detour: 1.35, fixedSeconds: 90 }, 15)).toBeCloseTo(2500, 6);
  expect(circleMetres({ speedKmh: 15, detour: 1.35, fixedSeconds: 900 }, 15)).toBe(0);
});
