/** Holds end when their time is over (C4): what they kept back can be spent again, and whose it is hears of it. */
import { inArray, sql } from 'drizzle-orm';
import { writeAudit } from '../audit/audit.ts';
import type { Act } from '../connect/act.ts';
import type { Tx } from '../connect/database.ts';
import { record } from '../events/events.ts';
import { clearings } from './clearing.schema.ts';
import { expireHolds } from './post.ts';

/** Ends holds whose time is over, of at most `most` orders; returns of how many. Several workers may do it at once. */
export async function endDueHolds(tx: Tx, act: Act, most: number): Promise<number> {
  const orderIds = await expireHolds(tx, act, most);
  if (orderIds.length === 0) return 0;
  const ended = JSON.stringify(orderIds);
  const told = await tx.execute<{ order_id: string; person_ids: string[] }>(sql`
    select h.order_id, coalesce(array_agg(distinct a.owner_id) filter (where a.kind in ('personal', 'grant')), '{}') as person_ids
    from holds h join accounts a on a.id = h.account_id
    where h.order_id in (select jsonb_array_elements_text(${ended}::jsonb)::uuid) and h.state = 'expired'
    group by h.order_id`);
  // A partner city that has not answered in time has lost its turn.
  await tx
    .update(clearings)
    .set({ state: 'withdrawn', decidedAt: act.at })
    .where(sql`${inArray(clearings.id, orderIds)} and ${clearings.state} = 'proposed'`);
  await writeAudit(
    tx,
    act,
    told.map((row) => ({
      action: 'ledger.hold_expired',
      personId: row.person_ids[0] ?? null,
      recordId: row.order_id,
    })),
  );
  await record(
    tx,
    act,
    told.map((row) => ({ kind: 'account' as const, recordId: row.order_id, personIds: row.person_ids })),
  );
  return orderIds.length;
}
