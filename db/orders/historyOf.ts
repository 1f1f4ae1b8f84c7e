/** The history of one order: who changed its state, when and why (S3). */
import { and, asc, eq, sql } from 'drizzle-orm';
import { compiled } from '../connect/compiled.ts';
import type { Database, Tx } from '../connect/database.ts';
import { namesOf } from '../people/accounts.ts';
import { maskName } from '../people/mask.ts';
import type { OrderState } from './rules.ts';
import { orderHistory } from './schema.ts';
import { keysDuring, madeDuring, type OrderTimes } from './times.ts';

export interface HistoryView {
  at: Date;
  from: OrderState | null;
  to: OrderState;
  actorRole: string;
  /** A person's name, masked on request for the elder's side; the part of the system when it was no person. */
  actorName: string;
  onBehalfOf: string | null;
  reason: string | null;
}

const MOST_CHANGES = 200;

const changesOf = compiled((db) =>
  db
    .select()
    .from(orderHistory)
    .where(and(eq(orderHistory.orderId, sql.placeholder('orderId')), madeDuring(orderHistory.id)))
    .orderBy(asc(orderHistory.version))
    .limit(MOST_CHANGES),
);

/** The changes of an order, oldest first. With `masked`, elders and family are shown by family name only. */
export async function historyOf(
  db: Database | Tx,
  order: OrderTimes,
  masked: boolean,
): Promise<HistoryView[]> {
  const rows = await changesOf(db, { orderId: order.id, ...keysDuring(order) });
  const names = await namesOf(db, [...new Set(rows.map((row) => row.actorId))]);
  return rows.map((row) => ({
    at: row.at,
    from: row.fromState,
    to: row.toState,
    actorRole: row.actorRole,
    actorName: nameIn(
      names,
      row.actorId,
      masked && (row.actorRole === 'elder' || row.actorRole === 'family'),
    ),
    onBehalfOf: row.onBehalfOf,
    reason: row.reason,
  }));
}

function nameIn(names: ReadonlyMap<string, string>, actorId: string, masked: boolean): string {
  const name = names.get(actorId);
  if (name === undefined) return actorId;
  return masked ? maskName(name) : name;
}
