/** Processes of the product started from here: those that run to an end, and those that are kept running. */
import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { projectDir } from '../../db/connect/config.ts';
import { signal as send, waitUntil } from '../../db/connect/embedded/processes.ts';

/**
 * How a part is run: from its sources, with room for what a request needs for a moment, so that it is gone before it
 * would be kept.
 */
export const nodeFlags = ['--max-semi-space-size=64', '--import', 'tsx'];

const GRACE_MS = 10_000;
const STEADY_MS = 60_000;
const BACK_OFF_MS = [250, 1_000, 2_000, 5_000, 15_000, 30_000];
/** A child that never got on its feet this many times in a row will not. */
const FRUITLESS = 5;

/** Runs node with these arguments to its end. Throws with what it wrote when it fails, or when `signal` ends it. */
export async function runToEnd(
  args: string[],
  env: NodeJS.ProcessEnv,
  signal: AbortSignal,
  onLine: (line: string) => void = () => {},
): Promise<void> {
  signal.throwIfAborted();
  const child = spawn(process.execPath, args, { cwd: projectDir, env, stdio: ['ignore', 'pipe', 'pipe'] });
  const said: string[] = [];
  const keep = (line: string) => {
    said.push(line);
    if (said.length > 60) said.shift();
  };
  createInterface({ input: child.stdout }).on('line', (line) => {
    keep(line);
    onLine(line);
  });
  createInterface({ input: child.stderr }).on('line', keep);
  const abort = () => void endChild(child);
  signal.addEventListener('abort', abort);
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  signal.removeEventListener('abort', abort);
  if (code !== 0 || signal.aborted)
    throw new Error(`${args.join(' ')} ended with ${code}:\n${said.join('\n')}`);
}

/** A part of the product that has to be there: its name in words and its entry point. */
export interface Part {
  name: string;
  entry: string;
}

export interface KeptChild {
  /** The process at this moment. */
  readonly pid: number | null;
  stop(): Promise<void>;
}

/** What is told of a kept child: a new process, a restart after an end, or that it is given up. */
export interface Watcher {
  onStart(pid: number): void;
  onRestart(reason: string, afterMs: number): void;
  onGivenUp(reason: string): void;
}

/** Starts a part as a process of its own and starts it again, with growing pauses, whenever it ends by itself. */
export function keepRunning(part: Part, env: NodeJS.ProcessEnv, watcher: Watcher): KeptChild {
  let child: ChildProcess | null = null;
  let stopped = false;
  const pause = new AbortController();

  async function run(): Promise<void> {
    for (let failures = 0; !stopped; ) {
      const began = Date.now();
      child = launch(part, env);
      if (child.pid) watcher.onStart(child.pid);
      const reason = await endOf(child);
      if (stopped) return;
      failures = Date.now() - began > STEADY_MS ? 0 : failures + 1;
      if (failures >= FRUITLESS) return watcher.onGivenUp(reason);
      const afterMs = BACK_OFF_MS[Math.min(failures, BACK_OFF_MS.length - 1)] ?? 0;
      watcher.onRestart(reason, afterMs);
      await sleep(afterMs, undefined, { signal: pause.signal }).catch(() => {});
    }
  }
  void run();
  return {
    get pid() {
      return child?.pid ?? null;
    },
    async stop() {
      stopped = true;
      pause.abort();
      if (child) await endChild(child);
    },
  };
}

/** The channel to the child is how it learns that we are gone; its own group keeps Ctrl-C for us alone. */
function launch(part: Part, env: NodeJS.ProcessEnv): ChildProcess {
  return spawn(process.execPath, [...nodeFlags, part.entry], {
    cwd: projectDir,
    env,
    detached: true,
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
}

function endOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('exit', (code, name) => resolve(name ? `signal ${name}` : `exit code ${code}`));
  });
}

async function endChild(child: ChildProcess): Promise<void> {
  const hasEnded = () => child.pid === undefined || child.exitCode !== null || child.signalCode !== null;
  if (hasEnded()) return;
  send(child.pid!, 'SIGTERM');
  if (await waitUntil(hasEnded, GRACE_MS)) return;
  send(child.pid!, 'SIGKILL');
  await waitUntil(hasEnded, GRACE_MS);
}
