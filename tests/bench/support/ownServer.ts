/** A database server of its own for one measurement, empty but for the tables, and gone afterwards. */
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type Config, readConfig } from '../../../db/connect/config.ts';
import { removeEmbedded, startEmbedded } from '../../../db/connect/embedded/start.ts';
import { migrate } from '../../../db/connect/migrate.ts';

/** Measures on a new server; `settings` are those of the environment that differ. */
export async function onOwnServer<T>(
  measure: (config: Config) => Promise<T>,
  settings: Record<string, string> = {},
): Promise<T> {
  const folder = mkdtempSync(path.join(tmpdir(), 'huzhu-bench-'));
  chmodSync(folder, 0o711); // As root the server's own user has to get through.
  const stateDir = path.join(folder, 'state');
  const server = await startEmbedded({ stateDir });
  try {
    const config = readConfig({
      DATABASE_URL: server.url,
      HUZHU_DATA_KEY: Buffer.alloc(32, 7).toString('base64'),
      AUTH_SECRET: 'a secret of this measurement, long enough',
      ...settings,
    });
    await migrate(config);
    return await measure(config);
  } finally {
    await server.stop();
    await removeEmbedded(stateDir);
    rmSync(folder, { recursive: true, force: true });
  }
}
