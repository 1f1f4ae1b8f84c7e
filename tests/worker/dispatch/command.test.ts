/** The command line of dispatch: what it takes, what it writes, and what Ctrl-C leaves behind. */
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DispatchFailure, languageAsked, readArguments } from '../../../worker/dispatch/arguments.ts';
import { dispatch, type Surroundings } from '../../../worker/dispatch/command.ts';
import { FormatError } from '../../../worker/dispatch/formats/formatError.ts';
import type { RoundsPlan } from '../../../worker/dispatch/problem.ts';

const problem = {
  jobs: [
    { id: 1, location: [118.78, 32.05], service: 600 },
    { id: 2, location: [118.79, 32.05] },
  ],
  vehicles: [{ id: 5, start: [118.77, 32.05], profile: 'bike' }],
};

/** The carer makes the first visit and nobody the second. */
const plan: RoundsPlan = {
  rounds: [
    {
      carer: 0,
      startAt: 0,
      endAt: 1000,
      travel: 400,
      stops: [{ kind: 'visit', index: 0, arriveAt: 400, beginAt: 400, endAt: 1000 }],
    },
  ],
  unserved: [1],
  cost: { unservedPriority: 1, total: 400, travel: 400, wishes: 0, late: 0, uneven: 0 },
};

describe('the arguments', () => {
  it('have the search last ten seconds on one thread unless told otherwise', () => {
    expect(readArguments(['--input', 'a.json'])).toEqual({
      input: 'a.json',
      output: null,
      search: { seconds: 10, threads: 1, seed: 1 },
      roads: null,
    });
  });

  it('take every option there is', () => {
    const words =
      '--input a --output b --iterations 500 --threads 2 --seed 7 --osrm http://127.0.0.1:5000 --gcj02';
    expect(readArguments(words.split(' '))).toEqual({
      input: 'a',
      output: 'b',
      search: { iterations: 500, threads: 2, seed: 7 },
      roads: { base: 'http://127.0.0.1:5000', datum: 'GCJ-02' },
    });
    expect(readArguments(['--help'])).toBeNull();
    expect([
      languageAsked([]),
      languageAsked(['--language', 'zh-CN']),
      languageAsked(['--language', 'EN']),
    ]).toEqual([undefined, 'zh', 'en']);
  });

  it.each([
    ['', /--input: give the file.*\nUsage/],
    ['--input a --second 5', /arguments are wrong: .*--second.*\nUsage/],
    ['--input a more', /arguments are wrong: .*more/],
    ['--input a --seconds 0', /--seconds must be a number from 0.001 to 86400, not 0/],
    ['--input a --seconds ten', /--seconds must be a number/],
    ['--input a --seconds 5 --iterations 5', /give one of the two/],
    ['--input a --iterations 1.5', /--iterations must be a whole number/],
    ['--input a --threads 0', /--threads must be a number from 1 to 256/],
    ['--input a --seed -1', /--seed/],
    ['--input a --gcj02', /goes with --osrm only/],
    ['--input a --osrm localhost:5000', /begins with http/],
    ['--input a --language fr', /must be zh-CN or en/],
  ])('are refused: %s', (words, said) => {
    const args = words.split(' ').filter(Boolean);
    expect(() => {
      languageAsked(args);
      readArguments(args);
    }).toThrow(said);
  });
});

describe('the command', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'dispatch-'));
    writeFileSync(path.join(folder, 'problem.json'), JSON.stringify(problem));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const asked = (more: readonly string[] = []) => {
    const read = readArguments(['--input', path.join(folder, 'problem.json'), ...more]);
    if (read === null) throw new Error('it was asked for help');
    return read;
  };
  const toPlan = () => ['--output', path.join(folder, 'plan.json')];

  /** Runs the command with a terminal or a file for its words. */
  async function run(args: readonly string[], more: Partial<Surroundings> & { isTTY?: boolean } = {}) {
    const { isTTY = false, ...around } = more;
    const [out, err] = [new PassThrough(), Object.assign(new PassThrough(), { isTTY, columns: 80 })];
    await dispatch(asked(args), {
      makePlan: async () => plan,
      language: 'en',
      out,
      err: err as unknown as NodeJS.WriteStream,
      signal: new AbortController().signal,
      ...around,
    });
    return { out: String(out.read() ?? ''), err: String(err.read() ?? '') };
  }

  it('writes the plan where it is told to, estimates marked, and says what became of it', async () => {
    const { out, err } = await run(toPlan());
    const written = JSON.parse(readFileSync(path.join(folder, 'plan.json'), 'utf8'));
    expect(written.summary).toMatchObject({ unassigned: 1, duration: 400, estimated_ways: 1 });
    expect(written.routes[0].steps[1]).toMatchObject({ id: 1, estimated: true });
    expect(out).toBe('');
    expect(err).toBe(
      `1 of 2 visits are served by 1 carers, travel 400: ${path.join(folder, 'plan.json')}.\n`,
    );
    expect(readdirSync(folder).sort()).toEqual(['plan.json', 'problem.json']);
  });

  it('writes the plan to the standard output when no file is named', async () => {
    const { out } = await run([], { language: 'zh' });
    expect(JSON.parse(out).code).toBe(0);
  });

  it('hands the engine its limits and its signal', async () => {
    let told: unknown;
    await run(['--seconds', '3', '--threads', '2', '--seed', '9'], {
      async makePlan(_, options) {
        told = options;
        return plan;
      },
    });
    expect(told).toMatchObject({ seconds: 3, threads: 2, seed: 9, signal: expect.any(AbortSignal) });
  });

  it('rewrites one line on a terminal while it searches, and none elsewhere', async () => {
    const makePlan: Surroundings['makePlan'] = async (_, { onProgress }) => {
      onProgress?.({ seconds: 1.25, iterations: 1200, unserved: 1, cost: plan.cost });
      return plan;
    };
    const line = '1.3 s · 1,200 iterations · 1 unserved · travel 400';
    expect((await run([], { makePlan, isTTY: true })).err).toContain(`\r\u001b[K${line}\r\u001b[K1 of 2`);
    expect((await run([], { makePlan })).err).not.toContain('iterations');
  });

  it('writes the best plan so far at Ctrl-C', async () => {
    const ending = new AbortController();
    await run(toPlan(), {
      signal: ending.signal,
      makePlan: (_, { signal }) =>
        new Promise((resolve) => {
          signal?.addEventListener('abort', () => resolve(plan));
          ending.abort();
        }),
    });
    expect(existsSync(path.join(folder, 'plan.json'))).toBe(true);
  });

  it('leaves the plan that was there when a search fails', async () => {
    writeFileSync(path.join(folder, 'plan.json'), 'old');
    const makePlan = () => Promise.reject(new Error('lost'));
    await expect(run(toPlan(), { makePlan })).rejects.toThrow('lost');
    expect(readFileSync(path.join(folder, 'plan.json'), 'utf8')).toBe('old');
  });

  it('asks a road server, and says when it had to estimate all the same', async () => {
    const { err } = await run([...toPlan(), '--osrm', 'http://127.0.0.1:9']);
    expect(err).toMatch(/^100% of travel times are estimates \(.+\); the plan marks them\.\n/);
  });

  it('refuses before the search what could not be done after it', async () => {
    const makePlan = () => Promise.reject(new Error('it searched'));
    mkdirSync(path.join(folder, 'sub'));
    const refused = (args: string[]) => run(args, { makePlan });
    await expect(refused(['--output', path.join(folder, 'problem.json')])).rejects.toThrow(/another file/);
    await expect(refused(['--output', path.join(folder, 'none/plan.json')])).rejects.toThrow(/ENOENT/);
    await expect(refused(['--output', path.join(folder, 'sub')])).rejects.toThrow(/EISDIR/);
    await expect(refused(['--input', path.join(folder, 'none.json')])).rejects.toThrow(DispatchFailure);
    writeFileSync(path.join(folder, 'bad.json'), '{"vehicles":[{"id":1}],"shipments":[]}');
    await expect(refused(['--input', path.join(folder, 'bad.json')])).rejects.toThrow(FormatError);
  });
});
