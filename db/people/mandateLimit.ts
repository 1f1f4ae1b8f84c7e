/** What a delegate may spend for an elder (C12): only with a live mandate that says so, and no more than it allows a month. */
import { and, desc, eq, isNull } from 'drizzle-orm';
import { type Act, refuse } from '../connect/act.ts';
import type { Tx } from '../connect/database.ts';
import { personOfActor } from './accounts.ts';
import { mandateSpentOf } from './mandateSpentOf.ts';
import { mandates } from './schema.ts';

/**
 * Lets a delegate spend minutes of an elder's time bank. Called before the posting, by every command that a family
 * member can spend with; for other roles it does nothing. Refuses without a live mandate to spend (`not_yours`), and
 * beyond the monthly limit (`over_mandate`, with the minutes that are left). The mandate is locked until the transaction
 * ends, so that two at once do not pass the limit together.
 */
export async function spendByMandate(tx: Tx, act: Act, elderId: string, minutes: number): Promise<void> {
  if (act.role !== 'family' || minutes <= 0) return;
  const delegateId = await personOfActor(tx, act);
  if (!delegateId) refuse('not_yours', 'payer');
  const given = await tx
    .select()
    .from(mandates)
    .where(
      and(eq(mandates.elderId, elderId), isNull(mandates.revokedAt), eq(mandates.delegateId, delegateId)),
    )
    .orderBy(desc(mandates.id))
    .for('update');
  const mandate = given.find(
    (one) => one.validFrom <= act.at && (!one.validUntil || one.validUntil > act.at),
  );
  if (!mandate?.scopes.includes('spend')) refuse('not_yours', 'payer');
  if (mandate.monthlyMinutes === null) return;
  const spent =
    (await mandateSpentOf(tx, [{ elderId, delegateId }], act.at)).get(`${elderId}:${delegateId}`) ?? 0;
  const left = Math.max(0, mandate.monthlyMinutes - spent);
  if (minutes > left) refuse('over_mandate', 'minutes', { left });
}
