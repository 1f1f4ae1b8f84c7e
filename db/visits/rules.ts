/** How a visit is proved (S7) and what of it counts. */

export const visitStates = ['planned', 'started', 'finished', 'settled', 'missed', 'cancelled'] as const;

export const checkMethods = ['qr', 'gps', 'phone', 'family', 'paper'] as const;
export type CheckMethod = (typeof checkMethods)[number];

/** Reasons for a check-in away from home or without position; numbers follow the codes home-care systems share. */
export const exceptionCodes = [
  'outside_home_204',
  'address_mismatch_207',
  'device_217',
  'no_network_218',
  'other_222',
] as const;
export type ExceptionCode = (typeof exceptionCodes)[number];

export const complaintKinds = ['late', 'missed', 'attitude', 'quality', 'fee', 'safety', 'other'] as const;
export type ComplaintKind = (typeof complaintKinds)[number];

/** Trust of a way of checking in, 5 best (S7); the position confirms a code, and its absence costs a level. */
export function trustOf(method: CheckMethod, insideRadius: boolean | null): number {
  if (method === 'qr') return insideRadius ? 5 : 4;
  if (method === 'gps') return insideRadius ? 4 : 2;
  if (method === 'phone') return 3;
  return method === 'family' ? 2 : 1;
}

const EARTH_METRES = 6_371_008.8;
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
