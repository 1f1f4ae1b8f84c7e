/** A thread of the search: it is given parts of a plan and gives them back improved. */
import { parentPort, workerData } from 'node:worker_threads';
import { Annealing, type Cooling, type Part } from './anneal.ts';
import type { Model } from './model.ts';
import type { Neighbours } from './neighbours.ts';

const { model, near } = workerData as { model: Model; near: Neighbours };
const annealing = new Annealing(model, near);

parentPort?.on('message', ({ part, cooling }: { part: Part; cooling: Cooling }) => {
  parentPort?.postMessage(annealing.run(part, cooling));
});
