import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { projectDir } from '../../../db/connect/config.ts';

/** What a process writes to its log when it runs this code with a `log`. */
function logged(code: string, level: string): Record<string, unknown>[] {
  const script = `import { logger } from './db/connect/log.ts'; const log = logger('test'); ${code}`;
  const { stderr, stdout } = spawnSync(
    process.execPath,
    ['--import', 'tsx', '--input-type=module', '--eval', script],
    { cwd: projectDir, encoding: 'utf8', env: { ...process.env, LOG_LEVEL: level } },
  );
  expect(stdout).toBe('');
  return stderr
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));
}

describe('the log', () => {
  it('is quiet about what goes well unless asked', () => {
    const code = "log.info('all is well'); log.warn('something is not');";
    expect(logged(code, '').map(({ msg }) => msg)).toEqual(['something is not']);
    expect(logged(code, 'info')).toHaveLength(2);
  });

  it('shows no personal field', () => {
    const [line] = logged(
      "log.warn({ phone: '13900001111', person: { name: '王秀英', address: '玄武区' }, orderId: 'o1' }, 'seen');",
      '',
    );
    expect(JSON.stringify(line)).not.toMatch(/13900001111|王秀英|玄武区/);
    expect(line).toMatchObject({ part: 'test', level: 'warn', orderId: 'o1', msg: 'seen' });
  });

  it('shows of an error of the database its kind and place, never the parameters', () => {
    const [line] = logged(
      `class PostgresError extends Error {}
      const cause = Object.assign(new PostgresError('Key (phone)=(13900001111) already exists'),
        { name: 'PostgresError', code: '23505', constraint_name: 'persons_phone' });
      const wrapped = Object.assign(new Error('Failed query: insert … params: 13900001111', { cause }),
        { query: 'insert into persons values ($1)', params: ['13900001111'] });
      log.error({ err: wrapped }, 'a request failed');`,
      '',
    );
    expect(JSON.stringify(line)).not.toContain('13900001111');
    expect(line?.err).toMatchObject({ sqlState: '23505', constraint: 'persons_phone' });
  });
});
