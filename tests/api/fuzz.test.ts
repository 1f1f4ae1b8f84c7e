/** Random input to every route, as every kind of caller: refused as problem details, never a fault. */
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { policy, type Rule } from '../../api/auth/policy.ts';
import { ids, PASSWORD, signedInRoles } from './support/city.ts';
import { type Client, type Front, openFront } from './support/front.ts';

const RUNS = 40;
const SEED = 20_261_123;

interface Schema {
  type?: string | string[];
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
  enum?: unknown[];
  format?: string;
  maxLength?: number;
  $ref?: string;
}
interface Operation {
  parameters?: { name?: string; in?: string; schema?: Schema }[];
  requestBody?: { content: Record<string, { schema: Schema }> };
}
interface Document {
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, Schema> };
}

let front: Front;
let api: Document;
const clients = new Map<string, Client>();
const known: string[] = Object.values(ids);
beforeAll(async () => {
  front = await openFront({ demo: true });
  api = (await front.stranger().get<Document>('/api/openapi.json')).body;
  for (const role of signedInRoles) clients.set(role, await front.as(role));
  const elder = clients.get('elder') as Client;
  for (let hours = 1; hours < 4; hours++) {
    const startAt = new Date(Date.now() + hours * 3_600_000).toISOString();
    const wanted = {
      elderId: ids.elder,
      serviceCode: 'companionship',
      startAt,
      minutes: 20,
      payer: 'time_bank',
      despiteConflicts: true,
    };
    known.push(String((await elder.post('/api/v1/orders', wanted)).body.id));
  }
  const accounts = await elder.get<{ items: { id: string }[] }>('/api/v1/accounts/me');
  known.push(...accounts.body.items.map((account) => account.id));
});
afterAll(() => front.close());

const strange = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.constantFrom(
    '',
    ' ',
    '\u0000',
    '\ud800',
    '%',
    "' or 1=1 --",
    '../../etc/passwd',
    '9'.repeat(400),
    '{}',
    'null',
    '🙂',
  ),
);
const strangeNumber = fc.oneof(
  fc.integer(),
  fc.double(),
  fc.constantFrom(-1, 0, 1e308, Number.MAX_SAFE_INTEGER + 2, 2 ** 31, -(2 ** 31), 0.1),
);
/** Nothing nine times in ten. */
const seldom = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | null> =>
  fc.oneof({ weight: 9, arbitrary: fc.constant(null) }, { weight: 1, arbitrary });
const anyId = () =>
  fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...known) }, fc.uuid(), { weight: 1, arbitrary: strange });
const soon = fc.integer({ min: -60, max: 600 }).map((m) => new Date(Date.now() + m * 60_000).toISOString());
const anyTime = fc.oneof(
  soon,
  fc.date({ noInvalidDate: true }).map((date) => date.toISOString()),
  fc.constantFrom(
    '2026-13-40',
    '9999-12-31T23:59:59Z',
    '0000-01-01T00:00:00Z',
    '2026-02-30T00:00:00Z',
    '2030-06',
  ),
);

/** Cursors that decode, to whatever somebody might put into one. */
const anyCursor = () =>
  fc
    .array(fc.oneof(anyTime, anyId(), strangeNumber, fc.jsonValue({ maxDepth: 1 })), { maxLength: 3 })
    .map((keys) => Buffer.from(JSON.stringify(keys)).toString('base64url'));

/** Values for a schema: mostly of its kind, sometimes of any other. */
function fieldOf(schema: Schema, depth = 0): fc.Arbitrary<unknown> {
  if (schema.$ref) return fieldOf(api.components.schemas[schema.$ref.split('/').at(-1) ?? ''] ?? {}, depth);
  const any = fc.oneof(fc.jsonValue({ maxDepth: 2 }), strange, strangeNumber);
  const type = Array.isArray(schema.type) ? schema.type[0] : schema.type;
  const fitting = (): fc.Arbitrary<unknown> => {
    if (schema.enum) return fc.constantFrom(...schema.enum);
    if (type === 'object' && schema.properties && depth === 0) {
      const fields = Object.entries(schema.properties).map(([name, inner]) => [name, fieldOf(inner, 1)]);
      return fc.record(Object.fromEntries(fields) as Record<string, fc.Arbitrary<unknown>>, {
        requiredKeys: schema.required ?? [],
      });
    }
    if (schema.format === 'uuid') return anyId();
    if (schema.maxLength === 500 && depth === 0) return anyCursor();
    if (schema.format?.startsWith('date')) return anyTime;
    if (type === 'integer' || type === 'number')
      return fc.oneof(strangeNumber, fc.integer({ min: 1, max: 200 }));
    if (type === 'boolean') return fc.boolean();
    if (type === 'array') return fc.array(fieldOf(schema.items ?? {}, depth + 1), { maxLength: 5 });
    if (type === 'object' && schema.properties && depth < 3) {
      const fields = Object.entries(schema.properties).map(([name, inner]) => [
        name,
        fieldOf(inner, depth + 1),
      ]);
      return fc.record(Object.fromEntries(fields) as Record<string, fc.Arbitrary<unknown>>, {
        requiredKeys: [],
      });
    }
    return fc.oneof(
      fc.constantFrom('companionship', 'bathing', PASSWORD, '4711', '13900000001', '123456', '100%_'),
      strange,
    );
  };
  return fc.oneof({ weight: 12, arbitrary: fitting() }, { weight: 1, arbitrary: any });
}

interface Sent {
  path: string;
  body: string | undefined;
  headers: Record<string, string>;
}

function requestsTo(method: string, path: string): fc.Arbitrary<Sent> {
  const operation = api.paths[path]?.[method.toLowerCase()] ?? {};
  const query = (operation.parameters ?? []).filter((one) => one.in === 'query');
  const schema = Object.values(operation.requestBody?.content ?? {})[0]?.schema;
  return fc.record({
    path: fc
      .tuple(
        anyId(),
        fc.record(Object.fromEntries(query.map((one) => [one.name ?? '', fieldOf(one.schema ?? {})])), {
          requiredKeys: [],
        }),
        seldom(strange),
      )
      .map(([id, fields, extra]) => {
        const parts = Object.entries(fields).map(([name, value]) => `${name}=${encode(value)}`);
        if (extra !== null) parts.push(`${encode(extra)}=1`);
        return path.replace('{id}', encode(id) || 'x') + (parts.length > 0 ? `?${parts.join('&')}` : '');
      }),
    body:
      method === 'GET'
        ? fc.constant(undefined)
        : fc.oneof(
            {
              weight: 6,
              arbitrary: (schema ? fieldOf(schema) : fc.jsonValue()).map((value) => JSON.stringify(value)),
            },
            { weight: 1, arbitrary: strange },
          ),
    headers: fc
      .record({
        'content-type': seldom(
          fc.constantFrom('application/json; charset=utf-8', 'text/plain', 'application/xml'),
        ),
        'idempotency-key': seldom(fc.constantFrom('x', 'y'.repeat(101), 'same-key-again')),
        'if-match': seldom(fc.constantFrom('"1"', '"x"', '*', 'W/"1"')),
        'accept-language': seldom(fc.constantFrom('en', 'zh', 'de;q=x', ';;;', '*')),
      })
      .map(
        (all) =>
          Object.fromEntries(Object.entries(all).filter(([, value]) => value !== null)) as Sent['headers'],
      ),
  });
}

const encode = (value: unknown) => encodeURIComponent(Buffer.from(String(value)).toString());
const endsSession = new Set(['POST /api/auth/sign-out', 'POST /api/auth/change-password']);
const notJson = new Set(['GET /metrics', 'GET /api/docs', 'GET /api/docs/scalar.js']);
const routes = (Object.entries(policy) as [string, Rule][]).filter(([key]) => !notJson.has(key));

function callersOf(key: string, rule: Rule): (string | null)[] {
  if (rule === 'public' || endsSession.has(key)) return [null];
  return rule === 'signed-in' ? ['elder'] : Object.keys(rule);
}

describe('random input', () => {
  it.each(routes)('to %s is answered, never a fault', async (key, rule) => {
    const [method = '', path = ''] = key.split(' ');
    const callers = callersOf(key, rule).map((role) =>
      role ? (clients.get(role) as Client) : front.stranger(),
    );
    await fc.assert(
      fc.asyncProperty(requestsTo(method, path), fc.nat(), async (sent, pick) => {
        const caller = callers[pick % callers.length] as Client;
        const headers: Record<string, string> = { 'content-type': 'application/json', ...sent.headers };
        const answer = await caller.ask(method, sent.path, { headers, raw: sent.body });
        if (answer.status >= 500) throw new Error(`${answer.status} ${JSON.stringify(answer.body)}`);
        if (answer.status >= 400) {
          expect(answer.type).toContain('application/problem+json');
          expect(answer.body).toMatchObject({
            status: answer.status,
            code: expect.any(String),
            title: expect.any(String),
          });
        }
      }),
      { numRuns: RUNS, seed: SEED, endOnFailure: false },
    );
  });

  it('too large is refused before it is read', async () => {
    const client = clients.get('elder') as Client;
    const answer = await client.post('/api/v1/orders', { note: 'x'.repeat(300_000) });
    expect([answer.status, answer.body.code]).toEqual([413, 'body_too_large']);
  });
});
