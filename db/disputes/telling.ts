/** What both sides are told of a dispute: the elder's side, and who served with their provider. */
import type { Act } from '../connect/act.ts';
import type { Tx } from '../connect/database.ts';
import { tellOfCases } from '../orders/caseTelling.ts';
import type { OrderRow } from '../orders/transition.ts';
import type { DisputeRow } from './steps.ts';

/** Tells both sides that visits are disputed, or that the dispute is decided. */
export async function tellOfDisputes(
  tx: Tx,
  act: Act,
  template: 'dispute_opened' | 'dispute_decided',
  rows: readonly DisputeRow[],
  ordersById: ReadonlyMap<string, OrderRow>,
): Promise<void> {
  await tellOfCases(tx, act, template, rows, ordersById, ({ helperIds, providerId }, side) => [
    ...[...side.personIds, ...helperIds].map((personId) => ({ personId })),
    ...(providerId ? [{ providerId }] : []),
  ]);
}
