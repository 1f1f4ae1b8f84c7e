/** Brings a database to the tables of this version; many processes may try at once, one does it. */
import path from 'node:path';
import { drizzle } from 'drizzle-orm/postgres-js';
import { migrate as runMigrations } from 'drizzle-orm/postgres-js/migrator';
import { type Config, projectDir } from './config.ts';
import { client, ownerUrl } from './database.ts';
import { admitLogin, grantApplication } from './privileges.ts';

export const migrationsFolder = path.join(projectDir, 'db/migrations');

const LOCK = 'huzhu.migrate';

type Where = Pick<Config, 'databaseUrl' | 'schema'> & Partial<Pick<Config, 'databaseOwnerUrl'>>;

/**
 * Runs, as the owner, the migrations this database has not had, in the city's schema, and lets the application in.
 * Throws what PostgreSQL says.
 */
export async function migrate(config: Where): Promise<void> {
  const url = ownerUrl(config);
  if (!url) throw new Error('No address of a database to migrate.');
  const guard = client(url, config.schema, 'huzhu migrate', 1);
  const worker = client(url, config.schema, 'huzhu migrate', 1);
  try {
    const reserved = await guard.reserve();
    try {
      await reserved`select pg_advisory_lock(hashtext(${LOCK}))`;
      await runMigrations(drizzle(worker), { migrationsFolder, migrationsSchema: config.schema });
      await grantApplication(worker);
      if (config.databaseUrl && config.databaseOwnerUrl) await admitLogin(worker, config.databaseUrl);
    } finally {
      reserved.release();
    }
  } finally {
    await Promise.all([guard.end({ timeout: 5 }), worker.end({ timeout: 5 })]);
  }
}
