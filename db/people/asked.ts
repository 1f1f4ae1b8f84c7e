/** Remembers when volunteers were last asked, so that the least recently asked come first (S4). */
import { inArray } from 'drizzle-orm';
import type { Tx } from '../connect/database.ts';
import { volunteers } from './schema.ts';

/** Notes that volunteers were asked at an instant. */
export async function noteAsked(tx: Tx, personIds: readonly string[], at: Date): Promise<void> {
  if (personIds.length === 0) return;
  await tx
    .update(volunteers)
    .set({ lastAskedAt: at })
    .where(inArray(volunteers.personId, [...personIds]));
}
