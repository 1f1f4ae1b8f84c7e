/**
 * Planning beside the thread that asks for it, whose event loop stays free: for the worker of the product, which has other
 * things to do meanwhile. A small problem is planned within milliseconds once the thread has started.
 */
import type { Worker } from 'node:worker_threads';
import type { Problem, RoundsPlan, SearchOptions } from '../problem.ts';
import { hire, release } from './crew.ts';

type PlainOptions = Omit<SearchOptions, 'onProgress' | 'signal'>;
type Progress = Parameters<NonNullable<SearchOptions['onProgress']>>[0];

export type ToConductor =
  | { kind: 'plan'; problem: Problem; options: PlainOptions; tellsProgress: boolean }
  | { kind: 'end' };
export type FromConductor =
  | { kind: 'progress'; progress: Progress }
  | { kind: 'made'; plan: RoundsPlan }
  | { kind: 'failed'; failure: unknown };

const entry = new URL('./conductor.ts', import.meta.url);

/** As `plan`, in a thread of its own, which stays for the next plan; with 0 or 1 `threads` it searches itself. */
export async function planApart(
  problem: Problem,
  { onProgress, signal, threads, ...rest }: SearchOptions,
): Promise<RoundsPlan> {
  const conductor = hire(entry);
  const end = () => conductor.postMessage({ kind: 'end' } satisfies ToConductor);
  conductor.postMessage({
    kind: 'plan',
    problem,
    options: { ...rest, threads: threads > 1 ? threads : 0 },
    tellsProgress: onProgress !== undefined,
  } satisfies ToConductor);
  signal?.addEventListener('abort', end, { once: true });
  if (signal?.aborted) end();
  let answer: Exclude<FromConductor, { kind: 'progress' }>;
  try {
    answer = await answerOf(conductor, onProgress);
  } catch (failure) {
    await conductor.terminate();
    throw failure;
  } finally {
    signal?.removeEventListener('abort', end);
  }
  await release(entry, conductor);
  if (answer.kind === 'failed') throw answer.failure;
  return answer.plan;
}

/** What a conductor answers in the end; rejects when it fails itself. */
function answerOf(
  conductor: Worker,
  onProgress: SearchOptions['onProgress'],
): Promise<Exclude<FromConductor, { kind: 'progress' }>> {
  return new Promise((resolve, reject) => {
    const leave = () => {
      conductor.off('message', hear);
      conductor.off('error', fail);
    };
    const fail = (failure: Error) => {
      leave();
      reject(failure);
    };
    const hear = (message: FromConductor) => {
      if (message.kind === 'progress') return onProgress?.(message.progress);
      leave();
      resolve(message);
    };
    conductor.on('message', hear);
    conductor.on('error', fail);
  });
}
