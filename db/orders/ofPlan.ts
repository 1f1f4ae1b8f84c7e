/** Orders that were made from care plans: what of a plan is booked ahead, and what of it is left or taken over (S5). */
import { and, asc, gt, inArray, sql } from 'drizzle-orm';
import { anyOf } from '../connect/anyOf.ts';
import type { Tx } from '../connect/database.ts';
import { orders } from './schema.ts';
import type { OrderRow } from './transition.ts';

/** Orders of plans that have not begun and are to begin after an instant, locked. */
export function unbegunOfPlans(tx: Tx, planIds: readonly string[], after: Date): Promise<OrderRow[]> {
  return tx
    .select()
    .from(orders)
    .where(
      and(
        anyOf(orders.planId, planIds),
        gt(orders.startAt, after),
        inArray(orders.state, ['requested', 'offered', 'accepted']),
      ),
    )
    .orderBy(asc(orders.id))
    .for('update');
}

export interface PlanPlace {
  orderId: string;
  planId: string;
  /** The instant it stands for in the plan; null: the plan has no place for it any more. */
  planAt: Date | null;
}

/** Gives orders another place in their plan, or in the plan that goes on from it. */
export async function placeInPlan(tx: Tx, places: readonly PlanPlace[]): Promise<void> {
  if (places.length === 0) return;
  await tx.execute(sql`
    update orders o set plan_id = m."planId", plan_at = m."planAt"
    from jsonb_to_recordset(${JSON.stringify(places)}::jsonb) as m("orderId" uuid, "planId" uuid, "planAt" timestamptz)
    where o.id = m."orderId"`);
}
