/** Asking volunteers with measure (S4, C25): how often each wants to be asked, and when each last was. */
import { asc } from 'drizzle-orm';
import { anyOf } from '../connect/anyOf.ts';
import type { Tx } from '../connect/database.ts';
import { volunteers } from './schema.ts';

/**
 * How often a week volunteers want to be asked, by person. Their rows stay locked until the transaction ends, so that
 * two who ask at the same time count each other's asks.
 */
export async function lockWeeklyCaps(tx: Tx, personIds: readonly string[]): Promise<Map<string, number>> {
  const rows = await tx
    .select({ personId: volunteers.personId, cap: volunteers.weeklyAskCap })
    .from(volunteers)
    .where(anyOf(volunteers.personId, personIds))
    .orderBy(asc(volunteers.personId))
    .for('update');
  return new Map(rows.map((row) => [row.personId, row.cap]));
}

/** Notes that volunteers were asked at an instant, so that the least recently asked come first. */
export async function noteAsked(tx: Tx, personIds: readonly string[], at: Date): Promise<void> {
  if (personIds.length === 0) return;
  await tx.update(volunteers).set({ lastAskedAt: at }).where(anyOf(volunteers.personId, personIds));
}
