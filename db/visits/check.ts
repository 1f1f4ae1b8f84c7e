/** Check-in and check-out (S7): the evidence is kept as it came, the visit and its order move on. */
import { type Act, refuse } from '../connect/act.ts';
import { anyOf } from '../connect/anyOf.ts';
import type { Tx } from '../connect/database.ts';
import {
  expectState,
  lockOrders,
  type Move,
  type OrderRow,
  transition,
  visitIdsOf,
} from '../orders/transition.ts';
import { type ElderToServe, eldersToServe } from '../people/eldersToServe.ts';
import { currentPolicy } from '../services/policies.ts';
import { confirmVisits } from './confirm.ts';
import { type Check, keepEvidence, prove, type Rules } from './evidence.ts';
import { keepOverlaps } from './overlaps.ts';
import { announceVisits, type VisitRow } from './plan.ts';
import { countedAt, type EvidenceOutcome, verifiedMinutes } from './rules.ts';
import { visits } from './schema.ts';
import { lockVisitRows, writeVisits } from './write.ts';

const HOUR = 3_600_000;
const MINUTE = 60_000;

interface Locked {
  /** The visits of the checks, in the order of their ids. */
  rows: VisitRow[];
  orders: Map<string, OrderRow>;
  /** The other visit of each order for which two come, by order. */
  others: Map<string, VisitRow>;
  elders: Map<string, ElderToServe>;
  byVisit: Map<string, Check>;
  rules: Rules;
}

/** Locks visits, those who come together, and their orders; refuses with `not_found` what does not exist. */
async function lockVisits(tx: Tx, act: Act, checks: readonly Check[]): Promise<Locked> {
  const byVisit = new Map(checks.map((check) => [check.visitId, check]));
  const ids = [...byVisit.keys()];
  const found = await tx.select({ orderId: visits.orderId }).from(visits).where(anyOf(visits.id, ids));
  if (found.length < ids.length) refuse('not_found', 'visitId');
  const orders = await lockOrders(
    tx,
    found.map((row) => row.orderId),
  );
  const wanted = [...new Set([...ids, ...visitIdsOf(orders.values())])];
  const rows = await lockVisitRows(tx, wanted);
  const [elders, ofOrders, ofVisits] = await Promise.all([
    eldersToServe(
      tx,
      rows.map((visit) => visit.elderId),
    ),
    currentPolicy(tx, 'orders', act.at),
    currentPolicy(tx, 'visits', act.at),
  ]);
  const asked = rows.filter((visit) => byVisit.has(visit.id));
  return {
    rows: asked,
    orders,
    others: new Map(rows.filter((visit) => !byVisit.has(visit.id)).map((visit) => [visit.orderId, visit])),
    elders,
    byVisit,
    rules: { ...ofVisits.body, ...ofOrders.body },
  };
}

/** Both visits of an order as they are after these changes: one, or two where two come. */
const visitsAfter = (locked: Locked, changed: readonly VisitRow[], orderId: string): VisitRow[] => {
  const other = locked.others.get(orderId);
  return [...changed.filter((visit) => visit.orderId === orderId), ...(other ? [other] : [])];
};

/** Where a check finds its visit: as it should be, or checked already by somebody else, whose word stands. */
function outcomeOf(visit: VisitRow, check: Check, expected: 'planned' | 'started'): EvidenceOutcome {
  if (visit.state === expected) return 'taken';
  const isLater = visit.state === 'finished' || visit.state === 'settled';
  const isDone = isLater || (expected === 'planned' && visit.state === 'started');
  if (check.device && (isDone || visit.state === 'missed' || visit.state === 'cancelled'))
    return 'superseded';
  refuse(isDone ? 'already_done' : 'wrong_state', 'state', { state: visit.state });
}

/**
 * Begins visits; refuses one that is not planned, or too long before its time. What a phone had recorded is kept as
 * evidence even when somebody has checked in before; that stands. An order for which two come has started when both are there.
 */
export async function checkIn(tx: Tx, act: Act, checks: readonly Check[]): Promise<VisitRow[]> {
  if (checks.length === 0) return [];
  const locked = await lockVisits(tx, act, checks);
  const proved = locked.rows.map((visit) => {
    const check = locked.byVisit.get(visit.id) as Check;
    const outcome = outcomeOf(visit, check, 'planned');
    if (outcome === 'taken') expectState(locked.orders.get(visit.orderId) as OrderRow, ['accepted']);
    const at = countedAt(check.deviceAt, check.device?.skewSeconds ?? null, act.at, locked.rules);
    const { earlyMinutes } = locked.rules;
    if (at.getTime() < visit.plannedStartAt.getTime() - earlyMinutes * MINUTE)
      refuse('too_early', 'deviceAt', { minutes: earlyMinutes });
    const when = { at, beganAt: null };
    const proof = prove(check, locked.elders.get(visit.elderId), when, locked.rules, act);
    return { visit, check, proof, at, outcome };
  });
  await keepEvidence(tx, act, 'check_in', proved);
  const begun = proved
    .filter(({ outcome }) => outcome === 'taken')
    .map(
      ({ visit, proof, at }): VisitRow => ({ ...visit, state: 'started', checkInAt: at, trust: proof.trust }),
    );
  await writeVisits(tx, begun);
  await keepOverlaps(tx, act, begun, locked.rules);
  const moves = [...new Set(begun.map((visit) => visit.orderId))].flatMap((orderId): Move[] =>
    visitsAfter(locked, begun, orderId).every(({ state }) => state === 'started' || state === 'finished')
      ? [{ orderId, to: 'started' }]
      : [],
  );
  await transition(tx, act, locked.orders, moves);
  await announceVisits(tx, act, begun);
  return begun;
}

/**
 * Ends visits that were begun; with the right door code the elder has confirmed at once. An order for which two come is
 * finished when both have gone.
 */
export async function checkOut(tx: Tx, act: Act, checks: readonly Check[]): Promise<VisitRow[]> {
  if (checks.length === 0) return [];
  const locked = await lockVisits(tx, act, checks);
  const proved = locked.rows.map((visit) => {
    const check = locked.byVisit.get(visit.id) as Check;
    const outcome = outcomeOf(visit, check, 'started');
    const told = countedAt(check.deviceAt, check.device?.skewSeconds ?? null, act.at, locked.rules);
    const when = { at: told, beganAt: visit.checkInAt };
    const proof = prove(check, locked.elders.get(visit.elderId), when, locked.rules, act);
    // Two clocks may disagree: nobody left before they came, and the visit is not held up for it.
    const at = new Date(Math.max(told.getTime(), visit.checkInAt?.getTime() ?? 0));
    return { visit, check, proof, at, outcome };
  });
  await keepEvidence(tx, act, 'check_out', proved);
  const taken = proved.filter(({ outcome }) => outcome === 'taken');
  const ended = taken.map(
    ({ visit, proof, at }): VisitRow => ({
      ...visit,
      state: 'finished',
      checkOutAt: at,
      trust: Math.min(visit.trust ?? 5, proof.trust),
      verifiedMinutes: verifiedMinutes(visit.checkInAt as Date, at, visit.plannedMinutes),
    }),
  );
  await writeVisits(tx, ended);
  await keepOverlaps(tx, act, ended, locked.rules);
  const dueAt = new Date(act.at.getTime() + locked.rules.settleAfterHours * HOUR);
  const over = [...new Set(ended.map((visit) => visit.orderId))].filter((orderId) =>
    visitsAfter(locked, ended, orderId).every(({ state }) => state === 'finished'),
  );
  await transition(
    tx,
    act,
    locked.orders,
    over.map((orderId) => ({ orderId, to: 'finished', set: { dueAt } })),
  );
  await announceVisits(tx, act, ended);
  const told = new Set(taken.filter(({ proof }) => proof.elderTold).map(({ visit }) => visit.orderId));
  await confirmVisits(
    tx,
    act,
    over.filter((orderId) => told.has(orderId)).map((orderId) => ({ orderId })),
    'door_code',
  );
  return ended;
}
