/** Problems from files, planned by the engine and judged by the checker, as every figure of dispatch is. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { projectDir } from '../../../db/connect/config.ts';
import type { Verdict } from '../../../worker/dispatch/checker/verdict.ts';
import { plan } from '../../../worker/dispatch/engine/plan.ts';
import { readProblemFile } from '../../../worker/dispatch/formats/read.ts';

/** Where the published instances lie; they are no part of the product. */
export const dataFolder = process.env.HUZHU_BENCH_DATA ?? path.join(projectDir, '..', 'shared', 'bench');

export const SECONDS = 60;
export const QUICK_SECONDS = 12;

export const data = (...names: string[]): string => path.join(dataFolder, ...names);
export const text = (file: string): string => readFileSync(file, 'utf8');

/** Plans a file for so many seconds on two threads; what the checker finds of the plan as it was written. Throws when it is not valid. */
export async function planned<Figures>(
  file: string,
  seconds: number,
  check: (written: string) => Verdict<Figures>,
): Promise<Figures> {
  const reading = readProblemFile(file);
  const made = await plan(reading.problem, { seconds, threads: 2, seed: 1 });
  const written = reading.write(made, { loadingMs: 0, solvingMs: 1000 * seconds }, () => false);
  return validated(file, check(written));
}

/** The figures of a plan; throws when it breaks a rule. */
export function validated<Figures>(file: string, { valid, broken, figures }: Verdict<Figures>): Figures {
  if (!valid) throw new Error(`${file}: not valid: ${JSON.stringify(broken.slice(0, 5))}`);
  return figures;
}

/** How much dearer a cost is than the best known, in percent. */
export const gap = (cost: number, best: number): number => 100 * (cost / best - 1);
export const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;
