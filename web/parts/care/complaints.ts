/** Complaints as the pages read them. */
import type { AnswerOf } from '../endpoints.ts';
import type { Tone } from '../ToneTag.vue';

export type Complaint = AnswerOf<'GET', '/complaints'>['items'][number];
export type ComplaintDetail = AnswerOf<'GET', '/complaints/:id'>;
export type ComplaintKind = Complaint['kind'];

/** In the order in which people are asked. */
export const complaintKinds = [
  'late',
  'missed',
  'attitude',
  'quality',
  'fee',
  'safety',
  'other',
] as const satisfies readonly ComplaintKind[];

export const complaintStates = [
  'open',
  'assigned',
  'answered',
  'decided',
] as const satisfies readonly Complaint['state'][];

export const complaintTones: Record<Complaint['state'], Tone> = {
  open: 'warn',
  assigned: 'teal',
  answered: 'plum',
  decided: 'calm',
};
