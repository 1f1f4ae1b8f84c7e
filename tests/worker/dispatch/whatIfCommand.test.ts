/** `npm run what-if`: its arguments, a file, a day of the city from the database, and what it prints. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { dayOf } from '../../../db/connect/days.ts';
import { DispatchFailure } from '../../../worker/dispatch/arguments.ts';
import { plan } from '../../../worker/dispatch/engine/plan.ts';
import { type Asked, readArguments } from '../../../worker/dispatch/whatIf/arguments.ts';
import { tableOf } from '../../../worker/dispatch/whatIf/table.ts';
import { choicesOfDay, choicesOfFile, whatIf } from '../../../worker/dispatch/whatIf/whatIf.ts';
import { DISTRICT, ids, later, smallCity } from '../../support/smallCity.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'what-if-'));
afterAll(() => rmSync(folder, { recursive: true }));

function fileOf(name: string, content: object): string {
  const file = path.join(folder, name);
  writeFileSync(file, JSON.stringify(content));
  return file;
}
const read = (line: string) => readArguments(line.split(' '), '2026-05-03');
/** Nothing is left to the clock: so many rounds of search. */
const asked = (line: string) => read(`${line} --iterations 300 --threads 1`) as Asked;

describe('the arguments', () => {
  it('name a day and a district, and what is to be different', () => {
    expect(
      read(
        '--day yesterday --district 320115 --add-carers 10 --station 31.95,118.84 --weight points.circle=9',
      ),
    ).toEqual({
      of: { day: '2026-05-03', areaCode: '320115', level: 3 },
      addCarers: 10,
      stations: [{ lat: 31.95, lon: 118.84 }],
      weights: [{ points: { circle: 9 } }],
      policy: null,
      search: { seconds: 20, threads: 1, seed: 1 },
      isJson: false,
    });
    expect(read('--help')).toBeNull();
  });

  it.each([
    ['--add-carers 1', '--day'],
    ['--day 2026-05-03 --add-carers 1', '--district'],
    ['--day tomorrow --district 320115 --add-carers 1', '--day must be'],
    ['--day 2026-05-03 --district 320115', '--add-carers'],
    ['--day 2026-05-03 --district 320115 --add-carers 0', '--add-carers'],
    ['--day 2026-05-03 --district 320115 --add-carers 1 --level 6', '--level'],
    ['--day 2026-05-03 --district 320115 --add-carers 1 --like 4', '--like'],
    ['--day 2026-05-03 --district 320115 --station 32,118', '--station goes'],
    ['--day 2026-05-03 --district 320115 --add-carers 1 --station 132,118', '--station must'],
    ['--day 2026-05-03 --district 320115 --weight luck', '--weight'],
    ['--input a.json --weight circleMinutes=20', '--weight'],
    ['--input a.json --add-carers 1 --level 3', '--district'],
    ['--input a.json --add-carers 1 --seconds 1 --iterations 2', '--seconds'],
    ['--input a.json --carers 1', 'arguments'],
  ])('%s is refused, and why is said', (line, why) => {
    expect(() => read(line)).toThrow(DispatchFailure);
    expect(() => read(line)).toThrow(why);
  });
});

it('of a file shows what one more carer would serve, in words of both languages', async () => {
  const window = { service: 1800, time_windows: [[32400, 32400]] };
  const input = fileOf('day.json', {
    jobs: [
      { id: 1, location: [118.78, 32.05], ...window },
      { id: 2, location: [118.79, 32.05], ...window },
    ],
    vehicles: [{ id: 5, start: [118.77, 32.05], end: [118.77, 32.05], profile: 'bike' }],
  });
  const line = asked(`--input ${input} --add-carers 1 --like 5 --station 32.05,118.79`);
  const comparison = await whatIf(choicesOfFile(line, { input, like: '5' }), line.search, plan);
  expect(comparison).toMatchObject({ before: { served: 1 }, after: { served: 2, nearShare: 1 }, gained: 1 });
  const lines = tableOf(comparison, 'en').split('\n');
  expect(lines.find((one) => one.startsWith('served  '))).toMatch(/served +1 +2 +\+1$/);
  expect(lines.find((one) => one.startsWith('by somebody'))).toMatch(/– +– +–$/);
  expect(tableOf(comparison, 'zh')).toMatch(/\n已安排 +1 +2 +\+1\n/);
  const missing = { input: path.join(folder, 'none.json'), like: null };
  expect(() => choicesOfFile(line, missing)).toThrow(DispatchFailure);
});

it('of a day in the database plans what was wanted with whom there is, and changes nothing there', async () => {
  const city = await smallCity();
  try {
    const startAt = later(city.at, 60);
    // Three want a bath at the same time, and two carers may give one.
    for (const elderId of [ids.wang, ids.li, ids.wang])
      await city.book({ elderId, serviceCode: 'bathing', payer: 'self', startAt });
    const before = await city.sql`select count(*) from orders where state = 'requested'`;
    const day = dayOf(startAt);
    const of = { day, areaCode: DISTRICT, level: 4 };
    const line = asked(
      `--day ${day} --district ${DISTRICT} --add-carers 3 --level 4 --weight points.circle=9`,
    );
    const comparison = await whatIf(await choicesOfDay(city.db, line, of, city.at), line.search, plan);
    expect(comparison.before).toMatchObject({ visits: 3, served: 2, carers: 2, knownShare: 0, nearShare: 1 });
    expect(comparison.after).toMatchObject({ visits: 3, served: 3, carers: 5 });
    expect(await city.sql`select count(*) from orders where state = 'requested'`).toEqual(before);
    const policy = fileOf('policy.json', { points: { luck: 1 } });
    await expect(choicesOfDay(city.db, { ...line, policy }, of, city.at)).rejects.toThrow('no points.luck');
    await expect(choicesOfDay(city.db, line, { ...of, areaCode: '320199' }, city.at)).rejects.toThrow(
      '320199',
    );
  } finally {
    await city.close();
  }
});
