/** Care plans (S5): visits that come again by a rule, for the elder's side and the desks that book for them. */
import { createRoute, z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { writeAudit } from '../../db/audit/audit.ts';
import { type Act, attempt, refuse } from '../../db/connect/act.ts';
import type { Tx } from '../../db/connect/database.ts';
import { changeOrders } from '../../db/orders/change.ts';
import { eldersWithin } from '../../db/people/elderViews.ts';
import {
  type PlanChange as Change,
  changePlan,
  exceptDays,
  lockPlan,
  restoreDays,
  resumePlan,
  splitPlan,
  stopPlan,
} from '../../db/plans/change.ts';
import { CITY_ZONE, makePlan } from '../../db/plans/make.ts';
import type { PlanRow } from '../../db/plans/materialise.ts';
import { findPlan, listPlans, orderAt, previewPlan } from '../../db/plans/planViews.ts';
import { type PlanState, planStates } from '../../db/plans/rules.ts';
import { DESK_ROLES, expectConsentToSpend, holderOf } from '../auth/booking.ts';
import { callerOf } from '../auth/principal.ts';
import { expectedVersion, setVersion } from '../http/conditional.ts';
import { type ApiContext, type Env, newRouter } from '../http/context.ts';
import { dayText, idParam, writing } from '../http/fields.ts';
import { actOf, carryOut } from '../http/idempotency.ts';
import { answer, jsonBody } from '../http/openapi.ts';
import { keysOf, page, pageOf, pageQuery } from '../http/paging.ts';
import { Problem } from '../http/problems.ts';
import { written } from '../http/written.ts';
import { NewPlan, Plan, PlanChange, PlanPreview, PlanToPreview } from './planShapes.ts';

const tags = ['care plans'];
const reasonBody = jsonBody(z.strictObject({ reason: writing(2, 200) }));
const MOST_DAYS = 31;
const daysBody = jsonBody(z.strictObject({ days: z.array(dayText).min(1).max(MOST_DAYS) }));

export function planRoutes(context: ApiContext) {
  const { db, now } = context;

  async function expectElder(c: Context<Env>, elderId: string): Promise<void> {
    const [isWithin] = await eldersWithin(db, [{ elderId, reach: c.get('reach') }]);
    if (!isWithin) throw new Problem('not_found', { field: 'elderId' });
  }

  /** Does something with a plan within reach that is in one of the states; answers with the plan that then goes on. */
  async function withPlan(
    c: Context<Env>,
    id: string,
    states: readonly PlanState[],
    work: (tx: Tx, act: Act, plan: PlanRow) => Promise<PlanRow>,
  ) {
    const reach = c.get('reach');
    const seen = expectedVersion(c);
    const plan = await findPlan(db, reach, id, now());
    if (!plan) throw new Problem('not_found', { field: 'id' });
    return carryOut(
      c,
      context,
      async (tx, act) => {
        const after = await work(tx, act, await lockPlan(tx, id, seen, states));
        return written((await findPlan(tx, reach, after.id, act.at)) ?? plan);
      },
      { onBehalfOf: plan.elder.id, version: (value) => value.version },
    );
  }

  return newRouter()
    .openapi(
      createRoute({
        method: 'get',
        path: '/api/v1/care-plans',
        tags,
        summary: 'Care plans within my reach, with their next visits',
        request: {
          query: z.strictObject({
            ...pageQuery,
            elderId: z.uuid().optional(),
            state: z.enum(planStates).optional(),
          }),
        },
        responses: answer(pageOf(Plan), 'Newest first'),
      }),
      async (c) => {
        const { limit, cursor, elderId, state } = c.req.valid('query');
        const [before = null] = keysOf(cursor, [z.uuid()] as const) ?? [];
        const filter = { elderId, states: state && [state] };
        const rows = await listPlans(db, c.get('reach'), filter, now(), limit + 1, before);
        return c.json(written(page(rows, limit, (row) => [row.id])), 200);
      },
    )
    .openapi(
      createRoute({
        method: 'post',
        path: '/api/v1/care-plans',
        tags,
        summary:
          'Make a care plan; the visits of the next days are booked at once, the others as they come near',
        request: jsonBody(NewPlan),
        responses: { 201: answer(Plan, 'Made')[200] },
      }),
      async (c) => {
        const asked = c.req.valid('json');
        const principal = callerOf(c);
        await expectElder(c, asked.elderId);
        const holderId = holderOf(principal, asked.elderId, asked.holderId);
        if (holderId === asked.elderId) expectConsentToSpend(principal, asked.elderId, asked.payer);
        const reach = c.get('reach');
        const made = await carryOut(
          c,
          context,
          async (tx, act) => {
            const { id } = await makePlan(tx, act, { ...asked, holderId });
            const plan = await findPlan(tx, reach, id, act.at);
            return plan ? written(plan) : refuse('not_found', 'elderId');
          },
          { status: 201, onBehalfOf: asked.elderId, version: (value) => value.version },
        );
        return c.json(made, 201);
      },
    )
    .openapi(
      createRoute({
        method: 'post',
        path: '/api/v1/care-plans/preview',
        tags,
        summary: 'The next visits that a rule would make, holidays and other bookings beside them',
        request: jsonBody(PlanToPreview),
        responses: answer(PlanPreview, 'At most twelve'),
      }),
      async (c) => {
        const { exceptions = [], ...asked } = c.req.valid('json');
        await expectElder(c, asked.elderId);
        const plan = { ...asked, exceptions, timeZone: CITY_ZONE, endsBefore: null };
        const outcome = await attempt(() => previewPlan(db, plan, now()));
        if (!outcome.ok) throw Problem.of(outcome.refusal);
        return c.json(written({ items: outcome.value }), 200);
      },
    )
    .openapi(
      createRoute({
        method: 'get',
        path: '/api/v1/care-plans/{id}',
        tags,
        summary: 'One care plan with its next visits',
        request: { params: idParam },
        responses: answer(Plan, 'The plan; its version is the ETag'),
      }),
      async (c) => {
        const plan = await findPlan(db, c.get('reach'), c.req.valid('param').id, now());
        if (!plan) throw new Problem('not_found', { field: 'id' });
        const principal = callerOf(c);
        if (DESK_ROLES.includes(principal.role)) {
          const read = { action: 'plan.read', personId: plan.elder.id, recordId: plan.id };
          await writeAudit(db, actOf(principal, null, now()), [read]);
        }
        setVersion(c, plan.version);
        return c.json(written(plan), 200);
      },
    )
    .openapi(
      createRoute({
        method: 'patch',
        path: '/api/v1/care-plans/{id}',
        tags,
        summary: 'Change one visit of a plan, one and all that follow, or all; what has begun stays',
        request: { params: idParam, ...jsonBody(PlanChange) },
        responses: answer(Plan, 'The plan that goes on'),
      }),
      async (c) => {
        const { id } = c.req.valid('param');
        const { scope, at, startAt, ...change } = c.req.valid('json');
        if (scope !== 'all' && !at) throw new Problem('validation_failed', { field: 'at' });
        const principal = callerOf(c);
        const changed = await withPlan(c, id, ['active', 'paused'], async (tx, act, plan) => {
          if (change.payer || change.holderId) {
            const holderId = holderOf(principal, plan.elderId, change.holderId ?? plan.holderId);
            if (holderId === plan.elderId)
              expectConsentToSpend(principal, plan.elderId, change.payer ?? plan.payer);
          }
          if (scope === 'all') return changePlan(tx, act, plan, change);
          if (scope === 'following') return splitPlan(tx, act, plan, at as Date, change);
          return changeOne(tx, act, plan, at as Date, { ...change, startAt });
        });
        return c.json(changed, 200);
      },
    )
    .openapi(
      createRoute({
        method: 'post',
        path: '/api/v1/care-plans/{id}/exceptions',
        tags,
        summary: 'No visit on these days',
        request: { params: idParam, ...daysBody },
        responses: answer(Plan, 'Skipped; what was booked for them is cancelled'),
      }),
      async (c) => {
        const { days } = c.req.valid('json');
        const { id } = c.req.valid('param');
        return c.json(
          await withPlan(c, id, ['active', 'paused'], (tx, act, plan) => exceptDays(tx, act, plan, days)),
          200,
        );
      },
    )
    .openapi(
      createRoute({
        method: 'post',
        path: '/api/v1/care-plans/{id}/exceptions/withdraw',
        tags,
        summary: 'Put skipped days back, as long as they have not passed',
        request: { params: idParam, ...daysBody },
        responses: answer(Plan, 'Put back; what the rule has on them is booked again'),
      }),
      async (c) => {
        const { days } = c.req.valid('json');
        const { id } = c.req.valid('param');
        return c.json(
          await withPlan(c, id, ['active', 'paused'], (tx, act, plan) => restoreDays(tx, act, plan, days)),
          200,
        );
      },
    )
    .openapi(
      createRoute({
        method: 'post',
        path: '/api/v1/care-plans/{id}/pause',
        tags,
        summary: 'Stop for the time being; what is booked ahead is cancelled',
        request: { params: idParam, ...reasonBody },
        responses: answer(Plan, 'Paused'),
      }),
      async (c) => {
        const { reason } = c.req.valid('json');
        const { id } = c.req.valid('param');
        return c.json(
          await withPlan(c, id, ['active'], (tx, act, plan) => stopPlan(tx, act, plan, 'paused', reason)),
          200,
        );
      },
    )
    .openapi(
      createRoute({
        method: 'post',
        path: '/api/v1/care-plans/{id}/resume',
        tags,
        summary: 'Go on with a plan that was paused',
        request: { params: idParam, ...jsonBody(z.strictObject({})) },
        responses: answer(Plan, 'Active again'),
      }),
      async (c) => c.json(await withPlan(c, c.req.valid('param').id, ['paused'], resumePlan), 200),
    )
    .openapi(
      createRoute({
        method: 'post',
        path: '/api/v1/care-plans/{id}/end',
        tags,
        summary: 'End for good; what is booked ahead is cancelled',
        request: { params: idParam, ...reasonBody },
        responses: answer(Plan, 'Ended'),
      }),
      async (c) => {
        const { reason } = c.req.valid('json');
        const { id } = c.req.valid('param');
        return c.json(
          await withPlan(c, id, ['active', 'paused'], (tx, act, plan) =>
            stopPlan(tx, act, plan, 'ended', reason),
          ),
          200,
        );
      },
    );
}

/** Changes one visit that is booked; what is not booked yet is changed by a day's exception or from there on. */
async function changeOne(
  tx: Tx,
  act: Act,
  plan: PlanRow,
  at: Date,
  { startAt, minutes, note, ...others }: Change & { startAt?: Date },
): Promise<PlanRow> {
  const [other] = Object.entries(others).filter(([, value]) => value !== undefined);
  if (other) refuse('invalid', other[0]);
  const orderId = await orderAt(tx, plan.id, at);
  if (!orderId) refuse('not_found', 'at');
  await changeOrders(tx, act, [{ orderId, startAt, minutes, note }]);
  return plan;
}
