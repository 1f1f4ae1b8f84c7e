/** Processes of a test that may be killed at any instant. */
import { type ChildProcess, spawn } from 'node:child_process';
import path from 'node:path';
import { projectDir } from '../../../db/connect/config.ts';

const running = new Set<ChildProcess>();

export interface Running {
  child: ChildProcess;
  said(): string;
  /** It has ended by a fault of its own, and all it said has arrived. */
  hasFailed(): boolean;
  /** The exit code; null when a signal ended it. */
  ended: Promise<number | null>;
}

/** Starts a script of the project. */
export function startScript(
  script: string,
  args: readonly string[],
  env: Record<string, string> = {},
): Running {
  const { VITEST: _, NODE_ENV: __, ...inherited } = process.env;
  const child = spawn(process.execPath, ['--import', 'tsx', path.join(projectDir, script), ...args], {
    cwd: projectDir,
    env: { ...inherited, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let text = '';
  let failed = false;
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => (text += chunk));
  running.add(child);
  const ended = new Promise<number | null>((resolve) =>
    child.once('close', (code) => {
      running.delete(child);
      failed = code !== null && code !== 0;
      resolve(code);
    }),
  );
  return { child, said: () => text, hasFailed: () => failed, ended };
}

/** Kills what is left, at the end of a test. */
export function killAll(): void {
  for (const child of running) child.kill('SIGKILL');
}
