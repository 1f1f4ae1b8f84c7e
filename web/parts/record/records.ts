/** The record of a visit as the pages read it. */
import type { AnswerOf } from '../endpoints.ts';
import type { Formats } from '../format.ts';

export type VisitRecord = AnswerOf<'GET', '/visits/:id/record'>;
export type Edit = VisitRecord['edits'][number];
export type Unlock = VisitRecord['unlocks'][number];

/** Which visit a correction in a list is of. */
export type VisitFacts = AnswerOf<'GET', '/visit-edits'>['items'][number]['visit'];

/** Begin and end of a visit on the city's clock; a dash for what is missing. */
export const spanOf = (f: Formats, from: string | null, until: string | null): string =>
  [from, until].map((at) => (at ? f.time(at) : '—')).join(' – ');

/** The times as they were before any edit in force; null where there is none. */
export function originalOf({
  edits,
  checkInAt,
  checkOutAt,
}: VisitRecord): [string | null, string | null] | null {
  const inForce = edits.filter((edit) => edit.state === 'applied');
  if (inForce.length === 0) return null;
  const firstIn = inForce.find((edit) => edit.checkInAt);
  const firstOut = inForce.find((edit) => edit.checkOutAt);
  return [firstIn ? firstIn.checkInBefore : checkInAt, firstOut ? firstOut.checkOutBefore : checkOutAt];
}

/** Why times are corrected, in the order in which people are asked. */
export const correctionReasons: readonly Edit['reasonCode'][] = [
  'no_call_in_208',
  'no_call_out_209',
  'no_call_both_210',
  'early_or_late_211',
  'visit_changed_206',
  'outside_home_204',
  'address_mismatch_207',
  'not_reported_214',
  'device_217',
  'no_network_218',
  'entry_error_219',
  'no_replacement_220',
  'other_222',
];

/** What was done about it. */
export const correctionActions: readonly Edit['actionCode'][] = [
  'confirmed_family_12',
  'confirmed_outside_11',
  'timesheet_signed_19',
  'new_helper_13',
  'rescheduled_14',
  'cancelled_15',
  'other_20',
];

/** Characters that a note on a correction has at least and at most. */
export const NOTE = { least: 4, most: 500 } as const;
