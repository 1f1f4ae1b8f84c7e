/** The end of accounts, and hours between this city and its partners (T10, C14): one side proposes, the other agrees. */
import { createRoute, z } from '@hono/zod-openapi';
import { decideClearing, proposeClearing, withdrawClearing } from '../../db/bank/clearing.ts';
import { listClearings, listPartners } from '../../db/bank/clearingViews.ts';
import { closeAtDeath, closeAtMove } from '../../db/bank/close.ts';
import { limitPartner, openPartner } from '../../db/bank/partners.ts';
import { clearingKinds, clearingStates, closingDocuments, currencies } from '../../db/bank/rules.ts';
import type { Tx } from '../../db/connect/database.ts';
import type { Reach } from '../../db/connect/reach.ts';
import { personWithin } from '../../db/people/personWithin.ts';
import { callerOf } from '../auth/principal.ts';
import { type ApiContext, newRouter } from '../http/context.ts';
import { idParam, instantText, writing } from '../http/fields.ts';
import { carryOut } from '../http/idempotency.ts';
import { answer, jsonBody } from '../http/openapi.ts';
import { keysOf, page, pageOf, pageQuery } from '../http/paging.ts';
import { Problem } from '../http/problems.ts';
import { written } from '../http/written.ts';

const tags = ['clearing'];
const code = z.string().regex(/^\d{4}$/);
const codeParam = z.strictObject({ code: code.openapi({ param: { name: 'code', in: 'path' } }) });
const MOST = 100_000_000;
const limits = { limitMinutes: z.int().min(0).max(MOST), limitFen: z.int().min(0).max(MOST) };
const reason = writing(4, 200);
const reference = writing(1, 60);

const Partner = z
  .strictObject({
    code,
    name: z.string(),
    openedAt: instantText,
    accounts: z.array(
      z.strictObject({
        currency: z.enum(currencies),
        accountId: z.uuid(),
        balance: z.int().openapi({ description: 'Above 0: this city owes it to the partner.' }),
        limit: z.int(),
        left: z.int().openapi({ description: 'What the partner may still send here.' }),
      }),
    ),
  })
  .openapi('Partner');

const Clearing = z
  .strictObject({
    id: z.uuid(),
    partnerCode: code,
    kind: z.enum(clearingKinds),
    state: z.enum(clearingStates),
    currency: z.enum(currencies),
    amount: z.int(),
    reference: z.string().nullable(),
    reason: z.string(),
    proposedAt: instantText,
    decidedAt: instantText.nullable(),
    transferId: z.uuid().nullable(),
    mine: z.boolean().openapi({ description: 'The caller proposed it, so another has to decide.' }),
  })
  .openapi('Clearing');

const Closing = z
  .strictObject({
    personId: z.uuid(),
    state: z.enum(['closed', 'moving']),
    clearingId: z.uuid().nullable(),
    heirs: z.array(z.strictObject({ personId: z.uuid(), minutes: z.int(), overflowMinutes: z.int() })),
    poolMinutes: z.int(),
    fundMinutes: z.int(),
    fundFen: z.int(),
    movedMinutes: z.int(),
    recoveredMinutes: z.int(),
    owedMinutes: z.int(),
    cancelledOrders: z.int(),
    withdrawnVisits: z.int(),
  })
  .openapi('Closing');

const Decision = z
  .discriminatedUnion('cause', [
    z.strictObject({
      cause: z.literal('death'),
      personId: z.uuid(),
      document: z.enum(closingDocuments),
      reason,
      heirs: z.array(z.strictObject({ personId: z.uuid(), minutes: z.int().min(1).max(MOST) })).max(20),
    }),
    z.strictObject({ cause: z.literal('move'), personId: z.uuid(), partnerCode: code, reason }),
  ])
  .openapi('ClosingDecision');

export function clearingRoutes(context: ApiContext) {
  const { db } = context;

  async function onePartner(tx: Tx, partnerCode: string) {
    const [found] = await listPartners(tx, partnerCode);
    if (!found) throw new Problem('not_found', { field: 'code' });
    return written(found);
  }
  async function one(tx: Tx, reach: Reach, readerId: string, id: string) {
    const [found] = await listClearings(tx, reach, readerId, { id }, 1);
    if (!found) throw new Problem('not_found', { field: 'id' });
    return written(found);
  }

  return newRouter()
    .openapi(
      createRoute({
        method: 'post',
        path: '/api/v1/closings',
        tags,
        summary:
          "Close a person's accounts: by the family's decision after a death, or on moving to a partner city",
        request: jsonBody(Decision),
        responses: { 201: answer(Closing, 'Closed, or moving until the partner has agreed')[200] },
      }),
      async (c) => {
        const decision = c.req.valid('json');
        const closed = await carryOut(
          c,
          context,
          async (tx, act) => {
            await personWithin(tx, c.get('reach'), decision.personId);
            return decision.cause === 'death'
              ? closeAtDeath(tx, act, decision)
              : closeAtMove(tx, act, decision);
          },
          { onBehalfOf: decision.personId, status: 201 },
        );
        return c.json(closed, 201);
      },
    )
    .openapi(
      createRoute({
        method: 'get',
        path: '/api/v1/partners',
        tags,
        summary: 'Partner cities, and how it stands between them and this city',
        responses: answer(z.strictObject({ items: z.array(Partner) }), 'By code'),
      }),
      async (c) => c.json(written({ items: await listPartners(db) }), 200),
    )
    .openapi(
      createRoute({
        method: 'post',
        path: '/api/v1/partners',
        tags,
        summary: 'Open a partner city with the limits of what it may owe',
        request: jsonBody(z.strictObject({ code, name: writing(2, 40), ...limits })),
        responses: { 201: answer(Partner, 'Opened')[200] },
      }),
      async (c) => {
        const partner = c.req.valid('json');
        const work = async (tx: Tx, act: Parameters<typeof openPartner>[1]) => {
          await openPartner(tx, act, partner);
          return onePartner(tx, partner.code);
        };
        return c.json(await carryOut(c, context, work, { status: 201 }), 201);
      },
    )
    .openapi(
      createRoute({
        method: 'post',
        path: '/api/v1/partners/{code}/limits',
        tags,
        summary: 'Change what a partner city may owe, for a reason',
        request: { params: codeParam, ...jsonBody(z.strictObject({ ...limits, reason })) },
        responses: answer(Partner, 'Changed'),
      }),
      async (c) => {
        const { code: partnerCode } = c.req.valid('param');
        const { reason: why, ...change } = c.req.valid('json');
        const changed = await carryOut(c, context, async (tx, act) => {
          await limitPartner(tx, act, partnerCode, change, why);
          return onePartner(tx, partnerCode);
        });
        return c.json(changed, 200);
      },
    )
    .openapi(
      createRoute({
        method: 'get',
        path: '/api/v1/clearings',
        tags,
        summary: 'What is proposed, posted or off between partner cities and this one',
        request: {
          query: z.strictObject({
            ...pageQuery,
            state: z.enum(clearingStates).optional(),
            partnerCode: code.optional(),
          }),
        },
        responses: answer(pageOf(Clearing), 'Newest first'),
      }),
      async (c) => {
        const { limit, cursor, ...search } = c.req.valid('query');
        const [before = null] = keysOf(cursor, [z.uuid()] as const) ?? [];
        const rows = await listClearings(
          db,
          c.get('reach'),
          callerOf(c).userId,
          { ...search, before },
          limit + 1,
        );
        return c.json(written(page(rows, limit, (row) => [row.id])), 200);
      },
    )
    .openapi(
      createRoute({
        method: 'post',
        path: '/api/v1/clearings',
        tags,
        summary: "Propose that a member's hours leave for a partner city, or come from one",
        request: jsonBody(
          z.strictObject({
            partnerCode: code,
            kind: z.enum(clearingKinds),
            personId: z.uuid(),
            minutes: z.int().min(1).max(MOST),
            reference: reference.optional(),
            reason,
          }),
        ),
        responses: { 201: answer(Clearing, 'Proposed')[200] },
      }),
      async (c) => {
        const proposal = c.req.valid('json');
        const reach = c.get('reach');
        const proposed = await carryOut(
          c,
          context,
          async (tx, act) => {
            await personWithin(tx, reach, proposal.personId);
            const { id } = await proposeClearing(tx, act, {
              ...proposal,
              reference: proposal.reference ?? null,
            });
            return one(tx, reach, callerOf(c).userId, id);
          },
          { onBehalfOf: proposal.personId, status: 201 },
        );
        return c.json(proposed, 201);
      },
    )
    .openapi(
      createRoute({
        method: 'post',
        path: '/api/v1/clearings/{id}/decide',
        tags,
        summary: "The other side's word: posted at once, or off",
        request: {
          params: idParam,
          ...jsonBody(
            z.strictObject({
              approve: z.boolean(),
              reference: reference.optional(),
              note: writing(4, 200).optional(),
            }),
          ),
        },
        responses: answer(Clearing, 'Posted or refused'),
      }),
      async (c) => {
        const { id } = c.req.valid('param');
        const { approve, reference: number = null, note = null } = c.req.valid('json');
        const reach = c.get('reach');
        const decided = await carryOut(c, context, async (tx, act) => {
          await decideClearing(tx, act, reach, id, { approve, reference: number, note });
          return one(tx, reach, callerOf(c).userId, id);
        });
        return c.json(decided, 200);
      },
    )
    .openapi(
      createRoute({
        method: 'post',
        path: '/api/v1/clearings/{id}/withdraw',
        tags,
        summary: 'Take a proposal back, for a reason',
        request: { params: idParam, ...jsonBody(z.strictObject({ reason })) },
        responses: answer(Clearing, 'Withdrawn'),
      }),
      async (c) => {
        const { id } = c.req.valid('param');
        const reach = c.get('reach');
        const withdrawn = await carryOut(c, context, async (tx, act) => {
          await withdrawClearing(tx, act, reach, id, c.req.valid('json').reason);
          return one(tx, reach, callerOf(c).userId, id);
        });
        return c.json(withdrawn, 200);
      },
    );
}
