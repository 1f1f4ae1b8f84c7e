/** Holds past their time end (C4), 500 orders a transaction: a worker killed in the middle leaves the rest to the next run. */
import { endDueHolds } from '../../db/bank/holdExpiry.ts';
import { perform } from '../../db/connect/act.ts';
import { type Task, workerAct } from './task.ts';

const AT_ONCE = 500;

export const holdExpiry: Task = async ({ db, at, ending }) => {
  let ended = 0;
  for (;;) {
    const outcome = await perform(db, workerAct('holds', at), (tx, act) => endDueHolds(tx, act, AT_ONCE));
    const some = outcome.ok ? outcome.value : 0;
    ended += some;
    if (some === 0 || ending?.aborted) return ended;
  }
};
