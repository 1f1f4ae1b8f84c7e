/** Only in a demo city: accounts to look around with, one-time codes, and the switch of the simulator. Elsewhere these are not there. */
import { createRoute, z } from '@hono/zod-openapi';
import { readSwitch, turnSwitch } from '../../db/audit/switches.ts';
import { roles } from '../../db/connect/act.ts';
import { demoAccounts } from '../../db/demo/accounts.ts';
import { type ApiContext, newRouter } from '../http/context.ts';
import { instantText } from '../http/fields.ts';
import { carryOut } from '../http/idempotency.ts';
import { answer, jsonBody } from '../http/openapi.ts';
import { Problem } from '../http/problems.ts';

const tags = ['demo'];
const Simulator = z.strictObject({ running: z.boolean() }).openapi('Simulator');
const DemoAccount = z
  .strictObject({ role: z.enum(roles), username: z.string(), password: z.string(), name: z.string() })
  .openapi('DemoAccount');
const SentCode = z.strictObject({ phone: z.string(), code: z.string(), at: instantText }).openapi('SentCode');

export function demoRoutes(context: ApiContext) {
  const { config, db, codes } = context;

  function expectDemo(): void {
    if (!config.demo) throw new Problem('route_not_found');
  }

  return newRouter()
    .openapi(
      createRoute({
        method: 'get',
        path: '/api/v1/demo/accounts',
        tags,
        summary: 'One account a role, to look around with',
        responses: answer(z.strictObject({ items: z.array(DemoAccount), nextCursor: z.null() }), 'By role'),
      }),
      (c) => {
        expectDemo();
        return c.json({ items: [...demoAccounts], nextCursor: null }, 200);
      },
    )
    .openapi(
      createRoute({
        method: 'get',
        path: '/api/v1/demo/codes',
        tags,
        summary: 'The last one-time codes, in place of the telephones nobody has',
        responses: answer(z.strictObject({ items: z.array(SentCode) }), 'Newest first'),
      }),
      (c) => {
        expectDemo();
        const items = (codes?.list() ?? []).map((sent) => ({ ...sent, at: sent.at.toISOString() }));
        return c.json({ items }, 200);
      },
    )
    .openapi(
      createRoute({
        method: 'get',
        path: '/api/v1/demo/simulator',
        tags,
        summary: 'Whether volunteers, carers and elders are being played',
        responses: answer(Simulator, 'The switch'),
      }),
      async (c) => {
        expectDemo();
        return c.json({ running: (await readSwitch(db, 'demo.simulator')) ?? config.simulator }, 200);
      },
    )
    .openapi(
      createRoute({
        method: 'put',
        path: '/api/v1/demo/simulator',
        tags,
        summary: 'Let volunteers, carers and elders be played, or not',
        request: jsonBody(Simulator),
        responses: answer(Simulator, 'The switch'),
      }),
      async (c) => {
        expectDemo();
        const { running } = c.req.valid('json');
        const turned = await carryOut(c, context, async (tx, act) => {
          await turnSwitch(tx, act, 'demo.simulator', running);
          return { running };
        });
        return c.json(turned, 200);
      },
    );
}
