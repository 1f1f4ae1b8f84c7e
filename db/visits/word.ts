/**
 * Proof by word (S7): the family says when somebody came and left, or a station enters a sheet of paper with why there is
 * nothing better. Both are trusted little; neither keeps the elder from being served.
 */
import { type Act, refuse } from '../connect/act.ts';
import type { Tx } from '../connect/database.ts';
import { checkIn, checkOut } from './check.ts';
import { addNotes } from './notes.ts';
import type { VisitRow } from './plan.ts';
import type { ActionCode, EditReason } from './rules.ts';

export interface Word {
  visitId: string;
  method: 'family' | 'paper';
  kind: 'check_in' | 'check_out';
  at: Date;
  /** Needed of a sheet of paper. */
  reasonCode?: EditReason;
  actionCode?: ActionCode;
  note?: string;
}

/** Takes a word; returns the visit. Refuses a time that has not come, and a sheet of paper without reason and action. */
export async function takeWord(tx: Tx, act: Act, word: Word): Promise<VisitRow> {
  const { visitId, method, kind, at, reasonCode = null, actionCode = null, note } = word;
  if (at > act.at) refuse('invalid', 'at');
  if (method === 'paper' && !reasonCode) refuse('reason_needed', 'reasonCode');
  if (method === 'paper' && !actionCode) refuse('reason_needed', 'actionCode');
  const [visit] = await (kind === 'check_in' ? checkIn : checkOut)(tx, act, [
    { visitId, method, position: null, accuracyMetres: null, deviceAt: at, reasonCode, actionCode },
  ]);
  if (!visit) throw new Error('a word was not taken');
  if (note) await addNotes(tx, act, [{ visitId, said: { kind: 'note', text: note }, deviceAt: act.at }]);
  return visit;
}
