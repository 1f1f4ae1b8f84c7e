/** One running PostgreSQL server: started apart from the terminal, waited for, and shut down cleanly. */
import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync, renameSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import { asAccount } from './account.ts';
import { type Cluster, serverEnv } from './cluster.ts';
import { clusterName } from './orphans.ts';
import { signal, waitUntil } from './processes.ts';

export interface Server {
  pid: number;
  port: number;
  /** Fulfilled when the server has ended, by `stop` or by itself. */
  ended: Promise<void>;
  stop(): Promise<void>;
}

/** For a small machine: two processes of ours, a few hundred connections at most, nothing personal in the log. */
const settings: Record<string, string> = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: '200',
  shared_buffers: '256MB',
  effective_cache_size: '1GB',
  work_mem: '16MB',
  maintenance_work_mem: '128MB',
  max_wal_size: '1GB',
  checkpoint_timeout: '15min',
  random_page_cost: '1.1',
  max_locks_per_transaction: '256',
  jit: 'off',
  timezone: 'UTC',
  log_timezone: 'UTC',
  log_min_error_statement: 'panic',
  log_error_verbosity: 'terse',
};

const LOG_LIMIT_BYTES = 5_000_000;

/** Starts the server and returns when it takes connections. `port` is taken if free, else another. */
export async function startServer(
  cluster: Cluster,
  port: number | undefined,
  more: Record<string, string>,
): Promise<Server> {
  for (let attempt = 1; ; attempt++) {
    const chosen = await freePort(attempt === 1 ? port : undefined);
    const server = launch(cluster, chosen, more);
    if (await becomesReady(server, cluster)) return server;
    await server.stop();
    const said = endOf(cluster.logFile);
    if (attempt < 3 && /could not bind|Address already in use/.test(said)) continue;
    throw new Error(`PostgreSQL did not start. The end of ${cluster.logFile}:\n${said}`);
  }
}

function launch(cluster: Cluster, port: number, more: Record<string, string>): Server {
  const all = { ...settings, cluster_name: clusterName(cluster.dataDir), port: String(port), ...more };
  const flags = Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const log = openLog(cluster.logFile);
  const child = spawn(cluster.binaries.postgres, ['-D', cluster.dataDir, ...flags], {
    ...asAccount(cluster.account),
    cwd: '/',
    env: serverEnv(),
    detached: true,
    stdio: ['ignore', log, log],
  });
  closeSync(log);
  child.unref();
  const pid = child.pid ?? 0;
  const ended = new Promise<void>((resolve) => {
    child.once('exit', () => resolve());
    child.once('error', () => resolve());
  });
  return { pid, port, ended, stop: () => shutDown(child) };
}

/** Fast shutdown: sessions are ended, data is written. Only when that takes too long the server is ended hard. */
async function shutDown(child: ChildProcess): Promise<void> {
  const hasEnded = () => child.pid === undefined || child.exitCode !== null || child.signalCode !== null;
  for (const [name, limitMs] of [
    ['SIGINT', 20_000],
    ['SIGQUIT', 5_000],
    ['SIGKILL', 5_000],
  ] as const) {
    if (hasEnded()) return;
    signal(child.pid!, name);
    if (await waitUntil(hasEnded, limitMs)) return;
  }
}

/** PostgreSQL writes `ready` into its pid file once it takes connections; recovery after a kill may come before. */
async function becomesReady(server: Server, cluster: Cluster): Promise<boolean> {
  let ended = false;
  server.ended.then(() => {
    ended = true;
  });
  const mark = path.join(cluster.dataDir, 'postmaster.pid');
  const isReady = () => {
    const lines = readIfThere(mark).split('\n');
    return Number(lines[0]) === server.pid && lines[7]?.trim() === 'ready';
  };
  await waitUntil(() => ended || isReady(), 300_000);
  return !ended && isReady();
}

/** The wished port if nobody listens on it, else any free one of the loopback. */
function freePort(wished: number | undefined): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', (error) => (wished ? resolve(freePort(undefined)) : reject(error)));
    probe.listen(wished ?? 0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}

function openLog(file: string): number {
  const size = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  if (size > LOG_LIMIT_BYTES) renameSync(file, `${file}.old`);
  return openSync(file, 'a', 0o600);
}

function endOf(file: string): string {
  return readIfThere(file).trimEnd().split('\n').slice(-12).join('\n');
}

function readIfThere(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
