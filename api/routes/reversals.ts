/** Corrections (T9): a wrong transfer is asked to be reversed, above a threshold decided by a second person. */
import { createRoute, z } from '@hono/zod-openapi';
import { listDebts, listReversals } from '../../db/bank/reversalViews.ts';
import { requestReversal, reviewReversal } from '../../db/bank/reverse.ts';
import { accountKinds, causes, currencies, reversalReasons, reversalStates } from '../../db/bank/rules.ts';
import type { Tx } from '../../db/connect/database.ts';
import type { Reach } from '../../db/connect/reach.ts';
import { callerOf } from '../auth/principal.ts';
import { type ApiContext, newRouter } from '../http/context.ts';
import { idParam, instantText, writing } from '../http/fields.ts';
import { carryOut } from '../http/idempotency.ts';
import { answer, jsonBody } from '../http/openapi.ts';
import { keysOf, page, pageOf, pageQuery } from '../http/paging.ts';
import { Problem } from '../http/problems.ts';
import { written } from '../http/written.ts';

const tags = ['ledger'];

const Side = z.strictObject({ kind: z.enum(accountKinds), name: z.string().nullable() });
const Reversal = z
  .strictObject({
    id: z.uuid(),
    state: z.enum(reversalStates),
    reasonCode: z.enum(reversalReasons),
    note: z.string(),
    needsSecond: z.boolean(),
    askedAt: instantText,
    askedBy: z.string(),
    decidedAt: instantText.nullable(),
    decidedBy: z.string().nullable(),
    reversalId: z.uuid().nullable(),
    owed: z.int().openapi({ description: 'What had been spent already and became a debt.' }),
    mine: z.boolean().openapi({ description: 'The caller asked for it, so another has to decide.' }),
    transfer: z.strictObject({
      id: z.uuid(),
      at: instantText,
      currency: z.enum(currencies),
      amount: z.int(),
      cause: z.enum(causes),
      debit: Side,
      credit: Side,
    }),
  })
  .openapi('Reversal');

const Debt = z
  .strictObject({
    accountId: z.uuid(),
    ownerId: z.string(),
    ownerKind: z.enum(['person', 'team']),
    name: z.string().nullable(),
    currency: z.enum(currencies),
    owed: z.int(),
    changedAt: instantText,
    isClosed: z.boolean(),
  })
  .openapi('Debt');

export function reversalRoutes(context: ApiContext) {
  const { db } = context;

  async function one(tx: Tx, reach: Reach, readerId: string, id: string) {
    const [found] = await listReversals(tx, reach, readerId, { id }, 1);
    if (!found) throw new Problem('not_found', { field: 'id' });
    return written(found);
  }

  return newRouter()
    .openapi(
      createRoute({
        method: 'get',
        path: '/api/v1/ledger/reversals',
        tags,
        summary: 'Corrections asked for, newest first',
        request: { query: z.strictObject({ ...pageQuery, state: z.enum(reversalStates).optional() }) },
        responses: answer(pageOf(Reversal), 'Newest first'),
      }),
      async (c) => {
        const { limit, cursor, state } = c.req.valid('query');
        const [before = null] = keysOf(cursor, [z.uuid()] as const) ?? [];
        const search = state ? { state, before } : { before };
        const rows = await listReversals(db, c.get('reach'), callerOf(c).userId, search, limit + 1);
        return c.json(written(page(rows, limit, (row) => [row.id])), 200);
      },
    )
    .openapi(
      createRoute({
        method: 'post',
        path: '/api/v1/ledger/reversals',
        tags,
        summary:
          'Ask for a transfer to be reversed: done at once up to the threshold, else by a second person',
        request: jsonBody(
          z.strictObject({
            transferId: z.uuid(),
            reasonCode: z.enum(reversalReasons),
            note: writing(4, 200),
          }),
        ),
        responses: { 201: answer(Reversal, 'Asked for, or done')[200] },
      }),
      async (c) => {
        const reach = c.get('reach');
        const asked = await carryOut(
          c,
          context,
          async (tx, act) => {
            const { id } = await requestReversal(tx, act, reach, c.req.valid('json'));
            return one(tx, reach, callerOf(c).userId, id);
          },
          { status: 201 },
        );
        return c.json(asked, 201);
      },
    )
    .openapi(
      createRoute({
        method: 'post',
        path: '/api/v1/ledger/reversals/{id}/decide',
        tags,
        summary: 'The second person decides on a correction that waits',
        request: {
          params: idParam,
          ...jsonBody(z.strictObject({ approve: z.boolean(), note: writing(4, 200).optional() })),
        },
        responses: answer(Reversal, 'Done or refused'),
      }),
      async (c) => {
        const { id } = c.req.valid('param');
        const { approve, note = null } = c.req.valid('json');
        const reach = c.get('reach');
        const decided = await carryOut(c, context, async (tx, act) => {
          await reviewReversal(tx, act, reach, id, { approve, note });
          return one(tx, reach, callerOf(c).userId, id);
        });
        return c.json(decided, 200);
      },
    )
    .openapi(
      createRoute({
        method: 'get',
        path: '/api/v1/ledger/receivables',
        tags,
        summary: 'What people and teams owe after corrections of hours that were spent already',
        request: { query: z.strictObject(pageQuery) },
        responses: answer(pageOf(Debt), 'By account'),
      }),
      async (c) => {
        const { limit, cursor } = c.req.valid('query');
        const [after = null] = keysOf(cursor, [z.uuid()] as const) ?? [];
        const rows = await listDebts(db, c.get('reach'), limit + 1, after);
        return c.json(written(page(rows, limit, (row) => [row.accountId])), 200);
      },
    );
}
