/** When a start has to end: Ctrl-C, a signal, a closed terminal, or the death of the npm that began it. */
import { birthOf, parentOf } from '../../db/connect/embedded/processes.ts';

const CHECK_MS = 500;

/** Aborted once, with the reason in words, when the product is to end. */
export function endingSignal(): AbortSignal {
  const ending = new AbortController();
  const end = (reason: string) => {
    if (!ending.signal.aborted) ending.abort(reason);
  };
  process.on('SIGINT', () => end('Ctrl-C'));
  process.on('SIGTERM', () => end('asked to end'));
  process.on('SIGHUP', () => end('the terminal was closed'));
  const starters = startersBetweenNpmAndHere();
  if (starters.length > 0) {
    setInterval(() => {
      if (starters.some(({ pid, birth }) => birthOf(pid) !== birth)) end('the npm that started it is gone');
    }, CHECK_MS).unref();
  }
  return ending.signal;
}

/** npm, its shell and tsx stand between the terminal and this process; a killed one takes no other with it. */
function startersBetweenNpmAndHere(): { pid: number; birth: string | null }[] {
  if (process.env.npm_lifecycle_event !== 'start') return [];
  const chain = [];
  for (let pid = process.pid; chain.length < 8; ) {
    const parent = parentOf(pid);
    if (!parent || parent.pid <= 1) return [];
    chain.push({ pid: parent.pid, birth: birthOf(parent.pid) });
    if (/^npm|npm-cli/.test(parent.title)) return chain;
    pid = parent.pid;
  }
  return [];
}
