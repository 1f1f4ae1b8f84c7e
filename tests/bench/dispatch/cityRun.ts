/**
 * Plans a file as a process of its own, whose memory can be watched: `cityRun.ts PROBLEM PLAN SECONDS`, seconds from the
 * process's own beginning until the plan is written. Prints after how many seconds there was a first complete plan.
 */
import { writeFileSync } from 'node:fs';
import { plan } from '../../../worker/dispatch/engine/plan.ts';
import { readProblemFile } from '../../../worker/dispatch/formats/read.ts';

/** For the last slice to end and the plan to be written. */
const WRITING_SECONDS = 2;

const [problem = '', written = '', seconds = ''] = process.argv.slice(2);
const sinceStart = () => performance.now() / 1000;
const reading = readProblemFile(problem);
let first: number | null = null;
const made = await plan(reading.problem, {
  seconds: Number(seconds) - sinceStart() - WRITING_SECONDS,
  threads: 2,
  seed: 1,
  onProgress: () => {
    first ??= sinceStart();
  },
});
writeFileSync(
  written,
  reading.write(made, { loadingMs: 0, solvingMs: 1000 * sinceStart() }, () => true),
);
console.log(JSON.stringify({ first, seconds: sinceStart() }));
