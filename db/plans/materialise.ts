/**
 * Booking care plans ahead (S5): every instant that a rule names in the next days becomes an order, or is skipped, or is
 * refused with its reason and tried again the next day until its own. Done in one transaction with the plan locked, each
 * instant is booked once, however many workers there are and whenever one is killed.
 */
import { and, gte, sql } from 'drizzle-orm';
import { type Act, isOfWhatWasAsked, RefusalError, refusalIn } from '../connect/act.ts';
import { anyOf } from '../connect/anyOf.ts';
import type { Tx } from '../connect/database.ts';
import { apart, type Settled } from '../connect/gather.ts';
import { unseal } from '../connect/seal.ts';
import { record } from '../events/events.ts';
import { sendMessages } from '../messages/send.ts';
import { type Booking, bookOrders } from '../orders/book.ts';
import { closedAmong, consentsLast } from '../people/consents.ts';
import { elderSideOf } from '../people/elderSideOf.ts';
import { calendarAt } from '../services/calendar.ts';
import { currentPolicy } from '../services/policies.ts';
import { dayIn, nextInstant, type Occurrence, occurrencesBetween } from './rules.ts';
import { type carePlans, planOccurrences } from './schema.ts';

export type PlanRow = typeof carePlans.$inferSelect;
export type OccurrenceRow = typeof planOccurrences.$inferSelect;

const DAY = 86_400_000;
/** A visit moved by a holiday stands for an instant that is so many days past at most. */
const LOOKS_BACK_DAYS = 30;

interface Wanted {
  plan: PlanRow;
  occurrence: Occurrence;
}

/**
 * Books what is due of locked, active plans; returns what became of each instant that was looked at. Plans of people who
 * have left, and those whose rule has come to its end, end.
 */
export async function materialise(tx: Tx, act: Act, plans: readonly PlanRow[]): Promise<OccurrenceRow[]> {
  if (plans.length === 0) return [];
  const [policy, calendar, closed, known] = await Promise.all([
    currentPolicy(tx, 'orders', act.at),
    calendarAt(tx, act.at),
    closedAmong(
      tx,
      plans.flatMap((plan) => [plan.elderId, plan.holderId]),
    ),
    knownOf(tx, plans, act.at),
  ]);
  const horizon = new Date(act.at.getTime() + policy.body.planAheadDays * DAY);
  const living = plans.filter((plan) => !closed.has(plan.elderId) && !closed.has(plan.holderId));
  const seen = living.map((plan) => ({
    plan,
    ahead: occurrencesBetween(plan, calendar, act.at, horizon).filter(({ startAt }) => startAt > act.at),
  }));
  const open = seen.flatMap(({ plan, ahead }) =>
    ahead
      .filter((occurrence) => isOpen(known.get(keyOf(plan.id, occurrence.at)), act.at, plan.timeZone))
      .map((occurrence): Wanted => ({ plan, occurrence })),
  );
  const wanted = open.filter(({ occurrence }) => !occurrence.skipped);
  const outcomes = await bookEach(tx, act, wanted);
  const became = [
    ...open.flatMap(({ plan, occurrence }): OccurrenceRow[] => {
      if (!occurrence.skipped) return [];
      const { at, startAt, skipped } = occurrence;
      return [
        { planId: plan.id, at, startAt, state: 'skipped', orderId: null, reason: skipped, triedAt: act.at },
      ];
    }),
    ...wanted.map(({ plan, occurrence }, i) => rowOf(act, plan, occurrence, outcomes[i] as Settled<string>)),
  ];
  await keep(tx, became);
  const now = new Map([...known, ...became.map((row) => [keyOf(row.planId, row.at), row] as const)]);
  await lookAgain(
    tx,
    act,
    plans.map((plan) => {
      const ahead = seen.find((one) => one.plan === plan)?.ahead;
      if (!ahead) return { plan, due: null };
      const isRefused = ahead.some(({ at }) => now.get(keyOf(plan.id, at))?.state === 'refused');
      if (isRefused) return { plan, due: new Date(act.at.getTime() + DAY) };
      const next = nextInstant(plan, horizon);
      if (next) return { plan, due: new Date(next.getTime() - (horizon.getTime() - act.at.getTime())) };
      return { plan, due: ahead.at(-1)?.startAt ?? null };
    }),
  );
  await tell(tx, act, plans, known, became);
  return became;
}

const keyOf = (planId: string, at: Date): string => `${planId}:${at.getTime()}`;

/** Not looked at yet, or refused on an earlier day. */
function isOpen(row: OccurrenceRow | undefined, at: Date, timeZone: string): boolean {
  if (!row) return true;
  return row.state === 'refused' && dayIn(timeZone, row.triedAt) < dayIn(timeZone, at);
}

async function knownOf(tx: Tx, plans: readonly PlanRow[], at: Date): Promise<Map<string, OccurrenceRow>> {
  const rows = await tx
    .select()
    .from(planOccurrences)
    .where(
      and(
        anyOf(
          planOccurrences.planId,
          plans.map((plan) => plan.id),
        ),
        gte(planOccurrences.at, new Date(at.getTime() - LOOKS_BACK_DAYS * DAY)),
      ),
    );
  return new Map(rows.map((row) => [keyOf(row.planId, row.at), row]));
}

/** The order's id of each that could be booked; those that could not are refused each for its own reason. */
async function bookEach(tx: Tx, act: Act, wanted: readonly Wanted[]): Promise<Settled<string>[]> {
  const allowed = await allowedOf(tx, wanted, act.at);
  const outcomes = await apart(
    wanted.filter((_, i) => allowed[i]),
    // A savepoint each, so that what fails leaves nothing behind.
    (some) =>
      tx.transaction(async (within) => {
        const booked = await bookOrders(within, act, some.map(bookingOf));
        return booked.map((order) => order.id);
      }),
    isOfWhatWasAsked,
  );
  let next = 0;
  return wanted.map((_, i) =>
    allowed[i]
      ? (outcomes[next++] as Settled<string>)
      : { status: 'rejected', reason: new RefusalError({ code: 'not_yours', field: 'payer' }) },
  );
}

/** Whether the elder's consent still covers what a family member has arranged. */
async function allowedOf(tx: Tx, wanted: readonly Wanted[], at: Date): Promise<boolean[]> {
  const byFamily = wanted.flatMap(({ plan }) =>
    plan.delegateId
      ? [
          {
            elderId: plan.elderId,
            delegateId: plan.delegateId,
            scopes:
              plan.payer === 'subsidy' || (plan.payer === 'time_bank' && plan.holderId === plan.elderId)
                ? (['book', 'spend'] as const)
                : (['book'] as const),
          },
        ]
      : [],
  );
  const last = await consentsLast(tx, byFamily, at);
  let next = 0;
  return wanted.map(({ plan }) => (plan.delegateId ? (last[next++] as boolean) : true));
}

function bookingOf({ plan, occurrence }: Wanted): Booking {
  return {
    elderId: plan.elderId,
    serviceCode: plan.serviceCode,
    startAt: occurrence.startAt,
    minutes: plan.minutes,
    payer: plan.payer,
    holderId: plan.holderId,
    note: unseal(plan.noteSealed),
    ...(plan.tasks ? { tasks: plan.tasks } : {}),
    plan: { id: plan.id, at: occurrence.at },
    by: { actorId: plan.bookedBy, role: plan.bookedByRole, onBehalfOf: plan.onBehalfOf },
  };
}

function rowOf(
  act: Act,
  plan: PlanRow,
  { at, startAt }: Occurrence,
  outcome: Settled<string>,
): OccurrenceRow {
  const row = { planId: plan.id, at, startAt, triedAt: act.at };
  if (outcome.status === 'fulfilled')
    return { ...row, state: 'booked', orderId: outcome.value, reason: null };
  const refusal = refusalIn(outcome.reason);
  if (!refusal) throw outcome.reason;
  return { ...row, state: 'refused', orderId: null, reason: refusal.code };
}

/** Writes what became of instants; a later attempt takes the place of an earlier refusal. */
export async function keep(tx: Tx, rows: readonly OccurrenceRow[]): Promise<void> {
  if (rows.length === 0) return;
  await tx.execute(sql`
    insert into plan_occurrences (plan_id, at, start_at, state, order_id, reason, tried_at)
    select "planId", at, "startAt", state, "orderId", reason, "triedAt"
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as m("planId" uuid, at timestamptz, "startAt" timestamptz,
      state text, "orderId" uuid, reason text, "triedAt" timestamptz)
    on conflict (plan_id, at) do update set start_at = excluded.start_at, state = excluded.state,
      order_id = excluded.order_id, reason = excluded.reason, tried_at = excluded.tried_at
    where plan_occurrences.state = 'refused'`);
}

/** When the worker looks at plans again; never: nothing of theirs is to come, and they end. */
async function lookAgain(
  tx: Tx,
  act: Act,
  looks: readonly { plan: PlanRow; due: Date | null }[],
): Promise<void> {
  const rows = looks.map(({ plan, due }) => ({ id: plan.id, due }));
  await tx.execute(sql`
    update care_plans p set due_at = m.due,
      state = case when m.due is null then 'ended' else p.state end,
      version = p.version + case when m.due is null then 1 else 0 end,
      updated_at = case when m.due is null then ${act.at.toISOString()}::timestamptz else p.updated_at end
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as m(id uuid, due timestamptz) where p.id = m.id`);
}

/** Shows on the elder's pages what became of plans, and tells the elder's side, once, of each visit that was refused. */
async function tell(
  tx: Tx,
  act: Act,
  plans: readonly PlanRow[],
  known: ReadonlyMap<string, OccurrenceRow>,
  became: readonly OccurrenceRow[],
): Promise<void> {
  const planOf = new Map(plans.map((plan) => [plan.id, plan]));
  const changed = new Set(became.map((row) => planOf.get(row.planId) as PlanRow));
  await announcePlans(tx, act, [...changed]);
  const refused = became.filter(
    ({ planId, at, state }) => state === 'refused' && !known.has(keyOf(planId, at)),
  );
  const sides = await elderSideOf(
    tx,
    refused.map((row) => planOf.get(row.planId)?.elderId as string),
    act.at,
  );
  await sendMessages(
    tx,
    act,
    refused.flatMap(({ planId, at, startAt }) => {
      const plan = planOf.get(planId) as PlanRow;
      const side = sides.get(plan.elderId);
      const params = { elder: side?.name ?? '', at: startAt.toISOString(), service: plan.serviceCode };
      return (side?.personIds ?? []).map((personId) => ({
        personId,
        template: 'plan_refused' as const,
        key: keyOf(planId, at),
        params,
        until: startAt,
      }));
    }),
  );
}

/** Tells the elder's pages that plans changed. */
export function announcePlans(tx: Tx, act: Act, plans: readonly PlanRow[]): Promise<void> {
  return record(
    tx,
    act,
    plans.map((plan) => ({
      kind: 'plan' as const,
      recordId: plan.id,
      personIds: [plan.elderId],
      detail: { state: plan.state },
    })),
  );
}
