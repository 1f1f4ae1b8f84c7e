/** Why a check was away from home or without proof, told afterwards (S7): a word beside the evidence, which stays. */
import { and, eq, gte } from 'drizzle-orm';
import { type Act, refuse } from '../connect/act.ts';
import type { Tx } from '../connect/database.ts';
import { currentPolicy } from '../services/policies.ts';
import { floorOf } from './floor.ts';
import { addNotes } from './notes.ts';
import { type EditReason, lockOf } from './rules.ts';
import { visitEvidence, visits } from './schema.ts';

export interface Explanation {
  visitId: string;
  about: 'check_in' | 'check_out';
  reasonCode: EditReason;
  text: string | null;
}

/** Tells the reason of a check; refuses one that needs none, and after the visit's times are locked. */
export async function explainCheck(tx: Tx, act: Act, { visitId, ...reason }: Explanation): Promise<void> {
  const [visit] = await tx.select().from(visits).where(eq(visits.id, visitId));
  if (!visit) refuse('not_found', 'id');
  const { body } = await currentPolicy(tx, 'visits', act.at);
  const lock = lockOf(visit.plannedStartAt, act.at, body);
  if (lock) refuse('times_locked', 'id', lock);
  const [odd] = await tx
    .select({ exception: visitEvidence.exception })
    .from(visitEvidence)
    .where(
      and(
        eq(visitEvidence.visitId, visitId),
        eq(visitEvidence.kind, reason.about),
        eq(visitEvidence.outcome, 'taken'),
        gte(visitEvidence.id, floorOf(visit.plannedStartAt)),
      ),
    );
  if (!odd?.exception) refuse('not_found', 'about');
  await addNotes(tx, act, [{ visitId, said: { kind: 'reason', ...reason }, deviceAt: act.at }]);
}
