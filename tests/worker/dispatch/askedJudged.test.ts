/**
 * What users of open engines ask for, on small problems in VROOM's JSON whose right answer is evident: planned by the engine,
 * judged by the checker, which knows nothing of it.
 */
import { describe, expect, it } from 'vitest';
import { checkVroom } from '../../../worker/dispatch/checker/vroom.ts';
import { plan } from '../../../worker/dispatch/engine/plan.ts';
import { readProblem } from '../../../worker/dispatch/formats/read.ts';

/** Places on a street, two minutes from door to door; times are seconds. */
const DOOR = 120;
const PLACES = 12;
const durations = Array.from({ length: PLACES }, (_, a) =>
  Array.from({ length: PLACES }, (_, b) => DOOR * Math.abs(a - b)),
);
const hour = (count: number) => 3600 * count;
const FEMALE = 1;
const LEVEL_3 = 3;

interface Step {
  type: string;
  id?: number;
  arrival: number;
  waiting_time?: number;
}
interface Made {
  unassigned: { id: number }[];
  routes: { vehicle: number; steps: Step[] }[];
}

/** The engine's plan, which the checker must find in order. */
async function judged(jobs: readonly object[], vehicles: readonly object[]) {
  const problem = { jobs, vehicles, matrices: { car: { durations } } };
  const reading = readProblem([Buffer.from(JSON.stringify(problem))]);
  const found = await plan(reading.problem, { iterations: 300, threads: 0, seed: 1 });
  const made = JSON.parse(reading.write(found, { loadingMs: 0, solvingMs: 0 }, () => false)) as Made;
  const { broken, figures } = checkVroom(problem, made);
  expect(broken).toEqual([]);
  const by = new Map(
    made.routes.flatMap(({ vehicle, steps }) =>
      steps.flatMap(({ type, id }) => (type === 'job' ? [[id as number, vehicle] as const] : [])),
    ),
  );
  const begin = (type: string, id: number): number | undefined => {
    const step = made.routes.flatMap(({ steps }) => steps).find((one) => one.type === type && one.id === id);
    return step && step.arrival + (step.waiting_time ?? 0);
  };
  return { made, figures, by, begin, left: made.unassigned.map(({ id }) => id) };
}

const visit = (id: number, change: object = {}) => ({
  id,
  location_index: id,
  service: hour(0.5),
  ...change,
});
const carer = (id: number, change: object = {}) => ({
  id,
  start_index: 0,
  end_index: 0,
  time_window: [hour(8), hour(18)],
  ...change,
});

describe('the checker agrees', () => {
  it('that intimate care goes to a woman and nursing to who has the level, near or far', async () => {
    const { by, left } = await judged(
      [
        visit(9, { skills: [FEMALE] }),
        visit(2, { skills: [LEVEL_3] }),
        visit(5, { skills: [FEMALE, LEVEL_3] }),
      ],
      [
        carer(1, { start_index: 9, end_index: 9, skills: [LEVEL_3] }),
        carer(2, { start_index: 2, end_index: 2, skills: [FEMALE] }),
      ],
    );
    expect([by.get(9), by.get(2), left]).toEqual([2, 1, [5]]);
  });

  it('that a visit takes the first of several windows in which somebody can come', async () => {
    const { begin } = await judged(
      [
        visit(1, {
          time_windows: [
            [hour(6), hour(7)],
            [hour(11), hour(12)],
            [hour(15), hour(16)],
          ],
        }),
        visit(2, { time_windows: [[hour(12), hour(13)]] }),
      ],
      [carer(1, { time_window: [hour(9), hour(14)] })],
    );
    expect(begin('job', 1)).toBeGreaterThanOrEqual(hour(11));
    expect(begin('job', 1)).toBeLessThanOrEqual(hour(12));
  });

  it('that who may begin anywhere begins at the first visit, and who sets out from the right place saves the way', async () => {
    const open = await judged(
      [visit(8), visit(9)],
      [{ id: 1, end_index: 0, time_window: [hour(8), hour(18)] }],
    );
    expect(open.figures.travel).toBe(9 * DOOR);
    const two = await judged(
      [visit(10), visit(11)],
      [carer(1), carer(2, { start_index: 11, end_index: 11 })],
    );
    expect([two.by.get(10), two.by.get(11)]).toEqual([2, 2]);
    expect(two.figures.travel).toBe(2 * DOOR);
  });

  it('that a break is had between visits, in its time, and nobody is visited meanwhile', async () => {
    const pause = { id: 1, service: hour(1), time_windows: [[hour(11), hour(11.5)]] };
    const jobs = Array.from({ length: 8 }, (_, n) =>
      visit(n + 1, { service: hour(1), time_windows: [[hour(8), hour(17)]] }),
    );
    const { begin, left } = await judged(jobs, [carer(1, { breaks: [pause] })]);
    expect(left).toEqual([]);
    const from = begin('break', 1) as number;
    expect(from).toBeGreaterThanOrEqual(hour(11));
    expect(from).toBeLessThanOrEqual(hour(11.5));
    for (const { id } of jobs) {
      const at = begin('job', id) as number;
      expect(at + hour(1) <= from || at >= from + hour(1)).toBe(true);
    }
  });

  it('that the frail and urgent are served first when there is too much to do', async () => {
    const window = { service: hour(1), time_windows: [[hour(9), hour(9)]] };
    const { left, figures } = await judged(
      [
        visit(1, { ...window, priority: 20 }),
        visit(2, { ...window, priority: 90 }),
        visit(3, { ...window, priority: 50 }),
      ],
      [carer(1), carer(2)],
    );
    expect(left).toEqual([1]);
    expect(figures).toMatchObject({ priority: 140, unservedPriority: 20 });
  });

  it('that nobody makes more visits, or is longer on the way, than they may', async () => {
    const jobs = [visit(1), visit(2), visit(3), visit(4)];
    expect((await judged(jobs, [carer(1, { max_tasks: 3 })])).left.length).toBe(1);
    expect((await judged(jobs, [carer(1, { max_travel_time: 4 * DOOR })])).left).toEqual([3, 4]);
  });
});
