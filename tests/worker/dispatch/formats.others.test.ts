/** City days, VRPLIB and HHCRSP: told apart by content, read with nothing rounded away, and written back. */
import { describe, expect, it } from 'vitest';
import { FormatError } from '../../../worker/dispatch/formats/formatError.ts';
import { readProblem } from '../../../worker/dispatch/formats/read.ts';

const readText = (text: string) => readProblem([Buffer.from(text)]);
const read = (document: unknown) => readText(JSON.stringify(document));
const spent = { loadingMs: 0, solvingMs: 0 };
const cost = { unservedPriority: 0, total: 0, travel: 0, wishes: 0, late: 0, uneven: 0 };
const never = () => false;

function refusalOf(text: string): { path: string; said: string } {
  try {
    readText(text);
  } catch (error) {
    if (error instanceof FormatError) return { path: error.path, said: error.said.en };
    throw error;
  }
  return { path: 'nowhere', said: 'nothing' };
}

describe('a file that is no problem', () => {
  it.each([
    ['{"a":1}', /no known format: .*vehicles and jobs .*VRPLIB/],
    ['[1,2]', /no known format/],
    ['', /not JSON/],
    ['{"vehicles":[', /not JSON/],
    ['{"matrix":[[0,1', /does not end/],
  ])('is refused: %s', (text, said) => {
    expect(refusalOf(text).said).toMatch(said);
  });
});

describe('a city day', () => {
  const day = {
    seed: 1,
    speedKmh: 15,
    detour: 1.35,
    carers: [{ id: 5, lat: 32.05, lon: 118.78, d: 0, tw: [28800, 61200], skills: [1, 7] }],
    visits: [
      { id: 9, lat: 32.06, lon: 118.79, d: 0, service: 1800, tw: [30000, 37200], skills: [7], priority: 40 },
      { id: 10, lat: 32.06, lon: 118.79, d: 0, service: 600, tw: [30000, 37200], skills: [], priority: 10 },
    ],
  };

  it('has carers and visits in places of their own, and its one way of going', () => {
    const { format, problem } = read(day);
    expect(format).toBe('city day');
    expect(problem.travel.coordinates).toEqual({
      lat: Float64Array.of(32.05, 32.06, 32.06),
      lon: Float64Array.of(118.78, 118.79, 118.79),
      modes: [{ speedKmh: 15, detour: 1.35, fixedSeconds: 60 }],
    });
    expect(problem.visits.map(({ id, place, skills }) => ({ id, place, skills }))).toEqual([
      { id: '9', place: 1, skills: [0] },
      { id: '10', place: 2, skills: [] },
    ]);
    expect(problem.carers).toEqual([
      { id: '5', start: 0, end: 0, shift: { from: 28800, until: 61200 }, skills: [0], mode: 0 },
    ]);
  });

  it('is planned in VROOM’s words, all its ways marked as estimates', () => {
    const stop = { kind: 'visit' as const, index: 0, arriveAt: 29540, beginAt: 30000, endAt: 31800 };
    const round = { carer: 0, startAt: 28800, endAt: 32540, travel: 1480, stops: [stop] };
    const text = read(day).write({ rounds: [round], unserved: [1], cost }, spent, () => true);
    expect(JSON.parse(text)).toMatchObject({
      code: 0,
      summary: { duration: 1480, waiting_time: 460, priority: 40, unassigned: 1, estimated_ways: 2 },
      unassigned: [{ id: 10, location: [118.79, 32.06], location_index: 2 }],
      routes: [{ vehicle: 5, steps: [{ type: 'start' }, { type: 'job', id: 9 }, { type: 'end' }] }],
    });
  });

  it('names a field that is wrong', () => {
    const [carer] = day.carers;
    expect(refusalOf(JSON.stringify({ ...day, carers: [{ ...carer, lat: 132 }] })).path).toBe(
      'carers[0].lat',
    );
    expect(refusalOf(JSON.stringify({ ...day, speedKmh: 0 })).path).toBe('speedKmh');
    expect(refusalOf(JSON.stringify({ ...day, carers: [{ ...carer, breaks: [] }] })).path).toBe(
      'carers[0].breaks',
    );
  });
});

describe('VRPLIB', () => {
  const file = `NAME : tiny
COMMENT : by hand
TYPE : VRPTW
DIMENSION : 4
VEHICLES : 2
CAPACITY : 30
SERVICE_TIME : 9.5
EDGE_WEIGHT_TYPE : EUC_2D
NODE_COORD_SECTION
1 0 0
2 1 1
3 0 2.5
4 7 7
DEMAND_SECTION
1 0
2 10
3 20
4 5
TIME_WINDOW_SECTION
1 0 100
2 10 20
3 0 50
4 0 1
DEPOT_SECTION
1
-1
EOF
`;

  it('counts in tenths, distances truncated', () => {
    const { format, problem, scale } = readText(file);
    expect({ format, scale }).toEqual({ format: 'VRPLIB', scale: 10 });
    // √2 = 1.414…, √(1 + 1.5²) = 1.802…, √98 = 9.899…, √72 = 8.485…, √(49 + 4.5²) = 8.321…
    expect([...(problem.travel.matrices?.[0] ?? [])]).toEqual([
      ...[0, 14, 25, 98],
      ...[14, 0, 18, 84],
      ...[25, 18, 0, 83],
      ...[98, 84, 83, 0],
    ]);
    expect(problem.visits[0]).toEqual({
      id: '1',
      place: 1,
      duration: 95,
      windows: [{ from: 100, until: 200 }],
      skills: [],
      priority: problem.visits[1]?.priority,
      load: [10],
    });
    expect(problem.carers).toHaveLength(2);
    expect(problem.carers[1]).toMatchObject({
      start: 0,
      end: 0,
      shift: { from: 0, until: 1000 },
      capacity: [30],
    });
  });

  it('writes routes, their cost and whom nobody serves', () => {
    const stops = [0, 1].map((index) => ({
      kind: 'visit' as const,
      index,
      arriveAt: 0,
      beginAt: 0,
      endAt: 0,
    }));
    const round = { carer: 0, startAt: 0, endAt: 0, travel: 57, stops };
    expect(readText(file).write({ rounds: [round], unserved: [2], cost }, spent, never)).toBe(
      'Route #1: 1 2\nCost 5.7\nUnserved 3\n',
    );
  });

  it('allows a time of service for each node', () => {
    const each = file
      .replace('SERVICE_TIME : 9.5\n', '')
      .replace('DEPOT_SECTION', 'SERVICE_TIME_SECTION\n1 0\n2 3\n3 4\n4 5\nDEPOT_SECTION');
    expect(readText(each).problem.visits.map(({ duration }) => duration)).toEqual([30, 40, 50]);
  });

  it.each([
    ['TYPE : VRPTW', 'TYPE : CVRP', 'TYPE', /must be VRPTW, not CVRP/],
    ['EUC_2D', 'EXPLICIT', 'EDGE_WEIGHT_TYPE', /must be EUC_2D/],
    ['CAPACITY : 30', '', 'CAPACITY', /missing/],
    ['SERVICE_TIME : 9.5', '', 'SERVICE_TIME', /missing/],
    ['SERVICE_TIME : 9.5', 'SERVICE_TIME : 9.55', 'SERVICE_TIME', /at most 1 decimals/],
    ['DIMENSION : 4', 'DIMENSION : many', 'DIMENSION', /must be a number/],
    ['DEMAND_SECTION', 'BACKHAUL_SECTION', 'BACKHAUL_SECTION', /not known; known are NAME/],
    ['3 20\n', '', 'DEMAND_SECTION', /no line for node 3/],
    ['3 20\n', '2 20\n', 'DEMAND_SECTION[2]', /repeats 2/],
    ['3 20\n', '5 20\n', 'DEMAND_SECTION[2]', /from 1 to 4/],
    ['2 10 20', '2 10', 'TIME_WINDOW_SECTION[1]', /and 2 more/],
    ['2 10 20', '2 30 20', 'TIME_WINDOW_SECTION[1]', /not end before/],
    ['\n1\n-1', '\n1\n2\n-1', 'DEPOT_SECTION', /one node and -1/],
  ])('refuses %j as %j', (right, wrong, path, said) => {
    const refusal = refusalOf(file.replace(right, wrong));
    expect(refusal.path).toBe(path);
    expect(refusal.said).toMatch(said);
  });
});

describe('HHCRSP', () => {
  const instance = () => ({
    patients: [
      {
        id: 'p1',
        location: [1, 2],
        time_window: [345, 465.5],
        required_caregivers: [{ service: 's4', duration: 14 }],
      },
      {
        id: 'p2',
        location: [3, 4],
        time_window: [46, 166],
        required_caregivers: [{ service: 's5' }, { service: 's6', duration: 7 }],
        synchronization: { type: 'sequential', distance: [51, 102] } as Record<string, unknown>,
      },
      {
        id: 'p3',
        location: [5, 6],
        time_window: [0, 10],
        required_caregivers: [
          { service: 's4', duration: 14 },
          { service: 's4', duration: 14 },
        ],
        synchronization: { type: 'simultaneous' } as Record<string, unknown>,
      },
    ],
    services: ['s4', 's5', 's6'].map((id) => ({ id, default_duration: 12 })),
    caregivers: [
      { id: 'c1', abilities: ['s4', 's9'] },
      { id: 'c2', abilities: ['s5', 's6'] },
    ],
    central_offices: [{ id: 'd', location: [0, 0] }],
    distances: [
      [0, 38.471, 1, 2],
      [38.471, 0, 3, 4],
      [1, 3, 0, 5],
      [2, 4, 5, 0],
    ],
  });

  it('makes a visit of each service, late at a cost, the two of a patient bound together', () => {
    const { format, problem, scale } = read(instance());
    expect({ format, scale }).toEqual({ format: 'HHCRSP', scale: 1000 });
    const { visits, together, carers, travel, greatestLateCost } = problem;
    expect(visits.map(({ id, place, duration, skills }) => ({ id, place, duration, skills }))).toEqual([
      { id: 'p1/1', place: 1, duration: 14_000, skills: [0] },
      { id: 'p2/1', place: 2, duration: 12_000, skills: [1] },
      { id: 'p2/2', place: 2, duration: 7_000, skills: [2] },
      { id: 'p3/1', place: 3, duration: 14_000, skills: [0] },
      { id: 'p3/2', place: 3, duration: 14_000, skills: [0] },
    ]);
    expect(visits[0]).toMatchObject({ windows: [{ from: 345_000, until: 465_500 }], lateCost: 1 });
    expect(greatestLateCost).toBe(1);
    expect(together).toEqual([
      { first: 1, second: 2, least: 51_000, most: 102_000 },
      { first: 3, second: 4, least: 0, most: 0 },
    ]);
    expect(carers.map(({ skills, start, end }) => ({ skills, start, end }))).toEqual([
      { skills: [0], start: 0, end: 0 },
      { skills: [1, 2], start: 0, end: 0 },
    ]);
    expect(travel.matrices?.[0]?.[1]).toBe(38_471);
  });

  it('writes each carer’s patients with begin and end in the file’s own time', () => {
    const stops = [
      { kind: 'visit' as const, index: 0, arriveAt: 38_471, beginAt: 345_000, endAt: 359_000 },
      { kind: 'visit' as const, index: 3, arriveAt: 363_000, beginAt: 363_000, endAt: 377_000 },
    ];
    const round = { carer: 0, startAt: 0, endAt: 379_000, travel: 44_471, stops };
    expect(JSON.parse(read(instance()).write({ rounds: [round], unserved: [], cost }, spent, never))).toEqual(
      {
        routes: [
          {
            caregiver_id: 'c1',
            locations: [
              { patient_id: 'p1', service_id: 's4', arrival_time: 345, departure_time: 359 },
              { patient_id: 'p3', service_id: 's4', arrival_time: 363, departure_time: 377 },
            ],
          },
        ],
      },
    );
  });

  type Instance = ReturnType<typeof instance>;
  const wrongs: [path: string, said: RegExp, spoil: (made: Instance) => unknown][] = [
    ['central_offices', /exactly one/, (made) => made.central_offices.push({ id: 'e', location: [1, 1] })],
    ['distances', /must have 4/, (made) => made.distances.pop()],
    ['distances[1]', /must have 4/, (made) => made.distances[1]?.pop()],
    ['distances[1][2]', /at most 3 decimals/, (made) => made.distances[1]?.splice(2, 1, 3.00001)],
    [
      'patients[0].synchronization',
      /two services/,
      ({ patients: [first] }) => Object.assign(first ?? {}, { synchronization: {} }),
    ],
    [
      'patients[1].synchronization',
      /missing/,
      ({ patients: [, second] }) => Object.assign(second ?? {}, { synchronization: undefined }),
    ],
    [
      'patients[1].synchronization.type',
      /must be simultaneous or/,
      ({ patients: [, second] }) => Object.assign(second?.synchronization ?? {}, { type: 'soon' }),
    ],
    [
      'patients[1].synchronization.distance',
      /missing/,
      ({ patients: [, second] }) => Object.assign(second?.synchronization ?? {}, { distance: undefined }),
    ],
    ['patients[1].id', /repeats p1/, ({ patients: [, second] }) => Object.assign(second ?? {}, { id: 'p1' })],
    [
      'patients[2].required_caregivers',
      /one or two/,
      ({ patients: [, , third] }) => third?.required_caregivers.push({ service: 's4', duration: 1 }),
    ],
    [
      'patients[0].required_caregivers[0].duration',
      /missing/,
      ({ patients: [first] }) => first?.required_caregivers.splice(0, 1, { service: 's9' }),
    ],
    [
      'caregivers[0].shift',
      /not a known field/,
      ({ caregivers: [first] }) => Object.assign(first ?? {}, { shift: [] }),
    ],
  ];
  it.each(wrongs)('refuses at %s', (path, said, spoil) => {
    const made = instance();
    spoil(made);
    const refusal = refusalOf(JSON.stringify(made));
    expect(refusal.path).toBe(path);
    expect(refusal.said).toMatch(said);
  });
});
