/** Every morning: whose certificates run out soon is told, a number of days before that the policy names. */
import { BEGINNING, remindOfCertificates } from '../../db/availability/reminders.ts';
import { perform } from '../../db/connect/act.ts';
import { dayOf } from '../../db/connect/days.ts';
import { type Task, workerAct } from './task.ts';

const AT_ONCE = 500;

export const certificates: Task = async ({ db, at, ending }) => {
  let told = 0;
  let after = BEGINNING;
  for (;;) {
    const from = after;
    const outcome = await perform(db, workerAct('certificates', at), (tx, act) =>
      remindOfCertificates(tx, act, dayOf(at), AT_ONCE, from),
    );
    if (!outcome.ok) return told;
    told += outcome.value.length;
    const last = outcome.value.at(-1);
    if (!last || outcome.value.length < AT_ONCE || ending?.aborted) return told;
    after = { validUntil: last.validUntil, id: last.id };
  }
};
