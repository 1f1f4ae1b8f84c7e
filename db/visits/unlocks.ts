/**
 * Times that are locked, opened again (C9): somebody asks with a reason, a second person grants it, and after the policy's
 * hours they are locked again. What is settled stays as it is: that is reversed instead.
 */
import { and, desc, eq, sql } from 'drizzle-orm';
import { writeAudit } from '../audit/audit.ts';
import { type Act, refuse } from '../connect/act.ts';
import type { Database, Tx } from '../connect/database.ts';
import { newId } from '../connect/ids.ts';
import { seal } from '../connect/seal.ts';
import { currentPolicy } from '../services/policies.ts';
import { announceVisits, type VisitRow } from './plan.ts';
import { type EditReason, isEditable, lockOf, type VisitsPolicy } from './rules.ts';
import { visitUnlocks } from './schema.ts';
import { lockVisitRows } from './write.ts';

export type UnlockRow = typeof visitUnlocks.$inferSelect;

export interface NewUnlock {
  visitId: string;
  reasonCode: EditReason;
  note: string;
  /** The person of whoever asks; nobody has an own visit unlocked. */
  personId: string | null;
}

const HOUR = 3_600_000;

type Lockable = Pick<VisitRow, 'id' | 'plannedStartAt'>;

/** Until when the times of a visit are open by what was granted; null when nothing was, or it has expired. */
async function openUntil(db: Database | Tx, visitId: string, at: Date): Promise<Date | null> {
  const [row] = await db
    .select({ expiresAt: visitUnlocks.expiresAt })
    .from(visitUnlocks)
    .where(
      and(
        eq(visitUnlocks.visitId, visitId),
        eq(visitUnlocks.state, 'granted'),
        sql`${visitUnlocks.expiresAt} > ${at.toISOString()}::timestamptz`,
      ),
    )
    .orderBy(desc(visitUnlocks.expiresAt))
    .limit(1);
  return row?.expiresAt ?? null;
}

/** How the times of a visit stand at an instant: since when they are locked, and until when they are open all the same. */
export async function lockNow(
  db: Database | Tx,
  visit: Lockable,
  at: Date,
  policy: Pick<VisitsPolicy, 'editDays'>,
): Promise<{ lock: ReturnType<typeof lockOf>; openUntil: Date | null }> {
  const lock = lockOf(visit.plannedStartAt, at, policy);
  return { lock, openUntil: lock && (await openUntil(db, visit.id, at)) };
}

/** Refuses with `times_locked` where the times of a visit are locked and nobody has opened them again. */
export async function expectUnlocked(
  tx: Tx,
  visit: Lockable,
  at: Date,
  policy: Pick<VisitsPolicy, 'editDays'>,
  field: string,
): Promise<void> {
  const { lock, openUntil: until } = await lockNow(tx, visit, at, policy);
  if (lock && !until) refuse('times_locked', field, lock);
}

/** Asks that the times of a visit be opened again. Refuses an own visit, one whose times are open, and a second asking. */
export async function askUnlock(tx: Tx, act: Act, ask: NewUnlock): Promise<UnlockRow> {
  const { body } = await currentPolicy(tx, 'visits', act.at);
  const visit = await lockVisit(tx, ask.visitId);
  if (ask.personId === visit.personId) refuse('own_request', 'visitId');
  if (!isEditable(visit.state)) refuse('wrong_state', 'state', { state: visit.state });
  const { lock, openUntil: until } = await lockNow(tx, visit, act.at, body);
  if (!lock || until) refuse('already_done', 'visitId');
  const row: UnlockRow = {
    id: newId(act.at),
    visitId: visit.id,
    providerId: visit.providerId,
    districtCode: visit.districtCode,
    state: 'asked',
    reasonCode: ask.reasonCode,
    noteSealed: seal(ask.note),
    askedBy: act.actorId,
    askedAt: act.at,
    decidedBy: null,
    decidedAt: null,
    expiresAt: null,
  };
  const kept = await tx
    .insert(visitUnlocks)
    .values(row)
    .onConflictDoNothing()
    .returning({ id: visitUnlocks.id });
  if (kept.length === 0) refuse('already_done', 'visitId');
  await note(tx, act, visit, row, 'visit.unlock_asked');
  return row;
}

/** Grants or refuses what is asked; whoever asked cannot, nor whose visit it is. What is granted expires by the policy. */
export async function decideUnlock(
  tx: Tx,
  act: Act,
  decision: { unlockId: string; grant: boolean; personId: string | null },
): Promise<UnlockRow> {
  const [found] = await tx.select().from(visitUnlocks).where(eq(visitUnlocks.id, decision.unlockId));
  if (!found) refuse('not_found', 'id');
  const visit = await lockVisit(tx, found.visitId);
  const [asked] = await tx
    .select()
    .from(visitUnlocks)
    .where(eq(visitUnlocks.id, decision.unlockId))
    .for('update');
  if (asked?.state !== 'asked') refuse('already_done', 'state');
  if (asked.askedBy === act.actorId) refuse('needs_second_person');
  if (decision.personId === visit.personId) refuse('own_request', 'visitId');
  const { body } = await currentPolicy(tx, 'visits', act.at);
  const decided: UnlockRow = {
    ...asked,
    state: decision.grant ? 'granted' : 'refused',
    decidedBy: act.actorId,
    decidedAt: act.at,
    expiresAt: decision.grant ? new Date(act.at.getTime() + body.unlockHours * HOUR) : null,
  };
  const { state, decidedBy, decidedAt, expiresAt } = decided;
  await tx
    .update(visitUnlocks)
    .set({ state, decidedBy, decidedAt, expiresAt })
    .where(eq(visitUnlocks.id, asked.id));
  await note(tx, act, visit, decided, decision.grant ? 'visit.unlocked' : 'visit.unlock_refused');
  return decided;
}

async function lockVisit(tx: Tx, visitId: string): Promise<VisitRow> {
  const [visit] = await lockVisitRows(tx, [visitId]);
  if (!visit) refuse('not_found', 'visitId');
  return visit;
}

async function note(tx: Tx, act: Act, visit: VisitRow, unlock: UnlockRow, action: string): Promise<void> {
  await writeAudit(tx, act, [
    {
      action,
      personId: visit.elderId,
      recordId: visit.id,
      reason: unlock.reasonCode,
      detail: { unlock: unlock.id, until: unlock.expiresAt?.toISOString() ?? null },
    },
  ]);
  await announceVisits(tx, act, [visit]);
}
