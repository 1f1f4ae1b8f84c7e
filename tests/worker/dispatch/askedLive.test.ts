/**
 * What users of open engines ask for and VROOM's JSON cannot say, on one street: a new visit among those that stand, pins,
 * pairs in sequence, wishes and the reasons of what was left out. Judged by rules written here, not by the engine's.
 */
import { describe, expect, it } from 'vitest';
import { plan } from '../../../worker/dispatch/engine/plan.ts';
import type { Problem, RoundsPlan } from '../../../worker/dispatch/problem.ts';
import { at, HOUR, of, onALine, options } from './support/onALine.ts';

/** What is wrong with a plan by the times and ways of its problem: nothing, if it can be gone as written. */
function faults({ visits, carers, travel }: Problem, made: RoundsPlan): string[] {
  const way = (a: number | null, b: number | null) =>
    a === null || b === null ? 0 : (travel.matrices?.[0]?.[a * travel.places + b] as number);
  const found: string[] = [];
  for (const { carer, stops } of made.rounds) {
    let [place, free] = [carers[carer]?.start ?? null, carers[carer]?.shift.from as number];
    for (const { kind, index, beginAt, endAt } of stops) {
      if (kind === 'break') continue;
      const {
        id,
        windows,
        notBy,
        onlyBy,
        pinned,
        duration,
        place: there,
      } = visits[index] as Problem['visits'][number];
      if (beginAt < free + way(place, there)) found.push(`${id}: not there yet`);
      if (!windows.some(({ from, until }) => from <= beginAt && beginAt <= until)) found.push(`${id}: when?`);
      if (notBy?.includes(carer) || onlyBy?.includes(carer) === false) found.push(`${id}: who?`);
      if (pinned && (pinned.carer !== carer || (pinned.at ?? beginAt) !== beginAt))
        found.push(`${id}: moved`);
      if (endAt !== beginAt + duration) found.push(`${id}: how long?`);
      [place, free] = [there, endAt];
    }
    if (free + way(place, carers[carer]?.end ?? null) > (carers[carer]?.shift.until as number))
      found.push(`${carers[carer]?.id}: home late`);
  }
  return found;
}

async function planned(...given: Parameters<typeof onALine>): Promise<RoundsPlan> {
  const problem = onALine(...given);
  const made = await plan(problem, options);
  expect(faults(problem, made)).toEqual([]);
  return made;
}

describe('a new visit', () => {
  const standing = [
    { place: 10, windows: at(9 * HOUR), pinned: { carer: 0, at: 9 * HOUR } },
    { place: 12, windows: at(11 * HOUR), pinned: { carer: 0, at: 11 * HOUR } },
    { place: 60, windows: at(9 * HOUR), pinned: { carer: 1, at: 9 * HOUR } },
    { place: 62, windows: at(10 * HOUR), pinned: { carer: 1, at: 10 * HOUR } },
  ];
  const carers = [{}, { start: 60, end: 60 }];

  it('finds its place among those that stand, and none of them moves', async () => {
    const made = await planned(
      [...standing, { place: 11, windows: [{ from: 9 * HOUR, until: 12 * HOUR }] }],
      carers,
    );
    for (const [v, { pinned }] of standing.entries())
      expect(of(made, v)).toEqual({ carer: pinned.carer, beginAt: pinned.at });
    const found = of(made, 4);
    expect(found?.carer).toBe(0);
    // After the first, half past nine and a minute on; or before the second.
    expect(found?.beginAt).toBeGreaterThanOrEqual(9.5 * HOUR + 1);
  });

  it('is left out rather than that one of those is moved, even if it weighs more', async () => {
    const made = await planned(
      [...standing, { place: 10, windows: at(9 * HOUR + 10), priority: 1000 }],
      carers,
    );
    expect(made.unserved).toEqual([4]);
  });
});

describe('a pin', () => {
  it('to a carer leaves the time free, and the round is ordered around it', async () => {
    const made = await planned(
      [{ place: 30, pinned: { carer: 1 } }, { place: 29 }, { place: 31 }],
      [
        { start: 30, end: 30 },
        { start: 29, end: 31 },
      ],
    );
    expect(of(made, 0)?.carer).toBe(1);
    expect(made.unserved).toEqual([]);
  });
});

describe('two who come to one elder', () => {
  it('one within a given time after the other, wait for each other and not for longer', async () => {
    // Who washes is free from ten on only, and who nurses afterwards until noon.
    const made = await planned(
      [
        { place: 5, skills: [1] },
        { place: 5, skills: [2], duration: 45 },
      ],
      [
        { skills: [1], shift: { from: 10 * HOUR, until: 14 * HOUR } },
        { skills: [2], shift: { from: 8 * HOUR, until: 12 * HOUR } },
      ],
      [{ first: 0, second: 1, least: 30, most: 60 }],
    );
    const [first, second] = [of(made, 0), of(made, 1)];
    expect([first?.carer, second?.carer]).toEqual([0, 1]);
    expect((second?.beginAt ?? 0) - (first?.beginAt ?? 0)).toBeGreaterThanOrEqual(30);
    expect((second?.beginAt ?? 0) - (first?.beginAt ?? 0)).toBeLessThanOrEqual(60);
  });

  it('come not at all when the one is gone before the other may begin', async () => {
    const made = await planned(
      [{ place: 5, skills: [1] }, { place: 5, skills: [2] }, { place: 6 }],
      [
        { skills: [1], shift: { from: 13 * HOUR, until: 17 * HOUR } },
        { skills: [2], shift: { from: 8 * HOUR, until: 12 * HOUR } },
      ],
      [{ first: 0, second: 1, least: 0, most: 0 }],
    );
    expect(made.unserved).toEqual([0, 1]);
  });
});

describe('a wish', () => {
  it('for a known face decides among equals, and a blocked pair beats any wish', async () => {
    const both = [{}, {}];
    const known = (wish: object) => planned([{ place: 5, costBy: [[1, -600]], ...wish }], both);
    expect(of(await known({}), 0)?.carer).toBe(1);
    expect(of(await known({ notBy: [1] }), 0)?.carer).toBe(0);
    expect((await known({ notBy: [0, 1] })).unserved).toEqual([0]);
  });

  it('never leaves another elder unserved', async () => {
    // The known carer is the only one who may come to the second.
    const made = await planned(
      [
        { place: 5, windows: at(9 * HOUR), costBy: [[1, -600]] },
        { place: 6, windows: at(9 * HOUR), onlyBy: [1] },
      ],
      [{}, {}],
    );
    expect([of(made, 0)?.carer, of(made, 1)?.carer]).toEqual([0, 1]);
  });
});
