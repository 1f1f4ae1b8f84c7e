/** Care plans as those see them who may: the rule, and what becomes of its next visits. */
import { and, desc, eq, inArray, like, lt, type SQL, sql } from 'drizzle-orm';
import { refuse } from '../connect/act.ts';
import { anyOf } from '../connect/anyOf.ts';
import type { Database, Tx } from '../connect/database.ts';
import { dayOf } from '../connect/days.ts';
import type { Reach } from '../connect/reach.ts';
import { unseal } from '../connect/seal.ts';
import { type Conflict, conflictsWith } from '../orders/conflicts.ts';
import type { OrderState, Payer } from '../orders/rules.ts';
import { orders } from '../orders/schema.ts';
import { maskName } from '../people/mask.ts';
import { persons } from '../people/schema.ts';
import { type Calendar, calendarAt } from '../services/calendar.ts';
import { currentPolicy } from '../services/policies.ts';
import {
  faultInRule,
  type HolidayRule,
  nextInstant,
  type Occurrence,
  type OccurrenceState,
  occurrencesBetween,
  type PlanState,
  previewEnd,
  type Recurrence,
  wholeMinute,
} from './rules.ts';
import { carePlans, planOccurrences } from './schema.ts';

export interface VisitAhead {
  /** As the rule has it. */
  at: Date;
  startAt: Date;
  /** `planned` until it is booked, some days ahead. */
  state: OccurrenceState | 'planned';
  /** Why it is skipped or was refused. */
  reason: string | null;
  orderId: string | null;
  orderState: OrderState | null;
}

export interface PlanView {
  id: string;
  state: PlanState;
  elder: { id: string; name: string };
  serviceCode: string;
  payer: Payer;
  holderId: string;
  minutes: number;
  tasks: string[] | null;
  /** For the elder's side only. */
  note?: string | null;
  firstAt: Date;
  timeZone: string;
  rule: string;
  endsBefore: Date | null;
  exceptions: string[];
  holidays: HolidayRule;
  follows: string | null;
  bookedByRole: string;
  createdAt: Date;
  updatedAt: Date;
  version: number;
  next: VisitAhead[];
}

/** How many of a plan's visits are shown. */
const MOST_AHEAD = 12;

function within(reach: Reach): SQL | undefined {
  if (reach.kind === 'all') return undefined;
  if (reach.kind === 'area') return like(persons.areaCode, `${reach.areaCode}%`);
  if (reach.kind === 'elders' && reach.elderIds.length > 0)
    return inArray(carePlans.elderId, [...reach.elderIds]);
  return sql`false`;
}

const select = (db: Database | Tx) =>
  db
    .select({ plan: carePlans, elderName: persons.name })
    .from(carePlans)
    .innerJoin(persons, eq(persons.id, carePlans.elderId));

type Row = Awaited<ReturnType<typeof select>>[number];

/** The next visits by the rule, from the first that comes. */
function aheadOf(plan: Parameters<typeof occurrencesBetween>[0], calendar: Calendar, at: Date): Occurrence[] {
  const first = nextInstant(plan, at);
  return first ? occurrencesBetween(plan, calendar, first, previewEnd(first)).slice(0, MOST_AHEAD) : [];
}

async function views(db: Database | Tx, reach: Reach, rows: readonly Row[], at: Date): Promise<PlanView[]> {
  if (rows.length === 0) return [];
  const [calendar, kept] = await Promise.all([
    calendarAt(db, at),
    db
      .select({ occurrence: planOccurrences, startAt: orders.startAt, orderState: orders.state })
      .from(planOccurrences)
      .leftJoin(orders, eq(orders.id, planOccurrences.orderId))
      .where(
        and(
          anyOf(
            planOccurrences.planId,
            rows.map((row) => row.plan.id),
          ),
          sql`${planOccurrences.at} >= ${at.toISOString()}::timestamptz`,
        ),
      ),
  ]);
  const known = new Map(kept.map((one) => [`${one.occurrence.planId}:${one.occurrence.at.getTime()}`, one]));
  return rows.map(({ plan, elderName }) => {
    const ahead = plan.state === 'active' ? aheadOf(plan, calendar, at) : [];
    const isElderSide = reach.kind === 'elders';
    return {
      id: plan.id,
      state: plan.state,
      elder: { id: plan.elderId, name: isElderSide ? elderName : maskName(elderName) },
      serviceCode: plan.serviceCode,
      payer: plan.payer,
      holderId: plan.holderId,
      minutes: plan.minutes,
      tasks: plan.tasks,
      ...(isElderSide ? { note: unseal(plan.noteSealed) } : {}),
      firstAt: plan.firstAt,
      timeZone: plan.timeZone,
      rule: plan.rule,
      endsBefore: plan.endsBefore,
      exceptions: plan.exceptions,
      holidays: plan.holidays,
      follows: plan.follows,
      bookedByRole: plan.bookedByRole,
      createdAt: plan.createdAt,
      updatedAt: plan.updatedAt,
      version: plan.version,
      next: ahead.map((occurrence): VisitAhead => {
        const one = known.get(`${plan.id}:${occurrence.at.getTime()}`);
        return {
          at: occurrence.at,
          startAt: one?.startAt ?? occurrence.startAt,
          state: one?.occurrence.state ?? (occurrence.skipped ? 'skipped' : 'planned'),
          reason: one?.occurrence.reason ?? occurrence.skipped,
          orderId: one?.occurrence.orderId ?? null,
          orderState: one?.orderState ?? null,
        };
      }),
    };
  });
}

/** Plans within reach, newest first, at most `limit`; of one elder where one is named. */
export async function listPlans(
  db: Database,
  reach: Reach,
  filter: { elderId?: string; states?: readonly PlanState[] },
  at: Date,
  limit: number,
  before: string | null,
): Promise<PlanView[]> {
  const rows = await select(db)
    .where(
      and(
        within(reach),
        filter.elderId ? eq(carePlans.elderId, filter.elderId) : undefined,
        filter.states ? inArray(carePlans.state, [...filter.states]) : undefined,
        before ? lt(carePlans.id, before) : undefined,
      ),
    )
    .orderBy(desc(carePlans.id))
    .limit(limit);
  return views(db, reach, rows, at);
}

/** One plan within reach; undefined when there is none. */
export async function findPlan(
  db: Database | Tx,
  reach: Reach,
  id: string,
  at: Date,
): Promise<PlanView | undefined> {
  const rows = await select(db).where(and(eq(carePlans.id, id), within(reach)));
  return (await views(db, reach, rows, at))[0];
}

/** The order that stands for an instant of a plan; null when it is not booked. */
export async function orderAt(db: Database | Tx, planId: string, at: Date): Promise<string | null> {
  const [row] = await db
    .select({ orderId: planOccurrences.orderId })
    .from(planOccurrences)
    .where(and(eq(planOccurrences.planId, planId), eq(planOccurrences.at, at)));
  return row?.orderId ?? null;
}

export interface PreviewedVisit extends Occurrence {
  /** The public holiday that the rule's day belongs to. */
  holiday: { zh: string; en: string } | null;
  /** Other visits of the elder at that time or near it. */
  conflicts: Conflict[];
}

/** The next visits of a plan that is not made yet, at most twelve, and what else the elder has booked then. */
export async function previewPlan(
  db: Database,
  plan: Recurrence & {
    elderId: string;
    minutes: number;
    exceptions: readonly string[];
    holidays: HolidayRule;
  },
  at: Date,
): Promise<PreviewedVisit[]> {
  const [calendar, policy] = await Promise.all([calendarAt(db, at), currentPolicy(db, 'orders', at)]);
  const fault = faultInRule(plan.rule);
  if (fault !== null) refuse('rule_part', 'rule', { part: fault.slice(0, 60) });
  const ahead = aheadOf({ ...plan, firstAt: wholeMinute(plan.firstAt) }, calendar, at);
  const conflicts = await conflictsWith(
    db,
    ahead.map(({ startAt }) => ({ elderId: plan.elderId, startAt, minutes: plan.minutes })),
    policy.body.conflictGapMinutes,
  );
  return ahead.map((occurrence, i) => {
    const holiday = calendar.holidayOn(dayOf(occurrence.at));
    return {
      ...occurrence,
      holiday: holiday ? { zh: holiday.zh, en: holiday.en } : null,
      conflicts: occurrence.skipped ? [] : (conflicts[i] as Conflict[]),
    };
  });
}
