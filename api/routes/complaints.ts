/** Complaints: read by the elder's side, those they are about and the desks; assigned, answered, decided, withdrawn. */
import { createRoute, z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import {
  answerComplaint,
  assignComplaint,
  type ComplaintDecision,
  decideComplaint,
} from '../../db/complaints/handle.ts';
import {
  complaintKinds,
  complaintOutcomes,
  complaintStates,
  complaintSteps,
} from '../../db/complaints/rules.ts';
import { findComplaint, listComplaints } from '../../db/complaints/views.ts';
import { type Act, refuse, roles } from '../../db/connect/act.ts';
import type { Tx } from '../../db/connect/database.ts';
import { callerOf } from '../auth/principal.ts';
import { type ApiContext, type Env, newRouter } from '../http/context.ts';
import { idParam, instantText, writing } from '../http/fields.ts';
import { actOf, carryOut } from '../http/idempotency.ts';
import { answer, jsonBody } from '../http/openapi.ts';
import { keysOf, page, pageOf, pageQuery } from '../http/paging.ts';
import { Problem } from '../http/problems.ts';
import { written } from '../http/written.ts';

const tags = ['complaints'];

const view = {
  id: z.uuid(),
  orderId: z.uuid(),
  orderNumber: z.string(),
  serviceCode: z.string(),
  startAt: instantText,
  visitId: z.uuid().nullable(),
  elderName: z.string(),
  providerId: z.uuid().nullable(),
  districtCode: z.string(),
  kind: z.enum(complaintKinds),
  state: z.enum(complaintStates),
  outcome: z.enum(complaintOutcomes).nullable(),
  at: instantText,
  dueAt: instantText.openapi({ description: 'By when it is to be decided.' }),
  isOverdue: z.boolean(),
  assignedTo: z.string().nullable(),
  decidedAt: instantText.nullable(),
};
const Complaint = z.strictObject(view).openapi('Complaint');
const ComplaintDetail = z
  .strictObject({
    ...view,
    text: z.string().nullable(),
    answer: z.string().nullable(),
    decision: z.string().nullable(),
    steps: z.array(
      z.strictObject({
        step: z.enum(complaintSteps),
        at: instantText,
        role: z.enum(roles),
        name: z.string().nullable().openapi({ description: 'Of a desk or provider, for the desks.' }),
      }),
    ),
    mayDecide: z.boolean(),
  })
  .openapi('ComplaintDetail');

export function complaintRoutes(context: ApiContext) {
  const { db, now } = context;

  const readerOf = (c: Context<Env>) => ({ reach: c.get('reach'), personId: callerOf(c).personId });

  /** Does something with a complaint within reach, and answers with it as it is then. */
  async function withComplaint(c: Context<Env>, id: string, work: (tx: Tx, act: Act) => Promise<void>) {
    const reader = readerOf(c);
    return carryOut(c, context, async (tx, act) => {
      const [seen] = await listComplaints(tx, reader.reach, { id }, 1, act.at);
      if (!seen) refuse('not_found', 'id');
      await work(tx, act);
      return written((await findComplaint(tx, act, reader, id)) ?? refuse('not_found', 'id'));
    });
  }

  const decide = (c: Context<Env>, decision: ComplaintDecision) =>
    withComplaint(c, decision.id, (tx, act) => decideComplaint(tx, act, callerOf(c).personId, decision));

  return newRouter()
    .openapi(
      createRoute({
        method: 'get',
        path: '/api/v1/complaints',
        tags,
        summary: 'Complaints with who looks into each, by when, and what came of it',
        request: {
          query: z.strictObject({
            state: z.enum(complaintStates).optional(),
            orderId: z.uuid().optional(),
            elderId: z.uuid().optional(),
            ...pageQuery,
          }),
        },
        responses: answer(pageOf(Complaint), 'Newest first'),
      }),
      async (c) => {
        const { limit, cursor, ...search } = c.req.valid('query');
        const [before = null] = keysOf(cursor, [z.uuid()] as const) ?? [];
        const found = await listComplaints(db, c.get('reach'), { ...search, before }, limit + 1, now());
        return c.json(written(page(found, limit, (row) => [row.id])), 200);
      },
    )
    .openapi(
      createRoute({
        method: 'get',
        path: '/api/v1/complaints/{id}',
        tags,
        summary: 'One complaint with what was said; a reading by a desk is recorded',
        request: { params: idParam },
        responses: answer(ComplaintDetail, 'As far as the reader may know it'),
      }),
      async (c) => {
        const { id } = c.req.valid('param');
        const act = actOf(callerOf(c), null, now());
        const found = await findComplaint(db, act, readerOf(c), id);
        if (!found) throw new Problem('not_found', { field: 'id' });
        return c.json(written(found), 200);
      },
    )
    .openapi(
      createRoute({
        method: 'post',
        path: '/api/v1/complaints/{id}/assign',
        tags,
        summary: 'Give a complaint to somebody of the desk, or take it oneself',
        request: { params: idParam, ...jsonBody(z.strictObject({ userId: z.uuid().optional() })) },
        responses: answer(ComplaintDetail, 'Assigned'),
      }),
      async (c) => {
        const { id } = c.req.valid('param');
        const userId = c.req.valid('json').userId ?? callerOf(c).userId;
        return c.json(await withComplaint(c, id, (tx, act) => assignComplaint(tx, act, id, userId)), 200);
      },
    )
    .openapi(
      createRoute({
        method: 'post',
        path: '/api/v1/complaints/{id}/answer',
        tags,
        summary: 'What those it is about say to it',
        request: { params: idParam, ...jsonBody(z.strictObject({ text: writing(4, 2000) })) },
        responses: answer(ComplaintDetail, 'Answered'),
      }),
      async (c) => {
        const { id } = c.req.valid('param');
        const { text } = c.req.valid('json');
        return c.json(await withComplaint(c, id, (tx, act) => answerComplaint(tx, act, id, text)), 200);
      },
    )
    .openapi(
      createRoute({
        method: 'post',
        path: '/api/v1/complaints/{id}/decision',
        tags,
        summary: 'Find a complaint founded or unfounded; founded ones count in the scores',
        request: {
          params: idParam,
          ...jsonBody(z.strictObject({ outcome: z.enum(['founded', 'unfounded']), text: writing(4, 1000) })),
        },
        responses: answer(ComplaintDetail, 'Decided'),
      }),
      async (c) => {
        const { id } = c.req.valid('param');
        return c.json(await decide(c, { id, ...c.req.valid('json') }), 200);
      },
    )
    .openapi(
      createRoute({
        method: 'post',
        path: '/api/v1/complaints/{id}/withdraw',
        tags,
        summary: 'Take a complaint back',
        request: { params: idParam, ...jsonBody(z.strictObject({ text: writing(2, 1000) })) },
        responses: answer(ComplaintDetail, 'Withdrawn'),
      }),
      async (c) => {
        const { id } = c.req.valid('param');
        const { text } = c.req.valid('json');
        return c.json(await decide(c, { id, outcome: 'withdrawn', text }), 200);
      },
    );
}
