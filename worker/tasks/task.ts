/** A task: something that happens without a request. It is given the instant, so it never reads the clock itself. */
import type { Logger } from 'pino';
import type { Act } from '../../db/connect/act.ts';
import type { Database } from '../../db/connect/database.ts';

export interface TaskContext {
  db: Database;
  at: Date;
  log: Logger;
  /** Aborted when the worker is to end: a task with more to do leaves it to the next. */
  ending?: AbortSignal;
}

/** Does what is due; returns how many things it did. */
export type Task = (context: TaskContext) => Promise<number>;

/** An act of the worker itself; `part` is the task. */
export const workerAct = (part: string, at: Date): Act => ({
  actorId: `worker:${part}`,
  role: 'system',
  onBehalfOf: null,
  at,
});
