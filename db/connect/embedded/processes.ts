/** Facts about running processes, from /proc where there is one, else from `ps`. */
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

interface Running {
  pid: number;
  uid: number;
  /** The command line, or the title the process has given itself. */
  command: string[];
}

const hasProc = process.platform === 'linux';

/** Every process this user may know of. */
export function runningProcesses(): Running[] {
  return hasProc ? fromProc() : fromPs();
}

function fromProc(): Running[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        const { uid } = statSync(`/proc/${name}`);
        const command = readFileSync(`/proc/${name}/cmdline`, 'utf8').split('\0').filter(Boolean);
        return [{ pid: Number(name), uid, command }];
      } catch {
        return []; // It ended while we looked.
      }
    });
}

function fromPs(): Running[] {
  const lines = execFileSync('ps', ['-axo', 'pid=,uid=,command='], { encoding: 'utf8' }).split('\n');
  return lines.flatMap((line) => {
    const [, pid, uid, command] = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line) ?? [];
    return command ? [{ pid: Number(pid), uid: Number(uid), command: command.split(' ') }] : [];
  });
}

/** Tells a process from a later one with the same number; null when there is none. */
export function birthOf(pid: number): string | null {
  try {
    if (!hasProc) return psField(pid, 'lstart') || null;
    const fields = statFields(pid);
    if (fields[0] === 'Z') return null;
    return `${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()}:${fields[19]}`;
  } catch {
    return null;
  }
}

/** Sends a signal; a process that has ended already is no error. */
export function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** Waits until `done` holds; false when it did not within `limitMs`. */
export async function waitUntil(done: () => boolean, limitMs: number, stepMs = 20): Promise<boolean> {
  const end = Date.now() + limitMs;
  while (!done()) {
    if (Date.now() >= end) return false;
    await sleep(stepMs);
  }
  return true;
}

/** The process that started this one, and its command line as one text. */
export function parentOf(pid: number): { pid: number; title: string } | null {
  try {
    if (!hasProc) {
      const ppid = psField(pid, 'ppid');
      return { pid: Number(ppid), title: psField(Number(ppid), 'command') };
    }
    const ppid = Number(statFields(pid)[1]);
    return { pid: ppid, title: readFileSync(`/proc/${ppid}/cmdline`, 'utf8').replaceAll('\0', ' ') };
  } catch {
    return null;
  }
}

/** The fields of /proc/PID/stat after the name, which may itself hold spaces and brackets. */
function statFields(pid: number): string[] {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
}

function psField(pid: number, field: string): string {
  return execFileSync('ps', ['-o', `${field}=`, '-p', String(pid)], { encoding: 'utf8' }).trim();
}
