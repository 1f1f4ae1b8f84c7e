/** The engine on problems whose right answer is evident, and on random ones that the checker judges. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkVroom } from '../../../worker/dispatch/checker/vroom.ts';
import { divide } from '../../../worker/dispatch/engine/divide.ts';
import { compile } from '../../../worker/dispatch/engine/model.ts';
import { partOf, roundsOf, sizeOf } from '../../../worker/dispatch/engine/part.ts';
import { plan } from '../../../worker/dispatch/engine/plan.ts';
import { Random } from '../../../worker/dispatch/engine/random.ts';
import { readProblem } from '../../../worker/dispatch/formats/read.ts';
import { at, HOUR, of, onALine, options } from './support/onALine.ts';

describe('a plan', () => {
  it('serves everybody on the shortest way', async () => {
    const made = await plan(onALine([{ place: 9 }, { place: 3 }, { place: 6 }]), options);
    expect(made.unserved).toEqual([]);
    expect(made.cost).toEqual({ unservedPriority: 0, total: 18, travel: 18, wishes: 0, late: 0, uneven: 0 });
  });

  it('serves the frailer of two who want the same hour', async () => {
    const made = await plan(
      onALine([
        { windows: at(9 * HOUR), priority: 10 },
        { windows: at(9 * HOUR), priority: 90 },
      ]),
      options,
    );
    expect(made.unserved).toEqual([0]);
    expect(made.cost.unservedPriority).toBe(10);
  });

  it('goes any way for one who is frailer', async () => {
    const made = await plan(
      onALine([
        { place: 1, windows: at(10 * HOUR), priority: 10 },
        { place: 99, windows: at(10 * HOUR), priority: 11 },
      ]),
      options,
    );
    expect(made.unserved).toEqual([0]);
  });

  it('sends only who has the skills, also when others are nearer', async () => {
    const made = await plan(
      onALine([{ place: 50, skills: [3, 40] }], [{ start: 49, end: 49, skills: [3] }, { skills: [3, 40] }]),
      options,
    );
    expect(of(made, 0)?.carer).toBe(1);
  });

  it('keeps blocked pairs apart and lets only those come who may', async () => {
    const carers = [{}, {}, {}];
    const made = await plan(
      onALine([{ notBy: [0, 2] }, { onlyBy: [2] }, { notBy: [0, 1, 2] }], carers),
      options,
    );
    expect([of(made, 0)?.carer, of(made, 1)?.carer, made.unserved]).toEqual([1, 2, [2]]);
  });

  it('prefers a known face while that costs little, and not when it costs more', async () => {
    const near = { place: 5, costBy: [[1, -20]] } as const;
    const carers = [{}, { start: 10, end: 10 }];
    expect(of(await plan(onALine([near], carers), options), 0)?.carer).toBe(1);
    const far = [{}, { start: 30, end: 30 }];
    expect(of(await plan(onALine([near], far), options), 0)?.carer).toBe(0);
  });

  it('leaves a pinned visit with its carer at its time, whatever it costs', async () => {
    const made = await plan(
      onALine(
        [
          { place: 90, priority: 1, pinned: { carer: 1, at: 10 * HOUR } },
          { windows: at(10 * HOUR), priority: 90 },
        ],
        [{ shift: { from: 0, until: 1 } }, {}],
      ),
      options,
    );
    expect(of(made, 0)).toEqual({ carer: 1, beginAt: 10 * HOUR });
    expect(made.unserved).toEqual([1]);
  });

  it('takes one of several windows and waits for it', async () => {
    const windows = [
      { from: 7 * HOUR, until: 7.5 * HOUR },
      { from: 12 * HOUR, until: 13 * HOUR },
    ];
    expect(of(await plan(onALine([{ windows }]), options), 0)?.beginAt).toBe(12 * HOUR);
  });

  it('gives a break its time within its window', async () => {
    const pause = { id: 'lunch', duration: 45, windows: [{ from: 12 * HOUR, until: 12.5 * HOUR }] };
    const visits = Array.from({ length: 8 }, (_, v) => ({
      place: v + 1,
      duration: 60,
      windows: [{ from: 8 * HOUR, until: 17 * HOUR }],
    }));
    const made = await plan(onALine(visits, [{ breaks: [pause] }]), options);
    const stops = made.rounds[0]?.stops ?? [];
    const lunch = stops.find(({ kind }) => kind === 'break');
    expect(lunch?.beginAt).toBeGreaterThanOrEqual(12 * HOUR);
    expect(lunch?.beginAt).toBeLessThanOrEqual(12.5 * HOUR);
    expect(lunch && lunch.endAt - lunch.beginAt).toBe(45);
    expect(made.unserved.length).toBe(0);
    expect(stops.every(({ arriveAt }, s) => s === 0 || arriveAt >= (stops[s - 1]?.endAt ?? 0))).toBe(true);
  });

  it('loads no carer with more than they take, in load, visits and way', async () => {
    const three = [{ load: [2] }, { load: [2] }, { load: [2] }];
    expect((await plan(onALine(three, [{ capacity: [5] }]), options)).unserved.length).toBe(1);
    expect(
      (await plan(onALine([{}, {}, {}], [{ mostVisits: 1 }, { mostVisits: 1 }]), options)).unserved.length,
    ).toBe(1);
    const made = await plan(onALine([{ place: 2 }, { place: 40 }], [{ mostTravel: 10 }]), options);
    expect(made.unserved).toEqual([1]);
  });

  it('sends two carers at the same time, or the second so long after the first', async () => {
    const both = [{ place: 5 }, { place: 5 }];
    const same = await plan(
      onALine(both, [{}, { start: 60 }], [{ first: 0, second: 1, least: 0, most: 0 }]),
      options,
    );
    expect(of(same, 0)?.beginAt).toBe(of(same, 1)?.beginAt);
    expect(of(same, 0)?.carer).not.toBe(of(same, 1)?.carer);
    const after = await plan(
      onALine(both, [{}, {}], [{ first: 0, second: 1, least: 20, most: 40 }]),
      options,
    );
    const apart = (of(after, 1)?.beginAt ?? 0) - (of(after, 0)?.beginAt ?? 0);
    expect(apart).toBeGreaterThanOrEqual(20);
    expect(apart).toBeLessThanOrEqual(40);
  });

  it('makes neither of two visits that belong together when one cannot be made', async () => {
    const made = await plan(
      onALine([{}, { skills: [1] }], [{}, {}], [{ first: 0, second: 1, least: 0, most: 0 }]),
      options,
    );
    expect(made.unserved).toEqual([0, 1]);
  });

  it('is late where lateness is cheaper than the way, and says what it costs', async () => {
    const made = await plan(
      onALine([
        { place: 1, windows: at(9 * HOUR), lateCost: 1 },
        { place: 2, windows: at(9 * HOUR), lateCost: 3 },
      ]),
      options,
    );
    expect(of(made, 1)?.beginAt).toBe(9 * HOUR);
    expect(made.cost.late).toBe(31);
  });

  it('is the same for the same seed and steps, on two threads too', async () => {
    const problem = onALine(
      Array.from({ length: 40 }, (_, v) => ({ place: (v * 37) % 100 })),
      [{}, {}, {}, {}],
    );
    for (const threads of [1, 2]) {
      const twice = [1, 2].map(() => plan(problem, { iterations: 2000, threads, seed: 7 }));
      const [one, other] = await Promise.all(twice);
      expect(one).toEqual(other);
    }
  });

  it('of nothing is nothing', async () => {
    expect((await plan(onALine([]), options)).rounds).toEqual([]);
    expect((await plan(onALine([{}], []), options)).unserved).toEqual([0]);
  });

  it('ends at once with the best so far when it is told to', async () => {
    const ending = new AbortController();
    const made = plan(onALine([{}, {}]), {
      seconds: 600,
      threads: 1,
      seed: 1,
      signal: ending.signal,
      onProgress: () => ending.abort(),
    });
    expect((await made).unserved).toEqual([]);
  });
});

describe('a division of a plan', () => {
  const problem = onALine(
    Array.from({ length: 30 }, (_, v) => ({ place: v + 1 })),
    [{}, {}, {}],
  );
  const model = compile(problem);
  const all = Array.from({ length: 30 }, (_, v) => v);
  const divided = (rounds: number[][], most: number) => {
    const whole = partOf(
      rounds.map((nodes, carer) => [carer, nodes] as const),
      new Int32Array(),
    );
    return divide(model, whole, most, 2, new Random(3));
  };

  it('ends where what is left cannot be cut, and leaves no piece without carers', () => {
    for (const rounds of [
      [all, [], []],
      [all.slice(1), [0], []],
      [[29], all.slice(0, 29), []],
    ]) {
      const parts = divided(rounds, 5);
      expect(parts.every(({ carers }) => carers.length > 0)).toBe(true);
      const made = parts.flatMap((part) => [...roundsOf(part)]).sort(([a], [b]) => a - b);
      expect(made.map(([, nodes]) => [...nodes])).toEqual(rounds);
    }
  });

  it('has pieces of at most so many visits where rounds allow it', () => {
    const parts = divided([all.slice(0, 10), all.slice(10, 20), all.slice(20)], 12);
    expect(parts.map(sizeOf)).toEqual([10, 10, 10]);
  });
});

const minutes = (least: number, most: number) => fc.integer({ min: least, max: most });
const span = fc.tuple(minutes(0, 600), minutes(0, 200)).map(([from, length]) => [from, from + length]);
const skills = fc.uniqueArray(minutes(1, 3), { maxLength: 2 });
/** Sorted, and apart from each other. */
const windows = fc.array(span, { minLength: 1, maxLength: 3 }).map((all) => {
  let last = -1;
  return all
    .sort(([a = 0], [b = 0]) => a - b)
    .filter(([from = 0, until = 0]) => {
      if (from <= last) return false;
      last = until;
      return true;
    });
});
const jobs = fc.array(
  fc.record({
    service: minutes(0, 40),
    skills,
    priority: minutes(0, 100),
    time_windows: windows,
    delivery: minutes(0, 5).map((n) => [n]),
  }),
  { minLength: 1, maxLength: 25 },
);
const vehicles = fc.array(
  fc.record(
    {
      skills,
      time_window: fc.tuple(minutes(0, 200), minutes(300, 800)),
      capacity: minutes(5, 20).map((n) => [n]),
      max_tasks: minutes(1, 8),
      breaks: fc.array(
        fc.record({
          service: minutes(5, 30),
          time_windows: fc.tuple(fc.tuple(minutes(200, 240), minutes(280, 300))),
        }),
        { maxLength: 1 },
      ),
    },
    { requiredKeys: ['skills', 'time_window', 'capacity'] },
  ),
  { minLength: 1, maxLength: 5 },
);

describe('any plan', () => {
  it('breaks no rule, whatever the problem', async () => {
    await fc.assert(
      fc.asyncProperty(jobs, vehicles, fc.integer(), async (allJobs, allVehicles, seed) => {
        const places = allJobs.length + 1;
        const durations = Array.from({ length: places }, (_, a) =>
          Array.from({ length: places }, (_unused, b) =>
            a === b ? 0 : 3 + (((a * 7 + b * 11 + seed) >>> 0) % 17),
          ),
        );
        const problem = {
          jobs: allJobs.map((job, j) => ({ ...job, id: j + 1, location_index: j + 1 })),
          vehicles: allVehicles.map((vehicle, v) => ({
            ...vehicle,
            id: v + 1,
            start_index: 0,
            end_index: 0,
            ...(vehicle.breaks && { breaks: vehicle.breaks.map((one, b) => ({ ...one, id: b + 1 })) }),
          })),
          matrices: { car: { durations } },
        };
        const reading = readProblem([Buffer.from(JSON.stringify(problem))]);
        const made = await plan(reading.problem, { iterations: 300, threads: 0, seed: seed >>> 1 });
        const written = reading.write(made, { loadingMs: 0, solvingMs: 0 }, () => false);
        expect(checkVroom(problem, JSON.parse(written)).broken).toEqual([]);
      }),
      { numRuns: 15 },
    );
  });
});
