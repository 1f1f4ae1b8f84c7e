/** Scores (Q2): those whose month has changed at once, and at night every one of this and the last month. */
import { onceOn } from '../../db/audit/occasions.ts';
import { perform } from '../../db/connect/act.ts';
import { dayOf } from '../../db/connect/days.ts';
import { reckonDue, reckonMonth } from '../../db/quality/reckon.ts';
import { monthBounds, monthOf } from '../../db/quality/rules.ts';
import { type Task, workerAct } from './task.ts';

const AT_ONCE = 2_000;

export const scores: Task = async ({ db, at, ending }) => {
  let reckoned = 0;
  for (;;) {
    const outcome = await perform(db, workerAct('scores', at), (tx, act) => reckonDue(tx, act, AT_ONCE));
    const some = outcome.ok ? outcome.value : 0;
    reckoned += some;
    if (some === 0 || ending?.aborted) return reckoned;
  }
};

export const everyScore: Task = async ({ db, at }) => {
  const act = workerAct('scores', at);
  const thisMonth = monthOf(at);
  const lastMonth = monthOf(new Date(monthBounds(thisMonth).from.getTime() - 1));
  const done = await onceOn(db, act, 'every-score', dayOf(at), async (tx) => {
    await reckonMonth(tx, act, lastMonth);
    await reckonMonth(tx, act, thisMonth);
  });
  return done ? 1 : 0;
};
