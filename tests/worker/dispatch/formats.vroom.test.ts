/** VROOM's JSON: what it says becomes the problem, what the engine could not honour is refused by name, and the plan goes back. */
import { describe, expect, it } from 'vitest';
import { defaultModes } from '../../../db/dispatch/travel.ts';
import { FormatError } from '../../../worker/dispatch/formats/formatError.ts';
import { readProblem } from '../../../worker/dispatch/formats/read.ts';
import type { RoundsPlan } from '../../../worker/dispatch/problem.ts';

type Json = Record<string, unknown>;

/** Two visits and a carer in four places, with times that differ by direction. */
const small = () => ({
  jobs: [
    { id: 11, location_index: 1, service: 600, skills: [5], priority: 40, time_windows: [[1000, 2000]] },
    { id: 12, location_index: 2, service: 300, priority: 10, description: 'upstairs' },
  ] as Json[],
  vehicles: [
    { id: 7, start_index: 0, end_index: 3, skills: [9, 5], time_window: [0, 9000], description: 'Wang' },
  ] as Json[],
  matrices: {
    car: {
      durations: [
        [0, 100, 200, 300],
        [110, 0, 120, 130],
        [210, 220, 0, 230],
        [310, 320, 330, 0],
      ],
    },
  } as Json,
});

const read = (document: unknown, bytes = 1 << 20) => readProblem(pieces(JSON.stringify(document), bytes));

function* pieces(text: string, bytes: number) {
  const whole = Buffer.from(text);
  for (let i = 0; i < whole.length; i += bytes) yield whole.subarray(i, i + bytes);
}

function refusalOf(document: unknown): { path: string; said: string } {
  try {
    read(document);
  } catch (error) {
    if (error instanceof FormatError) return { path: error.path, said: error.said.en };
    throw error;
  }
  return { path: 'nowhere', said: 'nothing' };
}

const cost = { unservedPriority: 0, total: 0, travel: 0, wishes: 0, late: 0, uneven: 0 };
const spent = { loadingMs: 3, solvingMs: 4 };

describe('reading VROOM', () => {
  it('takes jobs as visits and vehicles as carers, with skills numbered by what is asked for', () => {
    const { format, problem, profiles } = read(small());
    expect({ format, profiles }).toEqual({ format: 'VROOM', profiles: [] });
    expect(problem.visits).toEqual([
      {
        id: '11',
        place: 1,
        duration: 600,
        windows: [{ from: 1000, until: 2000 }],
        skills: [0],
        priority: 40,
      },
      { id: '12', place: 2, duration: 300, windows: [], skills: [], priority: 10 },
    ]);
    expect(problem.carers).toEqual([
      { id: '7', start: 0, end: 3, shift: { from: 0, until: 9000 }, skills: [0], mode: 0 },
    ]);
    expect([...(problem.travel.matrices?.[0] ?? [])]).toEqual([
      ...[0, 100, 200, 300],
      ...[110, 0, 120, 130],
      ...[210, 220, 0, 230],
      ...[310, 320, 330, 0],
    ]);
  });

  it('takes capacities, limits, breaks, fixed costs and open ends', () => {
    const document = small();
    document.jobs[0] = { ...document.jobs[0], delivery: [2, 1] };
    document.jobs[1] = { ...document.jobs[1], amount: [1, 0] };
    document.vehicles = [
      {
        id: 7,
        start_index: 0,
        capacity: [3, 1],
        max_tasks: 5,
        max_travel_time: 4000,
        costs: { fixed: 50, per_hour: 3600, per_km: 0 },
        breaks: [
          {
            id: 1,
            service: 1800,
            time_windows: [
              [5000, 6000],
              [3000, 4000],
            ],
          },
          { id: 2 },
        ],
      },
      { id: 8, end_index: 3, capacity: [9, 9] },
    ];
    const { visits, carers } = read(document).problem;
    expect(visits.map(({ load }) => load)).toEqual([
      [2, 1],
      [1, 0],
    ]);
    expect(carers[0]).toMatchObject({
      end: null,
      capacity: [3, 1],
      mostVisits: 5,
      mostTravel: 4000,
      fixedCost: 50,
      breaks: [
        {
          id: '1',
          duration: 1800,
          windows: [
            { from: 3000, until: 4000 },
            { from: 5000, until: 6000 },
          ],
        },
        { id: '2', duration: 0 },
      ],
    });
    expect(carers[1]).toMatchObject({ start: null, end: 3 });
  });

  it('reads a matrix the same in whatever pieces the file comes', () => {
    const whole = read(small()).problem;
    for (const bytes of [1, 2, 7, 64]) expect(read(small(), bytes).problem).toEqual(whole);
  });

  it('keeps texts with brackets, quotes and Chinese as they are beside a matrix', () => {
    const document = small();
    document.vehicles[0] = {
      ...document.vehicles[0],
      description: '王 "[[1]]" \\ {matrices:',
      profile: '步行.慢',
    };
    document.matrices = { '步行.慢': document.matrices.car };
    const reading = read(document, 3);
    const plan = {
      rounds: [{ carer: 0, startAt: 0, endAt: 300, travel: 300, stops: [] }],
      unserved: [0, 1],
      cost,
    };
    const written = JSON.parse(reading.write(plan, spent, () => false));
    expect(written.routes[0].description).toBe('王 "[[1]]" \\ {matrices:');
  });

  it('gives a vehicle twice as fast a matrix of half the times', () => {
    const document = small();
    document.vehicles.push({ id: 8, start_index: 0, speed_factor: 2 });
    const { problem } = read(document);
    expect(problem.carers.map(({ mode }) => mode)).toEqual([0, 1]);
    expect(problem.travel.matrices?.[1]?.[1]).toBe(50);
  });

  it('estimates by mode between coordinates, the same coordinates being one place', () => {
    const { problem, profiles } = read({
      jobs: [
        { id: 1, location: [118.78, 32.05] },
        { id: 2, location: [118.79, 32.06] },
        { id: 3, location: [118.78, 32.05] },
      ],
      vehicles: [
        { id: 1, start: [118.78, 32.05], profile: 'foot' },
        { id: 2, start: [118.78, 32.05], profile: 'foot', speed_factor: 0.5 },
      ],
    });
    expect(problem.visits.map(({ place }) => place)).toEqual([0, 1, 0]);
    expect(problem.travel.places).toBe(2);
    expect(problem.travel.coordinates?.modes).toEqual([
      defaultModes.walk,
      {
        speedKmh: defaultModes.walk.speedKmh / 2,
        detour: defaultModes.walk.detour,
        fixedSeconds: 2 * defaultModes.walk.fixedSeconds,
      },
    ]);
    expect(profiles).toEqual([
      { name: 'foot', speedFactor: 1 },
      { name: 'foot', speedFactor: 0.5 },
    ]);
  });

  it('estimates by the city’s own modes where it has them', () => {
    const walk = { speedKmh: 4, detour: 1.5, fixedSeconds: 10 };
    const document = { jobs: [], vehicles: [{ id: 1, start: [118.78, 32.05], profile: 'foot' }] };
    const { problem } = readProblem([Buffer.from(JSON.stringify(document))], { ...defaultModes, walk });
    expect(problem.travel.coordinates?.modes).toEqual([walk]);
  });

  it('lets a unit of priority outweigh all jobs that have none, which still count', () => {
    const document = small();
    document.jobs = [3, 0, 0, 1].map((priority, id) => ({ id, location_index: 1, priority }));
    expect(read(document).problem.visits.map(({ priority }) => priority)).toEqual([9, 1, 1, 3]);
  });

  it('counts Unix times from a zero of its own and writes them back as they were', () => {
    const at = 1_790_000_000;
    const document = small();
    document.jobs[0] = { ...document.jobs[0], time_windows: [[at, at + 600]] };
    document.vehicles[0] = { ...document.vehicles[0], time_window: [at - 3600, at + 9000] };
    const reading = read(document);
    const from = reading.problem.visits[0]?.windows[0]?.from as number;
    expect(from).toBeLessThan(1e9);
    expect(reading.problem.carers[0]?.shift).toEqual({ from: from - 3600, until: from + 9000 });
    const stop = { kind: 'visit' as const, index: 0, arriveAt: from, beginAt: from, endAt: from + 600 };
    const round = { carer: 0, startAt: from - 100, endAt: from + 730, travel: 230, stops: [stop] };
    const written = JSON.parse(reading.write({ rounds: [round], unserved: [1], cost }, spent, () => false));
    expect(written.routes[0].steps.map((step: { arrival: number }) => step.arrival)).toEqual([
      at - 100,
      at,
      at + 730,
    ]);
  });
});

describe('refusing what is not supported', () => {
  const job = (more: Json) => {
    const document = small();
    document.jobs[1] = { ...document.jobs[1], ...more };
    return document;
  };
  const vehicle = (more: Json) => {
    const document = small();
    document.vehicles[0] = { ...document.vehicles[0], ...more };
    return document;
  };
  const refusals: [path: string, said: RegExp, document: unknown][] = [
    ['shipments', /not supported/, { ...small(), shipments: [] }],
    ['options', /not a known field; known are jobs/, { ...small(), options: {} }],
    ['vehicles[0]', /missing/, { ...small(), vehicles: [] }],
    ['jobs[1].pickup', /not supported: .*delivery/, job({ pickup: [1] })],
    ['jobs[1].setup', /must be 0/, job({ setup: 60 })],
    ['jobs[1].setup_per_type', /not supported/, job({ setup_per_type: {} })],
    ['jobs[1].service_per_type', /not supported/, job({ service_per_type: {} })],
    ['jobs[1].id', /repeats 11/, job({ id: 11 })],
    ['jobs[1].id', /must be a whole number/, job({ id: 'a' })],
    ['jobs[1].location_index', /from 0 to 3/, job({ location_index: 4 })],
    ['jobs[1].location_index', /missing/, job({ location_index: undefined })],
    ['jobs[1].service', /whole number from 0/, job({ service: -1 })],
    ['jobs[1].service', /whole number/, job({ service: 1.5 })],
    ['jobs[1].priority', /from 0 to 100/, job({ priority: 101 })],
    ['jobs[1].skills[0]', /must be a number/, job({ skills: ['nurse'] })],
    ['jobs[1].delivery', /must have 0 numbers/, job({ delivery: [1] })],
    ['jobs[1].amount', /delivery already/, job({ delivery: [], amount: [] })],
    ['jobs[1].constructor', /not a known field/, job({ constructor: 1 })],
    ['jobs[1].time_windows[0]', /missing/, job({ time_windows: [] })],
    ['jobs[1].time_windows[0]', /not end before/, job({ time_windows: [[5, 4]] })],
    ['jobs[1].time_windows[0]', /overlaps/, job({ time_windows: [5, 0].map((from) => [from, from + 9]) })],
    ['jobs[1].windows', /not a known field/, job({ windows: [] })],
    ['vehicles[0].steps', /not supported/, vehicle({ steps: [] })],
    ['vehicles[0].max_distance', /use max_travel_time/, vehicle({ max_distance: 1 })],
    ['vehicles[0].profile', /no matrix; known are car/, vehicle({ profile: 'bike' })],
    ['vehicles[0].speed_factor', /to 5/, vehicle({ speed_factor: 9 })],
    ['vehicles[0].costs.per_hour', /must be 3600/, vehicle({ costs: { per_hour: 10 } })],
    ['vehicles[0].costs.per_km', /must be 0/, vehicle({ costs: { per_km: 1 } })],
    ['vehicles[0].breaks[0].max_load', /not supported/, vehicle({ breaks: [{ id: 1, max_load: [1] }] })],
    ['vehicles[0].breaks[1].id', /repeats 1/, vehicle({ breaks: [{ id: 1 }, { id: 1 }] })],
    ['vehicles[0].time_window', /\[from, until\]/, vehicle({ time_window: [1] })],
  ];
  it.each(refusals)('refuses at %s: %s', (path, said, document) => {
    const refusal = refusalOf(document);
    expect(refusal.path).toBe(path);
    expect(refusal.said).toMatch(said);
  });

  it.each([
    ['matrices.car.distances', { car: { durations: [[0]], distances: [[0]] } }, /durations alone/],
    ['matrices.car.costs', { car: { durations: [[0]], costs: [[0]] } }, /durations alone/],
    ['matrices.car.durations[1]', { car: { durations: [[0, 1], [1]] } }, /2 rows of 2/],
    ['matrices.car.durations[1]', { car: { durations: [[0, 1]] } }, /2 rows of 2/],
    [
      'matrices.car.durations[0][1]',
      {
        car: {
          durations: [
            [0, null],
            [1, 0],
          ],
        },
      },
      /whole number/,
    ],
    [
      'matrices.car.durations[0][1]',
      {
        car: {
          durations: [
            [0, 1.5],
            [1, 0],
          ],
        },
      },
      /whole number/,
    ],
    [
      'matrices.car.durations[0][1]',
      {
        car: {
          durations: [
            [0, 2e9],
            [1, 0],
          ],
        },
      },
      /whole number/,
    ],
    ['matrices.car.durations[0]', { car: { durations: [0, 1] } }, /row of numbers/],
    ['matrices.car.durations', {}, /missing/],
    ['matrices.car.durations', { car: { durations: 5 } }, /square matrix/],
    ['matrices.car.speeds', { car: { durations: [[0]], speeds: [] } }, /not a known field/],
    [
      'matrices.foot.durations',
      {
        car: { durations: [[0]] },
        foot: {
          durations: [
            [0, 1],
            [1, 0],
          ],
        },
      },
      /1 places/,
    ],
  ])('refuses at %s the matrices %j', (path, matrices, said) => {
    const refusal = refusalOf({ ...small(), matrices });
    expect(refusal.path).toBe(path);
    expect(refusal.said).toMatch(said);
  });

  it('allows 62 different skills to be asked for and refuses the next', () => {
    const asking = (skills: number) => {
      const document = small();
      document.jobs = Array.from({ length: skills }, (_, id) => ({
        id,
        location_index: 1,
        skills: [id * 1000],
      }));
      return document;
    };
    expect(read(asking(62)).problem.visits[61]?.skills).toEqual([61]);
    expect(refusalOf(asking(63))).toEqual({
      path: 'jobs[62].skills',
      said: 'jobs[62].skills asks for skill 62000, and visits may ask for at most 62 different skills.',
    });
  });

  it('asks for coordinates where there is no matrix', () => {
    const { jobs, vehicles } = small();
    expect(refusalOf({ jobs, vehicles })).toMatchObject({ path: 'jobs[0].location_index' });
    expect(
      refusalOf({ jobs: [{ id: 1, location: [32, 118] }], vehicles: [{ id: 1, start: [118, 32] }] }),
    ).toMatchObject({ path: 'jobs[0].location[1]', said: expect.stringContaining('from -90 to 90') });
  });
});

describe('writing a plan', () => {
  const plan: RoundsPlan = {
    rounds: [
      {
        carer: 0,
        startAt: 700,
        endAt: 3150,
        travel: 450,
        stops: [
          { kind: 'visit', index: 0, arriveAt: 800, beginAt: 1000, endAt: 1600 },
          { kind: 'break', index: 0, arriveAt: 1600, beginAt: 1700, endAt: 2500 },
          { kind: 'visit', index: 1, arriveAt: 2620, beginAt: 2620, endAt: 2920 },
        ],
      },
    ],
    unserved: [],
    cost,
  };
  const document = () => {
    const made = small();
    made.vehicles[0] = {
      ...made.vehicles[0],
      capacity: [5],
      costs: { fixed: 20 },
      breaks: [{ id: 4, service: 800, time_windows: [[1700, 1900]], description: 'lunch' }],
    };
    made.jobs[0] = { ...made.jobs[0], delivery: [2] };
    made.jobs[1] = { ...made.jobs[1], delivery: [1] };
    return made;
  };

  it('writes what VROOM writes', () => {
    const written = JSON.parse(read(document()).write(plan, spent, () => false));
    const sums = {
      cost: 470,
      delivery: [3],
      amount: [3],
      pickup: [0],
      setup: 0,
      service: 1700,
      duration: 450,
      waiting_time: 300,
      priority: 50,
    };
    const step = { setup: 0, service: 0, waiting_time: 0, violations: [] };
    expect(written).toEqual({
      code: 0,
      summary: {
        ...sums,
        routes: 1,
        unassigned: 0,
        violations: [],
        computing_times: { loading: 3, solving: 4, routing: 0 },
      },
      unassigned: [],
      routes: [
        {
          vehicle: 7,
          description: 'Wang',
          ...sums,
          violations: [],
          steps: [
            { ...step, type: 'start', location_index: 0, load: [3], arrival: 700, duration: 0 },
            {
              ...step,
              ...{ type: 'job', id: 11, job: 11, location_index: 1, load: [1], arrival: 800, duration: 100 },
              ...{ service: 600, waiting_time: 200 },
            },
            {
              ...step,
              ...{ type: 'break', id: 4, description: 'lunch', load: [1], arrival: 1600, duration: 100 },
              ...{ service: 800, waiting_time: 100 },
            },
            {
              ...step,
              ...{ type: 'job', id: 12, job: 12, description: 'upstairs', location_index: 2, load: [0] },
              ...{ arrival: 2620, duration: 220, service: 300 },
            },
            { ...step, type: 'end', location_index: 3, load: [0], arrival: 3150, duration: 450 },
          ],
        },
      ],
    });
  });

  it('names who is left out, with where and what the file said of it', () => {
    const written = JSON.parse(
      read(document()).write({ rounds: [], unserved: [1], cost }, spent, () => false),
    );
    expect(written.unassigned).toEqual([{ id: 12, location_index: 2, type: 'job', description: 'upstairs' }]);
    expect(written.summary).toMatchObject({ unassigned: 1, routes: 0, cost: 0 });
  });

  it('marks the ways that are estimates, across a break too', () => {
    const written = JSON.parse(
      read(document()).write(plan, spent, (mode, from, to) => mode === 0 && from === 1 && to === 2),
    );
    expect(written.summary.estimated_ways).toBe(1);
    expect(written.routes[0].steps.map((step: Json) => step.estimated ?? false)).toEqual([
      false,
      false,
      false,
      true,
      false,
    ]);
  });
});
