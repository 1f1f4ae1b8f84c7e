/**
 * The event book as this process reads it: numbers what has committed, reads on from the last number it knows, and
 * gives each batch to its hearers, in order and without a gap. One LISTEN connection tells it at once when another
 * process has numbered something; its own look at the outbox bounds the wait when nobody has.
 */
import type { Logger } from 'pino';
import type postgres from 'postgres';
import type { Database } from '../../db/connect/database.ts';
import { type EventRow, latestNumber, readEvents, sequenceEvents } from '../../db/events/events.ts';
import { SESSION_ENDED } from '../auth/signin.ts';

const LOOK_EVERY_MS = 150;
const LOOK_AFTER_FAILURE_MS = 2_000;
const BATCH = 500;

export interface Batch {
  /** The number before the first of these events. */
  from: number;
  /** The number of the last. */
  to: number;
  events: EventRow[];
}

export interface Feed {
  /** The number up to which hearers have been told everything. */
  last(): number;
  close(): Promise<void>;
}

export interface FeedHearers {
  batch: (batch: Batch) => Promise<void>;
  sessionEnded: (sessionId: string) => void;
}

/** Starts reading from the present; batches are given one after another. */
export async function startFeed(
  { db, sql, log }: { db: Database; sql: postgres.Sql; log: Logger },
  hearers: FeedHearers,
): Promise<Feed> {
  await sequenceEvents(db);
  let last = await latestNumber(db);
  let closed = false;
  let failing = false;
  let wake = () => {};

  const pull = async () => {
    await sequenceEvents(db);
    for (;;) {
      const events = await readEvents(db, last, BATCH);
      const end = events.at(-1);
      if (!end || closed) return;
      await hearers.batch({ from: last, to: end.number, events });
      last = end.number;
    }
  };
  const pause = (ms: number) =>
    new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms);
      wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  const run = async () => {
    while (!closed) {
      try {
        await pull();
        if (failing) log.warn('live changes go on');
        failing = false;
      } catch (error) {
        if (!failing && !closed) log.error({ err: error }, 'live changes wait for the database');
        failing = true;
      }
      if (!closed) await pause(failing ? LOOK_AFTER_FAILURE_MS : LOOK_EVERY_MS);
    }
  };

  const heard = await Promise.all([
    sql.listen(
      'events',
      () => wake(),
      () => wake(),
    ),
    sql.listen(SESSION_ENDED, (sessionId) => hearers.sessionEnded(sessionId)),
  ]);
  const running = run();
  return {
    last: () => last,
    async close() {
      closed = true;
      wake();
      await running;
      await Promise.all(heard.map((each) => each.unlisten().catch(() => undefined)));
    },
  };
}
