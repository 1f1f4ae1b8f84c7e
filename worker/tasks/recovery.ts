/** What was spent before it was reversed (T9) is paid back from hours that have come in since. */
import { recoverDebts } from '../../db/bank/recover.ts';
import { perform } from '../../db/connect/act.ts';
import { type Task, workerAct } from './task.ts';

const AT_ONCE = 500;

export const recovery: Task = async ({ db, at, ending }) => {
  let posted = 0;
  for (;;) {
    const outcome = await perform(db, workerAct('recovery', at), (tx, act) => recoverDebts(tx, act, AT_ONCE));
    const some = outcome.ok ? outcome.value : 0;
    posted += some;
    if (some < AT_ONCE || ending?.aborted) return posted;
  }
};
