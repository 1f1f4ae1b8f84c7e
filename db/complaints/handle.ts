/** Handling a complaint: given to somebody of the desk, answered by those it is about, decided, or withdrawn. */
import { eq, sql } from 'drizzle-orm';
import { type Act, refuse } from '../connect/act.ts';
import { anyOf } from '../connect/anyOf.ts';
import type { Tx } from '../connect/database.ts';
import { seal } from '../connect/seal.ts';
import { hindranceOf } from '../disputes/rules.ts';
import { markDue } from '../quality/due.ts';
import { visitsByOrder } from '../visits/rate.ts';
import type { ComplaintOutcome } from './rules.ts';
import { complaints } from './schema.ts';
import { type ComplaintRow, takeComplaintStep } from './steps.ts';
import { tellOfComplaints } from './telling.ts';

async function lockComplaint(tx: Tx, id: string): Promise<ComplaintRow> {
  const [row] = await tx
    .select()
    .from(complaints)
    .where(anyOf(complaints.id, [id]))
    .for('update');
  if (!row) refuse('not_found', 'id');
  if (row.state === 'decided') refuse('already_done', 'state', { state: row.state });
  return row;
}

async function write(tx: Tx, id: string, change: Partial<ComplaintRow>): Promise<ComplaintRow> {
  const [row] = await tx.update(complaints).set(change).where(eq(complaints.id, id)).returning();
  return row as ComplaintRow;
}

/** Gives a complaint to an account of a desk that answers for its area; refuses with `not_found` any other account. */
export async function assignComplaint(tx: Tx, act: Act, id: string, userId: string): Promise<void> {
  const row = await lockComplaint(tx, id);
  const [user] = await tx.execute(sql`
    select id from users where id = ${userId}::uuid and closed_at is null and role in ('station', 'dispatcher', 'regulator')
      and ${row.areaCode} like area_code || '%'`);
  if (!user) refuse('not_found', 'userId');
  const state = row.state === 'answered' ? row.state : 'assigned';
  await takeComplaintStep(tx, act, 'assigned', [await write(tx, id, { state, assignedTo: userId })]);
}

/** What those it is about say to it; a later answer takes the place of the one before. */
export async function answerComplaint(tx: Tx, act: Act, id: string, text: string): Promise<void> {
  await lockComplaint(tx, id);
  const row = await write(tx, id, { state: 'answered', answerSealed: seal(text) });
  await takeComplaintStep(tx, act, 'answered', [row]);
}

export interface ComplaintDecision {
  id: string;
  outcome: ComplaintOutcome;
  text: string;
}

/**
 * Ends a complaint; founded ones count in the scores. `personId` is the person of whoever decides. Refuses who complained
 * (`own_request`), unless it is withdrawn, and who served (`not_yours`).
 */
export async function decideComplaint(
  tx: Tx,
  act: Act,
  personId: string | null,
  { id, outcome, text }: ComplaintDecision,
): Promise<void> {
  const before = await lockComplaint(tx, id);
  const { by: openedBy, helperIds } = before;
  const hindrance = hindranceOf({ actorId: act.actorId, personId }, { openedBy, helperIds });
  if (hindrance === 'not_yours' || (hindrance && outcome !== 'withdrawn')) refuse(hindrance, 'id');
  const row = await write(tx, id, {
    state: 'decided',
    outcome,
    decisionSealed: seal(text),
    decidedBy: act.actorId,
    decidedAt: act.at,
  });
  await takeComplaintStep(tx, act, 'decided', [row]);
  // Whoever took it back knows.
  if (outcome !== 'withdrawn') await tellOfComplaints(tx, act, 'complaint_decided', [row]);
  const touched = await visitsByOrder(tx, row.visitId ? [row.visitId] : []);
  await markDue(tx, act, [...touched.values()]);
}
