/** Proof without a smartphone (S7): by telephone, by the family's word and on paper; and why a check was not as it should be. */
import { createRoute, z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { explainCheck } from '../../db/visits/explain.ts';
import { actionCodes, editReasons, reasonSubjects } from '../../db/visits/rules.ts';
import { checkByTelephone } from '../../db/visits/telephone.ts';
import { findVisit } from '../../db/visits/views.ts';
import { takeWord } from '../../db/visits/word.ts';
import { callerOf } from '../auth/principal.ts';
import { type ApiContext, type Env, newRouter } from '../http/context.ts';
import { idParam, instantGiven, instantText, mobilePhone, writing } from '../http/fields.ts';
import { carryOut } from '../http/idempotency.ts';
import { answer, done, jsonBody } from '../http/openapi.ts';
import { Problem } from '../http/problems.ts';
import { written } from '../http/written.ts';
import { Visit } from './shapes.ts';

const tags = ['visits'];
const kind = z.enum(['check_in', 'check_out']);

export function visitWordRoutes(context: ApiContext) {
  const { db } = context;

  async function expectSeen(c: Context<Env>, id: string): Promise<void> {
    if (!(await findVisit(db, c.get('reach'), id))) throw new Problem('not_found', { field: 'id' });
  }

  return newRouter()
    .openapi(
      createRoute({
        method: 'post',
        path: '/api/v1/telephone-checks',
        tags,
        summary: "Check in or out by telephone, with the order's number and the six digits of the visit",
        request: jsonBody(
          z.strictObject({
            orderNumber: z.string().regex(/^\d{1,15}$/),
            kind,
            code: z.string().regex(/^\d{6}$/),
            callerPhone: mobilePhone
              .or(z.string().regex(/^0\d{9,11}$/))
              .optional()
              .openapi({ description: 'Where the call came from, if the exchange tells it.' }),
          }),
        ),
        responses: answer(z.strictObject({ visitId: z.uuid(), state: z.string(), at: instantText }), 'Taken'),
      }),
      async (c) => {
        const { orderNumber, ...call } = c.req.valid('json');
        const taken = await carryOut(c, context, async (tx, act) => {
          const visit = await checkByTelephone(tx, act, { ...call, orderNumber: Number(orderNumber) });
          return { visitId: visit.id, state: visit.state, at: act.at.toISOString() };
        });
        return c.json(taken, 200);
      },
    )
    .openapi(
      createRoute({
        method: 'post',
        path: '/api/v1/visits/{id}/word',
        tags,
        summary: "Check in or out by the family's word, or by a sheet of paper that a station enters",
        description: 'A sheet of paper needs `reasonCode` and `actionCode`.',
        request: {
          params: idParam,
          ...jsonBody(
            z.strictObject({
              kind,
              at: instantGiven.optional().openapi({ description: 'Now when left out.' }),
              reasonCode: z.enum(editReasons).optional(),
              actionCode: z.enum(actionCodes).optional(),
              note: writing(4, 500).optional(),
            }),
          ),
        },
        responses: answer(done, 'Taken'),
      }),
      async (c) => {
        const { id } = c.req.valid('param');
        const { at, ...word } = c.req.valid('json');
        const method = callerOf(c).role === 'station' ? ('paper' as const) : ('family' as const);
        await expectSeen(c, id);
        const taken = await carryOut(c, context, async (tx, act) => {
          await takeWord(tx, act, { visitId: id, method, at: at ?? act.at, ...word });
          return { ok: true as const };
        });
        return c.json(taken, 200);
      },
    )
    .openapi(
      createRoute({
        method: 'post',
        path: '/api/v1/visits/{id}/reasons',
        tags,
        summary:
          'Tell afterwards why a check was away from home or without proof, or why two visits overlap; the evidence stays',
        request: {
          params: idParam,
          ...jsonBody(
            z.strictObject({
              about: z.enum(reasonSubjects),
              reasonCode: z.enum(editReasons),
              text: writing(1, 500).optional(),
            }),
          ),
        },
        responses: answer(Visit, 'The visit with the reason'),
      }),
      async (c) => {
        const { id } = c.req.valid('param');
        const { text = null, ...reason } = c.req.valid('json');
        await expectSeen(c, id);
        const visit = await carryOut(c, context, async (tx, act) => {
          await explainCheck(tx, act, { visitId: id, text, ...reason });
          const told = await findVisit(tx, c.get('reach'), id);
          if (!told) throw new Problem('not_found', { field: 'id' });
          return written(told);
        });
        return c.json(visit, 200);
      },
    );
}
