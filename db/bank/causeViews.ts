/** What stands behind transfers that no visit caused: the corrections of a transfer, and clearings with partner cities. */
import { sql } from 'drizzle-orm';
import type { Database, Tx } from '../connect/database.ts';
import type { Cause, ClearingKind, ReversalReason, ReversalState } from './rules.ts';

export interface Corrections {
  /** The transfer that this one corrects. */
  reverses: {
    transferId: string;
    at: Date;
    amount: number;
    cause: Cause;
    reasonCode: ReversalReason;
    note: string;
  } | null;
  /** The correction of this one, asked for or done. */
  reversal: {
    transferId: string | null;
    state: ReversalState;
    at: Date;
    reasonCode: ReversalReason;
    note: string;
  } | null;
}

export interface ClearingBehind {
  partnerCode: string;
  partnerName: string | null;
  kind: ClearingKind;
  reference: string | null;
  reason: string;
  proposedAt: Date;
  decidedAt: Date | null;
}

/** Whether a cause names the transfer that it corrects. */
export const corrects = (cause: Cause): boolean => cause === 'reversal' || cause === 'receivable';

/** The transfer that one corrects, and its own correction. */
export async function corrections(
  tx: Database | Tx,
  id: string,
  cause: Cause,
  causeId: string | null,
): Promise<Corrections> {
  const original = corrects(cause) ? causeId : null;
  const rows = await tx.execute<{
    transfer_id: string;
    reversal_id: string | null;
    state: ReversalState;
    reason_code: ReversalReason;
    note: string;
    asked_at: string;
    decided_at: string | null;
    at: string;
    amount: string;
    cause: Cause;
  }>(sql`
    select r.transfer_id, r.reversal_id, r.state, r.reason_code, r.note, r.asked_at, r.decided_at, t.at, t.amount::text as amount,
      t.cause
    from reversals r join transfers t on t.id = r.transfer_id
    where r.transfer_id in (${id}::uuid, ${original}::uuid) and r.state <> 'refused'`);
  const before = rows.find((row) => row.transfer_id === original);
  const after = rows.find((row) => row.transfer_id === id);
  return {
    reverses: before
      ? {
          transferId: before.transfer_id,
          at: new Date(before.at),
          amount: Number(before.amount),
          cause: before.cause,
          reasonCode: before.reason_code,
          note: before.note,
        }
      : null,
    reversal: after
      ? {
          transferId: after.reversal_id,
          state: after.state,
          at: new Date(after.decided_at ?? after.asked_at),
          reasonCode: after.reason_code,
          note: after.note,
        }
      : null,
  };
}

/** The clearing with a partner city that a transfer carries out; null where there is none. */
export async function clearingOf(
  tx: Database | Tx,
  id: string,
  causeId: string | null,
): Promise<ClearingBehind | null> {
  const [row] = await tx.execute<{
    partner_code: string;
    name: string | null;
    kind: ClearingKind;
    reference: string | null;
    reason: string;
    proposed_at: string;
    decided_at: string | null;
  }>(sql`
    select c.partner_code, p.name, c.kind, c.reference, c.reason, c.proposed_at, c.decided_at
    from clearings c left join partners p on p.code = c.partner_code
    where c.id = ${causeId}::uuid or c.transfer_id = ${id}::uuid limit 1`);
  return row
    ? {
        partnerCode: row.partner_code,
        partnerName: row.name,
        kind: row.kind,
        reference: row.reference,
        reason: row.reason,
        proposedAt: new Date(row.proposed_at),
        decidedAt: row.decided_at ? new Date(row.decided_at) : null,
      }
    : null;
}
