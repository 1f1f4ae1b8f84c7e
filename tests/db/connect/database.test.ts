import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDatabase } from '../../../db/connect/database.ts';
import { type TestDatabase, templateWith, testDatabase } from '../../support/database.ts';

describe('the database', () => {
  let city: TestDatabase;
  beforeAll(async () => {
    city = await testDatabase();
  });
  afterAll(() => city.close());

  it('gives 64-bit integers as numbers through drizzle and through plain SQL', async () => {
    const [viaDrizzle] = await city.db.execute<{ n: number; many: number[] }>(
      sql`select count(*) as n, array[1::bigint, 2] as many from (values (1), (2)) as v`,
    );
    const [plain] =
      await city.sql`select count(*) as n, array[1::bigint, 2] as many from (values (1), (2)) as v`;
    expect(viaDrizzle).toEqual({ n: 2, many: [1, 2] });
    expect(plain).toEqual({ n: 2, many: [1, 2] });
  });

  it('gives instants as dates through plain SQL and counts days in UTC', async () => {
    const [row] = await city.sql`
      select timestamptz '2026-03-01 00:00+08' as at, (timestamptz '2026-03-01 00:00+08')::date::text as day`;
    expect(row).toEqual({ at: new Date('2026-02-28T16:00:00Z'), day: '2026-02-28' });
  });

  it('tells a Chinese trigram search what it looks for', async () => {
    const [row] = await city.sql`select similarity('南京市玄武区', '玄武区') > 0.2 as alike`;
    expect(row).toEqual({ alike: true });
  });

  it('is a copy of its own for every test file', async () => {
    const other = await testDatabase();
    await other.sql`create table only_here (n int)`;
    const found = await city.sql`select to_regclass('only_here') as name`;
    await other.close();
    expect(found[0]).toEqual({ name: null });
  });

  it('can start from content that is built once', async () => {
    let built = 0;
    const template = templateWith('numbers', async (config) => {
      built++;
      const open = openDatabase(config, 'template', 'owner');
      await open.sql`create table numbers as select generate_series(1, 5) as n`;
      await open.close();
    });
    const copies = await Promise.all([testDatabase(template), testDatabase(template)]);
    const counts = await Promise.all(copies.map((copy) => copy.sql`select count(*) as n from numbers`));
    await Promise.all(copies.map((copy) => copy.close()));
    expect(counts.map(([row]) => row)).toEqual([{ n: 5 }, { n: 5 }]);
    expect(built).toBe(1);
  });
});
