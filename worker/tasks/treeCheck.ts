/** Every night the whole ledger is compared with what was sealed (T12); what was changed behind the back is an error. */

import { writeAudit } from '../../db/audit/audit.ts';
import { onceOn } from '../../db/audit/occasions.ts';
import { checkWholeTree } from '../../db/bank/treeCheck.ts';
import { dayOf } from '../../db/connect/days.ts';
import { type Task, workerAct } from './task.ts';

export const treeCheck: Task = async ({ db, at, log, ending }) => {
  const act = workerAct('tree-check', at);
  const done = await onceOn(db, act, 'tree-check', dayOf(at), async (tx) => {
    const { differences, ...found } = await checkWholeTree(tx, ending);
    for (const difference of differences) log.error(difference, 'the ledger is not what was sealed');
    await writeAudit(tx, act, [{ action: 'ledger.checked', recordId: 'tree', detail: { ...found } }]);
  });
  return done ? 1 : 0;
};
