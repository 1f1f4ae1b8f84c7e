/** The product's own processes over one database, and callers that keep their lines open as phones do. */
import { type ChildProcess, spawn } from 'node:child_process';
import { createHmac, randomUUID } from 'node:crypto';
import { Agent, request } from 'node:http';
import { createServer } from 'node:net';
import { nodeFlags } from '../../../api/start/children.ts';
import { type Config, projectDir } from '../../../db/connect/config.ts';
import { waitUntil } from '../../../db/connect/embedded/processes.ts';

export interface Door {
  port: number;
  address: string;
  /** Ends the process; throws when it had ended before. */
  close(): Promise<void>;
}

/** Starts the API on a free port and waits until it is ready. */
export async function openDoor(config: Config): Promise<Door> {
  const port = await freePort();
  const address = `http://127.0.0.1:${port}`;
  const api = startProcess('api/main.ts', config, {
    PORT: String(port),
    PUBLIC_URL: address,
    HUZHU_DEMO: 'off',
  });
  for (;;) {
    if (api.exitCode !== null) throw new Error('the front door could not be opened');
    const answer = await fetch(`${address}/readyz`).catch(() => null);
    if (answer?.ok) return { port, address, close: () => endProcess(api) };
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Starts a worker; returns how to end it. */
export function startWorkerProcess(config: Config): () => Promise<void> {
  const worker = startProcess('worker/main.ts', config, { HUZHU_DEMO: 'off' });
  return () => endProcess(worker);
}

function startProcess(file: string, config: Config, own: Record<string, string>): ChildProcess {
  return spawn(process.execPath, [...nodeFlags, file], {
    cwd: projectDir,
    stdio: ['ignore', 'inherit', 'inherit'],
    env: {
      ...process.env,
      LOG_LEVEL: 'error',
      DATABASE_URL: config.databaseUrl as string,
      HUZHU_DATA_KEY: config.dataKey,
      AUTH_SECRET: config.authSecret,
      ...own,
    },
  });
}

async function endProcess(child: ChildProcess): Promise<void> {
  const hasEnded = () => child.exitCode !== null || child.signalCode !== null;
  const endedEarly = hasEnded();
  child.kill('SIGTERM');
  await waitUntil(hasEnded, 10_000);
  if (endedEarly) throw new Error('a process of the product ended during the measurement');
}

/** Sends requests over at most so many lines that stay open. */
export class Lines {
  readonly #agent: Agent;
  readonly #port: number;
  constructor(port: number, most: number) {
    this.#port = port;
    this.#agent = new Agent({ keepAlive: true, maxSockets: most });
  }

  /**
   * The answer's body; throws what was answered when it is not a success. A line that the server closed just as it was
   * used again is replaced once, under the same key, as the pages do.
   */
  async send<T>(method: 'GET' | 'POST', route: string, cookie: string, body?: object): Promise<T> {
    const key = randomUUID();
    try {
      return await this.#ask<T>(method, route, cookie, key, body);
    } catch (error) {
      if (!(error instanceof ClosedLine)) throw error;
      return this.#ask<T>(method, route, cookie, key, body);
    }
  }

  #ask<T>(method: 'GET' | 'POST', route: string, cookie: string, key: string, body?: object): Promise<T> {
    const text = body === undefined ? '' : JSON.stringify(body);
    return new Promise((resolve, reject) => {
      const asked = request(
        {
          agent: this.#agent,
          port: this.#port,
          method,
          path: `/api/v1${route}`,
          headers: {
            cookie,
            ...(method === 'GET'
              ? {}
              : {
                  'content-type': 'application/json',
                  'content-length': Buffer.byteLength(text),
                  'idempotency-key': key,
                }),
          },
        },
        (answer) => {
          const parts: Buffer[] = [];
          answer.on('data', (part: Buffer) => parts.push(part));
          answer.on('error', reject);
          answer.on('end', () => {
            const said = Buffer.concat(parts).toString();
            const status = answer.statusCode ?? 0;
            if (status < 300) resolve(JSON.parse(said) as T);
            else reject(new RefusedCall(method, route, status, said));
          });
        },
      );
      asked.on('error', (error: NodeJS.ErrnoException) =>
        reject(asked.reusedSocket && error.code === 'ECONNRESET' ? new ClosedLine() : error),
      );
      asked.end(text);
    });
  }

  close(): void {
    this.#agent.destroy();
  }
}

/** A kept-open line was closed by the server as it was used again. */
class ClosedLine extends Error {}

/** An answer that is not a success. */
export class RefusedCall extends Error {
  readonly status: number;
  readonly said: string;
  constructor(method: string, route: string, status: number, said: string) {
    super(`${method} ${route} answered ${status}: ${said}`);
    this.status = status;
    this.said = said;
  }
}

/** The cookie of a session whose token is known, signed as the sign-in signs it. */
export function sessionCookie(token: string, secret: string): string {
  const signature = createHmac('sha256', secret).update(token).digest('base64');
  return `huzhu.session_token=${encodeURIComponent(`${token}.${signature}`)}`;
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as { port: number };
      probe.close(() => resolve(port));
    });
  });
}
