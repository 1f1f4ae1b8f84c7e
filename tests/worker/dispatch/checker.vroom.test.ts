import { describe, expect, it } from 'vitest';
import { brokenBy, type Day, haveLunch, lunch, shift, verdictOf } from './support/vroomDay.ts';

describe('a plan in the JSON of VROOM', () => {
  it('is valid when it keeps every rule, and its figures are recomputed', () => {
    expect(verdictOf(() => {})).toEqual({
      valid: true,
      broken: [],
      brokenCount: 0,
      figures: {
        routes: 1,
        served: 2,
        unassigned: 0,
        priority: 50,
        unservedPriority: 0,
        travel: 1800,
        waiting: 0,
        setup: 0,
        service: 3000,
        distance: null,
        cost: 1800,
      },
    });
  });

  it('may leave a job out, which costs its priority', () => {
    const { valid, figures } = verdictOf(({ problem, plan }) => {
      problem.jobs.push({ id: 13, location_index: 1, priority: 7 });
      plan.unassigned.push({ id: 13, type: 'job' });
      plan.summary.unassigned = 1;
    });
    expect(valid).toBe(true);
    expect(figures).toMatchObject({ served: 2, unassigned: 1, priority: 50, unservedPriority: 7 });
  });

  it('may wait for a window to open, and use any window of several', () => {
    const { valid, figures } = verdictOf(({ li, start, atLi }) => {
      li.time_windows = [
        [20000, 20001],
        [30000, 31000],
      ];
      start.arrival = 29300;
      atLi.arrival = 29900;
      atLi.waiting_time = 100;
    });
    expect(valid).toBe(true);
    expect(figures.waiting).toBe(100);
  });

  it('may begin and end wherever the first and last job are, for a carer without home', () => {
    const { valid, figures } = verdictOf(({ carer, plan, start, end }) => {
      delete carer.start_index;
      carer.end_index = undefined;
      [start.arrival, end.arrival] = [30000, 33300];
      Object.assign(plan.summary, { cost: 300, duration: 300 });
    });
    expect(valid).toBe(true);
    expect(figures.travel).toBe(300);
  });

  it('may bring to one and take from the next as much as the carer can hold', () => {
    const { broken } = verdictOf(({ carer, li, wang, atLi, start }) => {
      carer.capacity = [1];
      li.delivery = [1];
      wang.pickup = [1];
      start.load = [1];
      atLi.load = [0];
    });
    expect(broken).toEqual([]);
  });

  const breaches: [string, (day: Day) => unknown, object[]][] = [
    [
      'forgets a job',
      ({ problem, plan }) => {
        problem.jobs.push({ id: 13, location_index: 1 });
        plan.summary = {};
      },
      [{ rule: 'visit-missing', visit: 13 }],
    ],
    [
      'leaves out what is served',
      ({ plan }) => plan.unassigned.push({ id: 12 }),
      [{ rule: 'visit-twice', visit: 12 }],
    ],
    [
      'leaves out what does not exist',
      ({ plan }) => plan.unassigned.push({ id: 99 }),
      [{ rule: 'unknown-visit', visit: 99 }],
    ],
    [
      'sends two carers to one job',
      ({ problem, plan, carer, start, atLi }) => {
        problem.vehicles.push({ ...carer, id: 2 });
        plan.routes.push({ vehicle: 2, steps: [start, atLi, { type: 'end', arrival: 32400 }] });
        plan.summary = {};
      },
      [{ rule: 'visit-twice', carer: 2, visit: 11 }],
    ],
    [
      'sends a carer out twice',
      ({ plan }) => {
        plan.routes.push({
          vehicle: 1,
          steps: [
            { type: 'start', arrival: 40000 },
            { type: 'end', arrival: 40000 },
          ],
        });
      },
      [{ rule: 'carer-twice', carer: 1 }],
    ],
    [
      'sends a carer who does not exist',
      ({ problem, plan, round }) => {
        problem.jobs = [];
        round.vehicle = 9;
        plan.summary = {};
      },
      [{ rule: 'unknown-carer', carer: 9 }],
    ],
    [
      'visits somebody who does not exist',
      ({ round, problem }) => {
        round.steps.splice(3, 0, { type: 'job', id: 99, arrival: 33300 });
        problem.jobs.length = 2;
      },
      [{ rule: 'unknown-visit', carer: 1, visit: 99 }],
    ],
    [
      'sends a carer without the skill',
      ({ li }) => (li.skills = [1, 2]),
      [{ rule: 'skill', carer: 1, visit: 11, of: 2 }],
    ],
    [
      'begins a job after its window',
      ({ li }) => (li.time_windows = [[20000, 29990]]),
      [{ rule: 'window', carer: 1, visit: 11, by: 10 }],
    ],
    [
      'begins a job before its window',
      ({ li }) => (li.time_windows = [[30060, 34000]]),
      [{ rule: 'window', carer: 1, visit: 11, by: 60 }],
    ],
    [
      'comes sooner than the way takes',
      ({ round }) => shift(round, 2, -100),
      [{ rule: 'travel', carer: 1, visit: 12, by: 100 }],
    ],
    [
      'is home sooner than the way takes',
      ({ end }) => (end.arrival = 34199),
      [{ rule: 'travel', carer: 1, of: 'end', by: 1 }],
    ],
    [
      'lets time pass that is no wait',
      ({ round }) => shift(round, 2, 50),
      [{ rule: 'idle', carer: 1, visit: 12, by: 50 }],
    ],
    [
      'cuts a service short',
      ({ atWang, end }) => {
        atWang.service = 900;
        end.arrival = 33900;
      },
      [{ rule: 'duration', carer: 1, visit: 12, by: 300 }],
    ],
    [
      'begins before the shift',
      ({ carer }) => (carer.time_window = [29500, 61200]),
      [{ rule: 'shift', carer: 1, of: 'start', by: 100 }],
    ],
    [
      'ends after the shift',
      ({ carer }) => (carer.time_window = [28800, 34000]),
      [{ rule: 'shift', carer: 1, of: 'end', by: 200 }],
    ],
    [
      'begins away from home',
      ({ start }) => (start.location_index = 1),
      [{ rule: 'place', carer: 1, of: 'start' }],
    ],
    [
      'makes a job at another place',
      ({ atLi }) => (atLi.location_index = 2),
      [{ rule: 'place', carer: 1, visit: 11 }],
    ],
    [
      'never comes home',
      ({ plan, round }) => {
        round.steps.pop();
        plan.summary = {};
      },
      [{ rule: 'place', carer: 1 }],
    ],
    ['skips a break', ({ carer }) => (carer.breaks = [lunch]), [{ rule: 'break-missing', carer: 1, of: 5 }]],
    [
      'takes a break twice',
      (day) => {
        haveLunch(day);
        day.round.steps.splice(3, 0, { type: 'break', id: 5, arrival: 32500, service: 600 });
        shift(day.round, 4, 600);
      },
      [{ rule: 'break-twice', carer: 1, of: 5 }],
    ],
    [
      'takes a break that is not the carer’s',
      ({ round }) => round.steps.splice(2, 0, { type: 'break', id: 6, arrival: 31800 }),
      [{ rule: 'unknown-break', carer: 1, of: 6 }],
    ],
    [
      'takes a break outside its windows',
      (day) => {
        haveLunch(day);
        day.carer.breaks = [{ ...lunch, time_windows: [[31000, 31800]] }];
      },
      [{ rule: 'break-window', carer: 1, of: 5, by: 100 }],
    ],
    [
      'takes a break while still with an elder',
      (day) => {
        haveLunch(day);
        Object.assign(day.round.steps[2] ?? {}, { arrival: 31700, service: 600 });
        shift(day.round, 3, -100);
      },
      [
        { rule: 'travel', carer: 1, of: 5, by: 100 },
        { rule: 'travel', carer: 1, visit: 12, by: 100 },
      ],
    ],
    [
      'takes too much along into a break',
      (day) => {
        haveLunch(day);
        day.carer.capacity = [4];
        day.carer.breaks = [{ ...lunch, max_load: [2] }];
        day.wang.delivery = [3];
      },
      [{ rule: 'break-load', carer: 1, of: 5, by: 1 }],
    ],
    [
      'loads more than the carer can hold',
      ({ carer, li, wang }) => {
        carer.capacity = [9, 3];
        li.delivery = [1, 2];
        wang.delivery = [1, 2];
      },
      [{ rule: 'capacity', carer: 1, of: 1, by: 1 }],
    ],
    [
      'makes more visits than the carer may',
      ({ carer }) => (carer.max_tasks = 1),
      [{ rule: 'most-visits', carer: 1, by: 1 }],
    ],
    [
      'travels longer than the carer may',
      ({ carer }) => (carer.max_travel_time = 1790),
      [{ rule: 'most-travel', carer: 1, by: 10 }],
    ],
    [
      'travels farther than the carer may',
      ({ carer, problem }) => {
        carer.max_distance = 1000;
        if (problem.matrices.car) problem.matrices.car.distances = problem.matrices.car.durations;
      },
      [{ rule: 'most-distance', carer: 1, by: 800 }],
    ],
    [
      'claims a lower cost than the true one',
      ({ plan }) => (plan.summary.cost = 1799),
      [{ rule: 'claim', of: 'summary.cost', by: 1 }],
    ],
    [
      'claims to leave out fewer than it does',
      ({ plan }) => (plan.summary.unassigned = 2),
      [{ rule: 'claim', of: 'summary.unassigned', by: 2 }],
    ],
    [
      'claims a wrong wait of a round',
      ({ round }) => (round.waiting_time = 5),
      [{ rule: 'claim', carer: 1, of: 'route.waiting_time', by: 5 }],
    ],
    [
      'claims a wrong load of a round',
      ({ round }) => (round.delivery = [3]),
      [{ rule: 'claim', carer: 1, of: 'route.delivery', by: 3 }],
    ],
    [
      'claims a wrong way at a step',
      ({ atWang }) => (atWang.duration = 899),
      [{ rule: 'claim', carer: 1, visit: 12, of: 'duration', by: 1 }],
    ],
    [
      'claims a wrong load at a step',
      ({ carer, li, atLi }) => {
        carer.capacity = [2];
        li.delivery = [2];
        atLi.load = [2];
      },
      [{ rule: 'claim', carer: 1, visit: 11, of: 'load', by: 2 }],
    ],
  ];
  it.each(breaches)('is not valid when it %s', (_, change, broken) => {
    expect(brokenBy(change)).toEqual(broken);
  });

  it('may split a way around a break', () => {
    const { broken, figures } = verdictOf(haveLunch);
    expect(broken).toEqual([]);
    expect(figures).toMatchObject({ travel: 1800, service: 3600 });
  });

  it('names the first hundred breaches and counts them all', () => {
    const { valid, broken, brokenCount } = verdictOf(({ problem, plan }) => {
      plan.summary = {};
      for (let id = 100; id < 250; id++) problem.jobs.push({ id, location_index: 1 });
    });
    expect([valid, broken.length, brokenCount]).toEqual([false, 100, 150]);
  });
});
