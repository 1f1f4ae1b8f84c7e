/** Taking complaints about orders in any state, each with a day by which it is to be decided. */
import type { Act } from '../connect/act.ts';
import type { Tx } from '../connect/database.ts';
import { newId } from '../connect/ids.ts';
import { insertRows } from '../connect/insertRows.ts';
import { seal } from '../connect/seal.ts';
import { helpersOf } from '../orders/rules.ts';
import { lockOrders, type OrderRow } from '../orders/transition.ts';
import { markDue } from '../quality/due.ts';
import { currentPolicy } from '../services/policies.ts';
import { visitsOf } from '../visits/rate.ts';
import { type ComplaintKind, decideBy } from './rules.ts';
import { complaints } from './schema.ts';
import { type ComplaintRow, takeComplaintStep } from './steps.ts';
import { tellOfComplaints } from './telling.ts';

export interface Complaint {
  orderId: string;
  kind: ComplaintKind;
  text: string;
}

/** Takes complaints; returns their ids. */
export async function complain(tx: Tx, act: Act, items: readonly Complaint[]): Promise<string[]> {
  if (items.length === 0) return [];
  const locked = await lockOrders(
    tx,
    items.map((item) => item.orderId),
  );
  const [byOrder, { body }] = await Promise.all([visitsOf(tx, locked), currentPolicy(tx, 'orders', act.at)]);
  const rows = items.map(({ orderId, kind, text }): ComplaintRow => {
    const order = locked.get(orderId) as OrderRow;
    const { elderId, providerId, stationId, areaCode, districtCode } = order;
    return {
      id: newId(act.at),
      orderId,
      visitId: byOrder.get(orderId)?.id ?? null,
      elderId,
      providerId,
      stationId,
      areaCode,
      districtCode,
      helperIds: helpersOf(order),
      kind,
      state: 'open',
      outcome: null,
      textSealed: seal(text),
      by: act.actorId,
      at: act.at,
      dueAt: decideBy(act.at, body.complaints),
      assignedTo: null,
      answerSealed: null,
      decisionSealed: null,
      decidedBy: null,
      decidedAt: null,
    };
  });
  await insertRows(tx, complaints, rows);
  await markDue(tx, act, [...byOrder.values()]);
  await takeComplaintStep(tx, act, 'taken', rows);
  await tellOfComplaints(tx, act, 'complaint_taken', rows);
  return rows.map((row) => row.id);
}
