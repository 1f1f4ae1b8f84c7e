/** Who is told of complaints: the provider that one is to be answered, the elder's side that one is decided. */
import type { Act } from '../connect/act.ts';
import type { Tx } from '../connect/database.ts';
import { tellOfCases } from '../orders/caseTelling.ts';
import { ordersById } from '../orders/views.ts';
import type { ComplaintRow } from './steps.ts';

/** Tells providers that visits of theirs are complained of, and elders' sides what was decided. */
export async function tellOfComplaints(
  tx: Tx,
  act: Act,
  template: 'complaint_taken' | 'complaint_decided',
  rows: readonly ComplaintRow[],
): Promise<void> {
  if (rows.length === 0) return;
  const orderIds = rows.map((row) => row.orderId);
  const orders = await ordersById(tx, { kind: 'all' }, orderIds);
  await tellOfCases(tx, act, template, rows, orders, ({ providerId }, side) => {
    if (template === 'complaint_decided') return side.personIds.map((personId) => ({ personId }));
    return providerId ? [{ providerId }] : [];
  });
}
