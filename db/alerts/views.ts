/** Alerts as desks, providers and the regulator read them, newest first; narrowed by the reader's reach. */
import { and, desc, eq, inArray, lt, type SQL, sql } from 'drizzle-orm';
import type { Database, Tx } from '../connect/database.ts';
import { inDivision } from '../connect/division.ts';
import type { Reach } from '../connect/reach.ts';
import { orders } from '../orders/schema.ts';
import { users } from '../people/signin.schema.ts';
import type { AlertState } from './rules.ts';
import { alertStepRows, alerts } from './schema.ts';

function alertsWithin(reach: Reach): SQL | undefined {
  switch (reach.kind) {
    case 'all':
      return undefined;
    case 'area':
      return inDivision(alerts, reach.areaCode);
    case 'provider':
      return eq(alerts.providerId, reach.providerId);
    default:
      return sql`false`;
  }
}

export interface AlertSearch {
  state?: AlertState;
  id?: string;
  /** Older than this one. */
  before?: string | null;
}

/** At most `limit` alerts within reach, each with its steps in order. */
export async function listAlerts(db: Database | Tx, reach: Reach, search: AlertSearch, limit: number) {
  const found = await db
    .select({
      alert: alerts,
      ownerName: users.name,
      order: { number: orders.number, serviceCode: orders.serviceCode, startAt: orders.startAt },
      hasComplaint: sql<boolean>`exists (select from complaints c where c.order_id = ${alerts.orderId} and c.kind = 'missed')`,
    })
    .from(alerts)
    .innerJoin(orders, eq(orders.id, alerts.orderId))
    .leftJoin(users, sql`${users.id}::text = ${alerts.ownerUserId}`)
    .where(
      and(
        alertsWithin(reach),
        search.state ? eq(alerts.state, search.state) : undefined,
        search.id ? eq(alerts.id, search.id) : undefined,
        search.before ? lt(alerts.id, search.before) : undefined,
      ),
    )
    .orderBy(desc(alerts.id))
    .limit(limit);
  const ids = found.map(({ alert }) => alert.id);
  const steps = ids.length
    ? await db
        .select()
        .from(alertStepRows)
        .where(inArray(alertStepRows.alertId, ids))
        .orderBy(alertStepRows.position)
    : [];
  return found.map(({ alert, ownerName, order, hasComplaint }) => ({
    id: alert.id,
    kind: alert.kind,
    state: alert.state,
    owner: alert.owner,
    ownerName,
    orderId: alert.orderId,
    orderNumber: String(order.number),
    serviceCode: order.serviceCode,
    startAt: order.startAt,
    visitId: alert.visitId,
    districtCode: alert.districtCode,
    raisedAt: alert.raisedAt,
    // C11: of a visit that nobody came to, a complaint is offered that only needs to be sent.
    complaint: alert.kind === 'missed' && !hasComplaint ? { kind: 'missed' as const } : null,
    steps: steps
      .filter(({ alertId }) => alertId === alert.id)
      .map(({ step, at, detail }) => ({ step, at, detail })),
  }));
}
