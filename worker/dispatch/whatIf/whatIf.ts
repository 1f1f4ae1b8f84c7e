/** Plans a day as it is and as it would be, by the same engine, seed and steps, and compares both. */
import { readFileSync } from 'node:fs';
import type { Database } from '../../../db/connect/database.ts';
import { firstDispatch } from '../../../db/dispatch/rules.ts';
import { DispatchFailure } from '../arguments.ts';
import { readProblemFile } from '../formats/read.ts';
import type { Problem, RoundsPlan, SearchOptions } from '../problem.ts';
import type { Asked } from './arguments.ts';
import { type Case, caseOf } from './case.ts';
import { withCarers } from './changes.ts';
import { cityCaseOf, withCityCarers } from './cityCase.ts';
import { type Comparison, compared } from './outcome.ts';
import { withPolicy } from './policy.ts';
import { readPast } from './readPast.ts';

type MakePlan = (problem: Problem, options: SearchOptions) => Promise<RoundsPlan>;

interface Choice {
  case: Case;
  circleMinutes: number;
}

export interface Choices {
  before: Choice;
  after: Choice;
  /** Long blocks that are left out. */
  blocks: number;
}

export async function whatIf(
  { before, after }: Choices,
  search: Asked['search'],
  makePlan: MakePlan,
): Promise<Comparison> {
  const planned = async (choice: Choice) => ({
    ...choice,
    plan: await makePlan(choice.case.problem, search),
  });
  // One after the other: at once they would take each other's time.
  const was = await planned(before);
  return compared(was, await planned(after));
}

/** The problem of a file, as it is and with what was asked. Throws `FormatError` and `DispatchFailure`. */
export function choicesOfFile(
  { addCarers, stations }: Asked,
  { input, like }: { input: string; like: string | null },
): Choices {
  const { problem, scale: ofFile, format } = fromFile(input, readProblemFile);
  if (format === 'VRPLIB')
    throw new DispatchFailure(
      '--input：VRPLIB 的时间没有单位，无法按分钟比较。',
      '--input: the times of VRPLIB have no unit, so that nothing can be told in minutes.',
    );
  const scale = format === 'HHCRSP' ? ofFile / 60 : ofFile;
  const { circleMinutes } = firstDispatch;
  return {
    before: { case: caseOf(problem, scale), circleMinutes },
    after: { case: caseOf(withCarers(problem, { count: addCarers, like, stations }), scale), circleMinutes },
    blocks: 0,
  };
}

/** The day of a district, as it is and with what was asked. Throws `DispatchFailure`. */
export async function choicesOfDay(
  db: Database,
  { addCarers, stations, weights, policy }: Asked,
  of: { day: string; areaCode: string; level: number },
  now: Date,
): Promise<Choices> {
  const past = await readPast(db, of, now);
  if (!past)
    throw new DispatchFailure(
      `${of.areaCode} 在 ${of.day} 没有需要机构上门的订单。`,
      `Nothing was wanted of providers in ${of.areaCode} on ${of.day}.`,
    );
  const { day, blocks } = past;
  const file =
    policy === null ? {} : fromFile(policy, (name): unknown => JSON.parse(readFileSync(name, 'utf8')));
  const changed = [file, ...weights].reduce<typeof day.policy>(withPolicy, day.policy);
  const more = addCarers === 0 ? day : withCityCarers(day, { count: addCarers, level: of.level, stations });
  return {
    before: { case: cityCaseOf(day), circleMinutes: day.policy.circleMinutes },
    after: { case: cityCaseOf({ ...more, policy: changed }), circleMinutes: changed.circleMinutes },
    blocks,
  };
}

function fromFile<T>(file: string, read: (file: string) => T): T {
  try {
    return read(file);
  } catch (error) {
    const { code, syscall, message } = error as NodeJS.ErrnoException;
    if (syscall)
      throw new DispatchFailure(
        `无法读取文件 ${file}（${code}）。`,
        `The file ${file} cannot be read (${code}).`,
      );
    if (error instanceof SyntaxError)
      throw new DispatchFailure(
        `文件 ${file} 不是 JSON：${message}`,
        `The file ${file} is not JSON: ${message}`,
      );
    throw error;
  }
}
