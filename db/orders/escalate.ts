/** Orders that nobody was found for are put before a dispatcher (S4, C5). */
import { and, asc, eq, gt, inArray, isNotNull, or } from 'drizzle-orm';
import { writeAudit } from '../audit/audit.ts';
import type { Act } from '../connect/act.ts';
import { anyOf } from '../connect/anyOf.ts';
import type { Database, Tx } from '../connect/database.ts';
import { record } from '../events/events.ts';
import { orders } from './schema.ts';
import type { OrderRow } from './transition.ts';

/** Puts locked orders before the dispatchers of their districts; it is said once, until somebody has accepted. */
export async function escalateOrders(tx: Tx, act: Act, locked: readonly OrderRow[]): Promise<void> {
  const fresh = locked.filter((order) => order.escalatedAt === null);
  if (fresh.length === 0) return;
  const ids = fresh.map((order) => order.id);
  await tx.update(orders).set({ escalatedAt: act.at }).where(anyOf(orders.id, ids));
  await writeAudit(
    tx,
    act,
    fresh.map((order) => ({ action: 'order.escalated', personId: order.elderId, recordId: order.id })),
  );
  await record(
    tx,
    act,
    fresh.map((order) => ({
      kind: 'order' as const,
      recordId: order.id,
      personIds: [],
      detail: { state: order.state, district: order.districtCode, provider: order.providerId },
    })),
  );
}

export interface EscalatedOrder {
  id: string;
  districtCode: string;
  areaCode: string;
  elderId: string;
  serviceCode: string;
  startAt: Date;
  escalatedAt: Date;
}

/** Orders of a district, or of all, that wait for a dispatcher, longest first, at most `limit` after the last of a page. */
export async function escalatedOrders(
  db: Database | Tx,
  districtCode: string | null,
  limit: number,
  after: Pick<EscalatedOrder, 'escalatedAt' | 'id'> | null = null,
): Promise<EscalatedOrder[]> {
  const rows = await db
    .select({
      id: orders.id,
      districtCode: orders.districtCode,
      areaCode: orders.areaCode,
      elderId: orders.elderId,
      serviceCode: orders.serviceCode,
      startAt: orders.startAt,
      escalatedAt: orders.escalatedAt,
    })
    .from(orders)
    .where(
      and(
        isNotNull(orders.escalatedAt),
        inArray(orders.state, ['requested', 'offered']),
        districtCode ? eq(orders.districtCode, districtCode) : undefined,
        after
          ? or(
              gt(orders.escalatedAt, after.escalatedAt),
              and(eq(orders.escalatedAt, after.escalatedAt), gt(orders.id, after.id)),
            )
          : undefined,
      ),
    )
    .orderBy(asc(orders.escalatedAt), asc(orders.id))
    .limit(limit);
  return rows.map((row) => ({ ...row, escalatedAt: row.escalatedAt as Date }));
}
