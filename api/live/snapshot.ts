/** The desk as it stands: orders, helpers and counts of a scope, with the number from which changes go on. */
import type { Database } from '../../db/connect/database.ts';
import { dayBounds, dayOf } from '../../db/connect/days.ts';
import type { Reach } from '../../db/connect/reach.ts';
import { latestNumber } from '../../db/events/events.ts';
import {
  type DeskCarer,
  type DeskOrder,
  type DeskScope,
  deskCarers,
  deskOrders,
} from '../../db/orders/desk.ts';

export interface DeskSnapshot {
  number: number;
  orders: DeskOrder[];
  carers: DeskCarer[];
  counts: Record<string, number>;
}

/** The scope of a desk from what its caller may reach; null for those who have no desk. */
export function deskScopeOf(reach: Reach): DeskScope | null {
  if (reach.kind === 'area') return { areaCode: reach.areaCode, providerId: null };
  return reach.kind === 'provider' ? { areaCode: null, providerId: reach.providerId } : null;
}

/** Reads the number first, so that what changes meanwhile is told again rather than lost. */
export async function deskSnapshot(db: Database, scope: DeskScope, at: Date): Promise<DeskSnapshot> {
  const number = await latestNumber(db);
  const [orders, carers] = await Promise.all([
    deskOrders(db, scope, dayBounds(dayOf(at)).from),
    deskCarers(db, scope, at),
  ]);
  const counts: Record<string, number> = {};
  for (const order of orders) counts[order.state] = (counts[order.state] ?? 0) + 1;
  return { number, orders, carers, counts };
}
