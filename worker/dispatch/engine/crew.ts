/**
 * Threads that are kept for whoever needs one next: to start one takes half a second, for it must learn to read
 * TypeScript first. Those without work do not keep the process alive.
 */
import { Worker } from 'node:worker_threads';

/** A thread does not take over how its process reads TypeScript; it asks for it before it reads anything. */
const boot = `import('tsx/esm/api').then(({ register }) => {
  register();
  return import(require('node:worker_threads').workerData.entry);
});`;

/** Of each kind so many are kept. */
const MOST_IDLE = 4;
const idle = new Map<string, Worker[]>();

/** A thread that runs this module. It is the caller's until `release`; one that failed must be ended instead. */
export function hire(entry: URL): Worker {
  const worker = idle.get(entry.href)?.pop() ?? begun(entry.href);
  worker.ref();
  return worker;
}

/** Gives a thread back that has nothing to do any more. */
export async function release(entry: URL, worker: Worker): Promise<void> {
  const kept = idle.get(entry.href) ?? [];
  idle.set(entry.href, kept);
  worker.unref();
  if (kept.length < MOST_IDLE) kept.push(worker);
  else await worker.terminate();
}

function begun(entry: string): Worker {
  const worker = new Worker(boot, { eval: true, execArgv: [], workerData: { entry } });
  // Whoever waits for an answer hears of a failure; nobody else needs to, but the thread is of no use any more.
  worker.on('error', () => {});
  worker.on('exit', () => {
    const kept = idle.get(entry) ?? [];
    if (kept.includes(worker)) kept.splice(kept.indexOf(worker), 1);
  });
  return worker;
}
