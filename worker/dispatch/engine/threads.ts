/** The threads that search: each has the whole model in shared memory and improves one part of the plan at a time. */
import { Worker } from 'node:worker_threads';
import { type Annealed, Annealing } from './anneal.ts';
import type { Cooling } from './cooling.ts';
import type { Model } from './model.ts';
import type { Neighbours } from './neighbours.ts';
import type { Part } from './part.ts';
import { softAnneal } from './softAnneal.ts';
import type { SoftModel } from './softRounds.ts';

/** A thread does not take over how its process reads TypeScript; it asks for it before it reads anything. */
const boot = `import('tsx/esm/api').then(({ register }) => {
  register();
  return import(require('node:worker_threads').workerData.entry);
});`;

/** A part to improve, and how. */
export interface Task {
  part: Part;
  cooling: Cooling;
}

export class Threads {
  readonly #workers: Worker[];
  /** Improves in this thread, where there are no others. */
  readonly #here: ((task: Task) => Annealed) | null;

  constructor(model: Model, near: Neighbours, count: number, isSoft: boolean) {
    this.#here = count === 0 ? improver(model, near, isSoft) : null;
    this.#workers = Array.from(
      { length: count },
      () =>
        new Worker(boot, {
          eval: true,
          execArgv: [],
          workerData: { model, near, isSoft, entry: new URL('./thread.ts', import.meta.url).href },
        }),
    );
  }

  /** Improves each part as its cooling says; the answers are in their order. Throws when a thread fails. */
  async improve(tasks: readonly Task[]): Promise<Annealed[]> {
    if (this.#here) return tasks.map(this.#here);
    const answers: Annealed[] = [];
    let next = 0;
    await Promise.all(
      this.#workers.map(async (worker) => {
        while (next < tasks.length) {
          const mine = next++;
          answers[mine] = await ask(worker, tasks[mine] as Task);
        }
      }),
    );
    return answers;
  }

  async close(): Promise<void> {
    await Promise.all(this.#workers.map((worker) => worker.terminate()));
  }
}

/** How a thread improves a part. */
export function improver(model: Model, near: Neighbours, isSoft: boolean): (task: Task) => Annealed {
  if (isSoft) return ({ part, cooling }) => softAnneal(model as SoftModel, near, part, cooling);
  const annealing = new Annealing(model, near);
  return ({ part, cooling }) => annealing.run(part, cooling);
}

function ask(worker: Worker, task: Task): Promise<Annealed> {
  return new Promise((resolve, reject) => {
    const done = (answer: Annealed) => {
      worker.off('error', failed);
      resolve(answer);
    };
    const failed = (error: Error) => {
      worker.off('message', done);
      reject(error);
    };
    worker.once('message', done);
    worker.once('error', failed);
    worker.postMessage(task);
  });
}
