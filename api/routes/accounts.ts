/** Time accounts: what one has, what came and went, and what there was at any instant (T2). */
import { createRoute, z } from '@hono/zod-openapi';
import { balancesOf } from '../../db/bank/balances.ts';
import { accountFacts, balanceAt } from '../../db/bank/history.ts';
import { causes, currencies } from '../../db/bank/rules.ts';
import { newestLines } from '../../db/bank/statement.ts';
import { expectAccount } from '../../db/bank/withinReach.ts';
import { callerOf } from '../auth/principal.ts';
import { type ApiContext, newRouter } from '../http/context.ts';
import { idParam, instantGiven, instantText } from '../http/fields.ts';
import { carryOut } from '../http/idempotency.ts';
import { answer } from '../http/openapi.ts';
import { keysOf, page, pageOf, pageQuery } from '../http/paging.ts';
import { Problem } from '../http/problems.ts';
import { written } from '../http/written.ts';

const tags = ['time bank'];
const ownKinds = ['personal', 'grant', 'team', 'receivable'] as const;
type OwnKind = (typeof ownKinds)[number];
/** Whether accounts of a kind belong to persons. */
export const isOwn = (kind: string): kind is OwnKind => (ownKinds as readonly string[]).includes(kind);

export const Account = z
  .strictObject({
    id: z.uuid(),
    kind: z.enum(ownKinds).openapi({ description: '`receivable` is a debt, never to be added to the rest.' }),
    currency: z.enum(currencies),
    balance: z.int(),
    held: z.int(),
    available: z.int(),
    frozen: z.boolean().openapi({ description: 'Nothing leaves the account while it is frozen.' }),
  })
  .openapi('Account');

const Entry = z
  .strictObject({
    id: z.uuid(),
    at: instantText,
    amount: z.int().openapi({ description: 'Signed; minutes or fen.' }),
    balanceAfter: z.int().nullable(),
    cause: z.enum(causes),
    causeId: z.uuid().nullable(),
    orderId: z.uuid().nullable(),
    memo: z.string().nullable().openapi({ description: 'The code of the service, where it was for one.' }),
  })
  .openapi('Entry');

const Balance = z
  .strictObject({ accountId: z.uuid(), currency: z.enum(currencies), at: instantText, balance: z.int() })
  .openapi('Balance');

export function accountRoutes(context: ApiContext) {
  const { db, now } = context;
  return newRouter()
    .openapi(
      createRoute({
        method: 'get',
        path: '/api/v1/accounts/me',
        tags,
        summary: 'My accounts, or those of an elder who consented (`elderId`)',
        request: {
          query: z.strictObject({ currency: z.enum(currencies).optional(), elderId: z.uuid().optional() }),
        },
        responses: answer(z.strictObject({ items: z.array(Account) }), 'Minutes first'),
      }),
      async (c) => {
        const { currency, elderId } = c.req.valid('query');
        const reach = c.get('reach');
        const own = callerOf(c).role === 'family' ? undefined : callerOf(c).personId;
        const within = reach.kind === 'elders' ? reach.elderIds : [];
        const ownerId = elderId ?? own ?? within[0];
        if (!ownerId || !within.includes(ownerId)) throw new Problem('not_found', { field: 'elderId' });
        const found = await balancesOf(db, ownerId);
        const items = found.flatMap(({ ownerId: _, kind, ...account }) =>
          isOwn(kind) && (!currency || account.currency === currency) ? [{ ...account, kind }] : [],
        );
        return c.json({ items }, 200);
      },
    )
    .openapi(
      createRoute({
        method: 'get',
        path: '/api/v1/accounts/{id}/entries',
        tags,
        summary: 'What came and went on an account',
        request: { params: idParam, query: z.strictObject(pageQuery) },
        responses: answer(pageOf(Entry), 'Newest first'),
      }),
      async (c) => {
        const { id } = c.req.valid('param');
        const { limit, cursor } = c.req.valid('query');
        const [before = null] = keysOf(cursor, [z.uuid()] as const) ?? [];
        await carryOut(c, context, (tx, act) =>
          expectAccount(tx, act, c.get('reach'), id, cursor === undefined),
        );
        const found = await newestLines(db, id, before, now(), limit + 1);
        const { items, nextCursor } = page(found, limit, (line) => [line.id]);
        const entries = items.map((line) => ({
          id: line.id,
          at: line.at,
          amount: line.amount,
          balanceAfter: line.balanceAfter,
          cause: line.cause,
          causeId: line.orderId,
          orderId: line.orderId,
          memo: line.serviceCode,
        }));
        return c.json(written({ items: entries, nextCursor }), 200);
      },
    )
    .openapi(
      createRoute({
        method: 'get',
        path: '/api/v1/accounts/{id}/balance',
        tags,
        summary: 'What an account held at an instant, after all that was posted until then',
        request: {
          params: idParam,
          query: z.strictObject({
            at: instantGiven.optional().openapi({ description: 'The present where it is left out.' }),
          }),
        },
        responses: answer(Balance, 'Exact'),
      }),
      async (c) => {
        const { id } = c.req.valid('param');
        const at = c.req.valid('query').at ?? now();
        await carryOut(c, context, (tx, act) => expectAccount(tx, act, c.get('reach'), id));
        const account = await accountFacts(db, id);
        const balance = await balanceAt(db, id, at);
        if (!account || balance === null) throw new Problem('not_found', { field: 'id' });
        return c.json(written({ accountId: id, currency: account.currency, at, balance }), 200);
      },
    );
}
