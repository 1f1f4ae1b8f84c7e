import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { policy, type Rule } from '../../api/auth/policy.ts';
import { reachOf } from '../../api/auth/principal.ts';
import { signedInRoles } from './support/city.ts';
import { type Client, type Front, openFront } from './support/front.ts';

let front: Front;
const clients = new Map<string, Client>();
beforeAll(async () => {
  front = await openFront({ demo: true });
  for (const role of signedInRoles) clients.set(role, await front.as(role));
});
afterAll(() => front.close());

const routes = Object.entries(policy) as [string, Rule][];
const somewhere = '01900000-0000-7000-8000-0000000fffff';
const addressOf = (path: string) => path.replace('{id}', somewhere);
/** These would end the session that the walk is made with. */
const endsSession = new Set(['POST /api/auth/sign-out']);

function allowed(rule: Rule, role: string): boolean {
  return rule === 'public' || rule === 'signed-in' || role in rule;
}

describe('the policy table', () => {
  it('has a line for every route of the app, and no other', () => {
    const inApp = new Set(
      front.app.routes
        .filter((route) => route.method !== 'ALL' && !route.path.includes('*'))
        .map((route) => `${route.method} ${route.path.replace(/:(\w+)/g, '{$1}')}`),
    );
    expect([...inApp].sort()).toEqual(Object.keys(policy).sort());
  });

  it.each(routes)('%s lets each role in as it says, and nobody else', async (key, rule) => {
    const [method = '', path = ''] = key.split(' ');
    if (endsSession.has(key)) return;
    const stranger = await front
      .stranger()
      .ask(method, addressOf(path), method === 'GET' ? {} : { json: {} });
    if (rule !== 'public') {
      expect([stranger.status, stranger.body.code]).toEqual([401, 'unauthenticated']);
    }
    for (const role of signedInRoles) {
      const client = clients.get(role) as Client;
      const { status, body } = await client.ask(
        method,
        addressOf(path),
        method === 'GET' ? {} : { json: {} },
      );
      const refused = status === 403 && body.code === 'forbidden';
      expect([role, refused], JSON.stringify(body)).toEqual([role, !allowed(rule, role)]);
      expect(status).toBeLessThan(500);
    }
  });

  it('reaches nothing for an account that lacks what its scope is about', () => {
    const nobody = {
      userId: somewhere,
      sessionId: somewhere,
      username: 'x',
      name: 'x',
      role: 'carer',
      personId: null,
      providerId: null,
      stationId: null,
      areaCode: null,
      language: 'zh-CN',
      totp: false,
      actsFor: [],
    } as const;
    for (const scope of ['own-visit', 'own-provider', 'area', 'elder-side:see'] as const) {
      expect(reachOf({ ...nobody, actsFor: [] }, scope)).toBeNull();
    }
  });

  it('answers an address it does not know, and a method it does not take, without asking who calls', async () => {
    const unknown = await front.stranger().get('/api/v1/nothing');
    expect([unknown.status, unknown.body.code]).toEqual([404, 'route_not_found']);
    const method = await front.stranger().ask('DELETE', '/api/v1/orders');
    expect([method.status, method.headers.get('allow')]).toEqual([405, 'GET, POST']);
  });
});
