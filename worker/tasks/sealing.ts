/** Every minute the transfers that were posted are sealed into the tree, and a signed head is published (T12). */
import { sealTransfers } from '../../db/bank/sealing.ts';
import { perform } from '../../db/connect/act.ts';
import { type Task, workerAct } from './task.ts';

/** A head is published after so many, so that a long wait is worked off piece by piece. */
const AT_ONCE = 100_000;

export const sealing: Task = async ({ db, at, ending }) => {
  let sealed = 0;
  for (;;) {
    const outcome = await perform(db, workerAct('sealing', at), (tx, act) => sealTransfers(tx, act, AT_ONCE));
    const some = outcome.ok ? outcome.value : 0;
    sealed += some;
    if (some < AT_ONCE || ending?.aborted) return sealed;
  }
};
