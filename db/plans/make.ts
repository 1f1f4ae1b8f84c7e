/** Making a care plan (S5): checked as a booking would be, then booked ahead at once. */
import { writeAudit } from '../audit/audit.ts';
import { type Act, type RefusalCode, refuse } from '../connect/act.ts';
import type { Tx } from '../connect/database.ts';
import { newId } from '../connect/ids.ts';
import { insertRows } from '../connect/insertRows.ts';
import { seal } from '../connect/seal.ts';
import { expectLength, serviceFor } from '../orders/book.ts';
import type { Payer } from '../orders/rules.ts';
import { personOfActor } from '../people/accounts.ts';
import { eldersToServe } from '../people/eldersToServe.ts';
import { catalogueAt } from '../services/catalogue.ts';
import { currentPolicy } from '../services/policies.ts';
import { announcePlans, materialise, type PlanRow } from './materialise.ts';
import {
  faultInRule,
  type HolidayRule,
  mostADay,
  nextInstant,
  type Recurrence,
  wholeMinute,
} from './rules.ts';
import { carePlans } from './schema.ts';

/** The city's clock, by which plans are read. */
export const CITY_ZONE = 'Asia/Shanghai';

export interface NewPlan {
  elderId: string;
  serviceCode: string;
  payer: Payer;
  /** Whose hours pay (T5): the elder's when left out. */
  holderId?: string;
  /** The service's own minutes when left out. */
  minutes?: number;
  /** The service's own list when left out. */
  tasks?: readonly string[];
  note?: string | null;
  firstAt: Date;
  rule: string;
  exceptions?: readonly string[];
  holidays: HolidayRule;
}

/** In whose name a plan's visits are booked: whoever arranged it last. */
export async function madeBy(
  tx: Tx,
  act: Act,
): Promise<Pick<PlanRow, 'bookedBy' | 'bookedByRole' | 'onBehalfOf' | 'delegateId'>> {
  return {
    bookedBy: act.actorId,
    bookedByRole: act.role,
    onBehalfOf: act.onBehalfOf,
    delegateId: act.role === 'family' ? await personOfActor(tx, act) : null,
  };
}

/** Refuses a rule that cannot be used, that names no day after an instant, or more visits a day than one plan may have. */
export async function expectRule(tx: Tx, act: Act, plan: Recurrence, after: Date): Promise<void> {
  const fault = faultInRule(plan.rule);
  if (fault !== null) refuse('rule_part', 'rule', { part: fault.slice(0, 60) });
  if (!nextInstant(plan, after)) refuse('rule_empty', 'rule');
  const { body } = await currentPolicy(tx, 'orders', act.at);
  if (mostADay(plan) > body.planMostADay) refuse('rule_too_often', 'rule', { most: body.planMostADay });
}

/** Refuses what no visit of the plan could be: an unknown service, a way of paying or a length that it does not have. */
export async function expectService(
  tx: Tx,
  act: Act,
  plan: Pick<PlanRow, 'serviceCode' | 'payer' | 'minutes' | 'holderId' | 'elderId'>,
): Promise<void> {
  const service = serviceFor(plan, await catalogueAt(tx, act.at));
  expectLength(service, plan.minutes);
  if (plan.holderId !== plan.elderId && plan.payer !== 'time_bank') refuse('invalid', 'holderId');
}

/**
 * Makes a plan and books what lies in the next days. Refuses one of which nothing could be booked now, for the reason that
 * the first visit was refused.
 */
export async function makePlan(tx: Tx, act: Act, asked: NewPlan): Promise<PlanRow> {
  const elder = (await eldersToServe(tx, [asked.elderId])).get(asked.elderId);
  if (!elder) refuse('not_found', 'elderId');
  const service = serviceFor(asked, await catalogueAt(tx, act.at));
  const plan: PlanRow = {
    id: newId(act.at),
    state: 'active',
    elderId: asked.elderId,
    serviceCode: asked.serviceCode,
    payer: asked.payer,
    holderId: asked.holderId ?? asked.elderId,
    minutes: asked.minutes ?? service.defaultMinutes,
    tasks: asked.tasks ? [...asked.tasks] : null,
    noteSealed: seal(asked.note ?? null),
    firstAt: wholeMinute(asked.firstAt),
    timeZone: CITY_ZONE,
    rule: asked.rule.toUpperCase(),
    endsBefore: null,
    exceptions: [...(asked.exceptions ?? [])],
    holidays: asked.holidays,
    follows: null,
    ...(await madeBy(tx, act)),
    dueAt: act.at,
    createdAt: act.at,
    updatedAt: act.at,
    version: 1,
  };
  await expectService(tx, act, plan);
  await expectRule(tx, act, plan, act.at);
  await insertRows(tx, carePlans, [plan]);
  await writeAudit(tx, act, [{ action: 'plan.made', personId: plan.elderId, recordId: plan.id }]);
  await announcePlans(tx, act, [plan]);
  const became = await materialise(tx, act, [plan]);
  const tried = became.filter((row) => row.state !== 'skipped');
  if (tried.length > 0 && tried.every((row) => row.state === 'refused'))
    refuse(tried[0]?.reason as RefusalCode, 'rule');
  return plan;
}
