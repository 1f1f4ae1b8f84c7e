/** Care plans as they are asked for and shown. */
import { z } from '@hono/zod-openapi';
import { orderStates, payers } from '../../db/orders/rules.ts';
import { changeScopes, holidayRules, occurrenceStates, planStates } from '../../db/plans/rules.ts';
import { dayText, instantGiven, instantText, writing } from '../http/fields.ts';
import { Conflict } from './orderChanges.ts';

const rule = z.string().trim().min(8).max(200).toUpperCase().openapi({
  description: 'RFC 5545, of days or longer, without DTSTART.',
  example: 'FREQ=WEEKLY;BYDAY=MO,TH',
});
const tasks = z.array(z.string().regex(/^[a-z][a-z0-9_]{1,39}$/)).max(20);
const exceptions = z.array(dayText).max(100);

/** When a plan's visits are. */
const when = {
  firstAt: instantGiven,
  rule,
  exceptions: exceptions.optional(),
  holidays: z.enum(holidayRules).default('keep'),
};

export const NewPlan = z
  .strictObject({
    elderId: z.uuid(),
    serviceCode: z.string().min(1).max(40),
    minutes: z.int().min(5).max(1440).optional(),
    payer: z.enum(payers),
    holderId: z.uuid().optional(),
    tasks: tasks.optional(),
    note: writing(1, 500).optional(),
    ...when,
  })
  .openapi('NewCarePlan');

export const PlanToPreview = z.strictObject({
  elderId: z.uuid(),
  minutes: z.int().min(5).max(1440),
  ...when,
});

/** What is to be otherwise; what is left out stays. */
export const PlanChange = z
  .strictObject({
    scope: z.enum(changeScopes),
    at: instantGiven.optional().openapi({
      type: 'string',
      format: 'date-time',
      description: 'The visit meant, as the rule has it; for `this` and `following`.',
    }),
    startAt: instantGiven
      .optional()
      .openapi({ type: 'string', format: 'date-time', description: 'Of this one visit.' }),
    firstAt: instantGiven
      .optional()
      .openapi({ type: 'string', format: 'date-time', description: 'Where the rule begins from now on.' }),
    rule: rule.optional(),
    minutes: z.int().min(5).max(1440).optional(),
    payer: z.enum(payers).optional(),
    holderId: z.uuid().optional(),
    holidays: z.enum(holidayRules).optional(),
    tasks: tasks.nullable().optional(),
    note: writing(1, 500).nullable().optional(),
  })
  .openapi('CarePlanChange');

const VisitAhead = z
  .strictObject({
    at: instantText,
    startAt: instantText,
    state: z.enum([...occurrenceStates, 'planned']),
    reason: z.string().nullable(),
    orderId: z.uuid().nullable(),
    orderState: z.enum(orderStates).nullable(),
  })
  .openapi('CarePlanVisit');

export const Plan = z
  .strictObject({
    id: z.uuid(),
    state: z.enum(planStates),
    elder: z.strictObject({ id: z.uuid(), name: z.string() }),
    serviceCode: z.string(),
    payer: z.enum(payers),
    holderId: z.uuid(),
    minutes: z.int(),
    tasks: z.array(z.string()).nullable(),
    note: z.string().nullable().optional(),
    firstAt: instantText,
    timeZone: z.string(),
    rule: z.string(),
    endsBefore: instantText.nullable(),
    exceptions: z.array(z.string()),
    holidays: z.enum(holidayRules),
    follows: z.uuid().nullable(),
    bookedByRole: z.string(),
    createdAt: instantText,
    updatedAt: instantText,
    version: z.int(),
    next: z.array(VisitAhead),
  })
  .openapi('CarePlan');

export const PlanPreview = z.strictObject({
  items: z.array(
    z.strictObject({
      at: instantText,
      startAt: instantText,
      skipped: z.enum(['exception', 'holiday']).nullable(),
      holiday: z.strictObject({ zh: z.string(), en: z.string() }).nullable(),
      conflicts: z.array(Conflict),
    }),
  ),
});
