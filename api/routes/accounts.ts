/** Time accounts: what one has and how it came, and the proof that the whole ledger sums to zero (T2). */
import { createRoute, z } from '@hono/zod-openapi';
import { accountOwner, balancesOf, ledgerTotals, statement } from '../../db/bank/balances.ts';
import { accountKinds, causes, currencies } from '../../db/bank/rules.ts';
import { callerOf } from '../auth/principal.ts';
import { type ApiContext, newRouter } from '../http/context.ts';
import { idParam, instantText } from '../http/fields.ts';
import { answer } from '../http/openapi.ts';
import { keysOf, page, pageOf, pageQuery } from '../http/paging.ts';
import { Problem } from '../http/problems.ts';
import { written } from '../http/written.ts';

const tags = ['time bank'];
const ownKinds = ['personal', 'grant', 'team'] as const;
type OwnKind = (typeof ownKinds)[number];
const isOwn = (kind: string): kind is OwnKind => (ownKinds as readonly string[]).includes(kind);

const Account = z
  .strictObject({
    id: z.uuid(),
    kind: z.enum(ownKinds),
    currency: z.enum(currencies),
    balance: z.int(),
    held: z.int(),
    available: z.int(),
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

const LedgerTotals = z
  .strictObject({
    items: z.array(
      z.strictObject({
        currency: z.enum(currencies),
        kind: z.enum(accountKinds),
        accounts: z.int(),
        total: z.int(),
      }),
    ),
    sums: z.array(z.strictObject({ currency: z.enum(currencies), sum: z.int() })),
  })
  .openapi('LedgerTotals');

export function accountRoutes({ db, reads }: ApiContext) {
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
        const reach = c.get('reach');
        const owner = await accountOwner(db, id);
        const mine = owner !== null && reach.kind === 'elders' && reach.elderIds.includes(owner);
        if (owner === null || (reach.kind !== 'all' && !mine))
          throw new Problem('not_found', { field: 'id' });
        const [before = null] = keysOf(cursor, [z.uuid()] as const) ?? [];
        const { items, nextCursor } = page(await statement(db, id, limit + 1, before), limit, (row) => [
          row.id,
        ]);
        const entries = items.map(({ orderNumber: _, serviceCode, ...entry }) => ({
          ...entry,
          causeId: entry.orderId,
          memo: serviceCode,
        }));
        return c.json(written({ items: entries, nextCursor }), 200);
      },
    )
    .openapi(
      createRoute({
        method: 'get',
        path: '/api/v1/ledger/totals',
        tags,
        summary: 'Totals by kind of account, and the sum of everything, which is 0',
        responses: answer(LedgerTotals, 'By currency'),
      }),
      async (c) => c.json(await ledgerTotals(reads), 200),
    );
}
