/** Alerts (S11): seen by those who answer for the area or the carer, acknowledged and resolved by the area's desks. */
import { createRoute, z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { acknowledgeAlert, resolveAlert } from '../../db/alerts/answer.ts';
import { coverKpi } from '../../db/alerts/kpi.ts';
import { alertKinds, alertOwners, alertStates, alertSteps } from '../../db/alerts/rules.ts';
import { listAlerts } from '../../db/alerts/views.ts';
import { type Act, refuse } from '../../db/connect/act.ts';
import type { Tx } from '../../db/connect/database.ts';
import { monthOf, monthsBefore } from '../../db/quality/rules.ts';
import { type ApiContext, type Env, newRouter } from '../http/context.ts';
import { idParam, instantText, monthText, writing } from '../http/fields.ts';
import { carryOut } from '../http/idempotency.ts';
import { answer, jsonBody } from '../http/openapi.ts';
import { keysOf, page, pageOf, pageQuery } from '../http/paging.ts';
import { Problem } from '../http/problems.ts';
import { written } from '../http/written.ts';

const tags = ['alerts'];

const Alert = z
  .strictObject({
    id: z.uuid(),
    kind: z.enum(alertKinds),
    state: z.enum(alertStates),
    owner: z.enum(alertOwners).openapi({ description: 'Who has to see to it.' }),
    ownerName: z
      .string()
      .nullable()
      .openapi({ description: 'The person of that desk; null while it has nobody.' }),
    orderId: z.uuid(),
    orderNumber: z.string(),
    serviceCode: z.string(),
    startAt: instantText,
    visitId: z.uuid().nullable().openapi({ description: 'Null where nobody is to come.' }),
    districtCode: z.string(),
    raisedAt: instantText,
    complaint: z
      .strictObject({ kind: z.literal('missed') })
      .nullable()
      .openapi({ description: 'A complaint that only needs to be sent (C11); null once there is one.' }),
    steps: z.array(
      z.strictObject({ step: z.enum(alertSteps), at: instantText, detail: z.string().nullable() }),
    ),
  })
  .openapi('Alert');

const Cover = z
  .strictObject({
    month: z.string(),
    divisionCode: z.string(),
    divisionName: z.string().nullable(),
    raised: z.int(),
    covered: z.int(),
    medianSeconds: z.int().nullable(),
    p90Seconds: z.int().nullable(),
  })
  .openapi('TimeToCover');
const MOST_MONTHS = 12;

export function alertRoutes(context: ApiContext) {
  const { db, now } = context;

  /** Does something with an alert within reach, and answers with it as it is then. */
  async function withAlert(c: Context<Env>, id: string, work: (tx: Tx, act: Act) => Promise<void>) {
    const reach = c.get('reach');
    return carryOut(c, context, async (tx, act) => {
      if ((await listAlerts(tx, reach, { id }, 1)).length === 0) refuse('not_found', 'id');
      await work(tx, act);
      const [alert] = await listAlerts(tx, reach, { id }, 1);
      return written(alert ?? refuse('not_found', 'id'));
    });
  }

  return newRouter()
    .openapi(
      createRoute({
        method: 'get',
        path: '/api/v1/alerts',
        tags,
        summary: 'Visits that went wrong, with who has to see to each and what was done when',
        request: { query: z.strictObject({ state: z.enum(alertStates).optional(), ...pageQuery }) },
        responses: answer(pageOf(Alert), 'Newest first'),
      }),
      async (c) => {
        const { state, limit, cursor } = c.req.valid('query');
        const [before = null] = keysOf(cursor, [z.uuid()] as const) ?? [];
        const found = await listAlerts(db, c.get('reach'), { state, before }, limit + 1);
        return c.json(written(page(found, limit, (row) => [row.id])), 200);
      },
    )
    .openapi(
      createRoute({
        method: 'get',
        path: '/api/v1/alerts/kpi',
        tags,
        summary: 'How long it took until somebody accepted what nobody came to, by division and month (C11)',
        request: { query: z.strictObject({ from: monthText.optional(), to: monthText.optional() }) },
        responses: answer(
          z.strictObject({ items: z.array(Cover) }),
          'Of at most 12 months; the last 3 when none are named',
        ),
      }),
      async (c) => {
        const { from, to = monthOf(now()) } = c.req.valid('query');
        const begin = from ?? monthsBefore(to, 2);
        if (begin > to || begin < monthsBefore(to, MOST_MONTHS - 1))
          throw new Problem('invalid', { field: 'from' });
        return c.json({ items: await coverKpi(db, c.get('reach'), { from: begin, to }) }, 200);
      },
    )
    .openapi(
      createRoute({
        method: 'post',
        path: '/api/v1/alerts/{id}/acknowledge',
        tags,
        summary: 'See to an alert; it is handed on to nobody else',
        request: { params: idParam },
        responses: answer(Alert, 'Acknowledged'),
      }),
      async (c) => {
        const { id } = c.req.valid('param');
        return c.json(await withAlert(c, id, (tx, act) => acknowledgeAlert(tx, act, id)), 200);
      },
    )
    .openapi(
      createRoute({
        method: 'post',
        path: '/api/v1/alerts/{id}/resolve',
        tags,
        summary: 'End an alert by hand, saying how',
        request: { params: idParam, ...jsonBody(z.strictObject({ reason: writing(4, 200) })) },
        responses: answer(Alert, 'Resolved'),
      }),
      async (c) => {
        const { id } = c.req.valid('param');
        const { reason } = c.req.valid('json');
        return c.json(await withAlert(c, id, (tx, act) => resolveAlert(tx, act, id, reason)), 200);
      },
    );
}
