import {
  type AccountName,
  accountKey,
  cityCode,
  openAccounts,
  type Settlement,
  settle,
} from '../bank/post.ts';
import { type Act, type By, refuse } from '../connect/act.ts';
import { anyOf } from '../connect/anyOf.ts';
import type { Tx } from '../connect/database.ts';
import {
  expectState,
  lockDueOrders,
  lockOrders,
  type OrderRow,
  transition,
  visitIdsOf,
} from '../orders/transition.ts';
import { eldersToServe } from '../people/eldersToServe.ts';
import { creditOwnersOf } from '../people/teams.ts';
import { markDue } from '../quality/due.ts';
import { type Service, servicesUnder } from '../services/catalogue.ts';
import { currentPolicy, type Policy } from '../services/policies.ts';
import { creditedMinutes } from '../services/rules.ts';
import { announceVisits, freeTime, type VisitRow } from './plan.ts';
import { visits } from './schema.ts';
import { lockVisitRows, writeVisits } from './write.ts';

export interface Confirmation {
  orderId: string;
  doorCode?: string | null;
  /** What a decided dispute pays, minutes or fen; all that the visit is worth when left out. */
  pays?: number;
  /** Who confirms, where several persons' visits are confirmed together. */
  by?: By;
}

/**
 * Confirms finished visits and settles them; a wrong door code is refused. `how` goes into the history. The caller may
 * have locked the orders already.
 */
export async function confirmVisits(
  tx: Tx,
  act: Act,
  confirmations: readonly Confirmation[],
  how: 'confirmed' | 'door_code' | 'call_back' | 'no_objection' | 'dispute_decided' = 'confirmed',
  lockedAlready?: ReadonlyMap<string, OrderRow>,
): Promise<OrderRow[]> {
  if (confirmations.length === 0) return [];
  const ids = confirmations.map((c) => c.orderId);
  const locked = lockedAlready ?? (await lockOrders(tx, ids));
  for (const order of locked.values()) {
    if (order.state === 'settled') refuse('already_done', 'state', { state: order.state });
    expectState(order, how === 'dispute_decided' ? ['disputed'] : ['finished']);
  }
  if (confirmations.some((c) => c.doorCode)) {
    const elders = await eldersToServe(
      tx,
      [...locked.values()].map((order) => order.elderId),
    );
    for (const { orderId, doorCode } of confirmations) {
      const elder = elders.get(locked.get(orderId)?.elderId ?? '');
      if (doorCode && doorCode !== elder?.doorCode) refuse('wrong_door_code', 'doorCode');
    }
  }
  return settleVisits(tx, act, locked, how, new Map(confirmations.map((one) => [one.orderId, one])));
}

/** Settles what nobody has objected to in time; orders that are not finished or not yet due are passed over. */
export async function settleDue(tx: Tx, act: Act, orderIds: readonly string[]): Promise<OrderRow[]> {
  const due = await lockDueOrders(tx, orderIds, 'finished', act.at);
  return confirmVisits(
    tx,
    act,
    due.map((orderId) => ({ orderId })),
    'no_objection',
  );
}

async function settleVisits(
  tx: Tx,
  act: Act,
  locked: ReadonlyMap<string, OrderRow>,
  how: string,
  confirmations: ReadonlyMap<string, Confirmation>,
): Promise<OrderRow[]> {
  const ids = visitIdsOf(locked.values());
  const rows = await lockVisitRows(tx, ids);
  const visitOf = paidVisits(rows);
  const settled = rows.map((visit): VisitRow => ({ ...visit, state: 'settled', closedAt: act.at }));
  // What does not depend on one another travels together.
  const [moved, bank, booked, creditOwners] = await Promise.all([
    transition(
      tx,
      act,
      locked,
      [...locked.keys()].map((orderId) => ({
        orderId,
        to: 'settled',
        reason: how,
        set: { dueAt: null },
        by: confirmations.get(orderId)?.by,
      })),
    ),
    currentPolicy(tx, 'bank', act.at),
    servicesUnder(
      tx,
      [...locked.values()].map((order) => order.policyId),
    ),
    creditOwnersOf(
      tx,
      rows.map((visit) => visit.personId),
    ),
    writeVisits(tx, settled),
    freeTime(tx, ids),
    markDue(tx, act, settled),
    announceVisits(tx, act, settled),
  ]);
  // Last, so that what is paid to and from is locked for the shortest time.
  await payOut(tx, act, { paid: [...locked.values()], visitOf, confirmations, bank, booked, creditOwners });
  return moved;
}

/** By order the visit it is paid for: of two who came together the first, for the minutes that both were there. */
function paidVisits(rows: readonly VisitRow[]): Map<string, VisitRow> {
  const paid = new Map<string, VisitRow>();
  for (const visit of rows) {
    const other = paid.get(visit.orderId);
    if (!other) paid.set(visit.orderId, visit);
    else {
      const minutes = Math.min(visit.verifiedMinutes ?? 0, other.verifiedMinutes ?? 0);
      const first = visit.place < other.place ? visit : other;
      paid.set(visit.orderId, { ...first, verifiedMinutes: minutes });
    }
  }
  return paid;
}

/** The orders to pay, and what it rests on. */
interface Payout {
  paid: readonly OrderRow[];
  visitOf: ReadonlyMap<string, VisitRow>;
  confirmations: ReadonlyMap<string, Confirmation>;
  bank: Policy<'bank'>;
  /** The services under which the orders were booked, by `policyId:code`. */
  booked: ReadonlyMap<string, Service>;
  /** The accounts of those who served. */
  creditOwners: ReadonlyMap<string, AccountName>;
}

/** What a visit is worth: verified minutes times the multiplier (T1), or the price in fen, of which a subsidy pays no own share. */
function worthOf(
  order: OrderRow,
  visit: Pick<VisitRow, 'verifiedMinutes'> | undefined,
  booked: ReadonlyMap<string, Service>,
): number {
  if (order.payer === 'subsidy' && order.priceFen > order.ownShareFen)
    return order.priceFen - order.ownShareFen;
  if (order.payer !== 'time_bank') return order.priceFen;
  const multiplier = booked.get(`${order.policyId}:${order.serviceCode}`)?.multiplierPercent ?? 100;
  return creditedMinutes(visit?.verifiedMinutes ?? order.minutes, multiplier);
}

/** By order what it would be paid in full now: minutes or fen. */
export async function fullPayOf(tx: Tx, orders: readonly OrderRow[]): Promise<Map<string, number>> {
  const [rows, booked] = await Promise.all([
    tx
      .select()
      .from(visits)
      .where(anyOf(visits.id, visitIdsOf(orders))),
    servicesUnder(
      tx,
      orders.map((order) => order.policyId),
    ),
  ]);
  const visitOf = paidVisits(rows);
  return new Map(orders.map((order) => [order.id, worthOf(order, visitOf.get(order.id), booked)]));
}

async function payOut(tx: Tx, act: Act, payout: Payout): Promise<void> {
  const { paid, visitOf, confirmations, bank, booked, creditOwners } = payout;
  const payable = paid.flatMap((order) => {
    const visit = visitOf.get(order.id);
    // The provider has the elder's own share from the elder; where that is all of it, the subsidy pays nothing.
    const bySubsidy = order.payer === 'subsidy' && order.priceFen > order.ownShareFen;
    return visit && (order.payer === 'time_bank' || bySubsidy) ? [{ order, visit }] : [];
  });
  const creditName = ({ order, visit }: (typeof payable)[number]): AccountName =>
    order.payer === 'time_bank'
      ? (creditOwners.get(visit.personId) as AccountName)
      : { ownerId: visit.providerId ?? cityCode, kind: 'provider', currency: 'fen' };
  const poolName = (order: OrderRow): AccountName => ({
    ownerId: order.districtCode,
    kind: 'pool',
    currency: 'min',
  });
  const accounts = await openAccounts(tx, act, [
    ...new Map(
      payable
        .flatMap((item) => [creditName(item), poolName(item.order)])
        .map((name) => [accountKey(name), name]),
    ).values(),
  ]);
  await settle(
    tx,
    act,
    payable.map((item): Settlement => {
      const inMinutes = item.order.payer === 'time_bank';
      const confirmation = confirmations.get(item.order.id);
      return {
        orderId: item.order.id,
        visitId: item.visit.id,
        credits: [
          {
            account: accounts.get(accountKey(creditName(item))) as string,
            amount: confirmation?.pays ?? worthOf(item.order, item.visit, booked),
            cap: inMinutes ? bank.body.capMinutes : null,
            pool: accounts.get(accountKey(poolName(item.order))) as string,
          },
        ],
        policyId: bank.id,
        by: confirmation?.by,
      };
    }),
  );
}
