/**
 * After a kill the server of a data folder may live on without us, and `postmaster.pid` may name a living stranger.
 * Only a process whose own command line or title says that it serves this very folder is ever stopped.
 */
import { createHash } from 'node:crypto';
import { rmSync } from 'node:fs';
import path from 'node:path';
import { runningProcesses, signal, waitUntil } from './processes.ts';

/** The name of the server of a folder; PostgreSQL puts it into the title of each of its processes. */
export function clusterName(dataDir: string): string {
  return `huzhu-${createHash('sha256').update(dataDir).digest('hex').slice(0, 12)}`;
}

/** Stops whatever still serves this folder and clears its stale mark. Throws when it cannot be stopped. */
export async function stopOrphans(dataDir: string, uid: number): Promise<void> {
  const servers = serversOf(dataDir, uid);
  for (const pid of servers.filter((each) => each.isPostmaster)) signal(pid.pid, 'SIGINT');
  const gone = () => serversOf(dataDir, uid).length === 0;
  if (servers.length > 0 && !(await waitUntil(gone, 15_000, 50))) {
    for (const { pid } of serversOf(dataDir, uid)) signal(pid, 'SIGKILL');
    if (!(await waitUntil(gone, 5_000, 50)))
      throw new Error(`A PostgreSQL server of ${dataDir} does not end.`);
  }
  rmSync(path.join(dataDir, 'postmaster.pid'), { force: true });
}

/** The living processes of the server of this folder. */
function serversOf(dataDir: string, uid: number): { pid: number; isPostmaster: boolean }[] {
  const title = `postgres: ${clusterName(dataDir)}: `;
  return runningProcesses().flatMap(({ pid, uid: owner, command }) => {
    if (owner !== uid) return [];
    const folder = command[command.indexOf('-D') + 1];
    const isPostmaster = path.basename(command[0] ?? '') === 'postgres' && folder === dataDir;
    return isPostmaster || command.join(' ').startsWith(title) ? [{ pid, isPostmaster }] : [];
  });
}
