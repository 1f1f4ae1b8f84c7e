/** Planning visits: an accepted offer becomes a visit, and the person's time is promised (S8). */
import { inArray, type SQL, sql } from 'drizzle-orm';
import type { Act } from '../connect/act.ts';
import type { Tx } from '../connect/database.ts';
import { newId } from '../connect/ids.ts';
import { insertRows } from '../connect/insertRows.ts';
import { record } from '../events/events.ts';
import { stationsOf } from '../people/stationsOf.ts';
import type { RespitePolicy } from '../respite/rules.ts';
import { currentPolicy } from '../services/policies.ts';
import { commitments, visits } from './schema.ts';

export type VisitRow = typeof visits.$inferSelect;

/** What a visit takes over from its order and the offer that was accepted. */
export interface VisitPlan {
  order: {
    id: string;
    serviceCode: string;
    elderId: string;
    districtCode: string;
    startAt: Date;
    latestStartAt: Date;
    minutes: number;
  };
  kind: 'volunteer' | 'carer';
  personId: string;
  providerId: string | null;
  /** 1, or 2 for the second of two who come together. */
  place: 1 | 2;
}

/**
 * Plans visits at the asked time, or now when that has passed, in the order given. The database refuses with
 * `person_busy` a time that the person has promised already.
 */
export async function planVisits(tx: Tx, act: Act, plans: readonly VisitPlan[]): Promise<VisitRow[]> {
  if (plans.length === 0) return [];
  const stations = await stationsOf(
    tx,
    plans.filter((plan) => plan.kind === 'volunteer').map((plan) => plan.personId),
  );
  const rows = plans.map(({ order, kind, personId, providerId, place }): VisitRow => {
    const startAt = new Date(Math.max(order.startAt.getTime(), act.at.getTime()));
    return {
      id: newId(act.at),
      orderId: order.id,
      place,
      state: 'planned',
      serviceCode: order.serviceCode,
      elderId: order.elderId,
      personId,
      kind,
      providerId,
      stationId: stations.get(personId) ?? null,
      districtCode: order.districtCode,
      plannedStartAt: startAt,
      latestStartAt: new Date(Math.max(order.latestStartAt.getTime(), startAt.getTime())),
      plannedMinutes: order.minutes,
      checkInAt: null,
      checkOutAt: null,
      trust: null,
      verifiedMinutes: null,
      manualEdits: 0,
      closedAt: null,
    };
  });
  const { body: respite } = await currentPolicy(tx, 'respite', act.at);
  await insertRows(tx, visits, rows);
  await insertRows(
    tx,
    commitments,
    rows.map((visit) => ({
      visitId: visit.id,
      orderId: visit.orderId,
      place: visit.place,
      personId: visit.personId,
      during: promisedTime(visit, respite),
    })),
  );
  await announceVisits(tx, act, rows);
  return rows;
}

/** The time of a visit, and around a long block (S6) the carer's rest. */
function promisedTime(
  visit: Pick<VisitRow, 'plannedStartAt' | 'plannedMinutes'>,
  { restFromMinutes, restHours }: RespitePolicy,
): string {
  const restMs = visit.plannedMinutes >= restFromMinutes ? restHours * 3_600_000 : 0;
  const start = visit.plannedStartAt.getTime();
  const from = new Date(start - restMs);
  const until = new Date(start + visit.plannedMinutes * 60_000 + restMs);
  return `[${from.toISOString()},${until.toISOString()})`;
}

/** Cancels planned or started visits and frees the person's time. */
export function cancelVisits(tx: Tx, act: Act, visitIds: readonly string[]): Promise<VisitRow[]> {
  return closeVisits(tx, act, visitIds, 'cancelled');
}

/**
 * Marks visits that nobody came to (S11) and frees the person's time; returns those. Whoever did come, and waited for
 * the second in vain, has missed nothing: that visit is cancelled.
 */
export async function missVisits(tx: Tx, act: Act, visitIds: readonly string[]): Promise<VisitRow[]> {
  const closed = await closeVisits(
    tx,
    act,
    visitIds,
    sql`case when ${visits.state} = 'planned' then 'missed' else 'cancelled' end`,
  );
  return closed.filter((visit) => visit.state === 'missed');
}

/** Closes visits with the state given, and frees the person's time; returns them. */
export async function closeVisits(
  tx: Tx,
  act: Act,
  visitIds: readonly string[],
  state: 'cancelled' | 'missed' | SQL,
): Promise<VisitRow[]> {
  if (visitIds.length === 0) return [];
  const ids = [...visitIds];
  const rows = await tx
    .update(visits)
    .set({ state, closedAt: act.at })
    .where(inArray(visits.id, ids))
    .returning();
  await tx.delete(commitments).where(inArray(commitments.visitId, ids));
  await announceVisits(tx, act, rows);
  return rows;
}

/** Tells the helper's and the elder's pages, and the desk, that visits changed. */
export function announceVisits(tx: Tx, act: Act, rows: readonly VisitRow[]): Promise<void> {
  return record(
    tx,
    act,
    rows.map((visit) => ({
      kind: 'visit' as const,
      recordId: visit.id,
      personIds: [visit.elderId, visit.personId],
      detail: {
        state: visit.state,
        order: visit.orderId,
        provider: visit.providerId,
        district: visit.districtCode,
      },
    })),
  );
}

/** Frees the time of visits that are over. */
export async function freeTime(tx: Tx, visitIds: readonly string[]): Promise<void> {
  if (visitIds.length === 0) return;
  await tx.execute(sql`
    delete from commitments where visit_id in (
      select v::uuid from jsonb_array_elements_text(${JSON.stringify(visitIds)}::jsonb) as v)`);
}
