/** Partner cities (C14): opened with a limit, and what came and went with each, so that both sides see the same number. */
import { createRoute, z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { listPartners, partnerStatement } from '../../db/bank/clearingViews.ts';
import { limitPartner, openPartner } from '../../db/bank/partners.ts';
import { districtPositions, partnerFlows } from '../../db/bank/positionViews.ts';
import { currencies } from '../../db/bank/rules.ts';
import type { PageAt } from '../../db/bank/statement.ts';
import { refuse } from '../../db/connect/act.ts';
import type { Tx } from '../../db/connect/database.ts';
import { callerOf } from '../auth/principal.ts';
import { type ApiContext, type Env, newRouter } from '../http/context.ts';
import { monthText, partnerCode, writing } from '../http/fields.ts';
import { carryOut } from '../http/idempotency.ts';
import { answer, jsonBody } from '../http/openapi.ts';
import { cursorOf, keysOf, pageQuery } from '../http/paging.ts';
import { monthOf, periodOf, periodQuery } from '../http/period.ts';
import { Problem } from '../http/problems.ts';
import { written } from '../http/written.ts';
import { Partner, PartnerStatement, Positions } from './clearingShapes.ts';

const tags = ['time bank'];
const MOST_DAYS = 366;
const CITY_CODE_LENGTH = 4;
const most = z.int().min(0).max(1_000_000_000);
export const codeParam = z.strictObject({
  code: partnerCode.openapi({ param: { name: 'code', in: 'path' } }),
});

/** Agreements with other cities are the city's, not a district's. */
export function expectCity(c: Context<Env>): void {
  const reach = c.get('reach');
  if (reach.kind === 'area' && reach.areaCode.length > CITY_CODE_LENGTH) refuse('not_yours');
}

async function shown(tx: Tx, code: string) {
  const [partner] = await listPartners(tx, code);
  if (!partner) throw new Problem('not_found', { field: 'code' });
  return written(partner);
}

export function partnerRoutes(context: ApiContext) {
  const { db, reads, now } = context;
  return newRouter()
    .openapi(
      createRoute({
        method: 'get',
        path: '/api/v1/partners',
        tags,
        summary: 'Partner cities with what each owes or is owed',
        responses: answer(z.strictObject({ items: z.array(Partner) }), 'By code, at most 200'),
      }),
      async (c) => c.json(written({ items: await listPartners(db) }), 200),
    )
    .openapi(
      createRoute({
        method: 'post',
        path: '/api/v1/partners',
        tags,
        summary: 'Open clearing accounts with another city, each with a limit',
        request: jsonBody(
          z
            .strictObject({
              code: partnerCode,
              name: writing(2, 40),
              limitMinutes: most.openapi({ description: 'How much it may owe this city.' }),
              limitFen: most,
            })
            .openapi('NewPartner'),
        ),
        responses: { 201: answer(Partner, 'Opened')[200] },
      }),
      async (c) => {
        const partner = c.req.valid('json');
        const opened = await carryOut(
          c,
          context,
          async (tx, act) => {
            expectCity(c);
            await openPartner(tx, act, partner);
            return shown(tx, partner.code);
          },
          { status: 201 },
        );
        return c.json(opened, 201);
      },
    )
    .openapi(
      createRoute({
        method: 'post',
        path: '/api/v1/partners/{code}/limits',
        tags,
        summary: 'Change how much a partner city may owe',
        request: {
          params: codeParam,
          ...jsonBody(z.strictObject({ limitMinutes: most, limitFen: most, reason: writing(4, 200) })),
        },
        responses: answer(Partner, 'Changed; refused with `over_limit` where it owes more already'),
      }),
      async (c) => {
        const { code } = c.req.valid('param');
        const { reason, ...limits } = c.req.valid('json');
        const changed = await carryOut(c, context, async (tx, act) => {
          expectCity(c);
          await limitPartner(tx, act, code, limits, reason);
          return shown(tx, code);
        });
        return c.json(changed, 200);
      },
    )
    .openapi(
      createRoute({
        method: 'get',
        path: '/api/v1/partners/{code}/statement',
        tags,
        summary:
          "A month's statement with a partner city: opening, each clearing with the partner's number, closing",
        request: {
          params: codeParam,
          query: z.strictObject({
            month: monthText.optional(),
            currency: z.enum(currencies).default('min'),
            ...pageQuery,
          }),
        },
        responses: answer(PartnerStatement, 'Oldest first; this month where none is asked for'),
      }),
      async (c) => {
        const { code } = c.req.valid('param');
        const { month = monthOf(now()), currency, limit, cursor } = c.req.valid('query');
        const [transferId] = keysOf(cursor, [z.uuid()] as const) ?? [];
        const turn: PageAt['turn'] = transferId ? { way: 'onwards', transferId } : null;
        const period = periodOf(
          { from: month, to: month },
          { from: month, to: month },
          MOST_DAYS,
          c.get('language'),
        );
        const pageAt = { order: 'oldest', cause: null, limit, turn } as const;
        const found = await partnerStatement(db, callerOf(c).userId, code, currency, period, pageAt);
        if (!found) throw new Problem('not_found', { field: 'code' });
        const { partner, totals, items, clearings } = found;
        const account = partner.accounts.find((one) => one.currency === currency);
        const last = items.at(-1);
        return c.json(
          written({
            partner: { code, name: partner.name },
            month,
            currency,
            opening: found.opening,
            in: totals.reduce((sum, one) => sum + one.out, 0),
            out: totals.reduce((sum, one) => sum + one.in, 0),
            closing: found.closing,
            limit: account?.limit ?? 0,
            left: account?.left ?? 0,
            items: items.map((line) => ({
              transferId: line.id,
              at: line.at,
              amount: line.amount,
              balanceAfter: line.balanceAfter,
              cause: line.cause,
              clearing: clearings.get(line.id) ?? null,
            })),
            nextCursor: found.more.onwards && last ? cursorOf([last.id]) : null,
          }),
          200,
        );
      },
    )
    .openapi(
      createRoute({
        method: 'get',
        path: '/api/v1/clearing/positions',
        tags,
        summary: 'Net positions: with partner cities, and of the districts among each other',
        request: { query: z.strictObject(periodQuery) },
        responses: answer(Positions, 'This month where no period is asked for; at most a year'),
      }),
      async (c) => {
        const month = monthOf(now());
        const period = periodOf(
          c.req.valid('query'),
          { from: month, to: month },
          MOST_DAYS,
          c.get('language'),
        );
        const [all, flows, districts] = await Promise.all([
          listPartners(reads),
          partnerFlows(reads, period),
          districtPositions(reads, period),
        ]);
        const flowOf = new Map(flows.map((flow) => [`${flow.code}:${flow.currency}`, flow]));
        const partners = all.flatMap(({ code, name, accounts }) =>
          accounts.map(({ accountId: _, ...account }) => {
            const flow = flowOf.get(`${code}:${account.currency}`);
            return { code, name, ...account, in: flow?.in ?? 0, out: flow?.out ?? 0 };
          }),
        );
        const sum = districts.reduce((total, one) => total + one.net, 0);
        return c.json({ from: period.fromDay, to: period.toDay, partners, districts, sum }, 200);
      },
    );
}
