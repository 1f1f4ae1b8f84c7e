/** The month's grants (T8): minutes for key elders, subsidy for the entitled; whoever has theirs is passed over. */
import { onceOn } from '../../db/audit/occasions.ts';
import { grantThisMonth } from '../../db/people/register.ts';
import { dayOf } from './days.ts';
import { type Task, workerAct } from './task.ts';

export const grants: Task = async ({ db, at }) => {
  const act = workerAct('grants', at);
  const done = await onceOn(db, act, 'grants', dayOf(at), (tx) => grantThisMonth(tx, act));
  return done ? 1 : 0;
};
