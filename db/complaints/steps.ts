/** Each step of a complaint is kept, audited and announced together. */
import { writeAudit } from '../audit/audit.ts';
import type { Act } from '../connect/act.ts';
import type { Tx } from '../connect/database.ts';
import { newId } from '../connect/ids.ts';
import { insertRows } from '../connect/insertRows.ts';
import { record } from '../events/events.ts';
import type { ComplaintStep } from './rules.ts';
import { complaintStepRows, type complaints } from './schema.ts';

export type ComplaintRow = typeof complaints.$inferSelect;

/** Writes that complaints, as they are now, have taken a step; what was said stays sealed in the book. */
export async function takeComplaintStep(
  tx: Tx,
  act: Act,
  step: ComplaintStep,
  rows: readonly ComplaintRow[],
): Promise<void> {
  const detailOf = (row: ComplaintRow) =>
    step === 'assigned' ? row.assignedTo : step === 'decided' ? row.outcome : null;
  await insertRows(
    tx,
    complaintStepRows,
    rows.map((row) => ({
      id: newId(act.at),
      complaintId: row.id,
      step,
      at: act.at,
      actorId: act.actorId,
      detail: detailOf(row),
    })),
  );
  await writeAudit(
    tx,
    act,
    rows.map((row) => ({
      action: `complaint.${step}`,
      personId: row.elderId,
      recordId: row.id,
      detail: { kind: row.kind, order: row.orderId, detail: detailOf(row) },
    })),
  );
  await record(
    tx,
    act,
    rows.map((row) => ({
      kind: 'complaint' as const,
      recordId: row.id,
      personIds: [row.elderId],
      detail: { state: row.state, district: row.districtCode, provider: row.providerId },
    })),
  );
}
