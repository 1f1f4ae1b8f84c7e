/**
 * Putting a plan into effect: one transaction that writes where each order stands, and passes over every order about which
 * something newer was decided while the plan was made. What is asked, accepted, started or pinned is never touched.
 */
import { sql } from 'drizzle-orm';
import { awaitTurn } from '../audit/occasions.ts';
import type { Act } from '../connect/act.ts';
import type { Tx } from '../connect/database.ts';
import { newId } from '../connect/ids.ts';
import { insertRows } from '../connect/insertRows.ts';
import { record } from '../events/events.ts';
import { lockStillWaiting } from '../orders/waiting.ts';
import { type Claim, expectHeld, release } from './claim.ts';
import type { PlanKind } from './planRules.ts';
import { type DayPlanRow, dayPlans, type PlannedVisitRow, planProblems, unplacedOrders } from './schema.ts';

/** Where one of those who are to come for an order stands. */
export type Place = Pick<
  PlannedVisitRow,
  | 'orderId'
  | 'place'
  | 'personId'
  | 'providerId'
  | 'beginAt'
  | 'travelSeconds'
  | 'orderVersion'
  | 'terms'
  | 'nextBest'
> & {
  minutes: number;
  /** Before and after a long block (S6). */
  restMinutes: number;
};

export type Unplaced = Pick<typeof unplacedOrders.$inferSelect, 'orderId' | 'orderVersion' | 'excluded'>;

/** A plan as it was made, for the day and district of a claim. */
export interface MadePlan {
  kind: PlanKind;
  policyId: string;
  seed: number;
  seconds: number;
  cost: DayPlanRow['cost'];
  measures: DayPlanRow['measures'];
  /** Gzipped JSON, and its SHA-256 before it was gzipped. */
  problem: Uint8Array;
  problemHash: Uint8Array;
  places: readonly Place[];
  unplaced: readonly Unplaced[];
}

/**
 * Writes a plan and ends the claim. Passed over are orders that changed or left since the plan read them or that somebody
 * is at, and places whose person has promised the time elsewhere or is absent by now. Refuses with `stale` when the claim
 * is another's.
 */
export async function applyPlan(tx: Tx, act: Act, claim: Claim, plan: MadePlan): Promise<DayPlanRow> {
  // Two districts share carers: plans are put into effect one after the other, so that none waits for the other in turn.
  await awaitTurn(tx, 'dispatch:apply');
  await expectHeld(tx, claim);
  const read = [...plan.places, ...plan.unplaced].map(({ orderId, orderVersion }) => ({
    orderId,
    version: orderVersion,
  }));
  const waiting = await lockStillWaiting(tx, read);
  const id = newId(act.at);
  await clearDay(
    tx,
    claim,
    read.filter(({ orderId }) => !waiting.has(orderId)).map(({ orderId }) => orderId),
  );
  const placed = await writePlaces(
    tx,
    claim,
    id,
    plan.places.filter(({ orderId }) => waiting.has(orderId)),
  );
  const unplaced = plan.unplaced.filter(({ orderId }) => waiting.has(orderId));
  await insertRows(
    tx,
    unplacedOrders,
    unplaced.map((one) => ({ ...one, day: claim.day, areaCode: claim.areaCode, planId: id })),
  );
  const all = new Set(read.map(({ orderId }) => orderId)).size;
  const row: DayPlanRow = {
    id,
    day: claim.day,
    areaCode: claim.areaCode,
    kind: plan.kind,
    madeAt: act.at,
    policyId: plan.policyId,
    seed: plan.seed,
    seconds: plan.seconds,
    cost: plan.cost,
    measures: plan.measures,
    placed,
    unplaced: unplaced.length,
    passedOver: all - placed - unplaced.length,
    problemHash: plan.problemHash,
    previousId: claim.planId,
  };
  await insertRows(tx, dayPlans, [row]);
  await insertRows(tx, planProblems, [{ planId: id, problem: plan.problem }]);
  await release(tx, claim, act.at, id);
  await record(tx, act, [
    {
      kind: 'day_plan',
      recordId: id,
      personIds: [],
      detail: { day: claim.day, district: claim.areaCode, kind: plan.kind, placed, unplaced: row.unplaced },
    },
  ]);
  return row;
}

/** Takes the earlier plan of the day back, but for the orders passed over: of those the newer decision stands. */
async function clearDay(tx: Tx, { day, areaCode }: Claim, except: readonly string[]): Promise<void> {
  const kept = sql`select x::uuid from jsonb_array_elements_text(${JSON.stringify(except)}::jsonb) as x`;
  await tx.execute(
    sql`delete from planned_visits where area_code = ${areaCode} and day = ${day}::date and order_id not in (${kept})`,
  );
  await tx.execute(
    sql`delete from unplaced_orders where area_code = ${areaCode} and day = ${day}::date and order_id not in (${kept})`,
  );
}

/** Writes what does not contradict what people have promised by now; returns how many orders have all their places. */
async function writePlaces(tx: Tx, { day, areaCode }: Claim, planId: string, places: readonly Place[]) {
  if (places.length === 0) return 0;
  const rows = places.map((one) => {
    const begin = one.beginAt.getTime();
    return {
      order: one.orderId,
      place: one.place,
      person: one.personId,
      provider: one.providerId,
      begin: one.beginAt,
      from: new Date(begin - one.restMinutes * 60_000),
      until: new Date(begin + (one.minutes + one.restMinutes) * 60_000),
      travel: one.travelSeconds,
      version: one.orderVersion,
      terms: one.terms,
      next: one.nextBest,
    };
  });
  const written = await tx.execute<{ order_id: string }>(sql`
    insert into planned_visits (order_id, place, person_id, provider_id, day, area_code, begin_at, during,
      travel_seconds, order_version, terms, next_best, plan_id)
    select m.order, m.place, m.person, m.provider, ${day}::date, ${areaCode}, m.begin, tstzrange(m.from, m.until),
      m.travel, m.version, m.terms, m.next, ${planId}::uuid
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as m("order" uuid, place smallint, person uuid,
      provider uuid, begin timestamptz, "from" timestamptz, until timestamptz, travel integer, version integer,
      terms jsonb, next jsonb)
    where not exists (select from commitments c where c.person_id = m.person and c.during && tstzrange(m.from, m.until))
      and not exists (select from absences a where a.person_id = m.person and a.during && tstzrange(m.from, m.until))
    order by m.person, m.begin
    on conflict do nothing
    returning order_id`);
  const wanted = countBy(places.map(({ orderId }) => orderId));
  const found = countBy(written.map(({ order_id }) => order_id));
  const halves = [...found]
    .filter(([orderId, count]) => count < (wanted.get(orderId) ?? 0))
    .map(([id]) => id);
  await tx.execute(sql`
    delete from planned_visits where order_id in (
      select x::uuid from jsonb_array_elements_text(${JSON.stringify(halves)}::jsonb) as x)`);
  return found.size - halves.length;
}

function countBy(ids: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const id of ids) counts.set(id, (counts.get(id) ?? 0) + 1);
  return counts;
}
