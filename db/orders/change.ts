/**
 * Changing an order before it begins (S5): another time or length asks everybody anew, as whoever has accepted or declined
 * answered for another visit; what is set aside changes with it in the same transaction.
 */
import { writeAudit } from '../audit/audit.ts';
import { holdersOf } from '../bank/holdersOf.ts';
import { dropHolds } from '../bank/post.ts';
import { type Act, refuse } from '../connect/act.ts';
import type { Tx } from '../connect/database.ts';
import { seal, unseal } from '../connect/seal.ts';
import { underContracts } from '../contracts/ofOrders.ts';
import { eldersToServe } from '../people/eldersToServe.ts';
import { giveRespiteBack, takeBlocks } from '../respite/quota.ts';
import { servicesUnder } from '../services/catalogue.ts';
import { currentPolicy } from '../services/policies.ts';
import { termsOf, toPay } from '../services/rules.ts';
import { cancelVisits } from '../visits/plan.ts';
import { expectAhead, expectLength } from './book.ts';
import { endOffers } from './closeOffers.ts';
import { expectFree } from './conflicts.ts';
import { writeNotes } from './notes.ts';
import { type BookedOrder, setAside } from './paying.ts';
import { urgencyOf } from './rules.ts';
import {
  amend,
  expectState,
  lockOrders,
  nobodyAssigned,
  type OrderRow,
  transition,
  visitIdsOf,
} from './transition.ts';

export interface OrderChange {
  orderId: string;
  startAt?: Date;
  minutes?: number;
  /** Null: no note any more. */
  note?: string | null;
  /** Refuse with `conflicts` a time at which the elder has another visit. */
  expectFree?: boolean;
}

/**
 * Changes orders that have not begun, each once. Refuses with `already_done` what is so already, a time that is past or too
 * far ahead, a length that the service does not have, and what the accounts cannot cover.
 */
export async function changeOrders(tx: Tx, act: Act, changes: readonly OrderChange[]): Promise<OrderRow[]> {
  const locked = await lockOrders(
    tx,
    changes.map((change) => change.orderId),
  );
  const asked = changes.map((change) => {
    const order = locked.get(change.orderId) as OrderRow;
    expectState(order, ['requested', 'offered', 'accepted']);
    const startAt = change.startAt ?? order.startAt;
    const minutes = change.minutes ?? order.minutes;
    const isOther = startAt.getTime() !== order.startAt.getTime() || minutes !== order.minutes;
    const note = change.note === undefined ? unseal(order.noteSealed) : change.note;
    const isOtherNote = note !== unseal(order.noteSealed);
    if (!isOther && !isOtherNote) refuse('already_done', 'id');
    return { change, order, startAt, minutes, note, isOther, isOtherNote };
  });
  const others = asked.filter((one) => one.isOther);
  const notes = asked.filter((one) => one.isOtherNote);
  await writeNotes(
    tx,
    notes.map(({ order, note }) => ({ orderId: order.id, noteSealed: seal(note) })),
  );
  const moved = await askAnew(tx, act, locked, others);
  const onlyNoted = notes.filter((one) => !one.isOther);
  const noted = await amend(
    tx,
    act,
    locked,
    onlyNoted.map(({ order }) => ({ orderId: order.id, reason: 'note' })),
  );
  await writeAudit(
    tx,
    act,
    asked.map(({ order, startAt, minutes, isOtherNote }) => ({
      action: 'order.changed',
      personId: order.elderId,
      recordId: order.id,
      detail: {
        from: order.startAt.toISOString(),
        to: startAt.toISOString(),
        minutesBefore: order.minutes,
        minutes,
        note: isOtherNote,
      },
    })),
  );
  return [...moved, ...noted];
}

interface Asked {
  change: OrderChange;
  order: OrderRow;
  startAt: Date;
  minutes: number;
}

/** Gives orders their other time and length; nobody is asked or promised any more, and the search begins anew. */
async function askAnew(
  tx: Tx,
  act: Act,
  locked: ReadonlyMap<string, OrderRow>,
  asked: readonly Asked[],
): Promise<OrderRow[]> {
  if (asked.length === 0) return [];
  const [policy, services, elders, holders] = await Promise.all([
    currentPolicy(tx, 'orders', act.at),
    servicesUnder(
      tx,
      asked.map(({ order }) => order.policyId),
    ),
    eldersToServe(
      tx,
      asked.map(({ order }) => order.elderId),
    ),
    holdersOf(
      tx,
      asked.map(({ order }) => order.id),
    ),
  ]);
  const toleranceMs = policy.body.startToleranceMinutes * 60_000;
  const planned = asked.map(({ order, startAt, minutes }) => {
    const service = services.get(`${order.policyId}:${order.serviceCode}`);
    const elder = elders.get(order.elderId);
    if (!service || !elder) throw new Error('an order without its service or elder');
    if (startAt.getTime() !== order.startAt.getTime()) expectAhead(act, startAt);
    expectLength(service, minutes);
    const latestStartAt = new Date(Math.max(startAt.getTime() + toleranceMs, act.at.getTime()));
    const set = {
      ...nobodyAssigned,
      ...termsOf(service, order.payer, minutes, elder.abilityLevel),
      startAt,
      latestStartAt,
      minutes,
      urgency: urgencyOf(startAt, act.at, order.serviceCode),
      escalatedAt: null,
      dueAt: act.at,
    };
    const after: OrderRow = { ...order, ...set };
    const holderId = holders.get(order.id) ?? elder.id;
    const booked: BookedOrder = {
      order: after,
      elder,
      holderId,
      cost: toPay(after, service.multiplierPercent),
      by: act,
    };
    return { order, after, set, booked };
  });
  const all = await underContracts(
    tx,
    planned.map(({ after }) => after),
  );
  await expectFree(
    tx,
    all,
    all.filter((_, i) => asked[i]?.change.expectFree),
    all.map((order) => order.id),
  );
  const ids = all.map((order) => order.id);
  await endOffers(tx, act, ids, 'changed');
  await cancelVisits(tx, act, visitIdsOf(planned.map(({ order }) => order)));
  await dropHolds(tx, act, ids);
  await giveRespiteBack(tx, ids);
  await takeBlocks(tx, act, all);
  await setAside(
    tx,
    act,
    planned.map(({ booked }) => booked),
  );
  const contractOf = new Map(all.map((order) => [order.id, order.contractId]));
  const moves = planned.map(({ order, set }) => ({
    orderId: order.id,
    set: { ...set, contractId: contractOf.get(order.id) ?? null },
    reason: 'changed',
  }));
  const isWaiting = ({ orderId }: (typeof moves)[number]) => locked.get(orderId)?.state === 'requested';
  const amended = await amend(tx, act, locked, moves.filter(isWaiting));
  const back = await transition(
    tx,
    act,
    locked,
    moves.filter((move) => !isWaiting(move)).map((move) => ({ ...move, to: 'requested' as const })),
  );
  return [...amended, ...back];
}
