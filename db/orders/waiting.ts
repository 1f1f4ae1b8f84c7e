/** Orders that wait for the worker: to be offered, to be settled, or gone past their time. */
import { and, asc, count, eq, inArray, lte, notInArray, sql } from 'drizzle-orm';
import type { Tx } from '../connect/database.ts';
import type { OrderState } from './rules.ts';
import { offers, orders } from './schema.ts';

/**
 * Orders in a state whose time to be looked at has come, most urgent first, without those of `except`; rows another
 * worker holds are skipped.
 */
export function dueOrders(
  tx: Tx,
  state: OrderState,
  at: Date,
  limit: number,
  except: readonly string[] = [],
) {
  return tx
    .select()
    .from(orders)
    .where(and(eq(orders.state, state), lte(orders.dueAt, at), notInArray(orders.id, [...except])))
    .orderBy(
      sql`case ${orders.urgency} when 'urgent' then 0 when 'same_day' then 1 else 2 end`,
      asc(orders.startAt),
    )
    .limit(limit)
    .for('update', { skipLocked: true });
}

/** Accepted orders whose visit should have begun before `before` (S11). */
export function unbegunOrders(tx: Tx, before: Date, limit: number, except: readonly string[] = []) {
  return tx
    .select()
    .from(orders)
    .where(
      and(
        eq(orders.state, 'accepted'),
        lte(orders.latestStartAt, before),
        notInArray(orders.id, [...except]),
      ),
    )
    .orderBy(asc(orders.latestStartAt))
    .limit(limit)
    .for('update', { skipLocked: true });
}

/** Puts orders off: the worker looks at them again at `dueAt`. */
export async function lookAgain(tx: Tx, orderIds: readonly string[], dueAt: Date): Promise<void> {
  if (orderIds.length === 0) return;
  await tx
    .update(orders)
    .set({ dueAt })
    .where(inArray(orders.id, [...orderIds]));
}

/** How many offers have been made for each order; orders without any are left out. */
export async function offersMade(tx: Tx, orderIds: readonly string[]): Promise<Map<string, number>> {
  if (orderIds.length === 0) return new Map();
  const rows = await tx
    .select({ orderId: offers.orderId, made: count() })
    .from(offers)
    .where(inArray(offers.orderId, [...orderIds]))
    .groupBy(offers.orderId);
  return new Map(rows.map((row) => [row.orderId, row.made]));
}
