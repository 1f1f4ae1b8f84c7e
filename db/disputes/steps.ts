/** Each step of a dispute is kept, audited and announced together. */
import { writeAudit } from '../audit/audit.ts';
import type { Act, By } from '../connect/act.ts';
import type { Tx } from '../connect/database.ts';
import { newId } from '../connect/ids.ts';
import { insertRows } from '../connect/insertRows.ts';
import { record } from '../events/events.ts';
import type { DisputeStep } from './rules.ts';
import { disputeStepRows, type disputes } from './schema.ts';

export type DisputeRow = typeof disputes.$inferSelect;

/** A dispute as it is after a step; `textSealed` is what was said with it. */
export interface Stepped {
  dispute: DisputeRow;
  textSealed: DisputeRow['textSealed'];
  by?: By;
}

/** Writes that disputes have taken a step. What was said stays sealed in the book. */
export async function takeDisputeStep(
  tx: Tx,
  act: Act,
  step: DisputeStep,
  stepped: readonly Stepped[],
): Promise<void> {
  await insertRows(
    tx,
    disputeStepRows,
    stepped.map(({ dispute, textSealed, by = act }) => ({
      id: newId(act.at),
      disputeId: dispute.id,
      step,
      at: act.at,
      actorId: by.actorId,
      outcome: dispute.outcome,
      paid: dispute.paid,
      textSealed,
    })),
  );
  await writeAudit(
    tx,
    act,
    stepped.map(({ dispute, by }) => ({
      action: `dispute.${step}`,
      personId: dispute.elderId,
      recordId: dispute.id,
      reason: dispute.reasonCode,
      detail: { order: dispute.orderId, outcome: dispute.outcome, paid: dispute.paid },
      by,
    })),
  );
  await record(
    tx,
    act,
    stepped.map(({ dispute }) => ({
      kind: 'dispute' as const,
      recordId: dispute.id,
      personIds: [dispute.elderId],
      detail: {
        state: dispute.state,
        order: dispute.orderId,
        district: dispute.districtCode,
        provider: dispute.providerId,
      },
    })),
  );
}
