/**
 * Which processes a start has begun, on record in the state folder, so that the next start can end what a kill
 * left behind. A process is known by its number and its birth: a stranger with the number is never touched.
 */
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { birthOf, signal, waitUntil } from '../../db/connect/embedded/processes.ts';

interface Known {
  pid: number;
  birth: string | null;
}

interface Start {
  launcher: Known;
  children: Known[];
}

const PREFIX = 'start-';

/** The record of this start. */
export class StartRecord {
  private readonly file: string;
  private readonly start: Start;

  constructor(stateDir: string) {
    mkdirSync(stateDir, { recursive: true, mode: 0o711 });
    this.file = path.join(stateDir, `${PREFIX}${process.pid}.json`);
    this.start = { launcher: known(process.pid), children: [] };
  }

  /** Notes a child of this start. */
  add(pid: number): void {
    this.start.children = [...this.start.children.filter(isAlive), known(pid)];
    writeFileSync(`${this.file}.new`, JSON.stringify(this.start));
    renameSync(`${this.file}.new`, this.file);
  }

  /** This start has ended everything itself. */
  clear(): void {
    rmSync(this.file, { force: true });
  }
}

/** Ends what killed starts left running; returns how many processes that were. */
export async function endLeftovers(stateDir: string): Promise<number> {
  let ended = 0;
  for (const file of recordsIn(stateDir)) {
    const start = JSON.parse(readFileSync(file, 'utf8')) as Start;
    if (isAlive(start.launcher)) continue;
    const left = start.children.filter(isAlive);
    for (const { pid } of left) signal(pid, 'SIGTERM');
    if (!(await waitUntil(() => !left.some(isAlive), 3_000))) {
      for (const { pid } of left.filter(isAlive)) signal(pid, 'SIGKILL');
      await waitUntil(() => !left.some(isAlive), 3_000);
    }
    ended += left.length;
    rmSync(file, { force: true });
  }
  return ended;
}

function recordsIn(stateDir: string): string[] {
  try {
    return readdirSync(stateDir)
      .filter((name) => name.startsWith(PREFIX) && name.endsWith('.json'))
      .map((name) => path.join(stateDir, name));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

function known(pid: number): Known {
  return { pid, birth: birthOf(pid) };
}

function isAlive({ pid, birth }: Known): boolean {
  return birth !== null && birthOf(pid) === birth;
}
