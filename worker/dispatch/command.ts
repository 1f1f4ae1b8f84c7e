/** The command line of dispatch: reads a problem, has a plan made for it, and writes the plan in the same format. */
import { accessSync, constants, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type Asked, DispatchFailure } from './arguments.ts';
import { readProblemFile } from './formats/read.ts';
import type { IsEstimate, Reading } from './formats/reading.ts';
import type { Problem, RoundsPlan, SearchOptions } from './problem.ts';
import { progressOn } from './progress.ts';
import { byRoad, MOST_ROAD_PLACES } from './travel/byRoad.ts';
import { Roads } from './travel/roads.ts';

type MakePlan = (problem: Problem, options: SearchOptions) => Promise<RoundsPlan>;

export interface Surroundings {
  makePlan: MakePlan;
  language: 'zh' | 'en';
  out: NodeJS.WritableStream;
  err: NodeJS.WriteStream;
  /** Aborted by Ctrl-C: the best plan so far is written. */
  signal: AbortSignal;
}

/** Throws `FormatError` for a file that is no problem and `DispatchFailure` for whatever else stands in the way. */
export async function dispatch(asked: Asked, around: Surroundings): Promise<void> {
  const { language, err, signal } = around;
  const began = performance.now();
  refuseOutput(asked);
  const reading = readInput(asked.input);
  const { problem, isEstimate } = await travelOf(reading, asked, around);
  const loaded = performance.now();
  const line = progressOn(err, language, reading.scale);
  let plan: RoundsPlan;
  try {
    plan = await around.makePlan(problem, { ...asked.search, onProgress: line.tell, signal });
  } finally {
    line.end();
  }
  const text = reading.write(
    plan,
    { loadingMs: Math.round(loaded - began), solvingMs: Math.round(performance.now() - loaded) },
    isEstimate,
  );
  if (asked.output === null) around.out.write(text);
  else writeWhole(asked.output, text);
  err.write(`${summaryOf(plan, reading, asked)[language]}\n`);
}

/** Says before the search, not after it, that a plan could not be written. */
function refuseOutput({ input, output }: Asked): void {
  if (output === null) return;
  const [from, to] = [input, output].map((file) => statSync(file, { throwIfNoEntry: false }));
  if (to && from?.ino === to.ino && from.dev === to.dev)
    throw new DispatchFailure(
      '--output：应为另一个文件，而不是问题文件。',
      '--output must be another file than the problem.',
    );
  try {
    if (to && !to.isFile()) throw Object.assign(new Error(), { code: 'EISDIR' });
    accessSync(path.dirname(path.resolve(output)), constants.W_OK);
  } catch (error) {
    throw unwritable(output, error);
  }
}

const unwritable = (file: string, error: unknown): DispatchFailure => {
  const { code } = error as NodeJS.ErrnoException;
  return new DispatchFailure(
    `无法写入文件 ${file}（${code}）。`,
    `The file ${file} cannot be written (${code}).`,
  );
};

function readInput(file: string): Reading {
  try {
    return readProblemFile(file);
  } catch (error) {
    const { code, syscall } = error as NodeJS.ErrnoException;
    if (!syscall) throw error;
    throw new DispatchFailure(
      `无法读取文件 ${file}（${code}）。`,
      `The file ${file} cannot be read (${code}).`,
    );
  }
}

/** The problem with times by road where a server was named; and which of its ways are estimates. */
async function travelOf(
  { problem, profiles }: Reading,
  { roads }: Asked,
  { language, err, signal }: Surroundings,
): Promise<{ problem: Problem; isEstimate: IsEstimate }> {
  const { coordinates, places } = problem.travel;
  if (roads === null) return { problem, isEstimate: () => coordinates !== null };
  if (!coordinates)
    throw new DispatchFailure(
      '--osrm：问题文件已给出路上时间。',
      '--osrm: the problem has travel times of its own.',
    );
  if (places > MOST_ROAD_PLACES)
    throw new DispatchFailure(
      `--osrm：最多 ${MOST_ROAD_PLACES} 个地点，而此问题有 ${places} 个；请去掉 --osrm，按估算计划。`,
      `--osrm: at most ${MOST_ROAD_PLACES} places, and the problem has ${places}; leave it out to plan by estimates.`,
    );
  const found = await byRoad(problem, profiles, new Roads(roads), signal);
  if (found.estimatedShare > 0) {
    const share = `${Math.ceil(found.estimatedShare * 1000) / 10}%`;
    const why = found.failures.join('; ');
    const said = {
      zh: `${share} 的路上时间是估算的${why && `（${why}）`}，计划中已注明。`,
      en: `${share} of travel times are estimates${why && ` (${why})`}; the plan marks them.`,
    };
    err.write(`${said[language]}\n`);
  }
  return found;
}

/** Whoever reads the file while it is written sees the old one or the new one. */
function writeWhole(file: string, text: string): void {
  const beside = `${file}.${process.pid}.part`;
  try {
    writeFileSync(beside, text);
    renameSync(beside, file);
  } catch (error) {
    rmSync(beside, { force: true });
    throw unwritable(file, error);
  }
}

function summaryOf(plan: RoundsPlan, { problem, scale }: Reading, { output }: Asked) {
  const visits = problem.visits.length;
  const served = visits - plan.unserved.length;
  const travel = plan.cost.travel / scale;
  return {
    zh: `${visits} 次服务已安排 ${served} 次，${plan.rounds.length} 人出动，路程 ${travel}${output === null ? '' : `：${output}`}。`,
    en: `${served} of ${visits} visits are served by ${plan.rounds.length} carers, travel ${travel}${output === null ? '' : `: ${output}`}.`,
  };
}
