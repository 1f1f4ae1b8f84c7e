import { describe, expect, it } from 'vitest';
import { brokenBy, type Day, shift, verdictOf } from './support/vroomDay.ts';

describe('what a job takes', () => {
  it('includes getting started, but only where the carer was not before', () => {
    const change = ({ problem, round, plan, li }: Day) => {
      li.setup = 300;
      problem.jobs.push({ id: 13, location_index: 1, service: 60, setup: 300 });
      round.steps.splice(2, 0, { type: 'job', id: 13, arrival: 32100, setup: 0, service: 60 });
      shift(round, 3, 360);
      plan.summary.setup = 300;
    };
    expect(verdictOf(change)).toMatchObject({ broken: [], figures: { setup: 300, service: 3060 } });
    expect(
      brokenBy((day) => {
        change(day);
        day.atLi.setup = 200;
        shift(day.round, 2, -100);
      }),
    ).toEqual([{ rule: 'duration', carer: 1, visit: 11, by: 100 }]);
  });

  it('may be another time for another type of vehicle', () => {
    const { broken } = verdictOf(({ carer, li, atLi, round }) => {
      carer.type = 'nurse';
      li.service_per_type = { nurse: 1500 };
      atLi.service = 1500;
      shift(round, 2, -300);
    });
    expect(broken).toEqual([]);
  });
});

describe('the way between places', () => {
  const half = ({ carer, atLi, atWang, start, end, plan }: Day) => {
    carer.speed_factor = 2;
    [start.arrival, atLi.arrival, atWang.arrival, end.arrival] = [29700, 30000, 31950, 33600];
    plan.summary = { cost: 900, duration: 900 };
  };

  it('is shorter for a faster vehicle', () => {
    expect(brokenBy(half)).toEqual([]);
    expect(
      brokenBy((day) => {
        half(day);
        shift(day.round, 3, -1);
      }),
    ).toEqual([{ rule: 'travel', carer: 1, of: 'end', by: 1 }]);
  });

  it('may be rounded by a second where the factor makes fractions of it', () => {
    const slower = (homeAt: number) => (day: Day) => {
      half(day);
      day.problem.matrices.car = {
        durations: [
          [0, 601, 901],
          [601, 0, 300],
          [901, 300, 0],
        ],
      };
      day.plan.summary = {};
      day.end.arrival = homeAt;
    };
    expect(brokenBy(slower(33600))).toEqual([]);
    expect(brokenBy(slower(33601))).toEqual([]);
    expect(brokenBy(slower(33599))).toEqual([{ rule: 'travel', carer: 1, of: 'end', by: 1.5 }]);
  });

  /** A hundredth of a degree north is 1,112 m: by electric bicycle 360 s and 60 s more. */
  const onTheMap =
    (seconds: number) =>
    ({ problem, plan, carer, li, round, start, atLi }: Day) => {
      problem.matrices = {};
      carer.start = [118.79, 32.05];
      carer.profile = 'bike';
      li.location = [118.79, 32.06];
      delete carer.end_index;
      delete carer.start_index;
      problem.jobs = [li];
      plan.summary = {};
      start.arrival = 30000 - seconds;
      round.steps = [start, atLi, { type: 'end', arrival: 31800 }];
    };

  it('is reckoned from coordinates where there is no matrix, within a second', () => {
    expect(verdictOf(onTheMap(420))).toMatchObject({ broken: [], figures: { travel: 420, cost: 420 } });
    expect(brokenBy(onTheMap(419))).toEqual([]);
    expect(brokenBy(onTheMap(419), { toleranceSeconds: 0 })).toMatchObject([{ rule: 'travel', by: 1 }]);
    expect(brokenBy(onTheMap(418))).toMatchObject([{ rule: 'travel', by: 2 }]);
  });

  it('is as long as its mode takes', () => {
    const modes = { bike: { speedKmh: 5, detour: 1, fixedSeconds: 0 } };
    expect(verdictOf(onTheMap(801), { modes })).toMatchObject({ broken: [], figures: { travel: 801 } });
  });
});

describe('the cost', () => {
  it('is the fixed one, travel by the hour and the kilometre, and tasks by the hour', () => {
    const { broken, figures } = verdictOf(({ carer, problem, plan, round }) => {
      carer.costs = { fixed: 100, per_hour: 7200, per_km: 500, per_task_hour: 1200 };
      problem.matrices.car = {
        ...problem.matrices.car,
        distances: [
          [0, 1000, 0],
          [0, 0, 2000],
          [3000, 0, 0],
        ],
      };
      Object.assign(plan.summary, { cost: 7700, distance: 6000 });
      round.cost = 7700;
    });
    expect(broken).toEqual([]);
    expect(figures).toMatchObject({ cost: 100 + 3600 + 3000 + 1000, distance: 6000 });
  });

  it('is that of the matrix where the problem has one', () => {
    const { broken } = verdictOf(({ problem, plan }) => {
      problem.matrices.car = {
        ...problem.matrices.car,
        costs: [
          [0, 1, 0],
          [0, 0, 2],
          [4, 0, 0],
        ],
      };
      plan.summary.cost = 7;
    });
    expect(broken).toEqual([]);
  });
});

describe('what cannot be read', () => {
  const fields: [string, string, (day: Day) => unknown][] = [
    ['shipments, which are not checked', 'shipments', ({ problem }) => (problem.shipments = [{}])],
    [
      'a field of a job that might be a rule',
      'jobs[0].allowed_vehicles',
      ({ li }) => (li.allowed_vehicles = [1]),
    ],
    [
      'a field of a carer that might be a rule',
      'vehicles[0].max_waiting',
      ({ carer }) => (carer.max_waiting = 1),
    ],
    [
      'a window that ends before it begins',
      'jobs[0].time_windows[0]',
      ({ li }) => (li.time_windows = [[2, 1]]),
    ],
    ['a job at no place of the matrix', 'jobs[1].location_index', ({ wang }) => (wang.location_index = 3)],
    ['a job nowhere on the map', 'jobs[0].location', ({ problem }) => (problem.matrices = {})],
    ['two jobs by one id', 'jobs[1].id', ({ wang }) => (wang.id = 11)],
    ['loads of more dimensions than the carer has', 'jobs[0].delivery', ({ li }) => (li.delivery = [1])],
    [
      'a matrix that is not square',
      'matrices.car.durations',
      ({ problem }) => (problem.matrices.car = { durations: [[0], []] }),
    ],
    [
      'a matrix with a gap',
      'matrices.car.durations[0][1]',
      ({ problem }) =>
        (problem.matrices.car = {
          durations: [
            [0, null, 1],
            [1, 0, 1],
            [1, 1, 0],
          ],
        }),
    ],
    [
      'a most distance without distances',
      'vehicles[0].max_distance',
      ({ carer }) => (carer.max_distance = 1),
    ],
    ['a plan that is none', 'code', ({ plan }) => (plan.code = 2)],
    ['a step of another kind', 'routes[0].steps[1].type', ({ atLi }) => (atLi.type = 'pickup')],
    ['a step without its time', 'routes[0].steps[2].arrival', ({ atWang }) => delete atWang.arrival],
  ];
  it.each(fields)('is %s, and the field is named', (_, field, change) => {
    expect(() => verdictOf(change)).toThrow(expect.objectContaining({ name: 'Unreadable', field }));
  });
});
