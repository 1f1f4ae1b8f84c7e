import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { projectDir } from '../../../db/connect/config.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'huzhu-checker-'));
afterAll(() => rmSync(folder, { recursive: true }));

const vroom = {
  jobs: [{ id: 1, location: [118.79, 32.06], priority: 5 }],
  vehicles: [{ id: 7, start: [118.79, 32.05] }],
};
const vroomPlan = {
  code: 0,
  summary: {},
  unassigned: [],
  routes: [
    {
      vehicle: 7,
      steps: [
        { type: 'start', arrival: 0 },
        { type: 'job', id: 1, arrival: 420 },
        { type: 'end', arrival: 420 },
      ],
    },
  ],
};
const cityDay = {
  seed: 1,
  speedKmh: 15,
  detour: 1.35,
  carers: [{ id: 7, lat: 32.05, lon: 118.79, d: 1, tw: [0, 3600], skills: [1] }],
  visits: [{ id: 1, lat: 32.06, lon: 118.79, d: 1, service: 0, tw: [0, 900], skills: [1], priority: 5 }],
};
const dayPlan = {
  ...vroomPlan,
  routes: [
    {
      vehicle: 7,
      steps: [
        { type: 'start', arrival: 0 },
        { type: 'job', id: 1, arrival: 420 },
        { type: 'end', arrival: 840 },
      ],
    },
  ],
};
const hhcrsp = { patients: [], caregivers: [], distances: [[0]] };
const vrp = `TYPE: VRPTW
DIMENSION: 2
VEHICLES: 1
CAPACITY: 1
SERVICE_TIME: 0
EDGE_WEIGHT_TYPE: EUC_2D
NODE_COORD_SECTION
1 0 0
2 3 4
DEMAND_SECTION
1 0
2 1
TIME_WINDOW_SECTION
1 0 10
2 0 5
DEPOT_SECTION
1
-1
`;

/** Runs the program on two files of no telling name; what it prints, and what it ends with. */
async function checkPlan(problem: unknown, plan: unknown, ...more: string[]) {
  const files = [problem, plan].map((content, i) => {
    const file = path.join(mkdtempSync(path.join(folder, 'case-')), i === 0 ? 'problem' : 'plan');
    writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
    return file as string;
  });
  const args = [
    'worker/dispatch/checker/main.ts',
    '--problem',
    files[0] ?? '',
    '--plan',
    files[1] ?? '',
    ...more,
  ];
  return new Promise<{ code: number; printed: unknown }>((resolve) => {
    const child = execFile('node_modules/.bin/tsx', args, { cwd: projectDir }, (_error, stdout) =>
      resolve({ code: child.exitCode ?? -1, printed: JSON.parse(stdout) }),
    );
  });
}

describe('npm run check-plan', () => {
  it('ends with 0 when the plan is valid, and knows the format by the content', async () => {
    const checked = await Promise.all([
      checkPlan(vroom, vroomPlan),
      checkPlan(cityDay, dayPlan),
      checkPlan(hhcrsp, { routes: [] }),
      checkPlan(vrp, 'Route #1: 1\nCost 10\n'),
    ]);
    expect(checked).toMatchObject([
      { code: 0, printed: { format: 'vroom', valid: true, figures: { priority: 5, travel: 420 } } },
      { code: 0, printed: { format: 'city day', valid: true, figures: { priority: 5, travel: 840 } } },
      { code: 0, printed: { format: 'hhcrsp', valid: true, figures: { cost: 0 } } },
      { code: 0, printed: { format: 'vrplib', valid: true, figures: { cost: 10, routes: 1 } } },
    ]);
  });

  it('ends with 1 when a rule is broken, and says which', async () => {
    const { code, printed } = await checkPlan(vroom, vroomPlan, '--mode', 'car=5,1,0', '--tolerance', '0');
    expect(code).toBe(1);
    expect(printed).toMatchObject({
      valid: false,
      broken: [{ rule: 'travel', carer: 7, visit: 1, by: 381 }],
      brokenCount: 1,
    });
  });

  it('ends with 2 when something cannot be read, and names the field', async () => {
    const checked = await Promise.all([
      checkPlan(vroom, { ...vroomPlan, routes: [{ vehicle: 'seven', steps: [] }] }),
      checkPlan('{"jobs": [', vroomPlan),
      checkPlan(vroom, vroomPlan, '--mode', 'car=5'),
    ]);
    expect(checked).toMatchObject([
      { code: 2, printed: { unreadable: { input: 'plan', field: 'routes[0].vehicle' } } },
      { code: 2, printed: { unreadable: { input: 'problem', field: '' } } },
      { code: 2, printed: { unreadable: { input: 'arguments', field: '--mode' } } },
    ]);
  });
});
