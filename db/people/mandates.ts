/**
 * Who may act for an elder, within which scopes, until when and up to how many minutes a month (C12). The elder records
 * it, or the station on the elder's word; a delegate neither makes, changes nor extends a mandate of his own, nor spends
 * more than it allows. A new mandate takes the place of the one before.
 */
import { and, desc, eq, isNull } from 'drizzle-orm';
import { alias } from 'drizzle-orm/pg-core';
import { writeAudit } from '../audit/audit.ts';
import { type Act, refuse } from '../connect/act.ts';
import type { Database, Tx } from '../connect/database.ts';
import { newId } from '../connect/ids.ts';
import type { Reach } from '../connect/reach.ts';
import { personOfActor } from './accounts.ts';
import { mandateSpentOf } from './mandateSpentOf.ts';
import { maskName } from './mask.ts';
import { type Named, personNamed } from './named.ts';
import { personWithin } from './personWithin.ts';
import { type MandateScope, mandateScopes } from './rules.ts';
import { mandates, persons } from './schema.ts';

type MandateRow = typeof mandates.$inferSelect;

export interface MandateInput {
  elderId: string;
  delegateId: string;
  relation: MandateRow['relation'];
  scopes: readonly MandateScope[];
  validUntil?: Date | null;
  /** The most that the delegate may spend for the elder in a calendar month; no limit when left out. */
  monthlyMinutes?: number | null;
}

export interface MandateView {
  id: string;
  elder: { id: string; name: string };
  delegate: { id: string; name: string };
  relation: MandateRow['relation'];
  scopes: MandateScope[];
  validFrom: Date;
  validUntil: Date | null;
  monthlyMinutes: number | null;
  /** In this calendar month. */
  spentMinutes: number;
  leftMinutes: number | null;
  withdrawnAt: Date | null;
  isLive: boolean;
}

const LEAST_REASON = 4;
const MOST_MANDATES = 100;

/** Records elders' consent that others act for them. */
export async function grantMandates(
  tx: Tx,
  act: Act,
  items: readonly (MandateInput & { id?: string })[],
): Promise<void> {
  if (items.length === 0) return;
  await tx.insert(mandates).values(
    items.map((item) => ({
      ...item,
      id: item.id ?? newId(act.at),
      scopes: [...item.scopes],
      validFrom: act.at,
      validUntil: item.validUntil ?? null,
      monthlyMinutes: item.monthlyMinutes ?? null,
      recordedBy: act.actorId,
    })),
  );
  await writeAudit(
    tx,
    act,
    items.map((item) => ({
      action: 'mandate.recorded',
      personId: item.elderId,
      recordId: item.delegateId,
      detail: {
        scopes: [...item.scopes].join(' '),
        monthlyMinutes: item.monthlyMinutes ?? null,
        validUntil: item.validUntil?.toISOString() ?? null,
      },
    })),
  );
}

export interface NewMandate extends Omit<MandateInput, 'delegateId'> {
  delegate: Named;
}

/**
 * Records one mandate in place of the live one of the same two, if any. Refuses an unknown delegate, an end that is
 * past, no scope at all, and the delegate himself at the desk (`own_request`).
 */
export async function recordMandate(
  tx: Tx,
  act: Act,
  reach: Reach,
  { delegate, ...mandate }: NewMandate,
): Promise<MandateView> {
  await personWithin(tx, reach, mandate.elderId);
  const found = await personNamed(tx, delegate);
  if (!found) refuse('nobody_found', 'delegate');
  if (found.id === mandate.elderId) refuse('invalid', 'delegate');
  if ((await personOfActor(tx, act)) === found.id) refuse('own_request', 'delegate');
  if (mandate.scopes.length === 0) refuse('invalid', 'scopes');
  if (mandate.validUntil && mandate.validUntil <= act.at) refuse('invalid', 'validUntil');
  await tx
    .update(mandates)
    .set({ revokedAt: act.at })
    .where(
      and(
        eq(mandates.elderId, mandate.elderId),
        eq(mandates.delegateId, found.id),
        isNull(mandates.revokedAt),
      ),
    );
  const id = newId(act.at);
  await grantMandates(tx, act, [{ ...mandate, id, delegateId: found.id }]);
  return viewOf(tx, reach, id, act.at);
}

/** Ends a mandate at once, for a reason. Refuses the delegate himself at the desk, and one that is withdrawn already. */
export async function withdrawMandate(
  tx: Tx,
  act: Act,
  reach: Reach,
  { id, reason }: { id: string; reason: string },
): Promise<MandateView> {
  if (reason.trim().length < LEAST_REASON) refuse('reason_needed', 'reason', { min: LEAST_REASON });
  const [mandate] = await tx.select().from(mandates).where(eq(mandates.id, id)).for('update');
  if (!mandate) refuse('not_found', 'id');
  await personWithin(tx, reach, mandate.elderId);
  if ((await personOfActor(tx, act)) === mandate.delegateId) refuse('own_request', 'id');
  if (mandate.revokedAt) refuse('already_done', 'id');
  await tx.update(mandates).set({ revokedAt: act.at }).where(eq(mandates.id, id));
  await writeAudit(tx, act, [
    {
      action: 'mandate.withdrawn',
      personId: mandate.elderId,
      recordId: mandate.delegateId,
      reason: reason.trim(),
    },
  ]);
  return viewOf(tx, reach, id, act.at);
}

const elder = alias(persons, 'elder');
const delegate = alias(persons, 'delegate');

const select = (db: Database | Tx) =>
  db
    .select({ mandate: mandates, elderName: elder.name, delegateName: delegate.name })
    .from(mandates)
    .innerJoin(elder, eq(elder.id, mandates.elderId))
    .innerJoin(delegate, eq(delegate.id, mandates.delegateId));

async function views(
  db: Database | Tx,
  reach: Reach,
  rows: Awaited<ReturnType<typeof select>>,
  at: Date,
): Promise<MandateView[]> {
  const spent = await mandateSpentOf(
    db,
    rows.map((row) => row.mandate),
    at,
  );
  const isOwn = reach.kind === 'elders';
  return rows.map(({ mandate, elderName, delegateName }) => {
    const spentMinutes = spent.get(`${mandate.elderId}:${mandate.delegateId}`) ?? 0;
    const { monthlyMinutes, revokedAt, validFrom, validUntil } = mandate;
    return {
      id: mandate.id,
      elder: { id: mandate.elderId, name: isOwn ? elderName : maskName(elderName) },
      delegate: { id: mandate.delegateId, name: isOwn ? delegateName : maskName(delegateName) },
      relation: mandate.relation,
      scopes: mandateScopes.filter((scope) => mandate.scopes.includes(scope)),
      validFrom,
      validUntil,
      monthlyMinutes,
      spentMinutes,
      leftMinutes: monthlyMinutes === null ? null : Math.max(0, monthlyMinutes - spentMinutes),
      withdrawnAt: revokedAt,
      isLive: !revokedAt && validFrom <= at && (!validUntil || validUntil > at),
    };
  });
}

async function viewOf(tx: Tx, reach: Reach, id: string, at: Date): Promise<MandateView> {
  const [view] = await views(tx, reach, await select(tx).where(eq(mandates.id, id)), at);
  return view ?? refuse('not_found', 'id');
}

/** The mandates an elder has given, or those a delegate has been given, newest first, at most 100. */
export async function listMandates(
  db: Database | Tx,
  reach: Reach,
  of: { elderId: string } | { delegateId: string },
  at: Date,
): Promise<MandateView[]> {
  const whose = 'elderId' in of ? eq(mandates.elderId, of.elderId) : eq(mandates.delegateId, of.delegateId);
  const rows = await select(db).where(whose).orderBy(desc(mandates.id)).limit(MOST_MANDATES);
  return views(db, reach, rows, at);
}
