/** A process that starts the embedded server of a folder, says where it is, and holds it until it is killed. */
import { startEmbedded } from '../../db/connect/embedded/start.ts';

const server = await startEmbedded({ stateDir: process.argv[2]!, settings: { fsync: 'off' } });
console.log(JSON.stringify({ url: server.url, pid: server.pid }));
process.once('SIGTERM', async () => {
  await server.stop();
  process.exit(0);
});
setInterval(() => {}, 60_000);
