/**
 * Corrections (T9, C3): a wrong transfer is reversed by its opposite, once, with a reason, and above the threshold by two
 * persons. The ledger's functions keep these promises; here it is decided who may ask, and both parties hear of it.
 */
import { sql } from 'drizzle-orm';
import { writeAudit } from '../audit/audit.ts';
import { type Act, refuse } from '../connect/act.ts';
import type { Tx } from '../connect/database.ts';
import type { Reach } from '../connect/reach.ts';
import { record } from '../events/events.ts';
import { currentPolicy } from '../services/policies.ts';
import { askReversal, decideReversal, type Reversal } from './post.ts';
import type { ReversalReason } from './rules.ts';
import { accountWithin } from './withinReach.ts';

export interface ReversalRequest {
  transferId: string;
  reasonCode: ReversalReason;
  note: string;
}

/**
 * Asks for a transfer within reach to be reversed: done at once up to the policy's threshold, else it waits for a second
 * person. Refuses with `already_done` what is reversed or asked for, with `not_reversible` what is a correction itself.
 */
export async function requestReversal(
  tx: Tx,
  act: Act,
  reach: Reach,
  request: ReversalRequest,
): Promise<Reversal> {
  const parties = await partiesOf(tx, reach, request.transferId);
  const { body } = await currentPolicy(tx, 'bank', act.at);
  const reversal = await askReversal(tx, act, request, body.secondPersonAbove);
  const reason = `${request.reasonCode}: ${request.note}`;
  await tell(tx, act, reversal, parties, reason, reversal.state === 'done' ? 'done' : 'asked');
  return reversal;
}

/** A second person's word on a reversal that waits; refuses who asked with `needs_second_person`. */
export async function reviewReversal(
  tx: Tx,
  act: Act,
  reach: Reach,
  id: string,
  word: { approve: boolean; note: string | null },
): Promise<Reversal> {
  const [asked] = await tx.execute<{ transfer_id: string }>(
    sql`select transfer_id from reversals where id = ${id}::uuid`,
  );
  if (!asked) refuse('not_found', 'id');
  const parties = await partiesOf(tx, reach, asked.transfer_id);
  const reversal = await decideReversal(tx, act, id, word.approve);
  await tell(tx, act, reversal, parties, word.note, word.approve ? 'done' : 'refused');
  return reversal;
}

/** The persons on both sides of a transfer within reach; refuses with `not_found` any other transfer. */
async function partiesOf(tx: Tx, reach: Reach, transferId: string): Promise<string[]> {
  const [row] = await tx.execute<{ persons: string[]; within: boolean }>(sql`
    select coalesce(array_agg(distinct a.owner_id) filter (where a.kind in ('personal', 'grant')), '{}') as persons,
      bool_or(${accountWithin(reach)}) as within
    from transfers t join accounts a on a.id in (t.debit_account_id, t.credit_account_id)
    where t.id = ${transferId}::uuid`);
  if (!row?.within) refuse('not_found', 'transferId');
  return row.persons;
}

/** In each party's own record, who did what and why; the posting itself is announced by the ledger. */
async function tell(
  tx: Tx,
  act: Act,
  reversal: Reversal,
  parties: readonly string[],
  reason: string | null,
  what: 'asked' | 'done' | 'refused',
): Promise<void> {
  const action = `reversal.${what}`;
  await writeAudit(
    tx,
    act,
    (parties.length > 0 ? parties : [null]).map((personId) => ({
      action,
      personId,
      recordId: reversal.transferId,
      reason,
      detail: { reversal: reversal.id },
    })),
  );
  if (what !== 'done') {
    await record(tx, act, [{ kind: 'account', recordId: reversal.id, personIds: [...parties] }]);
  }
}
