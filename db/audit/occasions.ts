/**
 * What is to be done once for the whole city on an occasion, however many workers are at it. The audit book is the
 * record that it was done, written with the deed in one transaction.
 */
import { and, eq, sql } from 'drizzle-orm';
import type { Act } from '../connect/act.ts';
import type { Database, Tx } from '../connect/database.ts';
import { writeAudit } from './audit.ts';
import { audit } from './schema.ts';

const ACTION = 'worker.done';

/**
 * Does the deed unless it was done on this occasion (such as a day) or another worker is at it; returns whether it
 * was done now. A deed that throws leaves no record and can be tried again.
 */
export async function onceOn(
  db: Database,
  act: Act,
  task: string,
  occasion: string,
  deed: (tx: Tx) => Promise<void>,
): Promise<boolean> {
  return db.transaction(async (tx) => {
    if (!(await takeTurn(tx, task))) return false;
    const recordId = `${task}:${occasion}`;
    const done = await tx
      .select({ id: audit.id })
      .from(audit)
      .where(and(eq(audit.recordId, recordId), eq(audit.action, ACTION)))
      .limit(1);
    if (done.length > 0) return false;
    await deed(tx);
    await writeAudit(tx, act, [{ action: ACTION, recordId }]);
    return true;
  });
}

const turnOf = (task: string) => sql`hashtext('huzhu.worker.' || current_schema()), hashtext(${task})`;

/** Takes the city's turn at a task until the transaction ends; false when another worker has it. */
export async function takeTurn(tx: Tx, task: string): Promise<boolean> {
  const [row] = await tx.execute<{ taken: boolean }>(
    sql`select pg_try_advisory_xact_lock(${turnOf(task)}) as taken`,
  );
  return row?.taken === true;
}

/** Takes the city's turn at a task until the transaction ends, waiting for whoever has it. */
export async function awaitTurn(tx: Tx, task: string): Promise<void> {
  await tx.execute(sql`select pg_advisory_xact_lock(${turnOf(task)})`);
}
