import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { addressOf, ConfigError, projectDir, readConfig, settingNames } from '../../../db/connect/config.ts';

const secrets = { HUZHU_DATA_KEY: Buffer.alloc(32, 1).toString('base64'), AUTH_SECRET: 'x'.repeat(40) };

function refused(env: Record<string, string>): { name: string; allowed: string }[] {
  try {
    readConfig({ ...secrets, ...env });
  } catch (error) {
    if (error instanceof ConfigError) return error.bad;
    throw error;
  }
  return [];
}

describe('the settings', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'huzhu-config-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  it.each([
    ['DATABASE_URL', 'mysql://somewhere/huzhu'],
    ['DATABASE_URL', 'not an address'],
    ['DATABASE_OWNER_URL', 'http://owner'],
    ['DATABASE_OWNER_URL', 'postgres://owner:p@db.example:5432/huzhu'],
    ['DATABASE_READ_URL', 'http://replica'],
    ['DATABASE_POOL', '0'],
    ['HUZHU_SCHEMA', 'Nan-Jing; drop schema public'],
    ['HOST', 'a host with spaces'],
    ['PORT', '65536'],
    ['PORT', '80a'],
    ['PUBLIC_URL', 'city.example'],
    ['LOG_LEVEL', 'loud'],
    ['HUZHU_DEMO', 'yes'],
    ['HUZHU_SIMULATOR', '1'],
    ['HUZHU_DEMO_ELDERS', '-5'],
    ['HUZHU_DEMO_DAYS', '1e9'],
    ['HUZHU_DEMO_SEED', '4294967296'],
    ['HUZHU_DATA_KEY', 'c2hvcnQ='],
    ['AUTH_SECRET', 'short'],
    ['SMS_URL', 'ftp://gateway'],
  ])('refuse %s=%s by its name, saying what is allowed', (name, value) => {
    const [bad, ...others] = refused({ [name]: value });
    expect(bad?.name).toBe(name);
    expect(bad?.allowed.length).toBeGreaterThan(3);
    expect(others).toEqual([]);
  });

  it('name every bad value at once and never repeat what may be a secret', () => {
    const bad = refused({ PORT: 'x', AUTH_SECRET: 'hunter2', DATABASE_URL: 'postgre://u:pass@h/d' });
    expect(bad.map(({ name }) => name).sort()).toEqual(['AUTH_SECRET', 'DATABASE_URL', 'PORT']);
    expect(new ConfigError(bad).message).not.toMatch(/hunter2|pass@/);
  });

  it('take an empty value for none', () => {
    expect(readConfig({ ...secrets, PORT: '', HUZHU_DEMO: ' ', DATABASE_URL: '' })).toMatchObject({
      port: 8080,
      portIsFixed: false,
      databaseUrl: null,
      demo: true,
    });
  });

  it('show a demo city only where the database is our own, unless told otherwise', () => {
    const DATABASE_URL = 'postgres://u:p@db.example:5432/huzhu';
    expect(readConfig({ ...secrets, DATABASE_URL }).demo).toBe(false);
    expect(readConfig({ ...secrets, DATABASE_URL, HUZHU_DEMO: 'on' }).demo).toBe(true);
    expect(readConfig({ ...secrets, HUZHU_DEMO: 'off' }).demo).toBe(false);
  });

  it('make secrets once and keep them for the owner of the state folder only', () => {
    const stateDir = path.join(folder, 'state');
    const first = readConfig({ HUZHU_STATE_DIR: stateDir });
    const second = readConfig({ HUZHU_STATE_DIR: stateDir });
    expect(Buffer.from(first.dataKey, 'base64')).toHaveLength(32);
    expect([second.dataKey, second.authSecret]).toEqual([first.dataKey, first.authSecret]);
    expect(statSync(path.join(stateDir, 'secrets.json')).mode & 0o777).toBe(0o600);
    expect(readFileSync(path.join(stateDir, 'secrets.json'), 'utf8')).toContain(first.dataKey);
  });

  it('touch no folder when every secret is given, or when a value is refused', () => {
    const stateDir = path.join(folder, 'untouched');
    readConfig({ ...secrets, HUZHU_STATE_DIR: stateDir });
    expect(() => readConfig({ HUZHU_STATE_DIR: stateDir, PORT: 'x' })).toThrow(ConfigError);
    expect(existsSync(stateDir)).toBe(false);
  });

  it('say the address by which this machine reaches the pages', () => {
    expect(addressOf('127.0.0.1', 8080)).toBe('http://127.0.0.1:8080');
    expect(addressOf('0.0.0.0', 81)).toBe('http://127.0.0.1:81');
    expect(addressOf('::1', 8080)).toBe('http://[::1]:8080');
    expect(readConfig({ ...secrets, PUBLIC_URL: 'https://city.example/' }).publicUrl).toBe(
      'https://city.example',
    );
  });

  it('are all explained in the README, and no other is', () => {
    const readme = readFileSync(path.join(projectDir, 'README.md'), 'utf8');
    const rows = readme.split('\n').filter((line) => /^\| `[A-Z]/.test(line));
    const explained = rows.flatMap((row) => row.split('|')[1]?.match(/[A-Z][A-Z_]+/g) ?? []);
    expect(explained.sort()).toEqual([...settingNames].sort());
  });
});
