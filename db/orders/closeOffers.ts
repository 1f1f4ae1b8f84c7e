/** The end of offers (S4): written in one statement and told to those they asked. */
import { and, inArray, sql } from 'drizzle-orm';
import type { Act } from '../connect/act.ts';
import { anyOf } from '../connect/anyOf.ts';
import type { Tx } from '../connect/database.ts';
import { record } from '../events/events.ts';
import type { WithdrawnReason } from './rules.ts';
import { type OfferRow, offers } from './schema.ts';

/** Withdraws whatever offers of these orders are open or accepted. */
export async function endOffers(
  tx: Tx,
  act: Act,
  orderIds: readonly string[],
  reason: WithdrawnReason,
): Promise<OfferRow[]> {
  if (orderIds.length === 0) return [];
  const rows = await tx
    .select()
    .from(offers)
    .where(and(anyOf(offers.orderId, orderIds), inArray(offers.state, ['open', 'accepted'])));
  const ended = rows.map((offer) => withdrawn(offer, act, reason));
  await closeOffers(tx, act, ended);
  return ended;
}

/** An offer as it is once taken back. */
export const withdrawn = (offer: OfferRow, act: Act, reason: WithdrawnReason): OfferRow => ({
  ...offer,
  state: 'withdrawn',
  withdrawnReason: reason,
  answeredAt: offer.answeredAt ?? act.at,
});

/** Writes how locked offers ended. */
export async function closeOffers(tx: Tx, act: Act, rows: readonly OfferRow[]): Promise<void> {
  if (rows.length === 0) return;
  const changes = rows.map(({ id, state, answeredAt, declineReason, declineNote, withdrawnReason }) => ({
    id,
    state,
    at: answeredAt,
    reason: declineReason,
    note: declineNote,
    withdrawn: withdrawnReason,
  }));
  await tx.execute(sql`
    update offers o set state = m.state, answered_at = m.at, decline_reason = m.reason, decline_note = m.note,
      withdrawn_reason = m.withdrawn
    from jsonb_to_recordset(${JSON.stringify(changes)}::jsonb)
      as m(id uuid, state text, at timestamptz, reason text, note text, withdrawn text)
    where o.id = m.id`);
  await announceOffers(tx, act, rows);
}

/** Tells those who are asked, and their provider, how their offers stand. */
export function announceOffers(tx: Tx, act: Act, rows: readonly OfferRow[]): Promise<void> {
  return record(
    tx,
    act,
    rows.map((offer) => ({
      kind: 'offer' as const,
      recordId: offer.id,
      personIds: [offer.personId],
      detail: { state: offer.state, order: offer.orderId, provider: offer.providerId },
    })),
  );
}
