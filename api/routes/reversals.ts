/** Corrections of the ledger (T9, C3): asked for by the station of the area or a regulator, above a threshold decided by another. */
import { createRoute, z } from '@hono/zod-openapi';
import { debtStates, listDebts } from '../../db/bank/debtViews.ts';
import { listReversals } from '../../db/bank/reversalViews.ts';
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

const tags = ['time bank'];

const Side = z.strictObject({
  kind: z.enum(accountKinds),
  code: z.string().nullable(),
  name: z.string().nullable(),
});

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
    reversalId: z.uuid().nullable().openapi({ description: 'The opposite transfer.' }),
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
    owed: z.int().openapi({ description: '0 once it is paid back.' }),
    incurred: z.int().openapi({ description: 'What corrections left owing, all together.' }),
    recovered: z.int(),
    corrections: z.int(),
    origin: z
      .strictObject({
        transferId: z.uuid().openapi({ description: 'The transfer that was corrected.' }),
        at: instantText,
        reasonCode: z.enum(reversalReasons).nullable(),
      })
      .nullable()
      .openapi({ description: 'The newest correction that left something owing.' }),
    changedAt: instantText,
    isClosed: z.boolean(),
  })
  .openapi('Debt');

/** One reversal as the caller reads it. */
async function shown(tx: Tx, reach: Reach, readerId: string, id: string) {
  const [reversal] = await listReversals(tx, reach, readerId, { id }, 1);
  if (!reversal) throw new Problem('not_found', { field: 'id' });
  return written(reversal);
}

export function reversalRoutes(context: ApiContext) {
  const { db } = context;
  return newRouter()
    .openapi(
      createRoute({
        method: 'get',
        path: '/api/v1/ledger/reversals',
        tags,
        summary: 'Corrections within my area, those that wait for a second person among them',
        request: {
          query: z.strictObject({ state: z.enum(reversalStates).optional(), ...pageQuery }),
        },
        responses: answer(pageOf(Reversal), 'Newest first; names are masked'),
      }),
      async (c) => {
        const { state, limit, cursor } = c.req.valid('query');
        const [before = null] = keysOf(cursor, [z.uuid()] as const) ?? [];
        const readerId = callerOf(c).userId;
        const found = await listReversals(db, c.get('reach'), readerId, { state, before }, limit + 1);
        return c.json(written(page(found, limit, (row) => [row.id])), 200);
      },
    )
    .openapi(
      createRoute({
        method: 'post',
        path: '/api/v1/ledger/reversals',
        tags,
        summary:
          'Have a wrong transfer reversed by its opposite: at once, or above the threshold by a second person',
        request: jsonBody(
          z
            .strictObject({
              transferId: z.uuid(),
              reasonCode: z.enum(reversalReasons),
              note: writing(4, 200).openapi({ description: 'Shown to both parties.' }),
            })
            .openapi('NewReversal'),
        ),
        responses: { 201: answer(Reversal, '`done` or `waiting`')[200] },
      }),
      async (c) => {
        const request = c.req.valid('json');
        const reach = c.get('reach');
        const reversal = await carryOut(
          c,
          context,
          async (tx, act) => {
            const { id } = await requestReversal(tx, act, reach, request);
            return shown(tx, reach, act.actorId, id);
          },
          { status: 201 },
        );
        return c.json(reversal, 201);
      },
    )
    .openapi(
      createRoute({
        method: 'post',
        path: '/api/v1/ledger/reversals/{id}/decide',
        tags,
        summary: 'Agree to a correction that somebody else asked for, or refuse it',
        request: {
          params: idParam,
          ...jsonBody(z.strictObject({ approve: z.boolean(), note: writing(4, 200).optional() })),
        },
        responses: answer(Reversal, 'Decided'),
      }),
      async (c) => {
        const { id } = c.req.valid('param');
        const { approve, note = null } = c.req.valid('json');
        const reach = c.get('reach');
        const reversal = await carryOut(c, context, async (tx, act) => {
          await reviewReversal(tx, act, reach, id, { approve, note });
          return shown(tx, reach, act.actorId, id);
        });
        return c.json(reversal, 200);
      },
    )
    .openapi(
      createRoute({
        method: 'get',
        path: '/api/v1/ledger/receivables',
        tags,
        summary: 'What people and teams of my area owe after corrections of hours that were spent',
        request: { query: z.strictObject({ state: z.enum(debtStates).default('open'), ...pageQuery }) },
        responses: answer(pageOf(Debt), 'By account; names are masked'),
      }),
      async (c) => {
        const { state, limit, cursor } = c.req.valid('query');
        const [after = null] = keysOf(cursor, [z.uuid()] as const) ?? [];
        const found = await listDebts(db, c.get('reach'), { state, after }, limit + 1);
        return c.json(written(page(found, limit, (row) => [row.accountId])), 200);
      },
    );
}
