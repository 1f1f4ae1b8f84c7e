import { readdirSync } from 'node:fs';
import path from 'node:path';
import { is } from 'drizzle-orm';
import { getTableConfig, PgTable } from 'drizzle-orm/pg-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { projectDir } from '../../../db/connect/config.ts';
import { client } from '../../../db/connect/database.ts';
import { migrate } from '../../../db/connect/migrate.ts';
import { type TestDatabase, testDatabase } from '../../support/database.ts';

/** Every table of every book, as the code knows it. */
async function tablesInCode(): Promise<PgTable[]> {
  const files = readdirSync(path.join(projectDir, 'db'), { recursive: true, encoding: 'utf8' });
  const schemas = files.filter((file) => /(^|[/.])schema\.ts$/.test(file));
  const modules = await Promise.all(schemas.map((file) => import(path.join(projectDir, 'db', file))));
  return modules.flatMap((exported) => Object.values(exported).filter((value) => is(value, PgTable)));
}

describe('the migrations', () => {
  let city: TestDatabase;
  beforeAll(async () => {
    city = await testDatabase();
  });
  afterAll(() => city.close());

  it('make exactly the columns that the code reads and writes', async () => {
    const inCode = (await tablesInCode()).flatMap((table) => {
      const { name, columns } = getTableConfig(table);
      return columns.map((column) => `${name}.${column.name} ${column.notNull ? 'not null' : 'null'}`);
    });
    const rows = await city.sql<{ line: string }[]>`
      select c.relname || '.' || a.attname || case when a.attnotnull then ' not null' else ' null' end as line
      from pg_attribute a join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace
      where n.nspname = 'public' and c.relkind in ('r', 'p') and not c.relispartition
        and a.attnum > 0 and not a.attisdropped and c.relname <> '__drizzle_migrations'`;
    expect(rows.map(({ line }) => line).sort()).toEqual(inCode.sort());
  });

  it('make columns of the types that the code believes in', async () => {
    const rows = await city.sql<{ name: string; type: string }[]>`
      select c.relname || '.' || a.attname as name, format_type(a.atttypid, a.atttypmod) as type
      from pg_attribute a join pg_class c on c.oid = a.attrelid
      where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and a.attnum > 0`;
    const types = new Map(rows.map(({ name, type }) => [name, type]));
    const mismatches = (await tablesInCode()).flatMap((table) => {
      const { name, columns } = getTableConfig(table);
      return columns.flatMap((column) => {
        const believed = column
          .getSQLType()
          .replace(' (', '(')
          .replace(/^bigserial$/, 'bigint');
        const found = types.get(`${name}.${column.name}`);
        return found === believed
          ? []
          : [`${name}.${column.name}: ${believed} in the code, ${found} in the database`];
      });
    });
    expect(mismatches).toEqual([]);
  });

  it('may be started by several processes at once and again', async () => {
    await city.sql`create database ${city.sql(`${databaseName(city.url)}_again`)}`;
    const databaseUrl = `${city.url}_again`;
    await Promise.all([1, 2, 3].map(() => migrate({ databaseUrl, schema: 'public' })));
    await migrate({ databaseUrl, schema: 'public' });
    const other = client(databaseUrl, 'public', 'test', 1);
    const [row] = await other`select count(*) as n, count(distinct hash) as kinds from __drizzle_migrations`;
    await other.end();
    await city.sql`drop database ${city.sql(`${databaseName(city.url)}_again`)} with (force)`;
    expect(row?.n).toBe(row?.kinds);
    expect(row?.n).toBeGreaterThan(0);
  });

  it('lay a second city in a schema of its own, beside the first', async () => {
    await migrate({ databaseUrl: city.url, schema: 'zhenjiang' });
    const tables = await city.sql<{ schema: string; n: number }[]>`
      select table_schema as schema, count(*) as n from information_schema.tables
      where table_schema in ('public', 'zhenjiang') group by 1 order by 1`;
    const links = await city.sql`
      select conname from pg_constraint c join pg_class a on a.oid = c.conrelid join pg_class b on b.oid = c.confrelid
      where c.contype = 'f' and a.relnamespace <> b.relnamespace`;
    expect(tables.map(({ schema }) => schema)).toEqual(['public', 'zhenjiang']);
    expect(tables[1]?.n).toBe(tables[0]?.n);
    expect(links).toHaveLength(0);
  });
});

function databaseName(url: string): string {
  return new URL(url).pathname.slice(1);
}
