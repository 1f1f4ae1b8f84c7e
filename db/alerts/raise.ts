/** Raising alerts by the time a visit was planned for, however long ago it was booked (S11). */
import { sql } from 'drizzle-orm';
import type { Act } from '../connect/act.ts';
import type { Tx } from '../connect/database.ts';
import { newId } from '../connect/ids.ts';
import { lockOrders } from '../orders/transition.ts';
import { currentPolicy } from '../services/policies.ts';
import { deskKey, ownersOf } from './owners.ts';
import { type AlertKind, escalateMinutes } from './rules.ts';
import { alerts } from './schema.ts';
import { takeStep } from './steps.ts';
import { tellOfAlerts } from './telling.ts';

export interface Cause {
  visitId: string | null;
  orderId: string;
  kind: AlertKind;
}

/** A cause that waits to be raised, under its visit's id, or its order's where there is none. */
type DueCause = Cause & { id: string } & Record<string, unknown>;

/**
 * Visits that are late to begin or to end, and orders that nobody has accepted shortly before their start although they
 * were asked for a while ago, without an alert of it yet; the longest waiting first.
 */
export async function unalerted(
  tx: Tx,
  at: Date,
  limit: number,
  except: readonly string[],
): Promise<DueCause[]> {
  const { body } = await currentPolicy(tx, 'orders', at);
  const ago = (minutes: number) =>
    sql`${new Date(at.getTime() - minutes * 60_000).toISOString()}::timestamptz`;
  return tx.execute<DueCause>(sql`
    select id, visit_id as "visitId", order_id as "orderId", kind from (
      select v.id, v.id as visit_id, v.order_id, v.planned_start_at, 'late' as kind from visits v
      where v.state = 'planned' and v.planned_start_at <= ${ago(body.lateMinutes)}
        and v.latest_start_at <= ${ago(body.lateMinutes)}
      union all
      select v.id, v.id, v.order_id, v.planned_start_at, 'no_check_out' from visits v
      where v.state = 'started' and v.planned_start_at <= ${ago(body.noCheckOutMinutes)}
        and v.planned_start_at + v.planned_minutes * interval '1 minute' <= ${ago(body.noCheckOutMinutes)}
      union all
      select o.id, null, o.id, o.start_at, 'unassigned' from orders o
      where o.state in ('requested', 'offered') and o.start_at <= ${ago(-body.unassignedMinutes)}
        and o.created_at <= ${ago(body.lateMinutes)}
    ) as due
    where not exists (select from alerts a where coalesce(a.visit_id, a.order_id) = due.id and a.kind = due.kind)
      and not (id = any(array(select jsonb_array_elements_text(${JSON.stringify(except)}::jsonb)::uuid)))
    order by planned_start_at limit ${limit}`);
}

/** Raises alerts with the desk of the district; what has been raised already stays as it is. Returns how many are new. */
export async function raiseAlerts(tx: Tx, act: Act, causes: readonly Cause[]): Promise<number> {
  if (causes.length === 0) return 0;
  const { body } = await currentPolicy(tx, 'orders', act.at);
  const byId = await lockOrders(
    tx,
    causes.map((cause) => cause.orderId),
  );
  const users = await ownersOf(
    tx,
    [...byId.values()].map(({ districtCode }) => ({ owner: 'district', districtCode })),
  );
  const rows = causes.flatMap(({ orderId, visitId, kind }) => {
    const order = byId.get(orderId);
    if (!order) return [];
    const { areaCode, districtCode, providerId } = order;
    const escalateAt = new Date(act.at.getTime() + escalateMinutes(kind, body) * 60_000);
    const owner = 'district' as const;
    const ownerUserId = users.get(deskKey({ owner, districtCode })) ?? null;
    const begun = { state: 'open', owner, ownerUserId, raisedAt: act.at, escalateAt } as const;
    return [{ id: newId(act.at), kind, orderId, visitId, providerId, areaCode, districtCode, ...begun }];
  });
  const raised = await tx.insert(alerts).values(rows).onConflictDoNothing().returning();
  await takeStep(tx, act, raised, 'raised', (alert) => alert.owner);
  await tellOfAlerts(tx, act, raised, byId);
  return raised.length;
}
