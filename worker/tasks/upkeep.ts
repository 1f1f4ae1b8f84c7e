/** What keeps the books in order: months made ahead, kept answers forgotten, events numbered. */
import { forgetRequests } from '../../db/audit/requests.ts';
import { idFloor } from '../../db/connect/ids.ts';
import { ensurePartitions } from '../../db/connect/partitions.ts';
import { forgetProblems } from '../../db/dispatch/plans.ts';
import { sequenceEvents } from '../../db/events/events.ts';
import { forgetMessages } from '../../db/messages/views.ts';
import { currentPolicy } from '../../db/services/policies.ts';
import { forgetUploads } from '../../db/visits/upload.ts';
import type { Task } from './task.ts';

const DAY = 86_400_000;
const MONTHS_AHEAD_DAYS = 400;
const KEEP_ANSWERS_DAYS = 7;
/** Longer than any city takes what phones recorded. */
const KEEP_UPLOADS_DAYS = 90;
const FORGOTTEN_AT_ONCE = 5_000;

/** Makes the monthly tables of the big books from the last month to 13 months ahead. */
export const partitions: Task = ({ db, at }) =>
  ensurePartitions(db, new Date(at.getTime() - 31 * DAY), new Date(at.getTime() + MONTHS_AHEAD_DAYS * DAY));

/**
 * Forgets answers to repeated requests that are older than 7 days, messages and the problems that plans answered older than
 * the policies' days, and by which ids phones sent what they recorded.
 */
export const forgetting: Task = async ({ db, at, ending }) => {
  const daysAgo = (days: number) => new Date(at.getTime() - days * DAY);
  const { body } = await currentPolicy(db, 'messages', at);
  const { planning } = (await currentPolicy(db, 'dispatch', at)).body;
  const before = idFloor(daysAgo(body.keepDays));
  const problemsBefore = idFloor(daysAgo(planning.keepProblemDays));
  let forgotten = await forgetRequests(db, daysAgo(KEEP_ANSWERS_DAYS));
  for (const forget of [
    () => forgetMessages(db, before, FORGOTTEN_AT_ONCE),
    () => forgetProblems(db, problemsBefore, FORGOTTEN_AT_ONCE),
    () => forgetUploads(db, daysAgo(KEEP_UPLOADS_DAYS), FORGOTTEN_AT_ONCE),
  ]) {
    for (let some = FORGOTTEN_AT_ONCE; some === FORGOTTEN_AT_ONCE && !ending?.aborted; ) {
      some = await forget();
      forgotten += some;
    }
  }
  return forgotten;
};

/** Numbers events also while no front door is open, so that none pile up. */
export const events: Task = async ({ db, ending }) => {
  let numbered = 0;
  for (;;) {
    const some = await sequenceEvents(db);
    numbered += some;
    if (some === 0 || ending?.aborted) return numbered;
  }
};
