/** A thread of the search: it is given a model, then parts of a plan, and gives these back improved. */
import { parentPort } from 'node:worker_threads';
import { type Improve, improver, type Order } from './threads.ts';

let improve: Improve | null = null;

parentPort?.on('message', (order: Order) => {
  if (order.kind === 'learn') improve = improver(order.model, order.near, order.isSoft);
  else if (order.kind === 'forget') improve = null;
  else parentPort?.postMessage(improve?.(order.task));
});
