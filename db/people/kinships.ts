/**
 * Relations that count for the time bank (T5, T6): asked for by naming the relative, verified against a paper by a station
 * of either person's area, ended with a reason. Whoever asked never decides; a pair has at most one relation that is
 * asked for or verified. Each step is in the record of both persons.
 */
import { eq } from 'drizzle-orm';
import { type Act, refuse } from '../connect/act.ts';
import type { Tx } from '../connect/database.ts';
import { newId } from '../connect/ids.ts';
import type { Reach } from '../connect/reach.ts';
import { personOfActor } from './accounts.ts';
import { auditPair, type KinshipRow, type KinshipView, kinshipView, lockKinship } from './kinshipViews.ts';
import { type Named, personNamed } from './named.ts';
import { personWithin } from './personWithin.ts';
import { agesFit, type KinDocument, type KinRelation } from './rules.ts';
import { kinships } from './schema.ts';

const LEAST_REASON = 4;

export interface KinshipAsk {
  personId: string;
  relative: Named;
  /** What the relative is to the person. */
  relation: KinRelation;
  document: KinDocument;
}

/**
 * Asks to have a relation verified. Refuses somebody who is not found by name and number (`nobody_found`), ages that
 * do not fit, and a pair whose relation is asked for or verified already.
 */
export async function askKinship(tx: Tx, act: Act, reach: Reach, ask: KinshipAsk): Promise<KinshipView> {
  const person = await personWithin(tx, reach, ask.personId);
  const relative = await personNamed(tx, ask.relative);
  if (!relative) refuse('nobody_found', 'relative');
  if (relative.id === person.id) refuse('invalid', 'relative');
  if (!agesFit(ask.relation, person.birthDate, relative.birthDate, act.at))
    refuse('ages_do_not_fit', 'relation');
  const pair = { id: newId(act.at), personId: person.id, relativeId: relative.id, relation: ask.relation };
  const made = await tx
    .insert(kinships)
    .values({ ...pair, state: 'asked', document: ask.document, askedBy: act.actorId, askedAt: act.at })
    .onConflictDoNothing()
    .returning({ id: kinships.id });
  if (made.length === 0) refuse('already_done', 'relative');
  await auditPair(tx, act, 'kinship.asked', pair, null);
  return kinshipView(await lockKinship(tx, reach, pair.id), reach);
}

export interface KinshipDecision {
  id: string;
  decision: 'verify' | 'refuse';
  /** Needed to refuse. */
  reason?: string | null;
}

/**
 * The station's word after it has seen the paper. Refuses who asked and the two persons themselves (`own_request`), a
 * refusal without a reason, what is decided already, and what no longer fits.
 */
export async function decideKinship(
  tx: Tx,
  act: Act,
  reach: Reach,
  { id, decision, reason }: KinshipDecision,
): Promise<KinshipView> {
  const row = await lockKinship(tx, reach, id);
  const { kinship } = row;
  const decider = await personOfActor(tx, act);
  if (kinship.askedBy === act.actorId || decider === kinship.personId || decider === kinship.relativeId)
    refuse('own_request', 'id');
  if (kinship.state !== 'asked') refuse('already_done', 'state', { state: kinship.state });
  const why = reason?.trim() || null;
  if (decision === 'refuse' && (why ?? '').length < LEAST_REASON)
    refuse('reason_needed', 'reason', { min: LEAST_REASON });
  if (decision === 'verify') expectPlausible(row, act.at);
  const set = {
    state: decision === 'verify' ? ('verified' as const) : ('refused' as const),
    decidedBy: act.actorId,
    decidedAt: act.at,
    reason: why,
  };
  await tx.update(kinships).set(set).where(eq(kinships.id, id));
  await auditPair(tx, act, `kinship.${set.state}`, kinship, why);
  return kinshipView({ ...row, kinship: { ...kinship, ...set } }, reach);
}

/** Both must be alive, and of ages that fit, on the day on which it is verified. */
function expectPlausible({ kinship, asker, relative }: KinshipRow, at: Date): void {
  if (asker.closedAt || relative.closedAt) refuse('account_closed', 'id');
  if (!agesFit(kinship.relation, asker.birthDate, relative.birthDate, at))
    refuse('ages_do_not_fit', 'relation');
}

/** Ends a relation, or takes the request for it back: a divorce, a mistake. What was done under it stays done. */
export async function endKinship(
  tx: Tx,
  act: Act,
  reach: Reach,
  { id, reason }: { id: string; reason: string },
): Promise<KinshipView> {
  if (reason.trim().length < LEAST_REASON) refuse('reason_needed', 'reason', { min: LEAST_REASON });
  const row = await lockKinship(tx, reach, id);
  const { kinship } = row;
  if (kinship.state !== 'asked' && kinship.state !== 'verified')
    refuse('already_done', 'state', { state: kinship.state });
  const set = { state: 'ended' as const, endedBy: act.actorId, endedAt: act.at, reason: reason.trim() };
  await tx.update(kinships).set(set).where(eq(kinships.id, id));
  await auditPair(tx, act, 'kinship.ended', kinship, set.reason);
  return kinshipView({ ...row, kinship: { ...kinship, ...set } }, reach);
}
