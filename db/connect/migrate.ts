/** Brings a database to the tables of this version; many processes may try at once, one does it. */
import path from 'node:path';
import { drizzle } from 'drizzle-orm/postgres-js';
import { migrate as runMigrations } from 'drizzle-orm/postgres-js/migrator';
import { type Config, projectDir } from './config.ts';
import { client } from './database.ts';
import { grantApplication } from './privileges.ts';

export const migrationsFolder = path.join(projectDir, 'db/migrations');

const LOCK = 'huzhu.migrate';

/** Runs the migrations this database has not had, in the city's schema. Throws what PostgreSQL says. */
export async function migrate(config: Pick<Config, 'databaseUrl' | 'schema'>): Promise<void> {
  if (!config.databaseUrl) throw new Error('No address of a database to migrate.');
  const guard = client(config.databaseUrl, config.schema, 'huzhu migrate', 1);
  const worker = client(config.databaseUrl, config.schema, 'huzhu migrate', 1);
  try {
    const reserved = await guard.reserve();
    await reserved`select pg_advisory_lock(hashtext(${LOCK}))`;
    await runMigrations(drizzle(worker), { migrationsFolder, migrationsSchema: config.schema });
    await grantApplication(worker);
    reserved.release();
  } finally {
    await Promise.all([guard.end({ timeout: 5 }), worker.end({ timeout: 5 })]);
  }
}
