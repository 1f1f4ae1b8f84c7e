/** The key of the codes at an elder's door: none is stored, only which one is in force. */
import { eq, sql } from 'drizzle-orm';
import { writeAudit } from '../audit/audit.ts';
import { type Act, refuse } from '../connect/act.ts';
import type { Tx } from '../connect/database.ts';
import { elders } from './schema.ts';

/** Renews the key, so that an old tile's codes are worthless; returns the new version. */
export async function renewDoorKey(tx: Tx, act: Act, elderId: string): Promise<number> {
  const [renewed] = await tx
    .update(elders)
    .set({ doorKeyVersion: sql`${elders.doorKeyVersion} + 1` })
    .where(eq(elders.personId, elderId))
    .returning({ version: elders.doorKeyVersion });
  if (!renewed) refuse('not_found', 'id');
  await writeAudit(tx, act, [{ action: 'elder.door_tile', personId: elderId }]);
  return renewed.version;
}
