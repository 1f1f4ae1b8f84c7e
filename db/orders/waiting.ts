/** Orders and offers that wait for the worker: to be offered, to be settled, or gone past their time. */
import { and, asc, eq, lte, notInArray, sql } from 'drizzle-orm';
import { anyOf } from '../connect/anyOf.ts';
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

/** Puts orders off: the worker looks at each again at its instant. */
export async function lookAgain(tx: Tx, items: readonly { orderId: string; dueAt: Date }[]): Promise<void> {
  if (items.length === 0) return;
  const rows = items.map(({ orderId, dueAt }) => ({ id: orderId, due: dueAt }));
  await tx.execute(sql`
    update orders o set due_at = m.due
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as m(id uuid, due timestamptz) where o.id = m.id`);
}

/**
 * Open offers whose time is over, oldest first, at most `limit`. Their orders are locked, as everywhere before the
 * offers themselves; those of `except`, and those that another worker or an answer holds, are skipped.
 */
export function overdueOffers(tx: Tx, at: Date, limit: number, except: readonly string[] = []) {
  return tx
    .select({ id: offers.id })
    .from(offers)
    .innerJoin(orders, eq(orders.id, offers.orderId))
    .where(and(eq(offers.state, 'open'), lte(offers.expiresAt, at), notInArray(offers.id, [...except])))
    .orderBy(asc(offers.expiresAt))
    .limit(limit)
    .for('update', { of: orders, skipLocked: true });
}

/**
 * Locks those of the orders that still wait as they were read; those that have changed or left, and those that somebody
 * else holds, are left out.
 */
export async function lockStillWaiting(
  tx: Tx,
  read: readonly { orderId: string; version: number }[],
): Promise<Set<string>> {
  if (read.length === 0) return new Set();
  const versions = new Map(read.map(({ orderId, version }) => [orderId, version]));
  const rows = await tx
    .select({ id: orders.id, version: orders.version })
    .from(orders)
    .where(and(anyOf(orders.id, [...versions.keys()]), eq(orders.state, 'requested')))
    .orderBy(asc(orders.id))
    .for('no key update', { skipLocked: true });
  return new Set(rows.filter(({ id, version }) => versions.get(id) === version).map(({ id }) => id));
}
