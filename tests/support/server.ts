/**
 * The PostgreSQL server of one test run, with a migrated database from which every test file gets its own copy.
 * By default an embedded server in a temporary folder that trades safety for speed; TEST_DATABASE_URL names another.
 */
import { readdirSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import path from 'node:path';
import postgres from 'postgres';
import type { TestProject } from 'vitest/node';
import { FolderInUseError } from '../../db/connect/embedded/occupancy.ts';
import { removeEmbedded, startEmbedded } from '../../db/connect/embedded/start.ts';
import { migrate } from '../../db/connect/migrate.ts';

/** How test files find the server: an address of its administration database and the prefix of this run's names. */
export interface TestServer {
  url: string;
  prefix: string;
}

declare module 'vitest' {
  export interface ProvidedContext {
    server: TestServer;
  }
}

const FOLDER = `huzhu-tests-${userInfo().username}-`;
const STALE_MS = 6 * 3_600_000;

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const given = process.env.TEST_DATABASE_URL;
  const { url, stop } = given ? { url: given, stop: async () => {} } : await startOwn();
  const prefix = `huzhu_test_${Date.now().toString(36)}_${process.pid}_`;
  const admin = postgres(url, { max: 1, onnotice: () => {} });
  await dropDatabases(admin, (name) => startedAt(name) < Date.now() - STALE_MS);
  const template = `${prefix}base`;
  await admin`create database ${admin(template)}`;
  await migrate({ databaseUrl: inDatabase(url, template), schema: 'public' });
  project.provide('server', { url, prefix });
  return async () => {
    await dropDatabases(admin, (name) => name.startsWith(prefix));
    await admin.end();
    await stop();
  };
}

/** The same server's address for another of its databases. */
export function inDatabase(url: string, name: string): string {
  const address = new URL(url);
  address.pathname = `/${name}`;
  return address.href;
}

/** A server that lives as long as this run; what killed runs left behind is removed first. */
async function startOwn(): Promise<{ url: string; stop(): Promise<void> }> {
  for (const name of readdirSync(tmpdir()).filter((each) => each.startsWith(FOLDER))) {
    await removeEmbedded(path.join(tmpdir(), name)).catch((error) => {
      if (!(error instanceof FolderInUseError)) throw error;
    });
  }
  const stateDir = path.join(tmpdir(), `${FOLDER}${process.pid}`);
  const server = await startEmbedded({
    stateDir,
    settings: { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', autovacuum: 'off' },
  });
  return {
    url: server.url,
    async stop() {
      await server.stop();
      await removeEmbedded(stateDir);
    },
  };
}

async function dropDatabases(admin: postgres.Sql, isTarget: (name: string) => boolean): Promise<void> {
  const rows = await admin<{ name: string }[]>`
    select datname as name from pg_database where datname like 'huzhu\\_test\\_%'`;
  for (const { name } of rows.filter((row) => isTarget(row.name))) {
    await admin`drop database if exists ${admin(name)} with (force)`;
  }
}

/** When the run began that made this database, read from its name. */
function startedAt(name: string): number {
  return Number.parseInt(name.split('_')[2] ?? '', 36);
}
