/** Carers who take the long blocks of home respite (S6), for which their provider keeps them free before and after. */
import { and, eq } from 'drizzle-orm';
import { writeAudit } from '../audit/audit.ts';
import { type Act, refuse } from '../connect/act.ts';
import type { Tx } from '../connect/database.ts';
import { carers } from './schema.ts';

/** Says of a provider's own carer whether they take long blocks; refuses with `not_found`. */
export async function setTakesBlocks(
  tx: Tx,
  act: Act,
  wish: { providerId: string; personId: string; takesBlocks: boolean },
): Promise<void> {
  const { providerId, personId, takesBlocks } = wish;
  const set = await tx
    .update(carers)
    .set({ takesBlocks })
    .where(and(eq(carers.personId, personId), eq(carers.providerId, providerId), eq(carers.state, 'active')))
    .returning({ personId: carers.personId });
  if (set.length === 0) refuse('not_found', 'id');
  await writeAudit(tx, act, [{ action: 'carer.blocks', personId, detail: { takesBlocks } }]);
}
