/** A thread of the search: it is given parts of a plan and gives them back improved. */
import { parentPort, workerData } from 'node:worker_threads';
import { Annealing } from './anneal.ts';
import type { Model } from './model.ts';
import type { Neighbours } from './neighbours.ts';
import { softAnneal } from './softAnneal.ts';
import type { SoftModel } from './softRounds.ts';
import type { Task } from './threads.ts';

const { model, near, isSoft } = workerData as { model: Model; near: Neighbours; isSoft: boolean };
const annealing = new Annealing(model, near);

parentPort?.on('message', ({ part, cooling }: Task) => {
  parentPort?.postMessage(
    isSoft ? softAnneal(model as SoftModel, near, part, cooling) : annealing.run(part, cooling),
  );
});
