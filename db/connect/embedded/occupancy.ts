/**
 * One state folder serves one start at a time. The lock file names its holder so that a lock left by a killed
 * process, or by one whose number now belongs to a stranger, is seen to be stale and taken over.
 */
import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { birthOf } from './processes.ts';

interface Holder {
  pid: number;
  birth: string | null;
}

/** The state folder is held by another living process. */
export class FolderInUseError extends Error {
  readonly pid: number;
  constructor(stateDir: string, pid: number) {
    super(
      `The folder ${stateDir} is in use by another start of this program (process ${pid}). End that one first, or give this one another folder by HUZHU_STATE_DIR.`,
    );
    this.name = 'FolderInUseError';
    this.pid = pid;
  }
}

/** Takes the folder for this process and returns what gives it back. Throws `FolderInUseError`. */
export function occupy(stateDir: string): () => void {
  const lock = path.join(stateDir, 'lock');
  const mine = `${JSON.stringify({ pid: process.pid, birth: birthOf(process.pid) } satisfies Holder)}\n`;
  const draft = `${lock}.${process.pid}`;
  writeFileSync(draft, mine);
  try {
    for (;;) {
      try {
        linkSync(draft, lock);
        return () => {
          if (read(lock) === mine) rmSync(lock, { force: true });
        };
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      }
      const found = read(lock);
      const holder = holderIn(found);
      if (holder && isAlive(holder)) throw new FolderInUseError(stateDir, holder.pid);
      clear(lock, found);
    }
  } finally {
    rmSync(draft, { force: true });
  }
}

/** The living process that holds the folder. */
export function occupantOf(stateDir: string): number | null {
  const holder = holderIn(read(path.join(stateDir, 'lock')));
  return holder && isAlive(holder) ? holder.pid : null;
}

/** Removes a stale lock, and puts it back if somebody else had just replaced it by a fresh one. */
function clear(lock: string, stale: string | null): void {
  if (stale === null) return;
  const aside = `${lock}.stale-${process.pid}`;
  try {
    renameSync(lock, aside);
    if (read(aside) !== stale) linkSync(aside, lock);
  } catch (error) {
    if (!['ENOENT', 'EEXIST'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
  } finally {
    rmSync(aside, { force: true });
  }
}

function isAlive(holder: Holder): boolean {
  return holder.birth !== null && birthOf(holder.pid) === holder.birth;
}

function holderIn(text: string | null): Holder | null {
  try {
    return text === null ? null : (JSON.parse(text) as Holder);
  } catch {
    return null;
  }
}

function read(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}
