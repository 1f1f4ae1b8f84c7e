/** What keeps the books in order: months made ahead, kept answers forgotten, events numbered. */
import { forgetRequests } from '../../db/audit/requests.ts';
import { idFloor } from '../../db/connect/ids.ts';
import { ensurePartitions } from '../../db/connect/partitions.ts';
import { sequenceEvents } from '../../db/events/events.ts';
import { forgetMessages } from '../../db/messages/views.ts';
import { currentPolicy } from '../../db/services/policies.ts';
import type { Task } from './task.ts';

const DAY = 86_400_000;
const MONTHS_AHEAD_DAYS = 400;
const KEEP_ANSWERS_DAYS = 7;
const FORGOTTEN_AT_ONCE = 5_000;

/** Makes the monthly tables of the big books from the last month to 13 months ahead. */
export const partitions: Task = ({ db, at }) =>
  ensurePartitions(db, new Date(at.getTime() - 31 * DAY), new Date(at.getTime() + MONTHS_AHEAD_DAYS * DAY));

/** Forgets answers to repeated requests that are older than 7 days, and messages older than the policy's days. */
export const forgetting: Task = async ({ db, at, ending }) => {
  let forgotten = await forgetRequests(db, new Date(at.getTime() - KEEP_ANSWERS_DAYS * DAY));
  const { body } = await currentPolicy(db, 'messages', at);
  const before = idFloor(new Date(at.getTime() - body.keepDays * DAY));
  for (;;) {
    const some = await forgetMessages(db, before, FORGOTTEN_AT_ONCE);
    forgotten += some;
    if (some < FORGOTTEN_AT_ONCE || ending?.aborted) return forgotten;
  }
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
