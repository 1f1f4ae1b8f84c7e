import { type ChildProcess, spawn } from 'node:child_process';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readSwitch } from '../../../db/audit/switches.ts';
import { projectDir } from '../../../db/connect/config.ts';
import { loadAreas } from '../../../db/people/areas.ts';
import { nanjingAreas } from '../../../db/people/divisions.ts';
import { type TestDatabase, testDatabase } from '../../support/database.ts';

let database: TestDatabase;
const running: ChildProcess[] = [];
beforeEach(async () => {
  database = await testDatabase();
});
afterEach(async () => {
  for (const child of running.splice(0)) child.kill('SIGKILL');
  await database.close();
});

interface Ended {
  code: number | null;
  said: string;
}

/** `npm run demo` with these options; `onSaid` sees all that was said so far. */
function demo(
  options: string[],
  env: Record<string, string> = {},
  onSaid: (said: string, child: ChildProcess) => void = () => {},
): Promise<Ended> {
  const { DATABASE_URL: _, VITEST: __, ...inherited } = process.env;
  const child = spawn(process.execPath, ['--import', 'tsx', 'db/demo/main.ts', ...options], {
    cwd: projectDir,
    env: {
      ...inherited,
      DATABASE_URL: database.url,
      HUZHU_DEMO: 'on',
      HUZHU_DATA_KEY: database.config.dataKey,
      AUTH_SECRET: database.config.authSecret,
      ...env,
    },
  });
  running.push(child);
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk) => {
      said += chunk;
      onSaid(said, child);
    });
  return new Promise((resolve) => child.once('close', (code) => resolve({ code, said })));
}

const small = ['--elders', '40', '--days', '3', '--seed', '5'];
const count = async (table: string) =>
  Number((await database.sql`select count(*)::int as n from ${database.sql(table)}`)[0]?.n);

describe('npm run demo', () => {
  it('says which option is wrong and what is allowed, and touches nothing', async () => {
    const ended = await demo(['--elders', 'many']);
    expect(ended.code).toBe(1);
    expect(ended.said).toContain('--elders must be a whole number from 10 to 1000000');
    expect((await demo(['--cats', '3'])).said).toContain('Usage: npm run demo');
    expect(await count('areas')).toBe(0);
  });

  it('refuses where HUZHU_DEMO is off', async () => {
    const ended = await demo(small, { HUZHU_DEMO: 'off' });
    expect(ended.code).toBe(1);
    expect(ended.said).toContain('HUZHU_DEMO=on');
    expect(await count('areas')).toBe(0);
  });

  it('leaves a city that is not a demo alone, and says what to do', async () => {
    await database.db.transaction((tx) => loadAreas(tx, nanjingAreas().slice(0, 12)));
    const ended = await demo(small);
    expect(ended.code).toBe(1);
    expect(ended.said).toContain('already holds a city that is not a demo');
    expect(ended.said).toContain('another DATABASE_URL');
    expect(await demo([...small, '--if-empty'])).toEqual({ code: 0, said: '' });
    expect(await count('persons')).toBe(0);
  });

  it('killed in the middle leaves an empty database, which the next run fills', async () => {
    const killed = await demo(small, {}, (said, child) => {
      if (said.includes('% of the days')) child.kill('SIGKILL');
    });
    expect(killed.code).toBe(null);
    expect(await count('areas')).toBe(0);
    const ended = await demo([...small, '--if-empty']);
    expect(ended.said).toContain('The demo city is ready');
    expect(ended.code).toBe(0);
    expect(await count('elders')).toBe(40);
    expect(await readSwitch(database.db, 'demo.city')).toBe(true);
    expect(await demo([...small, '--if-empty'])).toEqual({ code: 0, said: '' });
  });
});
