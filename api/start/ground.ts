/** The database under the product: the configured one, or the embedded server, kept running for this start. */
import type { Config } from '../../db/connect/config.ts';
import { client } from '../../db/connect/database.ts';
import { type Embedded, startEmbedded } from '../../db/connect/embedded/start.ts';
import { migrate } from '../../db/connect/migrate.ts';
import { complain, say } from './say.ts';

export interface Ground {
  /** The settings, with the address of the database. */
  config: Config & { databaseUrl: string };
  stop(): Promise<void>;
}

/**
 * A migrated database to stand on. The embedded server is started again when it ends by itself;
 * `onLost` is told when that is not possible.
 */
export async function layGround(config: Config, onLost: (reason: string) => void): Promise<Ground> {
  if (config.databaseUrl) {
    const given = { ...config, databaseUrl: config.databaseUrl };
    if (config.databaseOwnerUrl)
      await mustAnswer('DATABASE_OWNER_URL', config.databaseOwnerUrl, config.schema);
    await mustAnswer('DATABASE_URL', given.databaseUrl, config.schema);
    await migrate(given);
    say(`Database at ${new URL(given.databaseUrl).host} is ready`);
    return { config: given, stop: async () => {} };
  }
  const server = await startEmbedded({ stateDir: config.stateDir });
  const own = { ...config, databaseUrl: server.loginUrl, databaseOwnerUrl: server.url };
  const watch = watchServer(server, onLost);
  try {
    await migrate(own);
  } catch (error) {
    watch.end();
    await server.stop();
    throw error;
  }
  say(`PostgreSQL is ready on port ${server.port}, its data in ${config.stateDir}`);
  return {
    config: own,
    async stop() {
      watch.end();
      await server.stop();
    },
  };
}

function watchServer(server: Embedded, onLost: (reason: string) => void): { end(): void } {
  let isOver = false;
  const watch = async () => {
    for (;;) {
      await server.ended;
      if (isOver) return;
      complain('PostgreSQL ended unexpectedly; starting it again.');
      await server.restart();
      say('PostgreSQL is ready again');
    }
  };
  watch().catch((error: Error) => onLost(error.message));
  return {
    end() {
      isOver = true;
    },
  };
}

/** Says which database does not answer, without its password. */
async function mustAnswer(setting: string, url: string, schema: string): Promise<void> {
  const sql = client(url, schema, 'huzhu start', 1);
  try {
    await sql`select 1`;
  } catch (error) {
    const { host, pathname } = new URL(url);
    throw new Error(
      `The database ${pathname.slice(1)} at ${host} (${setting}) does not answer: ${(error as Error).message}`,
    );
  } finally {
    await sql.end({ timeout: 1 });
  }
}
