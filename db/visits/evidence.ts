/** The raw record of a check (S7): how far it is to be trusted, what is odd about it, and keeping it as it came. */
import { type Act, refuse } from '../connect/act.ts';
import type { Tx } from '../connect/database.ts';
import { newId } from '../connect/ids.ts';
import { insertRows } from '../connect/insertRows.ts';
import { seal } from '../connect/seal.ts';
import type { OrdersPolicy } from '../orders/rules.ts';
import type { ElderToServe } from '../people/eldersToServe.ts';
import { judgeCode } from './doorCodes.ts';
import type { VisitRow } from './plan.ts';
import {
  type CheckMethod,
  type EvidenceOutcome,
  type ExceptionCode,
  metresBetween,
  type Position,
  trustOf,
  type VisitsPolicy,
} from './rules.ts';
import { visitEvidence } from './schema.ts';

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
  /** What was shown at the door: the text of the QR picture, or the tile's six digits. */
  code?: string | null;
  /** A sign that the position is made up; a signal for inspectors, never a refusal. */
  mockLocation?: boolean | null;
  /** The phone that had recorded it and sent it later (S9). */
  device?: { id: string; counter: number; skewSeconds: number } | null;
}

export type Rules = OrdersPolicy & VisitsPolicy;

export interface Proof {
  trust: number;
  method: CheckMethod;
  distanceMetres: number | null;
  exception: ExceptionCode | null;
  /** The elder has told the door code. */
  elderTold: boolean;
}

const HOUR = 3_600_000;
const LATE_UPLOAD_HOURS = 72;
const byWord: readonly CheckMethod[] = ['phone', 'family', 'paper'];

/**
 * How far a check that counts at `at` is to be trusted. Away from home, without a position or with a code that does not
 * fit it is taken all the same and marked: the elder still gets the service. Refuses what was recorded over 72 h ago, and
 * a wrong door code of somebody who can ask for it again.
 */
export function prove(
  check: Check,
  elder: ElderToServe | undefined,
  at: Date,
  rules: Rules,
  act: Act,
): Proof {
  if (act.at.getTime() - at.getTime() > LATE_UPLOAD_HOURS * HOUR)
    refuse('too_late', 'deviceAt', { hours: LATE_UPLOAD_HOURS });
  const elderTold = Boolean(check.doorCode) && check.doorCode === elder?.doorCode;
  if (check.doorCode && !elderTold && !check.device) refuse('wrong_door_code', 'doorCode');
  const distanceMetres =
    check.position && elder?.home ? Math.round(metresBetween(check.position, elder.home)) : null;
  const inside = distanceMetres === null ? null : distanceMetres <= rules.homeRadiusMetres;
  const code = judged(check, elder, at, rules);
  const atDoor = code === 'fresh' || elderTold;
  const method = atDoor ? 'qr' : check.method === 'qr' ? 'gps' : check.method;
  return {
    trust: trustOf(method, inside),
    method,
    distanceMetres,
    exception: exceptionOf(
      check,
      code,
      atDoor || inside === true || byWord.includes(check.method),
      elderTold,
    ),
    elderTold,
  };
}

function judged(check: Check, elder: ElderToServe | undefined, at: Date, rules: Rules) {
  if (!check.code || !elder) return null;
  return judgeCode(check.code, { elderId: elder.id, version: elder.doorKeyVersion }, at, rules);
}

function exceptionOf(
  check: Check,
  code: ReturnType<typeof judged>,
  isProved: boolean,
  elderTold: boolean,
): ExceptionCode | null {
  if (code === 'stale' && !elderTold) return 'code_stale';
  if ((code === 'wrong' || check.doorCode) && !elderTold && code !== 'fresh') return 'code_wrong';
  return check.exception ?? (isProved ? null : 'not_explained');
}

/** Keeps checks as they came. */
export function keepEvidence(
  tx: Tx,
  act: Act,
  kind: 'check_in' | 'check_out',
  checks: readonly { visit: VisitRow; check: Check; proof: Proof; outcome: EvidenceOutcome }[],
): Promise<void> {
  return insertRows(
    tx,
    visitEvidence,
    checks.map(({ check, proof, outcome }) => ({
      id: newId(act.at),
      visitId: check.visitId,
      kind,
      method: proof.method,
      trust: proof.trust,
      deviceAt: check.deviceAt,
      receivedAt: act.at,
      positionSealed: check.position ? seal(JSON.stringify(check.position)) : null,
      distanceMetres: proof.distanceMetres,
      accuracyMetres: check.accuracyMetres === null ? null : Math.round(check.accuracyMetres),
      exception: proof.exception,
      deviceId: check.device?.id ?? null,
      counter: check.device?.counter ?? null,
      mockLocation: check.mockLocation ?? null,
      skewSeconds: check.device?.skewSeconds ?? null,
      outcome,
      actorId: act.actorId,
    })),
  );
}
