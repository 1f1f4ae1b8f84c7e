/**
 * How good the plans of the engine are, on two threads: Gehring and Homberger's vehicle routes with time windows,
 * Mankowska's home care with pairs and lateness, and city days with more demand than the carers can serve. Each plan is
 * judged by the checker.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { checkHhcrsp } from '../../worker/dispatch/checker/hhcrsp.ts';
import { checkVroom } from '../../worker/dispatch/checker/vroom.ts';
import { checkVrplib } from '../../worker/dispatch/checker/vrplib.ts';
import { data, dataFolder, gap, mean, planned, text } from './dispatch/plans.ts';
import { type Figure, figure } from './figure.ts';

const SECONDS = 60;
const QUICK_SECONDS = 12;
const QUICK_ROUTES = ['C1_10_1', 'R1_10_3', 'RC2_10_1'];
const QUICK_CARE = [
  'InstanzCPLEX_HCSRP_25_2.json',
  'InstanzCPLEX_HCSRP_50_2.json',
  'InstanzVNS_HCSRP_100_2.json',
];

/** What VROOM reached or better, in priority served and seconds of travel. */
const cityDays = [
  { visits: 1000, carers: 100, seed: 1, priority: 22_000, travel: 1_165_000 },
  { visits: 27_400, carers: 2000, seed: 3, district: 0, priority: 48_240, travel: 560_000 },
  { visits: 5000, carers: 500, seed: 2, priority: 116_250, travel: 3_660_000 },
];

export async function dispatch(isQuick: boolean): Promise<Figure[]> {
  if (!existsSync(dataFolder)) {
    throw new Error(
      `the published instances are not in ${dataFolder}; HUZHU_BENCH_DATA names another folder`,
    );
  }
  const seconds = isQuick ? QUICK_SECONDS : SECONDS;
  return [
    ...(await routes(seconds, isQuick)),
    ...(await homeCare(seconds, isQuick)),
    ...(await days(seconds, isQuick)),
  ];
}

async function routes(seconds: number, isQuick: boolean): Promise<Figure[]> {
  const all = readdirSync(data('vrptw')).filter((name) => name.endsWith('.vrp'));
  const figures: Figure[] = [];
  for (const file of all) {
    const name = path.basename(file, '.vrp');
    if (isQuick && !QUICK_ROUTES.includes(name)) continue;
    const problem = data('vrptw', file);
    const found = await planned(problem, seconds, (written) => checkVrplib(text(problem), written));
    const best = Number(/Cost\s+([\d.]+)/.exec(text(data('vrptw', `${name}.sol`)))?.[1]);
    figures.push(figure(`dispatch.routes.${name}`, gap(found.cost, best), '% above best known', '<= 3'));
  }
  const average = mean(figures.map(({ value }) => value));
  return [...figures, figure('dispatch.routes.mean', average, '% above best known', '<= 1.5')];
}

async function homeCare(seconds: number, isQuick: boolean): Promise<Figure[]> {
  const [, ...rows] = text(data('hhcrsp', 'best-known.tsv')).trim().split('\n');
  const figures: Figure[] = [];
  const large: number[] = [];
  for (const row of rows) {
    const [file = '', , , , best] = row.split('\t');
    if (isQuick && !QUICK_CARE.includes(file)) continue;
    const problem = data('hhcrsp', file);
    const found = await planned(problem, seconds, (written) =>
      checkHhcrsp(JSON.parse(text(problem)), JSON.parse(written)),
    );
    const [, patients = '0'] = /_(\d+)_\d+\.json$/.exec(file) ?? [];
    const value = gap(found.cost, Number(best));
    if (Number(patients) >= 100) large.push(value);
    // Best known costs are given to six digits.
    const goal = Number(patients) <= 50 ? '<= 0' : '<= 1';
    figures.push(figure(`dispatch.care.${path.basename(file, '.json')}`, value, '% above best known', goal));
  }
  return [
    ...figures,
    figure('dispatch.care.mean', mean(figures.map(({ value }) => value)), '% above best known', '<= 1'),
    figure('dispatch.care.bestLarge', Math.min(...large), '% above best known', '<= -0.01'),
  ];
}

async function days(seconds: number, isQuick: boolean): Promise<Figure[]> {
  const folder = mkdtempSync(path.join(tmpdir(), 'huzhu-bench-'));
  try {
    const figures: Figure[] = [];
    for (const day of isQuick ? cityDays.slice(0, 1) : cityDays) {
      const { visits, carers, seed, district } = day;
      const name = `${visits}x${carers}${district === undefined ? '' : `.district${district}`}`;
      const prefix = path.join(folder, name);
      const args = [visits, carers, seed, prefix, ...(district === undefined ? [] : [district])].map(String);
      const made = spawnSync(process.execPath, [data('city-day.mjs'), ...args]);
      if (made.status !== 0) throw new Error(`the city day was not made: ${made.stderr}`);
      const problem = `${prefix}.vroom.json`;
      const found = await planned(problem, seconds, (written) =>
        checkVroom(JSON.parse(text(problem)), JSON.parse(written)),
      );
      figures.push(
        figure(`dispatch.day.${name}.priority`, found.priority, 'priority served', `>= ${day.priority}`),
        figure(`dispatch.day.${name}.travel`, found.travel, 's of travel', `<= ${day.travel}`),
      );
    }
    return figures;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
