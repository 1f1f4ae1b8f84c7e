/**
 * How the cost of a plan grows with the city at equal iterations a visit: the processor's time for n visits over n log n,
 * as a multiple of the same for a thousand.
 */
import { plan } from '../../../worker/dispatch/engine/plan.ts';
import { readProblemFile } from '../../../worker/dispatch/formats/read.ts';
import { type Figure, figure } from '../figure.ts';
import { type CityDay, withDay } from './cityDay.ts';

const ITERATIONS_A_VISIT = 100;
const QUICK_ITERATIONS_A_VISIT = 20;
const sizes: CityDay[] = [
  { visits: 1000, carers: 100, seed: 1 },
  { visits: 5000, carers: 500, seed: 2 },
  { visits: 27_400, carers: 2500, seed: 3 },
];

export async function growth(isQuick: boolean): Promise<Figure[]> {
  const iterations = isQuick ? QUICK_ITERATIONS_A_VISIT : ITERATIONS_A_VISIT;
  const seconds = (day: CityDay) => withDay(day, 'coordinates', (file) => processorSeconds(file, iterations));
  // The first run is slower, for the machine learns the code.
  await seconds(sizes[0] as CityDay);
  let first: number | null = null;
  const figures: Figure[] = [];
  for (const day of sizes) {
    const one = (await seconds(day)) / (day.visits * Math.log(day.visits));
    first ??= one;
    figures.push(figure(`dispatch.growth.${day.visits}`, one / first, '× n log n', '<= 1'));
  }
  return figures;
}

async function processorSeconds(file: string, iterationsAVisit: number): Promise<number> {
  const { problem } = readProblemFile(file);
  const before = process.cpuUsage();
  await plan(problem, { iterations: iterationsAVisit * problem.visits.length, threads: 2, seed: 1 });
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
}
