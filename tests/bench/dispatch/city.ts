/**
 * The whole city in one plan: 27,400 visits and 2,500 carers, by coordinates. The first complete plan, the priority served
 * after two minutes, and the memory of the process with its threads and children. A plan can serve no more than is
 * demanded, so a share of that is at most the share of what any longer run serves; HUZHU_BENCH_REFERENCE_SECONDS names
 * such a run (1,800 are half an hour) to be made and compared with as well.
 */
import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { projectDir } from '../../../db/connect/config.ts';
import { checkCityDay } from '../../../worker/dispatch/checker/cityDay.ts';
import { type Figure, figure } from '../figure.ts';
import { withDay } from './cityDay.ts';
import { text, validated } from './plans.ts';

const DAY = { visits: 27_400, carers: 2500, seed: 3 };
const SECONDS = 120;
const QUICK_SECONDS = 30;
const MEMORY_EVERY_MS = 250;

export const city = (isQuick: boolean): Promise<Figure[]> =>
  withDay(DAY, 'coordinates', async (problem) => {
    const name = `dispatch.city.${DAY.visits}x${DAY.carers}`;
    const seconds = isQuick ? QUICK_SECONDS : SECONDS;
    const run = await ran(problem, seconds);
    const share = (of: number) => (100 * run.priority) / of;
    const figures = [
      figure(`${name}.firstPlan`, run.first, 's', '<= 15'),
      figure(`${name}.finished`, run.seconds, 's', `<= ${seconds}`),
      figure(`${name}.memory`, run.memoryMiB, 'MiB', '<= 3072'),
      figure(`${name}.served`, share(run.demanded), '% of the priority demanded', '>= 99'),
    ];
    const reference = Number(process.env.HUZHU_BENCH_REFERENCE_SECONDS ?? 0);
    if (reference > 0) {
      const longer = await ran(problem, reference);
      const unit = `% of the priority served in ${reference} s`;
      figures.push(figure(`${name}.ofReference`, share(longer.priority), unit, '>= 99'));
    }
    return figures;
  });

/** One run in a process of its own, as the checker finds its plan. */
async function ran(problem: string, seconds: number) {
  const written = `${problem}.plan`;
  const args = ['--import', 'tsx', 'tests/bench/dispatch/cityRun.ts', problem, written, String(seconds)];
  const child = spawn(process.execPath, args, { cwd: projectDir, stdio: ['ignore', 'pipe', 'inherit'] });
  let memoryKiB = 0;
  const watching = setInterval(() => {
    memoryKiB = Math.max(memoryKiB, treeMemoryKiB(child.pid as number));
  }, MEMORY_EVERY_MS);
  let printed = '';
  child.stdout.on('data', (some) => {
    printed += some;
  });
  const code = await new Promise((resolve) => child.once('close', resolve));
  clearInterval(watching);
  if (code !== 0) throw new Error(`the run ended with ${code}`);
  const { priority, unservedPriority } = validated(
    problem,
    checkCityDay(JSON.parse(text(problem)), JSON.parse(text(written))),
  );
  const told = JSON.parse(printed) as { first: number; seconds: number };
  return { ...told, memoryMiB: memoryKiB / 1024, priority, demanded: priority + unservedPriority };
}

/** What a process and all below it hold in memory, as Linux tells it. */
function treeMemoryKiB(pid: number): number {
  try {
    const own = Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0);
    const children = readdirSync(`/proc/${pid}/task`).flatMap((task) =>
      readFileSync(`/proc/${pid}/task/${task}/children`, 'utf8')
        .trim()
        .split(' ')
        .filter(Boolean)
        .map(Number),
    );
    return children.reduce((sum, child) => sum + treeMemoryKiB(child), own);
  } catch {
    return 0; // It has just ended.
  }
}
