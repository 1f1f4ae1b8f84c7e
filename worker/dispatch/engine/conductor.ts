/** The thread in which a whole plan is made, so that the one that wants it stays free for others (see `planApart`). */
import { parentPort } from 'node:worker_threads';
import { plan } from './plan.ts';
import type { FromConductor, ToConductor } from './planApart.ts';

const tell = (message: FromConductor) => parentPort?.postMessage(message);
let ending = new AbortController();

parentPort?.on('message', async (message: ToConductor) => {
  if (message.kind === 'end') return ending.abort();
  ending = new AbortController();
  const { problem, options, tellsProgress } = message;
  try {
    const made = await plan(problem, {
      ...options,
      signal: ending.signal,
      ...(tellsProgress && { onProgress: (progress) => tell({ kind: 'progress', progress }) }),
    });
    tell({ kind: 'made', plan: made });
  } catch (failure) {
    tell({ kind: 'failed', failure });
  }
});
