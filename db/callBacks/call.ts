/** Recording a call-back: what the elder said is done at once, on the elder's behalf (S10). */
import { desc, eq } from 'drizzle-orm';
import { writeAudit } from '../audit/audit.ts';
import { type Act, refuse } from '../connect/act.ts';
import type { Tx } from '../connect/database.ts';
import { newId } from '../connect/ids.ts';
import { seal } from '../connect/seal.ts';
import { openDisputes } from '../disputes/open.ts';
import type { DisputeReason } from '../disputes/rules.ts';
import { expectState, lockOrders, type OrderRow } from '../orders/transition.ts';
import { currentPolicy } from '../services/policies.ts';
import { confirmVisits } from '../visits/confirm.ts';
import { type Rating, rateVisits } from '../visits/rate.ts';
import type { CallOutcome } from './rules.ts';
import { callAttempts } from './schema.ts';

export interface Call {
  orderId: string;
  outcome: CallOutcome;
  note: string | null;
  /** What the elder objects to, where the outcome is `disputed`. */
  objection?: { reasonCode: DisputeReason; text: string };
  /** The four answers, where the elder was reached. */
  rating?: Omit<Rating, 'orderId' | 'source'>;
}

/**
 * Records one call about a finished visit. Refuses any other order (`wrong_state`), more calls than the policy has
 * (`too_many`), one before the next is due (`too_early`), answers of somebody who was not reached, and a dispute
 * without its reason.
 */
export async function recordCall(tx: Tx, act: Act, call: Call): Promise<void> {
  const { orderId, outcome, note, objection, rating } = call;
  const isReached = outcome === 'confirmed' || outcome === 'disputed';
  if (rating && !isReached) refuse('invalid', 'rating');
  if ((outcome === 'disputed') !== (objection !== undefined)) refuse('invalid', 'objection');
  const locked = await lockOrders(tx, [orderId]);
  const order = locked.get(orderId) as OrderRow;
  expectState(order, ['finished']);
  const { body } = await currentPolicy(tx, 'orders', act.at);
  const { mostAttempts, againAfterMinutes } = body.callBacks;
  const [last] = await tx
    .select()
    .from(callAttempts)
    .where(eq(callAttempts.orderId, orderId))
    .orderBy(desc(callAttempts.attempt))
    .limit(1);
  if (last && last.attempt >= mostAttempts) refuse('too_many', 'id', { most: mostAttempts });
  if (last && last.at.getTime() + againAfterMinutes * 60_000 > act.at.getTime())
    refuse('too_early', 'id', { minutes: againAfterMinutes });
  await tx.insert(callAttempts).values({
    id: newId(act.at),
    orderId,
    attempt: (last?.attempt ?? 0) + 1,
    outcome,
    noteSealed: seal(note),
    at: act.at,
    actorId: act.actorId,
  });
  await writeAudit(tx, act, [
    { action: 'order.called_back', personId: order.elderId, recordId: orderId, detail: { outcome } },
  ]);
  if (rating) await rateVisits(tx, act, [{ ...rating, orderId, source: 'call_back' }]);
  if (outcome === 'confirmed') await confirmVisits(tx, act, [{ orderId }], 'call_back', locked);
  if (objection) await openDisputes(tx, act, [{ orderId, ...objection }]);
}
