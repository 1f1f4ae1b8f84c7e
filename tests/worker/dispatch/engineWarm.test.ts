/** Plans that begin with another, that are made apart, and that share work evenly. */
import { describe, expect, it } from 'vitest';
import { plan } from '../../../worker/dispatch/engine/plan.ts';
import { planApart } from '../../../worker/dispatch/engine/planApart.ts';
import type { Carer, Problem, RoundsPlan } from '../../../worker/dispatch/problem.ts';
import { at, HOUR, of, onALine, options } from './support/onALine.ts';

const roundOf = (made: RoundsPlan, carer: number) =>
  made.rounds
    .find((round) => round.carer === carer)
    ?.stops.filter(({ kind }) => kind === 'visit')
    .map(({ index }) => index) ?? [];

describe('a plan that begins with another', () => {
  const asItIs = { ...options, iterations: 0 };
  const visits = [{ place: 10 }, { place: 20 }, { place: 30 }];

  it('is that plan, order and all, when there is no time to better it', async () => {
    const start = [
      { carer: 1, visits: [2, 0] },
      { carer: 0, visits: [1] },
    ];
    const made = await plan(onALine(visits, [{}, {}]), { ...asItIs, start });
    expect([roundOf(made, 0), roundOf(made, 1)]).toEqual([[1], [2, 0]]);
  });

  it('gets better from there', async () => {
    const start = [{ carer: 0, visits: [2, 0, 1] }];
    const made = await plan(onALine(visits), { ...options, start });
    expect(made.cost.travel).toBe(60);
  });

  it('leaves out what no longer fits, and finds another place for it', async () => {
    const away = [{ shift: { from: 0, until: 1 } }, {}];
    const start = [{ carer: 0, visits: [0, 1, 2] }];
    const made = await plan(onALine(visits, away), { ...asItIs, start });
    expect([roundOf(made, 0), made.unserved]).toEqual([[], []]);
    expect(roundOf(made, 1).toSorted()).toEqual([0, 1, 2]);
  });

  it('keeps what is pinned before what stood in front of it', async () => {
    const problem = onALine(
      [
        { place: 5, duration: 120 },
        { place: 6, pinned: { carer: 0, at: 9 * HOUR } },
      ],
      [{}],
    );
    const made = await plan(problem, { ...asItIs, start: [{ carer: 0, visits: [0, 1] }] });
    expect(of(made, 1)?.beginAt).toBe(9 * HOUR);
  });

  it('has breaks where they belong', async () => {
    const pause = { id: 'lunch', duration: 60, windows: at(12 * HOUR) };
    const day = [{ windows: at(9 * HOUR) }, { windows: at(14 * HOUR) }];
    const made = await plan(onALine(day, [{ breaks: [pause] }]), {
      ...asItIs,
      start: [{ carer: 0, visits: [0, 1] }],
    });
    expect(made.rounds[0]?.stops.map(({ kind }) => kind)).toEqual(['visit', 'break', 'visit']);
  });

  it('has both of a pair or none', async () => {
    const pair = [{ first: 0, second: 1, least: 0, most: 0 }];
    const problem = onALine([{ place: 10 }, { place: 10 }], [{}, {}], pair);
    const both = [
      { carer: 1, visits: [0] },
      { carer: 0, visits: [1] },
    ];
    const made = await plan(problem, { ...asItIs, start: both });
    expect([roundOf(made, 1), roundOf(made, 0)]).toEqual([[0], [1]]);
    expect((await plan(problem, { ...asItIs, start: both.slice(1) })).unserved).toEqual([0, 1]);
  });

  it('is refused when it names a visit or a carer that there is not', async () => {
    for (const start of [[{ carer: 0, visits: [7] }], [{ carer: 3, visits: [] }]]) {
      await expect(plan(onALine(visits), { ...asItIs, start })).rejects.toThrow(
        'the plan to begin with names',
      );
    }
  });
});

describe('a plan made apart', () => {
  const problem = onALine(
    Array.from({ length: 40 }, (_, v) => ({ place: (v * 37) % 100 })),
    [{}, {}, {}, {}],
  );

  it('is the one that would be made here, as often as it is asked for', async () => {
    for (const threads of [1, 2]) {
      const asked = { iterations: 2000, threads, seed: 7 };
      const here = await plan(problem, asked);
      const apart = await Promise.all([planApart(problem, asked), planApart(problem, asked)]);
      expect([...apart, await planApart(problem, asked)]).toEqual([here, here, here]);
    }
  });

  it('leaves the event loop free', async () => {
    const turns = { apart: 0, here: 0 };
    for (const [where, make] of [
      ['apart', planApart],
      ['here', plan],
    ] as const) {
      let isMade = false;
      const turn = () => {
        turns[where]++;
        if (!isMade) setImmediate(turn);
      };
      turn();
      await make(problem, { iterations: 20_000, threads: 0, seed: 1 });
      isMade = true;
    }
    expect(turns.apart).toBeGreaterThan(5 * turns.here);
  });

  it('tells how far it is, and ends with the best so far when it is told to', async () => {
    const ending = new AbortController();
    const told: number[] = [];
    const made = await planApart(problem, {
      seconds: 600,
      threads: 1,
      seed: 1,
      signal: ending.signal,
      onProgress: ({ iterations }) => {
        told.push(iterations);
        ending.abort();
      },
    });
    expect([made.unserved, told.length > 0]).toEqual([[], true]);
  });

  it('fails as it would here, and the next is made all the same', async () => {
    const broken: Problem = { ...problem, travel: { places: 100, matrices: null, coordinates: null } };
    await expect(planApart(broken, options)).rejects.toThrow('travel needs a matrix or coordinates');
    expect((await planApart(problem, options)).unserved).toEqual([]);
  });
});

describe('balance', () => {
  const close = Array.from({ length: 4 }, () => ({ place: 5, duration: 60 }));
  const two: Partial<Carer>[] = [{}, {}];
  const shares = (made: RoundsPlan) => [roundOf(made, 0).length, roundOf(made, 1).length];

  it('shares four equal visits between two equal carers, where without it one makes all', async () => {
    const even = { cost: 20, unit: HOUR };
    for (const lateCost of [undefined, 1]) {
      const visits = close.map((one) => ({ ...one, ...(lateCost && { lateCost }) }));
      const problem = onALine(visits, two);
      expect(shares(await plan(problem, options)).toSorted()).toEqual([0, 4]);
      const made = await plan({ ...problem, balance: even }, options);
      expect(shares(made)).toEqual([2, 2]);
      expect([made.cost.travel, made.cost.uneven]).toEqual([20, expect.closeTo(160)]);
    }
  });

  it('gives less to who has worked more before', async () => {
    const made = await plan(
      { ...onALine(close, [{ worked: 2 * HOUR }, {}]), balance: { cost: 20, unit: HOUR } },
      options,
    );
    expect(shares(made)).toEqual([1, 3]);
  });

  it('never leaves anybody unserved', async () => {
    const made = await plan({ ...onALine(close, [{}]), balance: { cost: 1000, unit: 1 } }, options);
    expect(made.unserved).toEqual([]);
  });
});
