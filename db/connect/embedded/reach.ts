/** The database for a command that runs beside the product or without it, such as an import. */
import type { Config } from '../config.ts';
import { migrate } from '../migrate.ts';
import { occupantOf } from './occupancy.ts';
import { waitUntil } from './processes.ts';
import { type EmbeddedUrls, runningEmbedded, startEmbedded } from './start.ts';

export interface Reached {
  config: Config;
  /** Ends what was started for this command only. */
  leave(): Promise<void>;
}

/**
 * The configured database, migrated; else the embedded server of a running start; else the embedded server
 * started for the time of this command.
 */
export async function reachDatabase(config: Config): Promise<Reached> {
  let stop = async () => {};
  let reached = config;
  if (!config.databaseUrl) {
    let urls = await serverOfRunningStart(config.stateDir);
    if (!urls) {
      const server = await startEmbedded({ stateDir: config.stateDir });
      urls = server;
      stop = server.stop;
    }
    reached = { ...config, databaseUrl: urls.loginUrl, databaseOwnerUrl: urls.url };
  }
  try {
    await migrate(reached);
  } catch (error) {
    await stop();
    throw error;
  }
  return { config: reached, leave: stop };
}

/** Waits while another start is still on its way up. */
async function serverOfRunningStart(stateDir: string): Promise<EmbeddedUrls | null> {
  let urls: EmbeddedUrls | null = null;
  await waitUntil(() => {
    urls = runningEmbedded(stateDir);
    return urls !== null || occupantOf(stateDir) === null;
  }, 60_000);
  return urls;
}
