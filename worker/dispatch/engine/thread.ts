/** A thread of the search: it is given parts of a plan and gives them back improved. */
import { parentPort, workerData } from 'node:worker_threads';
import type { Model } from './model.ts';
import type { Neighbours } from './neighbours.ts';
import { improver, type Task } from './threads.ts';

const { model, near, isSoft } = workerData as { model: Model; near: Neighbours; isSoft: boolean };
const improve = improver(model, near, isSoft);

parentPort?.on('message', (task: Task) => parentPort?.postMessage(improve(task)));
