/** A database of its own for a test file, copied in a moment from a template that is built once a run. */
import { randomBytes } from 'node:crypto';
import postgres from 'postgres';
import { inject } from 'vitest';
import { type Config, readConfig } from '../../db/connect/config.ts';
import { client, type OpenDatabase, openDatabase } from '../../db/connect/database.ts';
import { useDataKey } from '../../db/connect/seal.ts';
import { inDatabase } from './server.ts';

export interface TestDatabase extends OpenDatabase {
  config: Config;
  url: string;
}

/** A database with content that several test files start from. */
export interface Template {
  name: string;
  build(config: Config): Promise<void>;
}

/** Names content (lower-case letters and digits) that is built once a run, whichever file asks first. */
export function templateWith(name: string, build: (config: Config) => Promise<void>): Template {
  return { name, build };
}

/** An own copy of the migrated database, or of a template; `close` drops it. */
export async function testDatabase(
  template?: Template,
  as: 'application' | 'owner' = 'application',
): Promise<TestDatabase> {
  const { prefix } = inject('server');
  const name = `${prefix}${randomBytes(6).toString('hex')}`;
  await withAdmin(async (admin) => {
    const source = template ? await ensureTemplate(admin, template) : `${prefix}base`;
    await copy(admin, source, name);
  });
  const config = configFor(name);
  const open = openDatabase(config, 'test', as);
  // Tests look at and go around what the application may do.
  const owner = client(config.databaseUrl!, config.schema, 'test owner', 3);
  return {
    ...open,
    sql: owner,
    config,
    url: config.databaseUrl!,
    async close() {
      await Promise.all([open.close(), owner.end({ timeout: 5 })]);
      await withAdmin((admin) => admin`drop database if exists ${admin(name)} with (force)`);
    },
  };
}

/** Settings of a test: its database and fixed secrets, so that templates can be read by every file. */
function configFor(name: string): Config {
  const dataKey = Buffer.alloc(32, 7).toString('base64');
  useDataKey(dataKey);
  return readConfig({
    DATABASE_URL: inDatabase(inject('server').url, name),
    DATABASE_POOL: '6',
    HUZHU_DATA_KEY: dataKey,
    AUTH_SECRET: 'a secret that only tests know, long enough',
    LOG_LEVEL: process.env.LOG_LEVEL,
  });
}

/** One test process at a time copies or builds: a template must have no other connection while it is copied. */
async function withAdmin<T>(work: (admin: postgres.Sql) => Promise<T>): Promise<T> {
  const admin = postgres(inject('server').url, { max: 1, onnotice: () => {} });
  try {
    await admin`select pg_advisory_lock(hashtext('huzhu.tests'))`;
    return await work(admin);
  } finally {
    await admin.end();
  }
}

async function ensureTemplate(admin: postgres.Sql, template: Template): Promise<string> {
  const { prefix } = inject('server');
  const name = `${prefix}${template.name}`;
  const found = await admin`select 1 from pg_database where datname = ${name}`;
  if (found.length > 0) return name;
  const draft = `${name}_draft`;
  await admin`drop database if exists ${admin(draft)} with (force)`;
  await copy(admin, `${prefix}base`, draft);
  await template.build(configFor(draft));
  await admin`alter database ${admin(draft)} rename to ${admin(name)}`;
  return name;
}

async function copy(admin: postgres.Sql, source: string, name: string): Promise<void> {
  await admin`create database ${admin(name)} template ${admin(source)} strategy file_copy`;
}
