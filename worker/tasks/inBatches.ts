/**
 * Working through what is due, a batch a transaction. The rows of a batch are locked, and rows that another worker
 * holds are skipped, so that any number of workers share the work. When a batch fails, its records are taken one by
 * one, and what fails alone is set aside for a while: one bad record never holds up the others.
 */

import type { Act } from '../../db/connect/act.ts';
import { perform, RefusalError } from '../../db/connect/act.ts';
import type { Tx } from '../../db/connect/database.ts';
import { type Task, type TaskContext, workerAct } from './task.ts';

const SET_ASIDE_MS = 10 * 60_000;
/** A run ends after so many batches unless the work says otherwise; what is left is due at the next. */
const MOST_BATCHES = 40;

export interface DueWork<Item extends { id: string }> {
  /** The task's name, as the history shows it. */
  name: string;
  batch: number;
  /** For work that comes seldom and has no end on that day. */
  mostBatches?: number;
  /**
   * Locks and returns at most `limit` items that are due, without those of `except`. Where finding them costs, it may go
   * by id and begin after `after`, the last item of the batch before.
   */
  due(tx: Tx, at: Date, limit: number, except: readonly string[], after: string | null): Promise<Item[]>;
  /** Does the work; afterwards the items are no longer due. Returns how many things it did. */
  command(tx: Tx, act: Act, items: Item[]): Promise<number>;
}

interface Batch {
  ids: string[];
  done: number;
}

/** The task that works through all that is due. */
export function inBatches<Item extends { id: string }>(work: DueWork<Item>): Task {
  /** When each record that failed may be tried again, in milliseconds. */
  const setAside = new Map<string, number>();

  async function attempt(context: TaskContext, limit: number, after: string | null): Promise<Batch | Failed> {
    const batch: Batch = { ids: [], done: 0 };
    try {
      const outcome = await perform(context.db, workerAct(work.name, context.at), async (tx, act) => {
        const items = await work.due(tx, context.at, limit, [...setAside.keys()], after);
        batch.ids = items.map((item) => item.id);
        batch.done = items.length > 0 ? await work.command(tx, act, items) : 0;
      });
      return outcome.ok ? batch : new Failed(batch.ids, new RefusalError(outcome.refusal));
    } catch (error) {
      return new Failed(batch.ids, error);
    }
  }

  async function oneByOne(context: TaskContext, times: number, from: string | null): Promise<number> {
    let done = 0;
    let after = from;
    for (let i = 0; i < times; i++) {
      const one = await attempt(context, 1, after);
      after = one.ids.at(-1) ?? after;
      if (one instanceof Failed) {
        one.throwUnlessOfRecord();
        for (const id of one.ids) setAside.set(id, context.at.getTime() + SET_ASIDE_MS);
        context.log.error({ err: one.error, task: work.name, records: one.ids }, 'a record was set aside');
      } else {
        done += one.done;
        if (one.ids.length === 0) return done;
      }
    }
    return done;
  }

  return async (context) => {
    for (const [id, until] of setAside) if (until <= context.at.getTime()) setAside.delete(id);
    let done = 0;
    let after: string | null = null;
    for (let i = 0; i < (work.mostBatches ?? MOST_BATCHES) && !context.ending?.aborted; i++) {
      const batch: Batch | Failed = await attempt(context, work.batch, after);
      const from: string | null = after;
      after = batch.ids.at(-1) ?? after;
      if (batch instanceof Failed) {
        batch.throwUnlessOfRecord();
        done += await oneByOne(context, batch.ids.length, from);
      } else {
        done += batch.done;
        if (batch.ids.length < work.batch) break;
      }
    }
    return done;
  };
}

/** Why a batch was rolled back; without records it is the database's fault and not theirs. */
class Failed {
  readonly ids: string[];
  readonly error: unknown;
  constructor(ids: string[], error: unknown) {
    this.ids = ids;
    this.error = error;
  }
  throwUnlessOfRecord(): void {
    if (this.ids.length === 0) throw this.error;
  }
}
