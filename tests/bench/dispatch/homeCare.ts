/** Mankowska's home care with pairs and lateness, against the best known costs. */
import path from 'node:path';
import { checkHhcrsp } from '../../../worker/dispatch/checker/hhcrsp.ts';
import { type Figure, figure } from '../figure.ts';
import { data, gap, mean, planned, QUICK_SECONDS, SECONDS, text } from './plans.ts';

const QUICK = ['InstanzCPLEX_HCSRP_25_2.json', 'InstanzCPLEX_HCSRP_50_2.json', 'InstanzVNS_HCSRP_100_2.json'];

export async function homeCare(isQuick: boolean): Promise<Figure[]> {
  const seconds = isQuick ? QUICK_SECONDS : SECONDS;
  const [, ...rows] = text(data('hhcrsp', 'best-known.tsv')).trim().split('\n');
  const figures: Figure[] = [];
  const large: number[] = [];
  for (const row of rows) {
    const [file = '', , , , best] = row.split('\t');
    if (isQuick && !QUICK.includes(file)) continue;
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
