/**
 * Changing care plans (S5). Only what has not begun changes: visits that are booked and stay as they were are left alone,
 * the others are cancelled and booked anew.
 */
import { and, asc, eq, inArray, sql } from 'drizzle-orm';
import { writeAudit } from '../audit/audit.ts';
import { type Act, refuse } from '../connect/act.ts';
import { anyOf } from '../connect/anyOf.ts';
import type { Tx } from '../connect/database.ts';
import { dayBounds } from '../connect/days.ts';
import { newId } from '../connect/ids.ts';
import { insertRows } from '../connect/insertRows.ts';
import { seal, unseal } from '../connect/seal.ts';
import { changeOrders } from '../orders/change.ts';
import { cancelOrders } from '../orders/end.ts';
import { placeInPlan, unbegunOfPlans } from '../orders/ofPlan.ts';
import type { Payer } from '../orders/rules.ts';
import type { OrderRow } from '../orders/transition.ts';
import { calendarAt } from '../services/calendar.ts';
import { expectRule, expectService, madeBy } from './make.ts';
import { announcePlans, keep, materialise, type PlanRow } from './materialise.ts';
import {
  type HolidayRule,
  instantsBetween,
  occurrencesBetween,
  previewEnd,
  ruleAfter,
  wholeMinute,
} from './rules.ts';
import { carePlans, planOccurrences } from './schema.ts';

/** What of a plan is to be otherwise; what is left out stays. */
export interface PlanChange {
  firstAt?: Date;
  rule?: string;
  minutes?: number;
  payer?: Payer;
  holderId?: string;
  holidays?: HolidayRule;
  exceptions?: readonly string[];
  tasks?: readonly string[] | null;
  note?: string | null;
}

/** Locks a plan. Refuses one that is not there, that another has changed since, or that is in none of the states. */
export async function lockPlan(
  tx: Tx,
  id: string,
  version: number | null,
  states: readonly PlanRow['state'][],
): Promise<PlanRow> {
  const [plan] = await tx.select().from(carePlans).where(eq(carePlans.id, id)).for('update');
  if (!plan) refuse('not_found', 'id');
  if (version !== null && plan.version !== version) refuse('stale', 'If-Match', { version: plan.version });
  if (!states.includes(plan.state)) refuse('wrong_state', 'state', { state: plan.state });
  return plan;
}

/** Active plans that are due, without those of `except`, locked; those another worker holds are passed over. */
export function duePlans(tx: Tx, at: Date, limit: number, except: readonly string[]): Promise<PlanRow[]> {
  return tx
    .select()
    .from(carePlans)
    .where(
      and(
        sql`${carePlans.dueAt} <= ${at.toISOString()}::timestamptz`,
        except.length > 0 ? sql`not ${anyOf(carePlans.id, except)}` : undefined,
      ),
    )
    .orderBy(asc(carePlans.dueAt))
    .limit(limit)
    .for('update', { skipLocked: true });
}

/** The plan as it will be. */
function changed(plan: PlanRow, act: Act, change: PlanChange): PlanRow {
  return {
    ...plan,
    firstAt: change.firstAt ? wholeMinute(change.firstAt) : plan.firstAt,
    rule: change.rule?.toUpperCase() ?? plan.rule,
    minutes: change.minutes ?? plan.minutes,
    payer: change.payer ?? plan.payer,
    holderId: change.holderId ?? plan.holderId,
    holidays: change.holidays ?? plan.holidays,
    exceptions: change.exceptions ? [...change.exceptions] : plan.exceptions,
    tasks: change.tasks === undefined ? plan.tasks : change.tasks && [...change.tasks],
    noteSealed: change.note === undefined ? plan.noteSealed : seal(change.note),
    updatedAt: act.at,
    version: plan.version + 1,
  };
}

/** What a visit is, besides when. */
const termsOf = (plan: PlanRow): string =>
  JSON.stringify([plan.serviceCode, plan.payer, plan.holderId, plan.minutes, plan.tasks]);

const facts = (plan: PlanRow): string =>
  JSON.stringify([
    termsOf(plan),
    plan.firstAt,
    plan.rule,
    plan.holidays,
    [...plan.exceptions].sort(),
    unseal(plan.noteSealed),
  ]);

/** Changes all of a plan that has not begun. Refuses with `already_done` what is so already. */
export async function changePlan(tx: Tx, act: Act, plan: PlanRow, change: PlanChange): Promise<PlanRow> {
  const after = { ...changed(plan, act, change), ...(await madeBy(tx, act)) };
  if (facts(after) === facts(plan)) refuse('already_done', 'id');
  await expectService(tx, act, after);
  await expectRule(tx, act, after, act.at);
  await write(tx, act, after, 'plan.changed');
  await settle(tx, act, plan, after);
  return after;
}

/** Changes a plan from one of its visits on: it ends before that visit, and another goes on from there. */
export async function splitPlan(
  tx: Tx,
  act: Act,
  plan: PlanRow,
  from: Date,
  change: PlanChange,
): Promise<PlanRow> {
  if (from <= act.at) refuse('too_late', 'at');
  const before = instantsBetween(plan, plan.firstAt, from);
  const [here] = instantsBetween(plan, from, new Date(from.getTime() + 1));
  if (!here) refuse('not_found', 'at');
  if (before.length === 0) return changePlan(tx, act, plan, change);
  const rest = { ...plan, firstAt: from, rule: ruleAfter(plan.rule, before.length) };
  const after: PlanRow = {
    ...changed(rest, act, change),
    ...(await madeBy(tx, act)),
    id: newId(act.at),
    follows: plan.id,
    dueAt: act.at,
    createdAt: act.at,
    version: 1,
  };
  if (facts({ ...after, firstAt: from }) === facts(rest) && after.firstAt.getTime() === from.getTime())
    refuse('already_done', 'id');
  await expectService(tx, act, after);
  await expectRule(tx, act, after, act.at);
  await write(
    tx,
    act,
    { ...plan, endsBefore: from, updatedAt: act.at, version: plan.version + 1 },
    'plan.changed',
  );
  await insertRows(tx, carePlans, [after]);
  await writeAudit(tx, act, [
    { action: 'plan.made', personId: after.elderId, recordId: after.id, detail: { follows: plan.id } },
  ]);
  await settle(tx, act, plan, after, from);
  return after;
}

/** Skips a day, or more. */
export function exceptDays(tx: Tx, act: Act, plan: PlanRow, days: readonly string[]): Promise<PlanRow> {
  return changePlan(tx, act, plan, { exceptions: [...new Set([...plan.exceptions, ...days])] });
}

/**
 * Puts skipped days back; what the plan has then is booked again. Refuses a day that is not skipped, and one on which no
 * visit of the plan is to come any more.
 */
export async function restoreDays(
  tx: Tx,
  act: Act,
  plan: PlanRow,
  days: readonly string[],
): Promise<PlanRow> {
  for (const day of days) {
    if (!plan.exceptions.includes(day)) refuse('not_found', 'days');
    const { from, until } = dayBounds(day);
    if (!instantsBetween(plan, from, until).some((at) => at > act.at)) refuse('too_late', 'days');
  }
  return changePlan(tx, act, plan, { exceptions: plan.exceptions.filter((day) => !days.includes(day)) });
}

/** Stops a plan for the time being, or for good: what is booked ahead of it is cancelled. */
export async function stopPlan(
  tx: Tx,
  act: Act,
  plan: PlanRow,
  state: 'paused' | 'ended',
  reason: string,
): Promise<PlanRow> {
  const after: PlanRow = { ...plan, state, dueAt: null, updatedAt: act.at, version: plan.version + 1 };
  await write(tx, act, after, `plan.${state}`, reason);
  const ahead = await unbegunOfPlans(tx, [plan.id], act.at);
  await leave(tx, act, ahead, `plan_${state}`);
  return after;
}

/** Goes on with a plan that was paused; refuses one of which nothing is left. */
export async function resumePlan(tx: Tx, act: Act, plan: PlanRow): Promise<PlanRow> {
  const after: PlanRow = {
    ...plan,
    ...(await madeBy(tx, act)),
    state: 'active',
    dueAt: act.at,
    updatedAt: act.at,
    version: plan.version + 1,
  };
  await expectRule(tx, act, after, act.at);
  await write(tx, act, after, 'plan.resumed');
  await materialise(tx, act, [after]);
  return after;
}

async function write(tx: Tx, act: Act, plan: PlanRow, action: string, reason?: string): Promise<void> {
  const { id, createdAt: _, ...fields } = plan;
  await tx.update(carePlans).set(fields).where(eq(carePlans.id, id));
  await writeAudit(tx, act, [{ action, personId: plan.elderId, recordId: id, reason }]);
  await announcePlans(tx, act, [plan]);
}

/**
 * Brings what is booked of a plan in line with what it is now: a visit that the plan still has stays, with another note
 * where that changed; one that it has no more is cancelled; what is new is booked.
 */
async function settle(tx: Tx, act: Act, before: PlanRow, after: PlanRow, from = act.at): Promise<void> {
  const ahead = (await unbegunOfPlans(tx, [before.id], act.at)).filter(
    (order) => order.planAt !== null && order.planAt >= from,
  );
  const calendar = await calendarAt(tx, act.at);
  const startsOf = (plan: PlanRow): Map<number, number> =>
    new Map(
      occurrencesBetween(plan, calendar, act.at, previewEnd(act.at))
        .filter((occurrence) => !occurrence.skipped)
        .map(({ at, startAt }) => [at.getTime(), startAt.getTime()]),
    );
  const [was, is] = [startsOf(before), startsOf(after)];
  const isSame = termsOf(before) === termsOf(after);
  const stays = ({ planAt }: OrderRow): boolean => {
    const at = planAt?.getTime() ?? -1;
    return isSame && is.has(at) && is.get(at) === was.get(at);
  };
  const stay = ahead.filter(stays);
  await leave(
    tx,
    act,
    ahead.filter((order) => !stay.includes(order)),
    'plan_changed',
  );
  await forget(tx, before.id, from);
  if (after.id !== before.id) await takeOver(tx, act, after, stay);
  if (unseal(before.noteSealed) !== unseal(after.noteSealed))
    await changeOrders(
      tx,
      act,
      stay.map((order) => ({ orderId: order.id, note: unseal(after.noteSealed) })),
    );
  if (after.state === 'active') await materialise(tx, act, [after]);
}

/** Cancels visits of plans; the plans have no place for them any more. */
async function leave(tx: Tx, act: Act, visits: readonly OrderRow[], reason: string): Promise<void> {
  if (visits.length === 0) return;
  await cancelOrders(
    tx,
    act,
    visits.map((order) => ({ orderId: order.id, reason })),
  );
  await placeInPlan(
    tx,
    visits.map((order) => ({ orderId: order.id, planId: order.planId as string, planAt: null })),
  );
  await tx.delete(planOccurrences).where(
    inArray(
      planOccurrences.orderId,
      visits.map((order) => order.id),
    ),
  );
}

/** What was refused or skipped of a plan from an instant on is looked at anew. */
async function forget(tx: Tx, planId: string, from: Date): Promise<void> {
  await tx
    .delete(planOccurrences)
    .where(
      and(
        eq(planOccurrences.planId, planId),
        sql`${planOccurrences.at} >= ${from.toISOString()}::timestamptz`,
        inArray(planOccurrences.state, ['refused', 'skipped']),
      ),
    );
}

/** The visits that stay belong to the plan that goes on. */
async function takeOver(tx: Tx, act: Act, plan: PlanRow, stay: readonly OrderRow[]): Promise<void> {
  if (stay.length === 0) return;
  await tx.delete(planOccurrences).where(
    inArray(
      planOccurrences.orderId,
      stay.map((order) => order.id),
    ),
  );
  await placeInPlan(
    tx,
    stay.map((order) => ({ orderId: order.id, planId: plan.id, planAt: order.planAt })),
  );
  await keep(
    tx,
    stay.map((order) => ({
      planId: plan.id,
      at: order.planAt as Date,
      startAt: order.startAt,
      state: 'booked' as const,
      orderId: order.id,
      reason: null,
      triedAt: act.at,
    })),
  );
}
