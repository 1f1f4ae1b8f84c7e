/** Messages that are due leave the house: taken in one transaction, sent with none open, noted in another. */
import { perform } from '../../db/connect/act.ts';
import {
  type Delivery,
  noteDeliveries,
  type OutgoingMessage,
  takeMessages,
} from '../../db/messages/deliver.ts';
import type { Sender } from '../messages/senders.ts';
import { type Task, type TaskContext, workerAct } from './task.ts';

/** Sent at the same time; none takes longer than the senders wait, 5 s. */
const AT_ONCE = 50;
const MOST_BATCHES = 20;
/** Longer than all batches of a run can take: 20 × 5 s, and time to write them down. */
const TAKEN_FOR_MS = 5 * 60_000;

/** The task that sends by `send`. */
export function deliveries(send: Sender): Task {
  async function attempt(message: OutgoingMessage, { db, at }: TaskContext): Promise<Delivery> {
    try {
      return await send(message, db, at);
    } catch (error) {
      const name = error instanceof Error ? error.name : '';
      return { ok: false, error: name === 'TimeoutError' ? 'timeout' : 'unreachable' };
    }
  }

  return async (context) => {
    const { db, at, log } = context;
    let sent = 0;
    for (let i = 0; i < MOST_BATCHES && !context.ending?.aborted; i++) {
      const act = workerAct('deliveries', at);
      const until = new Date(at.getTime() + TAKEN_FOR_MS);
      const outcome = await perform(db, act, (tx) => takeMessages(tx, act, AT_ONCE, until));
      if (!outcome.ok || outcome.value.looked === 0) return sent;
      const { taken } = outcome.value;
      const results = await Promise.all(
        taken.map(async ({ id, attempt: nth, ...rest }) => ({
          id,
          attempt: nth,
          delivery: await attempt({ id, attempt: nth, ...rest }, context),
        })),
      );
      const failed = results.filter(({ delivery }) => !delivery.ok);
      if (failed.length > 0)
        log.warn({ failed: failed.length, of: results.length }, 'messages could not be sent');
      await perform(db, act, (tx) => noteDeliveries(tx, act, results));
      sent += results.length - failed.length;
    }
    return sent;
  };
}
