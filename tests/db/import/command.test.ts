import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { terminalLanguage } from '../../../db/connect/language.ts';
import { readArguments } from '../../../db/import/arguments.ts';
import type { ImportFailure } from '../../../db/import/failure.ts';
import { csv, type FreshCity, freshCity, runImport } from './freshCity.ts';

const header = ['站点编码', '站点名称', '类型', '区划代码', '电话'];

describe('npm run import', () => {
  let city: FreshCity;
  const folder = mkdtempSync(path.join(tmpdir(), 'huzhu-import-'));
  const fileOf = (name: string, content: string): string => {
    writeFileSync(path.join(folder, name), content);
    return path.join(folder, name);
  };
  beforeAll(async () => {
    city = await freshCity();
  });
  afterAll(async () => {
    await city.close();
    rmSync(folder, { recursive: true });
  });

  const run = (args: string[], env: Record<string, string> = {}) => runImport(city, folder, args, env);

  it('imports a file, and the second time finds all there', async () => {
    const file = 'db/import/samples/stations.csv';
    expect(await run(['stations', file])).toEqual({
      out: '4 lines: 4 new, 0 already there, 0 bad. 4 were written.\n',
      err: '',
      code: 0,
    });
    expect(await run(['stations', file, '--language', 'zh-CN'])).toEqual({
      out: '共 4 行：新增 0，已存在 4，有误 0。已写入 0 行。\n',
      err: '',
      code: 0,
    });
  });

  it('shows 200 bad lines, writes all of them to a file, repeats no telephone, and ends with 1', async () => {
    const rows = Array.from({ length: 230 }, (_, i) => [`X-${i}`, '一站', '站点', '320102', '0123']);
    const file = fileOf('bad.csv', csv(header, ...rows));
    const errors = path.join(folder, 'errors.csv');
    const { out, err, code } = await run(['stations', file, '--errors', errors, '--language', 'zh-CN']);
    expect(code).toBe(1);
    const lines = err.trim().split('\n');
    expect(lines[0]).toBe('第 2 行，电话：应为 11 位手机号，或带区号的固定电话（如 025-开头）');
    expect(lines).toHaveLength(201);
    expect(lines.at(-1)).toBe('还有 30 处错误；用 --errors 文件 可得到全部');
    expect(out).toContain('没有写入任何内容');
    const written = readFileSync(errors, 'utf8');
    expect(written.trim().split('\r\n')).toHaveLength(231);
    expect(written.startsWith('\ufeff"文件","行","列","值","原因"\r\n"导入文件","2","电话","0***",')).toBe(
      true,
    );
    expect(err + out + written).not.toContain('0123');

    const checked = await run(['stations', file, '--dry-run']);
    expect(checked.code).toBe(1);
    expect(checked.out).toContain('Checked only, nothing was written.');
  });

  it('ends with 0 when bad lines were to be skipped', async () => {
    const file = fileOf('some.csv', csv(header, ['Y-1', '一站', '站点', '320102', '025-50000001'], ['Y-2']));
    const { out, err, code } = await run(['stations', file, '--skip-bad']);
    expect({ out, code }).toEqual({
      out: '2 lines: 1 new, 0 already there, 1 bad. 1 were written.\n',
      code: 0,
    });
    expect(err).toBe('line 3, whole line: it has 1 values where the header has 5\n');
  });

  it.each([
    [[], 'The kind is missing: one of stations, people, providers, carers, opening-balances, orders'],
    [['elders', 'x.csv'], 'The kind is unknown: one of stations'],
    [['people'], 'The file is missing'],
    [['people', 'a.csv', 'b.csv'], 'one file is imported at a time'],
    [['people', 'a.csv', '--language', 'fr'], '--language must be zh-CN or en'],
    [['people', 'a.csv', '--force'], "'--force'"],
  ])('names the wrong argument of %j', (args, said) => {
    let message = '';
    try {
      readArguments(args, 'en');
    } catch (error) {
      message = (error as ImportFailure).said.en;
    }
    expect(message).toContain(said);
    expect(message).toContain('Usage: npm run import --');
  });

  it('says which file it cannot read or write', async () => {
    const unread = await run(['people', 'no-such-file.csv']);
    expect(unread).toMatchObject({ out: '', code: 1 });
    expect(unread.err).toContain('no-such-file.csv cannot be read (ENOENT)');
    const unwritten = await run(['people', 'package.json', '--errors', '/no/such/folder/e.csv']);
    expect(unwritten).toMatchObject({ out: '', code: 1 });
    expect(unwritten.err).toContain('/no/such/folder/e.csv cannot be written (ENOENT)');
  });

  it('never writes its list of errors over the file to import', async () => {
    const content = csv(header, ['Z-1']);
    const file = fileOf('kept.csv', content);
    const { err, code } = await run(['stations', file, '--errors', `${folder}/./kept.csv`]);
    expect({ err, code }).toEqual({
      err: '--errors must be another file than the one to import.\n',
      code: 1,
    });
    expect(readFileSync(file, 'utf8')).toBe(content);
  });

  it('speaks the language of the environment', () => {
    expect(['zh_CN.UTF-8', '', 'en_GB.UTF-8', 'C'].map((LANG) => terminalLanguage({ LANG }))).toEqual([
      'zh',
      'zh',
      'en',
      'en',
    ]);
  });

  it('says when there is no database, and when it holds no city', async () => {
    const file = 'db/import/samples/stations.csv';
    const none = await run(['stations', file], { DATABASE_URL: '' });
    expect(none.code).toBe(1);
    expect(none.err).toContain('There is no database: set DATABASE_URL');
    const gone = await run(['stations', file], { DATABASE_URL: 'postgres://huzhu:secret@127.0.0.1:1/huzhu' });
    expect(gone.code).toBe(1);
    expect(gone.err).toContain('The database cannot be reached (Error ECONNREFUSED): check DATABASE_URL');
    expect(gone.err).not.toContain('secret');
    const empty = await run(['stations', file], { HUZHU_SCHEMA: 'nobody_here' });
    expect(empty.code).toBe(1);
    expect(empty.err).toContain('The database holds no city yet');
  });

  it('lists the headers of a kind', () => {
    expect(readArguments(['orders', '--help'], 'en')).toMatchObject({
      help: expect.stringContaining('订单编号 | reference'),
    });
  });
});
