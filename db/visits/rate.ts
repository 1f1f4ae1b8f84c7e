/** What the elder's side says of a visit: four questions. Who said it is not for those it is about. */
import { inArray } from 'drizzle-orm';
import { type Act, refuse } from '../connect/act.ts';
import type { Tx } from '../connect/database.ts';
import { newId } from '../connect/ids.ts';
import { seal } from '../connect/seal.ts';
import { record } from '../events/events.ts';
import { expectState, lockOrders, type OrderRow } from '../orders/transition.ts';
import { markDue } from '../quality/due.ts';
import { ratings, visits } from './schema.ts';

export interface Rating {
  orderId: string;
  source: 'elder' | 'family' | 'call_back';
  /** Each 1–5. */
  attitude: number;
  skill: number;
  punctuality: number;
  outcome: number;
  comment?: string | null;
}

/** The first visit of each order that has one, by order. */
export function visitsOf(tx: Tx, locked: ReadonlyMap<string, Pick<OrderRow, 'visitId'>>) {
  return visitsByOrder(
    tx,
    [...locked.values()].flatMap((order) => order.visitId ?? []),
  );
}

/** Visits by their orders. */
export async function visitsByOrder(tx: Tx, ids: readonly string[]) {
  const rows = ids.length
    ? await tx
        .select()
        .from(visits)
        .where(inArray(visits.id, [...ids]))
    : [];
  return new Map(rows.map((visit) => [visit.orderId, visit]));
}

/** Rates finished or settled visits, once a visit and source; a second rating is refused with `already_done`. */
export async function rateVisits(tx: Tx, act: Act, items: readonly Rating[]): Promise<void> {
  if (items.length === 0) return;
  const locked = await lockOrders(
    tx,
    items.map((item) => item.orderId),
  );
  for (const order of locked.values()) expectState(order, ['finished', 'settled']);
  const byOrder = await visitsOf(tx, locked);
  const rows = items.map(({ orderId, source, comment, ...answers }) => {
    for (const [field, value] of Object.entries(answers))
      if (!Number.isInteger(value) || value < 1 || value > 5) refuse('invalid', field, { min: 1, max: 5 });
    const visit = byOrder.get(orderId);
    if (!visit) refuse('not_found', 'orderId');
    const mean = (answers.attitude + answers.skill + answers.punctuality + answers.outcome) / 4;
    return {
      id: newId(act.at),
      visitId: visit.id,
      orderId,
      source,
      ...answers,
      mean,
      commentSealed: seal(comment ?? null),
      at: act.at,
    };
  });
  const kept = await tx.insert(ratings).values(rows).onConflictDoNothing().returning({ id: ratings.id });
  if (kept.length < rows.length) refuse('already_done', 'orderId');
  await markDue(tx, act, [...byOrder.values()]);
  await record(
    tx,
    act,
    [...locked.values()].map((order) => ({
      kind: 'order' as const,
      recordId: order.id,
      personIds: [order.elderId],
      // Not the provider: when a rating came would tell whose it is.
      detail: { state: order.state, district: order.districtCode, provider: null },
    })),
  );
}
