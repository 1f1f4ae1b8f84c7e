import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ImportFailure } from '../../../db/import/failure.ts';
import { csv, type FreshCity, faults, freshCity, identityOf, inGbk, textOf } from './freshCity.ts';

const header = ['角色', '姓名', '身份证号', '社区代码', '能力等级', '居住情况', '补贴类别', '注意事项'];
const person = (n: number, name = '示例', note = '') => [
  '老人',
  name,
  identityOf(`194501${String(10 + Math.floor(n / 1000))}`, n % 1000),
  '320102002001',
  0,
  '与家人同住',
  '无',
  note,
];
const many = (count: number) => Array.from({ length: count }, (_, i) => person(i));
const station = (code: string, phone = '025-50000001') => [code, '一站', '时间银行站点', '320102', phone];
const stationHeader = ['站点编码', '站点名称', '类型', '区划代码', '电话'];

describe('a file', () => {
  let city: FreshCity;
  beforeEach(async () => {
    city = await freshCity();
  });
  afterEach(() => city.close());

  const failure = async (kind: 'people' | 'stations', file: string | Uint8Array): Promise<ImportFailure> => {
    const before = await city.state();
    const error = await city.import(kind, file).then(
      () => null,
      (thrown: unknown) => thrown,
    );
    expect(error).toBeInstanceOf(ImportFailure);
    expect(await city.state()).toEqual(before);
    return error as ImportFailure;
  };

  it('comes in UTF-8 with a byte order mark, in GBK, with any order of columns and any line ends', async () => {
    const marked = csv(stationHeader, station('A-1'), station('A-2'));
    expect(await city.import('stations', `\ufeff${marked.replaceAll('\n', '\r\n')}\r\n`)).toMatchObject({
      written: 2,
    });
    const turned = csv([...stationHeader].reverse(), [...station('A-3')].reverse());
    const gbk = inGbk(turned);
    expect(await city.import('stations', gbk)).toMatchObject({ written: 1 });
    const english = csv(
      ['Phone', 'KIND', 'station_code', 'name', 'Division Code'],
      ['025-50000001', 'Station', 'A-4', 'One', '320102'],
    );
    expect(await city.import('stations', english)).toMatchObject({ written: 1 });
    const rows = await city.sql<
      { code: string; name: string }[]
    >`select code, name from stations order by code`;
    expect(rows.map((row) => `${row.code} ${row.name}`)).toEqual([
      'A-1 一站',
      'A-2 一站',
      'A-3 一站',
      'A-4 One',
    ]);
  });

  it('in another encoding, without a header or with wrong quotes is refused as a whole', async () => {
    const text = csv(stationHeader, station('A-1'));
    expect((await failure('stations', Buffer.from(text, 'utf16le'))).said.en).toContain('UTF-8 nor in GBK');
    expect((await failure('stations', Buffer.from([0x61, 0xff, 0xff, 0x0a]))).said.en).toContain(
      'UTF-8 nor in GBK',
    );
    expect((await failure('stations', '')).said.en).toContain('empty');
    expect((await failure('stations', `${text}\n"A-2,一站`)).said.en).toContain('begins on line 3');
  });

  it('is the same text in pieces of any size, whatever its encoding and line ends', async () => {
    const text = '甲,乙😀\r\n丙\r丁\n\r\n';
    for (const bytes of [Buffer.from(`\ufeff${text}`), inGbk(text.replace('😀', ''))])
      for (const size of [1, 2, 3, 5]) expect(await textOf(bytes, size)).toBe(await textOf(bytes));
    expect(await textOf(Buffer.from(text), 1)).toBe('甲,乙😀\n丙\n丁\n\n');
  });

  it('that changes between the passes is written not at all', async () => {
    const before = await city.state();
    const first = Buffer.from(csv(stationHeader, station('A-1')));
    const later = Buffer.from(csv(stationHeader, station('A-9')));
    let reads = 0;
    await expect(city.import('stations', () => [reads++ < 2 ? first : later])).rejects.toThrow(
      'The file was changed',
    );
    expect(reads).toBe(3);
    expect(await city.state()).toEqual(before);
  });

  it('that ends with rows of nothing but commas has no lines there', async () => {
    const text = `${csv(stationHeader, station('A-1'))}\n,,,,\n,,,,\n`;
    expect(await city.import('stations', text)).toMatchObject({ lines: 1, badLines: 0, written: 1 });
  });

  it('with unknown, missing or doubled columns names them and what is expected', async () => {
    const { en, zh } = (
      await failure(
        'stations',
        csv(['站点编码', '名字', '类型', '类型', '电话'], ['A-1', '一', '站点', '站点', '025']),
      )
    ).said;
    expect(en).toContain('Missing columns: name, division code');
    expect(en).toContain('Columns of the file: “站点编码”, “名字”, “类型”, “类型”, “电话”');
    expect(en).toContain('Unknown columns: “名字”');
    expect(en).toContain('Columns given twice: “类型”');
    expect(en).toContain(
      'Expected: station code, name, kind, division code, phone; optional: latitude, longitude',
    );
    expect(zh).toContain('缺少列：站点名称、区划代码');
  });

  it('without a header does not have its first line repeated', async () => {
    const { en } = (await failure('people', csv(person(1)))).said;
    expect(en).not.toContain(identityOf('19450110', 1).slice(0, 8));
    expect(en).toContain('column 3');
  });

  it('has its physical lines counted, also after line breaks within quotes and empty lines', async () => {
    const text = csv(header, person(1, '甲', '一\n二\n三'), person(2), ['老人']).replace(
      /\n老人$/,
      '\n\n老人',
    );
    for (const ends of ['\n', '\r\n'])
      expect(faults(await city.import('people', text.replaceAll('\n', ends)))).toEqual([
        '7 -: it has 1 values where the header has 8',
      ]);
  });

  it('with a bad line writes nothing, and the others when it may be skipped', async () => {
    const text = csv(stationHeader, station('A-1'), station('A-2', '12'), station('A-3'));
    expect(await city.import('stations', text)).toMatchObject({ badLines: 1, fresh: 2, written: 0 });
    expect((await city.state()).stations).toBe(0);
    expect(await city.import('stations', text, { skipBad: true })).toMatchObject({ badLines: 1, written: 2 });
    expect((await city.state()).stations).toBe(2);
  });

  it('writes nothing when it is only checked', async () => {
    const before = await city.state();
    expect(await city.import('people', csv(header, ...many(3)), { dryRun: true })).toMatchObject({
      fresh: 3,
      written: 0,
    });
    expect(await city.state()).toEqual(before);
  });

  it('of several batches is written whole, and not at all when a later batch is refused', async () => {
    await city.sql.unsafe(`
      create function refuse_one() returns trigger language plpgsql as $$
      begin
        if new.name = '拒绝' then raise exception 'invalid' using errcode = 'HZ001'; end if;
        return new;
      end $$;
      create trigger refuse_one before insert on persons for each row execute function refuse_one();`);
    const before = await city.state();
    const shares: number[] = [];
    const progress = (pass: string, share: number) => pass === 'write' && shares.push(share);
    const refused = city.import('people', csv(header, ...many(1100), person(1100, '拒绝')), { progress });
    await expect(refused).rejects.toThrow('Refused while writing (invalid); nothing was written');
    expect(shares.length).toBe(2);
    expect(await city.state()).toEqual(before);

    expect(await city.import('people', csv(header, ...many(1100)))).toMatchObject({ written: 1100 });
    expect(await city.state()).toMatchObject({ persons: 1100, elders: 1100 });
  });

  it('is refused where the data key is not that of the city', async () => {
    await city.import('people', csv(header, person(1)));
    await city.sql`update persons set identity_sealed = '\\x01'`;
    expect((await failure('people', csv(header, person(2)))).said.en).toContain('HUZHU_DATA_KEY');
  });
});
