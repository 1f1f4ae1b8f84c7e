/**
 * The bus: commands record events in their own transaction, the sequencer numbers what has committed, readers read on
 * from the last number they know.
 */
import { asc, gt, sql } from 'drizzle-orm';
import type { Act } from '../connect/act.ts';
import type { Database, Tx } from '../connect/database.ts';
import { newId } from '../connect/ids.ts';
import { insertRows } from '../connect/insertRows.ts';
import { type EventKind, events, outbox } from './schema.ts';

export interface NewEvent {
  kind: EventKind;
  recordId: string;
  /** Persons on whose own pages something changes. */
  personIds: (string | null)[];
  detail?: Record<string, string | number | null>;
}

export type EventRow = typeof events.$inferSelect;

/** Writes events into the outbox; they are announced if and only if the transaction commits. */
export async function record(tx: Tx, act: Act, news: readonly NewEvent[]): Promise<void> {
  if (news.length === 0) return;
  await insertRows(
    tx,
    outbox,
    news.map((event) => ({
      id: newId(act.at),
      kind: event.kind,
      recordId: event.recordId,
      personIds: [...new Set(event.personIds.filter((id) => id !== null))],
      at: act.at,
      detail: event.detail ?? {},
    })),
  );
}

/** Numbers the committed events that have no number yet; returns how many. Cheap when there are none. */
export async function sequenceEvents(db: Database): Promise<number> {
  const [row] = await db.execute<{ moved: number }>(sql`select sequence_events() as moved`);
  return Number(row?.moved ?? 0);
}

/** Events after a number, in order, at most `limit`. */
export function readEvents(db: Database | Tx, after: number, limit: number): Promise<EventRow[]> {
  return db.select().from(events).where(gt(events.number, after)).orderBy(asc(events.number)).limit(limit);
}

/** The number of the last event that has one; 0 before the first. */
export async function latestNumber(db: Database | Tx): Promise<number> {
  const [row] = await db.execute<{ last: string }>(
    sql`select case when is_called then last_value else 0 end as last from event_numbers`,
  );
  return Number(row?.last ?? 0);
}
