/** How a visit is proved (S7) and what of it counts. */
import { dayOf } from '../connect/days.ts';

export const visitStates = ['planned', 'started', 'finished', 'settled', 'missed', 'cancelled'] as const;

/** Whether a visit's times can be corrected: not once it is paid, nor where nobody came; that is reversed instead. */
export const isEditable = (state: (typeof visitStates)[number]): boolean =>
  state === 'planned' || state === 'started' || state === 'finished';

export const checkMethods = ['qr', 'gps', 'door_code', 'phone', 'family', 'paper'] as const;
export type CheckMethod = (typeof checkMethods)[number];

/** Reasons for a check-in away from home or without position; numbers follow the codes home-care systems share. */
export const exceptionReasons = [
  'outside_home_204',
  'address_mismatch_207',
  'device_217',
  'no_network_218',
  'other_222',
] as const;
export type ExceptionReason = (typeof exceptionReasons)[number];

export const exceptionCodes = [
  ...exceptionReasons,
  /** No reason was given; the service went on all the same. */
  'not_explained',
  /** The code at the door was shown at another time than the check's. */
  'code_stale',
  /** The code is not of this home. */
  'code_wrong',
  /** The call came from another telephone than the home's. */
  'other_telephone',
] as const;
export type ExceptionCode = (typeof exceptionCodes)[number];

/** What an inspector may look at (C8); none of it changes what counts. */
export const evidenceSignals = [
  /** Sent long after it was recorded. */
  'late',
  'clock_off',
  'mock_location',
  /** By its clock before the check-in, so it counts from there. */
  'before_check_in',
] as const;
export type EvidenceSignal = (typeof evidenceSignals)[number];

/** Whether a piece of evidence counts, or came after one that stands. */
export const evidenceOutcomes = ['taken', 'superseded'] as const;
export type EvidenceOutcome = (typeof evidenceOutcomes)[number];

export const uploadKinds = ['check_in', 'check_out', 'task', 'note'] as const;
export type UploadKind = (typeof uploadKinds)[number];
export const uploadOutcomes = ['taken', 'superseded', 'refused'] as const;

/** `reason`: why something is an exception, told afterwards. */
export const noteKinds = ['note', 'task', 'reason'] as const;
/** What a reason is told of: a check, or that the person was at another visit at the same time. */
export const reasonSubjects = ['check_in', 'check_out', 'two_visits'] as const;
export type ReasonSubject = (typeof reasonSubjects)[number];

export const unlockStates = ['asked', 'granted', 'refused'] as const;
export const editStates = ['asked', 'applied', 'refused'] as const;
/** Why times are edited, and what was done about it; numbers as home-care systems share them. */
export const editReasons = [
  'outside_home_204',
  'visit_changed_206',
  'address_mismatch_207',
  'no_call_in_208',
  'no_call_out_209',
  'no_call_both_210',
  'early_or_late_211',
  'not_reported_214',
  'device_217',
  'no_network_218',
  'entry_error_219',
  'no_replacement_220',
  'other_222',
] as const;
export type EditReason = (typeof editReasons)[number];
export const actionCodes = [
  'confirmed_outside_11',
  'confirmed_family_12',
  'new_helper_13',
  'rescheduled_14',
  'cancelled_15',
  'timesheet_signed_19',
  'other_20',
] as const;
export type ActionCode = (typeof actionCodes)[number];

/**
 * A visit is planned, and its order booked, at most so many days before it begins: older keys of the books that are kept by
 * month need not be looked at.
 */
export const PLANNED_AHEAD_DAYS = 62;

export interface VisitsPolicy {
  /** A phone's clock that is off by more is flagged, and its times are counted as if it were right; seconds. */
  clockSkewSeconds: number;
  /** A visit may begin so much before its time; minutes. */
  earlyMinutes: number;
  /** What a phone recorded is taken for so many hours, and marked as late after so many minutes (S9). */
  uploadHours: number;
  uploadLateMinutes: number;
  /** How long a code is shown at the door, and by how much a check's time may differ from it; seconds. */
  doorStepSeconds: number;
  doorToleranceSeconds: number;
  /** An edit that moves a time by more takes a second person; minutes. */
  editMinutesAlone: number;
  /** Times are locked so many days after the visit, and open again for so many hours when that is granted. */
  editDays: number;
  unlockHours: number;
  photosEach: number;
}

/**
 * The instant a check counts at: by the device's own clock, set right by what it was ahead when it sent, once that is more
 * than the policy allows; never later than the receipt. What the clock said and what it was off are both kept.
 */
export function countedAt(
  deviceAt: Date,
  skewSeconds: number | null,
  receivedAt: Date,
  policy: Pick<VisitsPolicy, 'clockSkewSeconds'>,
): Date {
  return setRight(deviceAt, isOff(skewSeconds, policy) ? skewSeconds : null, receivedAt);
}

const isOff = (skewSeconds: number | null, { clockSkewSeconds }: Pick<VisitsPolicy, 'clockSkewSeconds'>) =>
  Math.abs(skewSeconds ?? 0) > clockSkewSeconds;

/** A device's time set right by what its clock was ahead, however little; never later than the receipt. */
export function setRight(deviceAt: Date, skewSeconds: number | null, receivedAt: Date): Date {
  return new Date(Math.min(deviceAt.getTime() - (skewSeconds ?? 0) * 1000, receivedAt.getTime()));
}

/** What is odd about a check that counts at `at`. */
export function signalsOf(
  told: { skewSeconds: number | null; mockLocation: boolean; receivedAt: Date; beganAt: Date | null },
  at: Date,
  policy: Pick<VisitsPolicy, 'clockSkewSeconds' | 'uploadLateMinutes'>,
): EvidenceSignal[] {
  const signals: [EvidenceSignal, boolean][] = [
    ['late', told.receivedAt.getTime() - at.getTime() > policy.uploadLateMinutes * 60_000],
    ['clock_off', isOff(told.skewSeconds, policy)],
    ['mock_location', told.mockLocation],
    ['before_check_in', told.beganAt !== null && at < told.beganAt],
  ];
  return signals.filter(([, is]) => is).map(([signal]) => signal);
}

/** Since which day (in Asia/Shanghai) the times of a visit are locked by their age; null while they can be corrected. */
export function lockOf(
  visitAt: Date,
  at: Date,
  { editDays }: Pick<VisitsPolicy, 'editDays'>,
): { days: number; date: string } | null {
  const until = visitAt.getTime() + editDays * 24 * 3_600_000;
  if (at.getTime() <= until) return null;
  return { days: editDays, date: dayOf(new Date(until)) };
}

interface Presence {
  checkInAt: Date | null;
  checkOutAt: Date | null;
}

/** The time at both of two visits, without end while neither has one; nulls where it is not known that they overlap. */
export function overlapOf(one: Presence, other: Presence): { from: Date | null; until: Date | null } {
  if (!one.checkInAt || !other.checkInAt) return { from: null, until: null };
  const ends = [one.checkOutAt, other.checkOutAt].flatMap((at) => (at ? [at.getTime()] : []));
  return {
    from: new Date(Math.max(one.checkInAt.getTime(), other.checkInAt.getTime())),
    until: ends.length > 0 ? new Date(Math.min(...ends)) : null,
  };
}

/** How far an edit moves a visit's times, whole minutes; a time that there was not before counts from the plan. */
export function editDifference(
  before: { checkInAt: Date | null; checkOutAt: Date | null; plannedStartAt: Date; plannedMinutes: number },
  after: { checkInAt: Date | null; checkOutAt: Date | null },
): number {
  const plannedEnd = new Date(before.plannedStartAt.getTime() + before.plannedMinutes * 60_000);
  const moved = (was: Date | null, planned: Date, is: Date | null) =>
    is === null ? 0 : Math.abs(is.getTime() - (was ?? planned).getTime()) / 60_000;
  return Math.round(
    Math.max(
      moved(before.checkInAt, before.plannedStartAt, after.checkInAt),
      moved(before.checkOutAt, plannedEnd, after.checkOutAt),
    ),
  );
}

/**
 * Trust of a way of checking in, 5 best (S7); the position confirms a code, and its absence costs a level. The door code
 * that the elder tells stays the same, so it adds nothing to a position. Of a call, `isHome` says whether it came from the
 * home's telephone; from any other it is no more than a word.
 */
export function trustOf(method: CheckMethod, isHome: boolean | null): number {
  if (method === 'qr') return isHome ? 5 : 4;
  if (method === 'gps') return isHome ? 4 : 2;
  if (method === 'door_code') return isHome ? 4 : 3;
  if (method === 'phone') return isHome === false ? 2 : 3;
  return method === 'family' ? 2 : 1;
}

/** The mean radius of the earth. */
export const EARTH_METRES = 6_371_008.8;
const radians = (degrees: number) => (degrees * Math.PI) / 180;

export interface Position {
  lat: number;
  lon: number;
}

/** Great-circle distance in metres between two WGS-84 positions. */
export function metresBetween(a: Position, b: Position): number {
  const h =
    Math.sin(radians(b.lat - a.lat) / 2) ** 2 +
    Math.cos(radians(a.lat)) * Math.cos(radians(b.lat)) * Math.sin(radians(b.lon - a.lon) / 2) ** 2;
  return 2 * EARTH_METRES * Math.asin(Math.min(1, Math.sqrt(h)));
}

/**
 * Whole minutes between check-in and check-out, at least 1, and never more than what was booked:
 * the payer agreed to no more.
 */
export function verifiedMinutes(checkInAt: Date, checkOutAt: Date, bookedMinutes: number): number {
  const minutes = Math.round((checkOutAt.getTime() - checkInAt.getTime()) / 60_000);
  return Math.max(1, Math.min(minutes, bookedMinutes));
}
