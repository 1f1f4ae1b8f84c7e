/** Short words for what every route declares, and the document made of all of them. */
import type { OpenAPIHono } from '@hono/zod-openapi';
import { z } from '@hono/zod-openapi';
import { policy, type RouteKey, type Rule } from '../auth/policy.ts';
import type { Env } from './context.ts';
import { problems } from './problem-table.ts';

/** A JSON body that must be there. */
export function jsonBody<T extends z.ZodType>(schema: T) {
  return { body: { required: true as const, content: { 'application/json': { schema } } } };
}

/** The one good answer of a route. */
export function answer<T extends z.ZodType>(schema: T, description: string) {
  return { 200: { description, content: { 'application/json': { schema } } } } as const;
}

/** Nothing to tell but that it was done. */
export const done = z.strictObject({ ok: z.literal(true) });

const ProblemSchema = z
  .strictObject({
    type: z.string().openapi({ example: '/problems/validation_failed' }),
    title: z.string(),
    status: z.number().int(),
    detail: z.string(),
    code: z.enum(Object.keys(problems) as [string, ...string[]]),
    field: z.string().optional(),
    errors: z.array(z.strictObject({ field: z.string(), message: z.string() })).optional(),
    requestId: z.string(),
  })
  .openapi('Problem');

const SAFE = new Set(['get', 'head']);
const CONDITIONAL =
  /^\/api\/v1\/(orders\/\{id\}(\/(cancel|confirm|dispute|assign|withdraw))?|care-plans\/\{id\}(\/\w+)?|elders\/\{id\}\/profile)$/;
const problemAnswer = (description: string) => ({
  description,
  content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
});

interface Operation {
  operationId?: string;
  description?: string;
  parameters?: unknown[];
  responses: Record<string, unknown>;
  security?: unknown[];
}

/** `GET /api/v1/orders/{id}` → `getOrdersId`. */
function operationId(method: string, path: string): string {
  const words = path.replace(/^\/api\/(v1\/)?/, '').match(/[A-Za-z0-9]+/g) ?? [];
  return method + words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('');
}

function whoMayCall(rule: Rule): string {
  if (rule === 'public') return 'Anyone may call it.';
  if (rule === 'signed-in') return 'Everyone who is signed in may call it.';
  const roles = Object.entries(rule).map(([role, scope]) => `${role} (${scope})`);
  return `May call it, each within its scope: ${roles.join(', ')}.`;
}

/** The OpenAPI 3.1 document: what the routes declare, with what all of them share written out for each. */
export function openApiDocument(app: OpenAPIHono<Env>) {
  app.openAPIRegistry.register('Problem', ProblemSchema);
  const document = app.getOpenAPI31Document({
    openapi: '3.1.0',
    info: {
      title: 'Huzhu 互助: time bank and home-care dispatch',
      version: '1',
      description:
        'Times are RFC 3339 in UTC, minutes and fen are integers, ids are UUIDs. Failures are RFC 9457 problem ' +
        'details in the language of Accept-Language. Unknown fields are refused.',
      license: { name: 'MIT' },
    },
    servers: [{ url: '/' }],
  });
  document.components = {
    ...document.components,
    securitySchemes: {
      session: { type: 'apiKey', in: 'cookie', name: 'huzhu.session_token' },
      apiKey: { type: 'apiKey', in: 'header', name: 'x-api-key' },
    },
    parameters: {
      IdempotencyKey: {
        name: 'Idempotency-Key',
        in: 'header',
        required: true,
        description:
          'One key an act: repeated with the same body it gives the same answer, with another body 422.',
        schema: { type: 'string', minLength: 8, maxLength: 100 },
      },
      IfMatch: {
        name: 'If-Match',
        in: 'header',
        required: false,
        description: 'The ETag that was read; 412 when the record has changed since.',
        schema: { type: 'string' },
      },
    },
  };
  for (const [path, item] of Object.entries(document.paths ?? {})) {
    for (const [method, operation] of Object.entries(item as Record<string, Operation>)) {
      describe(path, method, operation);
    }
  }
  return document;
}

/** Adds to one operation what the chassis does for it: who may call, keys and conditions, failures. */
function describe(path: string, method: string, operation: Operation): void {
  const rule: Rule = policy[`${method.toUpperCase()} ${path}` as RouteKey];
  operation.operationId = operationId(method, path);
  operation.description = [operation.description, whoMayCall(rule)].filter(Boolean).join('\n\n');
  operation.security = rule === 'public' ? [{}] : [{ session: [] }, { apiKey: [] }];
  const unsafe = path.startsWith('/api/v1/') && !SAFE.has(method);
  const shared = [
    ...(unsafe ? [{ $ref: '#/components/parameters/IdempotencyKey' }] : []),
    ...(unsafe && CONDITIONAL.test(path) ? [{ $ref: '#/components/parameters/IfMatch' }] : []),
  ];
  if (shared.length > 0) operation.parameters = [...(operation.parameters ?? []), ...shared];
  if (rule !== 'public') {
    operation.responses['401'] ??= problemAnswer('Nobody is signed in');
    operation.responses['403'] ??= problemAnswer('Not for this role, or out of reach');
  }
  operation.responses.default ??= problemAnswer('The request was refused or failed; `code` says why');
}
