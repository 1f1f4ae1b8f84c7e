/** Check-in and check-out (S7): the evidence is kept as it came, the visit and its order move on. */
import { asc, inArray } from 'drizzle-orm';
import { type Act, refuse } from '../connect/act.ts';
import type { Tx } from '../connect/database.ts';
import { newId } from '../connect/ids.ts';
import { insertRows } from '../connect/insertRows.ts';
import { seal } from '../connect/seal.ts';
import { expectState, lockOrders, type OrderRow, transition } from '../orders/transition.ts';
import { type ElderToServe, eldersToServe } from '../people/eldersToServe.ts';
import { currentPolicy } from '../services/policies.ts';
import { confirmVisits } from './confirm.ts';
import { announceVisits, type VisitRow } from './plan.ts';
import {
  type CheckMethod,
  type ExceptionCode,
  metresBetween,
  type Position,
  trustOf,
  verifiedMinutes,
} from './rules.ts';
import { visitEvidence, visits } from './schema.ts';
import { writeVisits } from './write.ts';

export interface Check {
  visitId: string;
  method: CheckMethod;
  position: Position | null;
  accuracyMetres: number | null;
  /** By the device's own clock; the receipt is `act.at`. */
  deviceAt: Date;
  /** Why the position is missing or far from home. */
  exception?: ExceptionCode | null;
  /** The 4 digits that the elder tells; at check-out they confirm the visit (S10). */
  doorCode?: string | null;
}

const HOUR = 3_600_000;
const LATE_UPLOAD_HOURS = 72;
const EARLY_HOURS = 2;

/** Locks visits and their orders; refuses with `not_found` what does not exist. */
async function lockVisits(tx: Tx, visitIds: readonly string[]) {
  const ids = [...new Set(visitIds)];
  const found = await tx.select({ orderId: visits.orderId }).from(visits).where(inArray(visits.id, ids));
  if (found.length < ids.length) refuse('not_found', 'visitId');
  const locked = await lockOrders(
    tx,
    found.map((row) => row.orderId),
  );
  const rows = await tx
    .select()
    .from(visits)
    .where(inArray(visits.id, ids))
    .orderBy(asc(visits.id))
    .for('update');
  const elders = await eldersToServe(
    tx,
    rows.map((visit) => visit.elderId),
  );
  return { rows, locked, elders };
}

interface Proof {
  trust: number;
  distanceMetres: number | null;
}

/**
 * How far it is to be trusted. Away from home or without a position it needs a reason code, and is then taken as
 * it is: the elder still gets the service.
 */
function prove(check: Check, elder: ElderToServe | undefined, radiusMetres: number, act: Act): Proof {
  const age = act.at.getTime() - check.deviceAt.getTime();
  if (age > LATE_UPLOAD_HOURS * HOUR) refuse('too_late', 'deviceAt', { hours: LATE_UPLOAD_HOURS });
  if (check.doorCode && check.doorCode !== elder?.doorCode) refuse('wrong_door_code', 'doorCode');
  const distanceMetres =
    check.position && elder?.home ? Math.round(metresBetween(check.position, elder.home)) : null;
  const inside = distanceMetres === null ? null : distanceMetres <= radiusMetres;
  const byPhone = check.method === 'phone' || check.method === 'paper' || check.method === 'family';
  if (!inside && !byPhone && !check.doorCode && !check.exception)
    refuse('exception_needed', 'exception', { distance: distanceMetres ?? -1, radius: radiusMetres });
  return { trust: trustOf(check.doorCode ? 'qr' : check.method, inside), distanceMetres };
}

/** The instant a check counts at: the device's own, but never one that has not come yet. */
const countedAt = (check: Check, act: Act): Date =>
  new Date(Math.min(check.deviceAt.getTime(), act.at.getTime()));

async function keepEvidence(
  tx: Tx,
  act: Act,
  kind: 'check_in' | 'check_out',
  checks: readonly { check: Check; proof: Proof }[],
): Promise<void> {
  await insertRows(
    tx,
    visitEvidence,
    checks.map(({ check, proof }) => ({
      id: newId(act.at),
      visitId: check.visitId,
      kind,
      method: check.method,
      trust: proof.trust,
      deviceAt: check.deviceAt,
      receivedAt: act.at,
      positionSealed: check.position ? seal(JSON.stringify(check.position)) : null,
      distanceMetres: proof.distanceMetres,
      accuracyMetres: check.accuracyMetres === null ? null : Math.round(check.accuracyMetres),
      exception: check.exception ?? null,
      actorId: act.actorId,
    })),
  );
}

/** Begins visits; refuses one that is not planned, or more than 2 h before its time. */
export async function checkIn(tx: Tx, act: Act, checks: readonly Check[]): Promise<VisitRow[]> {
  if (checks.length === 0) return [];
  const { body } = await currentPolicy(tx, 'orders', act.at);
  const { rows, locked, elders } = await lockVisits(
    tx,
    checks.map((check) => check.visitId),
  );
  const byVisit = new Map(checks.map((check) => [check.visitId, check]));
  const proved = rows.map((visit) => {
    const check = byVisit.get(visit.id) as Check;
    if (visit.state === 'started') refuse('already_done', 'state', { state: visit.state });
    if (visit.state !== 'planned') refuse('wrong_state', 'state', { state: visit.state });
    expectState(locked.get(visit.orderId) as OrderRow, ['accepted']);
    if (countedAt(check, act).getTime() < visit.plannedStartAt.getTime() - EARLY_HOURS * HOUR)
      refuse('too_early', 'deviceAt', { hours: EARLY_HOURS });
    return { visit, check, proof: prove(check, elders.get(visit.elderId), body.homeRadiusMetres, act) };
  });
  await keepEvidence(tx, act, 'check_in', proved);
  const begun = proved.map(
    ({ visit, check, proof }): VisitRow => ({
      ...visit,
      state: 'started',
      checkInAt: countedAt(check, act),
      trust: proof.trust,
    }),
  );
  await writeVisits(tx, begun);
  await transition(
    tx,
    act,
    locked,
    begun.map((visit) => ({ orderId: visit.orderId, to: 'started' })),
  );
  await announceVisits(tx, act, begun);
  return begun;
}

/** Ends visits that were begun; with the right door code the elder has confirmed at once. */
export async function checkOut(tx: Tx, act: Act, checks: readonly Check[]): Promise<VisitRow[]> {
  if (checks.length === 0) return [];
  const { body } = await currentPolicy(tx, 'orders', act.at);
  const { rows, locked, elders } = await lockVisits(
    tx,
    checks.map((check) => check.visitId),
  );
  const byVisit = new Map(checks.map((check) => [check.visitId, check]));
  const proved = rows.map((visit) => {
    const check = byVisit.get(visit.id) as Check;
    if (visit.state === 'finished' || visit.state === 'settled')
      refuse('already_done', 'state', { state: visit.state });
    if (visit.state !== 'started' || !visit.checkInAt) refuse('wrong_state', 'state', { state: visit.state });
    if (countedAt(check, act) < visit.checkInAt)
      refuse('invalid', 'deviceAt', { after: visit.checkInAt.toISOString() });
    return { visit, check, proof: prove(check, elders.get(visit.elderId), body.homeRadiusMetres, act) };
  });
  await keepEvidence(tx, act, 'check_out', proved);
  const ended = proved.map(
    ({ visit, check, proof }): VisitRow => ({
      ...visit,
      state: 'finished',
      checkOutAt: countedAt(check, act),
      trust: Math.min(visit.trust ?? 5, proof.trust),
      verifiedMinutes: verifiedMinutes(visit.checkInAt as Date, countedAt(check, act), visit.plannedMinutes),
    }),
  );
  await writeVisits(tx, ended);
  const settleAt = new Date(act.at.getTime() + body.settleAfterHours * HOUR);
  await transition(
    tx,
    act,
    locked,
    ended.map((visit) => ({ orderId: visit.orderId, to: 'finished', set: { dueAt: settleAt } })),
  );
  await announceVisits(tx, act, ended);
  const confirmed = proved
    .filter(({ check }) => check.doorCode)
    .map(({ visit }) => ({ orderId: visit.orderId }));
  await confirmVisits(tx, act, confirmed, 'door_code');
  return ended;
}
