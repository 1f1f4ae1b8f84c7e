import { describe, expect, it } from 'vitest';
import { checkHhcrsp } from '../../../worker/dispatch/checker/hhcrsp.ts';

type Json = Record<string, unknown>;
type Stop = { patient_id: string; service_id: string; arrival_time: number; departure_time: number };

/** Li needs washing; Wang is lifted by one and dressed by another, 5 to 10 after. All ways take 10. */
function morning() {
  const wang = {
    id: 'wang',
    time_window: [0, 40],
    required_caregivers: [
      { service: 'lift', duration: 5 },
      { service: 'dress', duration: 8 },
    ],
    synchronization: { type: 'sequential', distance: [5, 10] } as Json,
  };
  const li: Json = {
    id: 'li',
    time_window: [15, 30],
    required_caregivers: [{ service: 'wash', duration: 20 }],
  };
  const problem = {
    patients: [li, wang],
    caregivers: [
      { id: 'zhao', abilities: ['wash', 'dress'] },
      { id: 'qian', abilities: ['lift'] },
    ],
    distances: [
      [0, 10, 10],
      [10, 0, 10],
      [10, 10, 0],
    ],
  };
  const stop = (patient_id: string, service_id: string, from: number, until: number): Stop => ({
    patient_id,
    service_id,
    arrival_time: from,
    departure_time: until,
  });
  const [wash, dress, lift] = [
    stop('li', 'wash', 15, 35),
    stop('wang', 'dress', 45, 53),
    stop('wang', 'lift', 37, 42),
  ];
  const zhao = { caregiver_id: 'zhao', locations: [wash, dress] };
  const qian = { caregiver_id: 'qian', locations: [lift] };
  return { problem, plan: { routes: [zhao, qian] }, li, wang, wash, dress, lift, zhao, qian };
}
type Morning = ReturnType<typeof morning>;

function verdictOf(change: (morning: Morning) => unknown) {
  const changed = morning();
  change(changed);
  return checkHhcrsp(changed.problem, changed.plan);
}
/** Lets a stop be later, or earlier. */
function shift(stop: Stop, by: number): void {
  stop.arrival_time += by;
  stop.departure_time += by;
}

describe('a plan of home health care’s benchmark', () => {
  it('is valid when it keeps every rule; to be late is no breach but a cost', () => {
    expect(verdictOf(() => {})).toEqual({
      valid: true,
      broken: [],
      brokenCount: 0,
      figures: { routes: 2, distance: 50, totalTardiness: 5, greatestTardiness: 5, cost: 20 },
    });
  });

  it('adds up all lateness, and counts the greatest once more', () => {
    const { figures } = verdictOf(({ wash, dress }) => {
      shift(wash, 17);
      shift(dress, 17);
    });
    expect(figures).toMatchObject({
      totalTardiness: 2 + 22,
      greatestTardiness: 22,
      cost: (50 + 24 + 22) / 3,
    });
  });

  it('may be off by the last digits of a fraction, and by no more', () => {
    expect(verdictOf(({ wash }) => shift(wash, -1e-6)).valid).toBe(true);
    expect(verdictOf(({ wash }) => shift(wash, -1e-4)).broken).toMatchObject([
      { rule: 'window', by: expect.closeTo(1e-4) },
    ]);
  });

  it('begins both services of a patient at once where that is asked', () => {
    const atOnce = ({ wang }: Morning) => {
      wang.synchronization = { type: 'simultaneous' };
    };
    const both = (all: Morning) => {
      atOnce(all);
      shift(all.lift, 8);
    };
    expect(verdictOf(both).broken).toEqual([]);
    expect(verdictOf(atOnce).broken).toEqual([{ rule: 'together', visit: 'wang', by: 8 }]);
  });

  const breaches: [string, (morning: Morning) => unknown, object[]][] = [
    [
      'misses a service',
      ({ qian }) => qian.locations.pop(),
      [{ rule: 'visit-missing', visit: 'wang', of: 'lift' }],
    ],
    [
      'gives a service twice',
      ({ qian, lift }) => qian.locations.push({ ...lift, arrival_time: 42, departure_time: 47 }),
      [
        { rule: 'visit-twice', carer: 'qian', visit: 'wang', of: 'lift' },
        { rule: 'together', visit: 'wang', by: 2 },
      ],
    ],
    [
      'gives a service not asked for',
      ({ zhao, dress }) => zhao.locations.push({ ...dress, service_id: 'shave' }),
      [{ rule: 'unknown-visit', carer: 'zhao', visit: 'wang', of: 'shave' }],
    ],
    [
      'sends a carer who does not exist',
      ({ qian }) => (qian.caregiver_id = 'sun'),
      [{ rule: 'unknown-carer', carer: 'sun' }],
    ],
    [
      'sends a carer out twice',
      ({ plan }) => plan.routes.push({ caregiver_id: 'qian', locations: [] }),
      [{ rule: 'carer-twice', carer: 'qian' }],
    ],
    [
      'lets somebody do what they are not able to',
      ({ problem }) => problem.caregivers[0]?.abilities.pop(),
      [{ rule: 'skill', carer: 'zhao', visit: 'wang', of: 'dress' }],
    ],
    [
      'begins before the window opens',
      ({ wash }) => shift(wash, -2),
      [{ rule: 'window', carer: 'zhao', visit: 'li', of: 'wash', by: 2 }],
    ],
    [
      'comes sooner than the way takes',
      ({ dress }) => shift(dress, -1),
      [{ rule: 'travel', carer: 'zhao', visit: 'wang', of: 'dress', by: 1 }],
    ],
    [
      'cuts a service short',
      ({ wash }) => (wash.departure_time = 30),
      [{ rule: 'duration', carer: 'zhao', visit: 'li', of: 'wash', by: 5 }],
    ],
    [
      'begins the second service too soon',
      ({ lift }) => shift(lift, 4),
      [{ rule: 'together', visit: 'wang', by: 1 }],
    ],
    [
      'begins the second service too late',
      ({ lift }) => shift(lift, -3),
      [{ rule: 'together', visit: 'wang', by: 1 }],
    ],
    [
      'lets one carer give both services',
      ({ problem, zhao, qian, dress, lift }) => {
        problem.caregivers[0]?.abilities.push('lift');
        qian.locations.pop();
        shift(lift, 8);
        shift(dress, 5);
        zhao.locations.splice(1, 0, lift);
      },
      [{ rule: 'same-carer', carer: 'zhao', visit: 'wang' }],
    ],
  ];
  it.each(breaches)('is not valid when it %s', (_, change, broken) => {
    expect(verdictOf(change).broken).toEqual(broken);
  });

  const fields: [string, string, (morning: Morning) => unknown][] = [
    ['a field that might be a rule', 'patients[0].priority', ({ li }) => (li.priority = 1)],
    ['a row of distances too short', 'distances[1]', ({ problem }) => problem.distances[1]?.pop()],
    [
      'two services and nothing of how',
      'patients[1].synchronization',
      ({ wang }) => Object.assign(wang, { synchronization: undefined }),
    ],
    [
      'one service asked for twice',
      'patients[1].required_caregivers',
      ({ wang }) =>
        (wang.required_caregivers = [
          wang.required_caregivers[0],
          wang.required_caregivers[0],
        ] as Morning['wang']['required_caregivers']),
    ],
    ['two patients by one id', 'patients[1].id', ({ wang }) => (wang.id = 'li')],
    [
      'a stop without its time',
      'routes[1].locations[0].arrival_time',
      ({ lift }) => (lift.arrival_time = Number.NaN),
    ],
  ];
  it.each(fields)('cannot be read with %s, and the field is named', (_, field, change) => {
    expect(() => verdictOf(change)).toThrow(expect.objectContaining({ name: 'Unreadable', field }));
  });
});
