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
  type ActionCode,
  type CheckMethod,
  type EditReason,
  type EvidenceOutcome,
  type EvidenceSignal,
  type ExceptionCode,
  type ExceptionReason,
  lockOf,
  metresBetween,
  type Position,
  setRight,
  signalsOf,
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
  exception?: ExceptionReason | null;
  /** Of a sheet of paper: why there is no other proof, and what was done about it. */
  reasonCode?: EditReason | null;
  actionCode?: ActionCode | null;
  /** The 4 digits that the elder tells; at check-out they confirm the visit (S10). */
  doorCode?: string | null;
  /** What was shown at the door: the text of the QR picture, or the tile's six digits. */
  code?: string | null;
  /** A sign that the position is made up; a signal for inspectors, never a refusal. */
  mockLocation?: boolean | null;
  /** Of a call: it came from the home's own telephone. */
  fromHome?: boolean;
  /** The phone that had recorded it and sent it later (S9), with the text it signed. */
  device?: { id: string; counter: number; skewSeconds: number; signed: string; signature: Uint8Array } | null;
}

export type Rules = OrdersPolicy & VisitsPolicy;

export interface Proof {
  trust: number;
  method: CheckMethod;
  distanceMetres: number | null;
  exception: ExceptionCode | null;
  signals: EvidenceSignal[];
  /** The elder has told the door code. */
  elderTold: boolean;
}

const HOUR = 3_600_000;
const byWord: readonly CheckMethod[] = ['phone', 'family', 'paper'];

/** When a check happened: what it counts at by its clock, and of a check-out when the visit had begun. */
export interface When {
  at: Date;
  beganAt: Date | null;
}

/**
 * How far a check is to be trusted. Away from home, without a position or with a code that does not fit it is taken all
 * the same and marked: the elder still gets the service. Refuses what was recorded too long ago (a word or a sheet of paper
 * may come as long as times can be edited), and a wrong door code of somebody who can ask for it again.
 */
export function prove(
  check: Check,
  elder: ElderToServe | undefined,
  { at, beganAt }: When,
  rules: Rules,
  act: Act,
): Proof {
  const age = act.at.getTime() - at.getTime();
  const isWord = byWord.includes(check.method);
  if (!isWord && age > rules.uploadHours * HOUR) refuse('too_late', 'deviceAt', { hours: rules.uploadHours });
  const lock = isWord && lockOf(at, act.at, rules);
  if (lock) refuse('times_locked', 'at', lock);
  const elderTold = Boolean(check.doorCode) && check.doorCode === elder?.doorCode;
  if (check.doorCode && !elderTold && !check.device) refuse('wrong_door_code', 'doorCode');
  const distanceMetres =
    check.position && elder?.home ? Math.round(metresBetween(check.position, elder.home)) : null;
  const inside = distanceMetres === null ? null : distanceMetres <= rules.homeRadiusMetres;
  const skewSeconds = check.device?.skewSeconds ?? null;
  const code = judged(check, elder, setRight(check.deviceAt, skewSeconds, act.at), rules);
  const method = methodOf(check, code, elderTold);
  const isProved = isWord || code === 'fresh' || elderTold || inside === true;
  return {
    trust: trustOf(method, check.method === 'phone' ? (check.fromHome ?? null) : inside),
    method,
    distanceMetres,
    exception: exceptionOf(check, code, isProved, elderTold),
    signals: signalsOf(
      { skewSeconds, mockLocation: check.mockLocation === true, receivedAt: act.at, beganAt },
      at,
      rules,
    ),
    elderTold,
  };
}

/** What a code at the door says; judged by the right time, as the code was shown by it. */
function judged(check: Check, elder: ElderToServe | undefined, at: Date, rules: Rules) {
  if (!check.code || !elder) return null;
  return judgeCode(check.code, { elderId: elder.id, version: elder.doorKeyVersion }, at, rules);
}

/** By what it is proved in the end: a code that does not fit proves nothing, so that only the position is left. */
function methodOf(check: Check, code: ReturnType<typeof judged>, elderTold: boolean): CheckMethod {
  if (code === 'fresh') return 'qr';
  if (elderTold) return 'door_code';
  return byWord.includes(check.method) ? check.method : 'gps';
}

function exceptionOf(
  check: Check,
  code: ReturnType<typeof judged>,
  isProved: boolean,
  elderTold: boolean,
): ExceptionCode | null {
  if (check.fromHome === false) return 'other_telephone';
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
      reasonCode: check.reasonCode ?? check.exception ?? null,
      actionCode: check.actionCode ?? null,
      signals: proof.signals,
      deviceId: check.device?.id ?? null,
      counter: check.device?.counter ?? null,
      mockLocation: check.mockLocation ?? null,
      skewSeconds: check.device?.skewSeconds ?? null,
      signedSealed: check.device ? seal(check.device.signed) : null,
      signature: check.device?.signature ?? null,
      outcome,
      actorId: act.actorId,
    })),
  );
}
