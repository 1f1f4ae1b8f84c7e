/** `npm start` as a person runs it, in a state folder of its own, with what it says and the processes it has begun. */
import { type ChildProcess, spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { projectDir } from '../../db/connect/config.ts';
import { birthOf, waitUntil } from '../../db/connect/embedded/processes.ts';

export interface StartPids {
  launcher: number;
  api: number;
  worker: number;
  /** 0 where the database is not our own. */
  postgres: number;
}

export interface RunningStart {
  /** The npm process. */
  npm: ChildProcess;
  address: string;
  /** Everything said so far. */
  said(): string;
  pids(): StartPids;
  /** What a terminal does at Ctrl-C; fulfilled with npm's exit code. */
  ctrlC(): Promise<number | null>;
  /** Fulfilled with npm's exit code; null when a signal ended it. */
  ended: Promise<number | null>;
}

/** Runs `npm start`; fulfilled when it has said that it is ready, when it has ended before, or after the limit. */
export async function npmStart(
  stateDir: string,
  env: Record<string, string>,
  limitMs = 100_000,
): Promise<RunningStart> {
  const { DATABASE_URL: _, npm_lifecycle_event: __, VITEST: ___, NODE_ENV: ____, ...inherited } = process.env;
  const npm = spawn('npm', ['start'], {
    cwd: projectDir,
    env: { ...inherited, HUZHU_STATE_DIR: stateDir, ...env },
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let text = '';
  for (const stream of [npm.stdout, npm.stderr]) stream.on('data', (chunk) => (text += chunk));
  const ended = new Promise<number | null>((resolve) => npm.once('close', resolve));
  await waitUntil(() => /Ctrl-C ends/.test(text) || npm.exitCode !== null, limitMs, 50);
  return {
    npm,
    address: /Ready: (\S+)/.exec(text)?.[1] ?? '',
    said: () => text,
    pids: () => pidsIn(stateDir),
    ctrlC() {
      process.kill(-npm.pid!, 'SIGINT');
      return ended;
    },
    ended,
  };
}

/** The processes on record in the state folder, by the numbers they have now. */
function pidsIn(stateDir: string): StartPids {
  const record = readdirSync(stateDir).find((name) => /^start-\d+\.json$/.test(name));
  const { launcher, children } = JSON.parse(readFileSync(path.join(stateDir, record!), 'utf8')) as {
    launcher: { pid: number };
    children: { pid: number }[];
  };
  const running = (entry: string) =>
    children.find(({ pid }) => birthOf(pid) && readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(entry))
      ?.pid ?? 0;
  return {
    launcher: launcher.pid,
    api: running('api/main.ts'),
    worker: running('worker/main.ts'),
    postgres: postmasterIn(stateDir),
  };
}

function postmasterIn(stateDir: string): number {
  try {
    return Number(readFileSync(path.join(stateDir, 'postgres/data/postmaster.pid'), 'utf8').split('\n')[0]);
  } catch {
    return 0;
  }
}
