/** The ledger as the regulator reads it: it sums to zero (T2), what circulates, and every transfer found by its cause. */
import { createRoute, z } from '@hono/zod-openapi';
import { ledgerCheck, ledgerTotals } from '../../db/bank/balances.ts';
import { institutionAccounts, institutionKinds } from '../../db/bank/institutionViews.ts';
import { accountKinds, causes, currencies } from '../../db/bank/rules.ts';
import { circulation, searchTransfers } from '../../db/bank/searchViews.ts';
import { type ApiContext, newRouter } from '../http/context.ts';
import { instantText, monthText, writing } from '../http/fields.ts';
import { answer } from '../http/openapi.ts';
import { keysOf, page, pageOf, pageQuery } from '../http/paging.ts';
import { dayBefore, monthBefore, monthOf, periodOf, periodQuery } from '../http/period.ts';
import { written } from '../http/written.ts';

const tags = ['time bank'];
const USUAL_DAYS = 31;
const MOST_DAYS = 366;
const USUAL_MONTHS = 12;
const MOST_MONTHS_DAYS = 60 * 31;

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
    sums: z.array(
      z.strictObject({ currency: z.enum(currencies), sum: z.int(), accounts: z.int(), zero: z.boolean() }),
    ),
    check: z.strictObject({
      zero: z.boolean().openapi({ description: 'Every currency sums to zero.' }),
      totalsAgree: z
        .boolean()
        .openapi({ description: 'The totals by day of pools, fund and the like add up to their balances.' }),
      transfers: z.int(),
      sealed: z.int().openapi({ description: 'How many transfers are in the tree.' }),
      unsealed: z.int(),
      headSize: z.int().openapi({ description: 'How many the newest published head covers.' }),
      headAt: instantText.nullable(),
      oldestUnsealedAt: instantText.nullable(),
      oldestUnsealedSeconds: z.int().nullable(),
    }),
  })
  .openapi('LedgerTotals');

const InstitutionAccount = z
  .strictObject({
    accountId: z.uuid(),
    kind: z.enum(institutionKinds),
    currency: z.enum(currencies),
    code: z.string().nullable().openapi({ description: 'The division, the partner city or `key-elders`.' }),
    name: z.string().nullable(),
    balance: z.int(),
    held: z.int(),
    available: z.int().openapi({ description: 'Balance less what is held.' }),
    floor: z.int().nullable().openapi({
      description: 'The least that may be available; null where there is no end to it.',
    }),
    frozen: z.boolean(),
  })
  .openapi('InstitutionAccount');

const Side = z.strictObject({
  accountId: z.uuid(),
  kind: z.enum(accountKinds),
  code: z.string().nullable(),
  name: z.string().nullable(),
});

const TransferFound = z
  .strictObject({
    id: z.uuid(),
    at: instantText,
    currency: z.enum(currencies),
    amount: z.int(),
    cause: z.enum(causes),
    causeId: z.uuid().nullable(),
    author: z.string().openapi({ description: "A user's id, or a part of the system." }),
    orderNumber: z.string().nullable(),
    debit: Side,
    credit: Side,
    reversed: z.boolean(),
  })
  .openapi('TransferFound');

const Circulation = z
  .strictObject({
    month: monthText,
    districtCode: z.string(),
    districtName: z.string().nullable(),
    issued: z.int(),
    lapsed: z.int(),
    donated: z.int(),
    redeemed: z.int(),
    given: z.int(),
    reversed: z.int(),
    settled: z.int(),
    closed: z.int(),
    transfers: z.int(),
  })
  .openapi('Circulation');

export function ledgerRoutes({ db, reads, now }: ApiContext) {
  return newRouter()
    .openapi(
      createRoute({
        method: 'get',
        path: '/api/v1/ledger/totals',
        tags,
        summary:
          'Totals by kind of account, the sum of everything, which is 0, and how far the ledger is sealed',
        responses: answer(LedgerTotals, 'By currency'),
      }),
      async (c) => {
        const totals = await ledgerTotals(reads);
        const check = await ledgerCheck(reads, now());
        const zero = totals.sums.every((sum) => sum.zero);
        return c.json(written({ ...totals, check: { zero, ...check } }), 200);
      },
    )
    .openapi(
      createRoute({
        method: 'get',
        path: '/api/v1/ledger/accounts',
        tags,
        summary:
          "What each account holds that is no person's and no team's: fund, pools, partner cities, providers",
        request: {
          query: z.strictObject({
            kind: z.enum(institutionKinds).optional(),
            currency: z.enum(currencies).optional(),
            ...pageQuery,
          }),
        },
        responses: answer(pageOf(InstitutionAccount), 'By kind, minutes first'),
      }),
      async (c) => {
        const { limit, cursor, ...search } = c.req.valid('query');
        const [kind, currency, ownerId] =
          keysOf(cursor, [z.enum(institutionKinds), z.enum(currencies), writing(1, 60)] as const) ?? [];
        const after = kind && currency && ownerId ? { kind, currency, ownerId } : null;
        const found = await institutionAccounts(reads, c.get('reach'), { ...search, after }, limit + 1);
        const { items, nextCursor } = page(found, limit, (row) => [row.kind, row.currency, row.ownerId]);
        return c.json({ items: items.map(({ ownerId: _, ...account }) => account), nextCursor }, 200);
      },
    )
    .openapi(
      createRoute({
        method: 'get',
        path: '/api/v1/ledger/transfers',
        tags,
        summary: 'Transfers by cause, account, owner, order, amount or author; names are masked',
        request: {
          query: z.strictObject({
            ...periodQuery,
            cause: z.enum(causes).optional(),
            causeId: z.uuid().optional(),
            accountId: z.uuid().optional(),
            ownerId: writing(1, 40).optional(),
            orderNumber: z.coerce.number().int().min(1).max(Number.MAX_SAFE_INTEGER).optional(),
            currency: z.enum(currencies).optional(),
            minAmount: z.coerce.number().int().min(1).max(Number.MAX_SAFE_INTEGER).optional(),
            maxAmount: z.coerce.number().int().min(1).max(Number.MAX_SAFE_INTEGER).optional(),
            author: writing(1, 60).optional(),
            ...pageQuery,
          }),
        },
        responses: answer(pageOf(TransferFound), 'Newest first; the last 31 days, at most 366'),
      }),
      async (c) => {
        const { from, to, limit, cursor, ...search } = c.req.valid('query');
        const usual = { from: dayBefore(now(), USUAL_DAYS - 1), to: dayBefore(now(), 0) };
        const period = periodOf({ from, to }, usual, MOST_DAYS, c.get('language'));
        const [before = null] = keysOf(cursor, [z.uuid()] as const) ?? [];
        const found = await searchTransfers(db, c.get('reach'), search, period, limit + 1, before);
        return c.json(written(page(found, limit, (row) => [row.id])), 200);
      },
    )
    .openapi(
      createRoute({
        method: 'get',
        path: '/api/v1/ledger/circulation',
        tags,
        summary: 'What was issued, redeemed, given, donated and taken back, by month and district',
        request: {
          query: z.strictObject({
            from: monthText.optional(),
            to: monthText.optional(),
            currency: z.enum(currencies).default('min'),
          }),
        },
        responses: answer(
          z.strictObject({ items: z.array(Circulation) }),
          'Newest month first; the last 12 months, at most 60',
        ),
      }),
      async (c) => {
        const { currency, ...query } = c.req.valid('query');
        const month = monthOf(now());
        const usual = { from: monthBefore(query.to ?? month, USUAL_MONTHS - 1), to: month };
        const period = periodOf(query, usual, MOST_MONTHS_DAYS, c.get('language'));
        return c.json({ items: await circulation(reads, c.get('reach'), currency, period) }, 200);
      },
    );
}
