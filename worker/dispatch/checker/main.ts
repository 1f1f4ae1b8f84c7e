/**
 * `npm run check-plan -- --problem FILE --plan FILE [--mode PROFILE=KMH,DETOUR,SECONDS]… [--tolerance SECONDS]`: whether a
 * plan keeps every rule of its problem, and what it really costs; prints one JSON object. Knows VROOM's JSON, VRPLIB's .vrp
 * and .sol, the JSON of HHCRSP, and a city day's with its plan in VROOM's JSON, by their content. Ends with 0 when the plan is valid, with 1 when a rule is broken, with
 * 2 when something cannot be read. A mode is how a profile of VROOM goes when the problem has no matrix for it, and the
 * tolerance how far a plan's rounded time of one way may be off; without them all go at 15 km/h, 1.35 times the straight
 * line, 60 s more for each way, within 1 s.
 */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { checkCityDay } from './cityDay.ts';
import { checkHhcrsp } from './hhcrsp.ts';
import { type Given, Unreadable } from './reading.ts';
import { checkVroom } from './vroom.ts';
import type { Mode, WayOptions } from './vroomWay.ts';
import { checkVrplib } from './vrplib.ts';

/** Checks with the checker of the problem's format, found by its content. */
function check(problem: string, plan: string, options: WayOptions) {
  if (!problem.trimStart().startsWith('{')) return { format: 'vrplib', ...checkVrplib(problem, plan) };
  const [from, to] = [jsonOf(problem, 'problem'), jsonOf(plan, 'plan')];
  if ('patients' in from) return { format: 'hhcrsp', ...checkHhcrsp(from, to) };
  if ('carers' in from) return { format: 'city day', ...checkCityDay(from, to) };
  return { format: 'vroom', ...checkVroom(from, to, options) };
}

function jsonOf(text: string, given: Given): object {
  try {
    return Object(JSON.parse(text));
  } catch (error) {
    throw new Unreadable(given, '', `is not JSON: ${(error as Error).message}`);
  }
}

function textOf(file: string | undefined, given: Given): string {
  if (file === undefined) throw new Unreadable('arguments', `--${given}`, 'must name a file');
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new Unreadable(given, '', (error as Error).message);
  }
}

function argumentsOf(args: string[]) {
  try {
    return parseArgs({
      args,
      options: {
        problem: { type: 'string' },
        plan: { type: 'string' },
        mode: { type: 'string', multiple: true, default: [] },
        tolerance: { type: 'string', default: '1' },
      },
    }).values;
  } catch (error) {
    throw new Unreadable('arguments', '', (error as Error).message);
  }
}

/** A mode as `PROFILE=KMH,DETOUR,SECONDS`. */
function modeOf(given: string): [profile: string, mode: Mode] {
  const [profile = '', figures = ''] = given.split('=');
  const [speedKmh = 0, detour = 0, fixedSeconds = Number.NaN, ...more] = figures.split(',').map(Number);
  if (!(speedKmh > 0 && detour > 0 && fixedSeconds >= 0) || more.length > 0)
    throw new Unreadable('arguments', '--mode', `${given} is not PROFILE=KMH,DETOUR,SECONDS`);
  return [profile, { speedKmh, detour, fixedSeconds }];
}

try {
  const { problem, plan, mode, tolerance } = argumentsOf(process.argv.slice(2));
  const toleranceSeconds = Number(tolerance);
  if (!(toleranceSeconds >= 0)) throw new Unreadable('arguments', '--tolerance', `${tolerance} is no time`);
  const options = { modes: Object.fromEntries(mode.map(modeOf)), toleranceSeconds };
  const verdict = check(textOf(problem, 'problem'), textOf(plan, 'plan'), options);
  console.log(JSON.stringify(verdict, null, 2));
  process.exitCode = verdict.valid ? 0 : 1;
} catch (error) {
  if (!(error instanceof Unreadable)) throw error;
  const { input, field, reason } = error;
  console.log(JSON.stringify({ unreadable: { input, field, reason } }, null, 2));
  process.exitCode = 2;
}
