/** The threads that search: each has the whole model in shared memory and improves one part of the plan at a time. */
import { setImmediate } from 'node:timers/promises';
import type { Worker } from 'node:worker_threads';
import { type Annealed, Annealing } from './anneal.ts';
import type { Cooling } from './cooling.ts';
import { hire, release } from './crew.ts';
import type { Model } from './model.ts';
import type { Neighbours } from './neighbours.ts';
import type { Part } from './part.ts';
import { softAnneal } from './softAnneal.ts';
import type { SoftModel } from './softRounds.ts';

/** A part to improve, and how. */
export interface Task {
  part: Part;
  cooling: Cooling;
}

export type Improve = (task: Task) => Annealed;

/** What a thread is told. */
export type Order =
  | { kind: 'learn'; model: Model; near: Neighbours; isSoft: boolean }
  | { kind: 'improve'; task: Task }
  | { kind: 'forget' };

const entry = new URL('./thread.ts', import.meta.url);
const order = (worker: Worker, what: Order) => worker.postMessage(what);

export class Threads {
  readonly #workers: Worker[];
  /** Improves in this thread, where there are no others. */
  readonly #here: Improve | null;
  #hasFailed = false;

  constructor(model: Model, near: Neighbours, count: number, isSoft: boolean) {
    this.#here = count === 0 ? improver(model, near, isSoft) : null;
    this.#workers = Array.from({ length: count }, () => hire(entry));
    for (const worker of this.#workers) order(worker, { kind: 'learn', model, near, isSoft });
  }

  /** Improves each part as its cooling says; the answers are in their order. Throws when a thread fails. */
  async improve(tasks: readonly Task[]): Promise<Annealed[]> {
    if (this.#here) {
      // Whoever wants the search to end is heard in between.
      await setImmediate();
      return tasks.map(this.#here);
    }
    const answers: Annealed[] = [];
    let next = 0;
    await Promise.all(
      this.#workers.map(async (worker) => {
        while (next < tasks.length) {
          const mine = next++;
          answers[mine] = await ask(worker, tasks[mine] as Task);
        }
      }),
    ).catch((failure) => {
      this.#hasFailed = true;
      throw failure;
    });
    return answers;
  }

  /** Gives the threads back; after a failure they may still be at work, and end. */
  async close(): Promise<void> {
    for (const worker of this.#workers) {
      if (this.#hasFailed) await worker.terminate();
      else {
        order(worker, { kind: 'forget' });
        await release(entry, worker);
      }
    }
  }
}

/** How a thread improves a part. */
export function improver(model: Model, near: Neighbours, isSoft: boolean): Improve {
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
    order(worker, { kind: 'improve', task });
  });
}
