/** Gehring and Homberger's vehicle routes with time windows, 1,000 customers each, against the best known distances. */
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { checkVrplib } from '../../../worker/dispatch/checker/vrplib.ts';
import { type Figure, figure } from '../figure.ts';
import { data, gap, mean, planned, QUICK_SECONDS, SECONDS, text } from './plans.ts';

const LONG_SECONDS = 300;
const QUICK = ['C1_10_1', 'R1_10_3', 'RC2_10_1'];

export const routes = (isQuick: boolean): Promise<Figure[]> =>
  measured('dispatch.routes', isQuick ? QUICK_SECONDS : SECONDS, isQuick, [3, 1.5]);

/** The same with more time; quick is fewer of them, not less time. */
export const longRoutes = (isQuick: boolean): Promise<Figure[]> =>
  measured('dispatch.long', LONG_SECONDS, isQuick, [3, 0.8]);

async function measured(
  bench: string,
  seconds: number,
  isQuick: boolean,
  [most, average]: [number, number],
): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const file of readdirSync(data('vrptw')).filter((name) => name.endsWith('.vrp'))) {
    const name = path.basename(file, '.vrp');
    if (isQuick && !QUICK.includes(name)) continue;
    const problem = data('vrptw', file);
    const found = await planned(problem, seconds, (written) => checkVrplib(text(problem), written));
    const best = Number(/Cost\s+([\d.]+)/.exec(text(data('vrptw', `${name}.sol`)))?.[1]);
    figures.push(figure(`${bench}.${name}`, gap(found.cost, best), '% above best known', `<= ${most}`));
  }
  const value = mean(figures.map((one) => one.value));
  return [...figures, figure(`${bench}.mean`, value, '% above best known', `<= ${average}`)];
}
