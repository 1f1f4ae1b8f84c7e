/** The front door as a process: the API, the built pages and the live connections on one port. */
import type { Server } from 'node:http';
import { serve } from '@hono/node-server';
import { ConfigError, readConfig } from '../db/connect/config.ts';
import { openDatabase } from '../db/connect/database.ts';
import { logger } from '../db/connect/log.ts';
import { exitWithParent } from '../db/connect/parent.ts';
import { useDataKey } from '../db/connect/seal.ts';
import { createApp } from './app.ts';
import { layApiGround } from './ground.ts';
import { openLive } from './live/sockets.ts';

try {
  await main();
} catch (error) {
  if (error instanceof ConfigError) console.error(error.message);
  else logger('api').fatal({ err: error }, 'the front door could not be opened');
  process.exit(1);
}

async function main(): Promise<void> {
  const config = readConfig();
  useDataKey(config.dataKey);
  const open = openDatabase(config, 'huzhu api');
  const context = layApiGround(config, open);
  const app = createApp(context);
  const server = serve({ fetch: app.fetch, hostname: config.host, port: config.port }) as Server;
  await new Promise<void>((resolve, reject) => {
    server.once('listening', resolve);
    server.once('error', reject);
  });
  const live = await openLive(context, server, open.sql);
  exitWithParent(async () => {
    server.close();
    server.closeIdleConnections();
    await live.close();
    await open.close();
  });
  context.log.info({ host: config.host, port: config.port }, 'the front door is open');
}
