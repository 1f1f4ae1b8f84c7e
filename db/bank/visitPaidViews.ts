/** The visit that a settlement paid for, with what proves it (S7) and whose word settled it (S10). */
import { sql } from 'drizzle-orm';
import type { Database, Tx } from '../connect/database.ts';
import type { Reach } from '../connect/reach.ts';
import { maskName } from '../people/mask.ts';

export interface PaidVisit {
  orderId: string;
  orderNumber: string;
  orderState: string;
  serviceCode: string;
  elderName: string;
  helperName: string | null;
  startAt: Date;
  bookedMinutes: number;
  /** Null where an approval stands in for a visit. */
  visitId: string | null;
  verifiedMinutes: number | null;
  /** 1 … 5, 5 best. */
  trust: number | null;
  manualEdits: number;
  approval: string | null;
  checks: {
    kind: 'check_in' | 'check_out';
    /** By the device's own clock. */
    at: Date;
    receivedAt: Date;
    method: string;
    trust: number;
    distanceM: number | null;
    accuracyM: number | null;
    exception: string | null;
  }[];
  /** `how`: confirmed, door_code, call_back, no_objection or dispute_decided. */
  confirmation: { at: Date; actorRole: string; how: string | null } | null;
}

const MOST_CHECKS = 20;

/** What was paid for by the settlement of an order at `at`; null where there is none. */
export async function paidVisitOf(
  tx: Database | Tx,
  reach: Reach,
  orderId: string,
  at: Date,
): Promise<PaidVisit | null> {
  const [row] = await tx.execute<{
    number: string;
    state: string;
    service_code: string;
    elder_id: string;
    elder: string;
    helper_id: string | null;
    helper: string | null;
    start_at: string;
    minutes: number;
    visit_id: string | null;
    approval: string | null;
    verified: number | null;
    trust: number | null;
    edits: number | null;
  }>(sql`
    select o.number::text as number, o.state, o.service_code, o.elder_id, e.name as elder, coalesce(v.person_id, o.assignee_id) as helper_id,
      h.name as helper, o.start_at, o.minutes, s.visit_id, s.approval, v.verified_minutes as verified, v.trust, v.manual_edits as edits
    from settlements s
    join orders o on o.id = s.order_id
    join persons e on e.id = o.elder_id
    left join visits v on v.id = s.visit_id
    left join persons h on h.id = coalesce(v.person_id, o.assignee_id)
    where s.order_id = ${orderId}::uuid`);
  if (!row) return null;
  const own = new Set(reach.kind === 'elders' ? reach.elderIds : []);
  const name = (id: string | null, full: string) => (id && own.has(id) ? full : maskName(full));
  return {
    orderId,
    orderNumber: row.number,
    orderState: row.state,
    serviceCode: row.service_code,
    elderName: name(row.elder_id, row.elder),
    helperName: row.helper === null ? null : name(row.helper_id, row.helper),
    startAt: new Date(row.start_at),
    bookedMinutes: row.minutes,
    visitId: row.visit_id,
    verifiedMinutes: row.verified,
    trust: row.trust,
    manualEdits: row.edits ?? 0,
    approval: row.approval,
    checks: row.visit_id ? await checksOf(tx, row.visit_id, at) : [],
    confirmation: await confirmationOf(tx, orderId, at),
  };
}

/** Evidence is kept by month: none of a visit is from before it was planned or long after it was paid. */
async function checksOf(tx: Database | Tx, visitId: string, at: Date): Promise<PaidVisit['checks']> {
  const rows = await tx.execute<{
    kind: 'check_in' | 'check_out';
    method: string;
    trust: number;
    device_at: string;
    received_at: string;
    distance: number | null;
    accuracy: number | null;
    exception: string | null;
  }>(sql`
    select kind, method, trust, device_at, received_at, distance_metres as distance, accuracy_metres as accuracy, exception
    from visit_evidence
    where visit_id = ${visitId}::uuid and outcome = 'taken' and id < uuid_floor(${at.toISOString()}::timestamptz + interval '7 days')
      and id >= uuid_floor(${at.toISOString()}::timestamptz - interval '150 days')
    order by received_at, kind limit ${MOST_CHECKS}`);
  return rows.map((row) => ({
    kind: row.kind,
    at: new Date(row.device_at),
    receivedAt: new Date(row.received_at),
    method: row.method,
    trust: row.trust,
    distanceM: row.distance,
    accuracyM: row.accuracy,
    exception: row.exception,
  }));
}

async function confirmationOf(
  tx: Database | Tx,
  orderId: string,
  at: Date,
): Promise<PaidVisit['confirmation']> {
  const [row] = await tx.execute<{ at: string; actor_role: string; reason: string | null }>(sql`
    select at, actor_role, reason from order_history
    where order_id = ${orderId}::uuid and to_state = 'settled'
      and id >= uuid_floor(${at.toISOString()}::timestamptz - interval '2 days')
      and id < uuid_floor(${at.toISOString()}::timestamptz + interval '2 days')
    order by id desc limit 1`);
  return row ? { at: new Date(row.at), actorRole: row.actor_role, how: row.reason } : null;
}
