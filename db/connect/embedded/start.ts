/**
 * A real PostgreSQL server of our own for one start: binaries from the npm package, data that lasts, a free port on
 * the loopback, random passwords. What a kill left behind is stopped first; two starts never share a folder.
 */
import { existsSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import postgres from 'postgres';
import { serverAccount } from './account.ts';
import { makeStateDir, placesIn, prepareCluster, readPassword, SERVER_NAME } from './cluster.ts';
import { ensureLogin, LOGIN_NAME } from './login.ts';
import { occupantOf, occupy } from './occupancy.ts';
import { stopOrphans } from './orphans.ts';
import { type Server, startServer } from './server.ts';

export interface EmbeddedOptions {
  stateDir: string;
  /** Taken if it is free; by default any free port. */
  port?: number;
  /** PostgreSQL settings on top of ours. */
  settings?: Record<string, string>;
}

/** The two ways in: the owner migrates and loads, everybody else is the application. */
export interface EmbeddedUrls {
  /** As the owner. */
  url: string;
  /** As the application. */
  loginUrl: string;
}

export interface Embedded extends EmbeddedUrls {
  port: number;
  /** The server's own process at this moment. */
  readonly pid: number;
  /** Fulfilled when the server that runs at this moment has ended, by `stop` or by itself. */
  readonly ended: Promise<void>;
  /** Starts the server again at the same address after it has ended by itself. */
  restart(): Promise<void>;
  /** Shuts the server down cleanly and gives the folder back. */
  stop(): Promise<void>;
}

/**
 * Starts the embedded server of a state folder; the first time this makes it.
 * Throws `FolderInUseError` while another start holds the folder, and an `Error` with the reason where it cannot run.
 */
export async function startEmbedded(options: EmbeddedOptions): Promise<Embedded> {
  const stateDir = makeStateDir(options.stateDir);
  const giveBack = occupy(stateDir);
  const { dataDir } = placesIn(stateDir);
  let server: Server | null = null;
  try {
    const cluster = await prepareCluster(stateDir);
    const start = async (wished: number | undefined) => {
      await stopOrphans(dataDir, serverUid());
      return startServer(cluster, wished, options.settings ?? {});
    };
    let current = await start(options.port);
    server = current;
    const { port } = current;
    const administration = addressOf(port, SERVER_NAME, cluster.password, 'postgres');
    await ensureDatabase(administration);
    await ensureLogin(administration, cluster.loginPassword);
    return {
      ...urlsOf(port, cluster.password, cluster.loginPassword),
      port,
      get pid() {
        return current.pid;
      },
      get ended() {
        return current.ended;
      },
      async restart() {
        current = await start(port);
        if (current.port === port) return;
        await current.stop();
        throw new Error(`PostgreSQL cannot start again: its port ${port} has been taken by another program.`);
      },
      async stop() {
        await current.stop();
        giveBack();
      },
    };
  } catch (error) {
    await server?.stop();
    giveBack();
    throw error;
  }
}

/** The addresses of the server that another start runs on this folder; null when none takes connections. */
export function runningEmbedded(stateDir: string): EmbeddedUrls | null {
  if (occupantOf(stateDir) === null) return null;
  const { dataDir, passwordFile, loginPasswordFile } = placesIn(stateDir);
  try {
    const lines = readFileSync(path.join(dataDir, 'postmaster.pid'), 'utf8').split('\n');
    if (lines[7]?.trim() !== 'ready') return null;
    return urlsOf(Number(lines[3]), readPassword(passwordFile), readPassword(loginPasswordFile));
  } catch {
    return null;
  }
}

/** Stops what still runs on a state folder and removes it with all its data. Throws `FolderInUseError`. */
export async function removeEmbedded(stateDir: string): Promise<void> {
  if (!existsSync(stateDir)) return;
  const real = makeStateDir(stateDir);
  occupy(real);
  await stopOrphans(placesIn(real).dataDir, serverUid());
  rmSync(real, { recursive: true, force: true });
}

function serverUid(): number {
  return serverAccount()?.uid ?? process.getuid?.() ?? 0;
}

function urlsOf(port: number, password: string, loginPassword: string): EmbeddedUrls {
  return {
    url: addressOf(port, SERVER_NAME, password, SERVER_NAME),
    loginUrl: addressOf(port, LOGIN_NAME, loginPassword, SERVER_NAME),
  };
}

function addressOf(port: number, user: string, password: string, database: string): string {
  return `postgres://${user}:${password}@127.0.0.1:${port}/${database}`;
}

async function ensureDatabase(url: string): Promise<void> {
  const sql = postgres(url, { max: 1, onnotice: () => {} });
  try {
    const found = await sql`select 1 from pg_database where datname = ${SERVER_NAME}`;
    if (found.length === 0) await sql`create database ${sql(SERVER_NAME)}`;
  } finally {
    await sql.end();
  }
}
