/**
 * Why a check was away from home or without proof, or why somebody was at two visits at once, told afterwards (S7): a word
 * beside the evidence, which stays.
 */
import { and, eq, gte } from 'drizzle-orm';
import { type Act, refuse } from '../connect/act.ts';
import type { Tx } from '../connect/database.ts';
import { currentPolicy } from '../services/policies.ts';
import { floorOf } from './floor.ts';
import { addNotes } from './notes.ts';
import { isAtTwo } from './overlaps.ts';
import type { VisitRow } from './plan.ts';
import type { EditReason, ReasonSubject } from './rules.ts';
import { visitEvidence, visits } from './schema.ts';
import { expectUnlocked } from './unlocks.ts';

export interface Explanation {
  visitId: string;
  about: ReasonSubject;
  reasonCode: EditReason;
  text: string | null;
}

/** Tells the reason of an exception; refuses where there is none, and after the visit's times are locked. */
export async function explainCheck(tx: Tx, act: Act, { visitId, ...reason }: Explanation): Promise<void> {
  const [visit] = await tx.select().from(visits).where(eq(visits.id, visitId));
  if (!visit) refuse('not_found', 'id');
  const { body } = await currentPolicy(tx, 'visits', act.at);
  await expectUnlocked(tx, visit, act.at, body, 'id');
  if (!(await isException(tx, visit, reason.about))) refuse('not_found', 'about');
  await addNotes(tx, act, [{ visitId, said: { kind: 'reason', ...reason }, deviceAt: act.at }]);
}

async function isException(tx: Tx, visit: VisitRow, about: ReasonSubject): Promise<boolean> {
  if (about === 'two_visits') return isAtTwo(tx, visit.id);
  const [odd] = await tx
    .select({ exception: visitEvidence.exception })
    .from(visitEvidence)
    .where(
      and(
        eq(visitEvidence.visitId, visit.id),
        eq(visitEvidence.kind, about),
        eq(visitEvidence.outcome, 'taken'),
        gte(visitEvidence.id, floorOf(visit.plannedStartAt)),
      ),
    );
  return Boolean(odd?.exception);
}
