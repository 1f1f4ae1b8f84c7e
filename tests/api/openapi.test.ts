import { Validator } from '@seriousme/openapi-schema-validator';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { policy } from '../../api/auth/policy.ts';
import { type Front, openFront } from './support/front.ts';

interface Operation {
  operationId: string;
  summary?: string;
  parameters?: { $ref?: string }[];
  responses: Record<string, { content?: Record<string, { schema?: unknown }> }>;
}
interface Document {
  openapi: string;
  paths: Record<string, Record<string, Operation>>;
}

let front: Front;
let api: Document;
beforeAll(async () => {
  front = await openFront();
  api = (await front.stranger().get<Document>('/api/openapi.json')).body;
});
afterAll(() => front.close());

describe('the OpenAPI document', () => {
  it('is valid OpenAPI 3.1', async () => {
    const validator = new Validator();
    const result = await validator.validate(api as unknown as Record<string, unknown>);
    expect(result.errors ?? []).toEqual([]);
    expect(result.valid).toBe(true);
    expect(api.openapi).toBe('3.1.0');
  });

  it('tells every route, each with a summary, a good answer and how it fails', () => {
    const told = Object.entries(api.paths).flatMap(([path, item]) =>
      Object.keys(item).map((method) => `${method.toUpperCase()} ${path}`),
    );
    expect(told.sort()).toEqual(Object.keys(policy).sort());
    for (const item of Object.values(api.paths)) {
      for (const operation of Object.values(item)) {
        expect(operation.summary).toBeTruthy();
        const good = operation.responses['200'] ?? operation.responses['201'];
        expect(Object.values(good?.content ?? {})[0]?.schema, operation.operationId).toBeTruthy();
        expect(operation.responses.default?.content).toHaveProperty('application/problem+json');
      }
    }
  });

  it('names every operation once', () => {
    const names = Object.values(api.paths).flatMap((item) =>
      Object.values(item).map((one) => one.operationId),
    );
    expect(new Set(names).size).toBe(names.length);
  });

  it('asks for an idempotency key on every unsafe call', () => {
    for (const [path, item] of Object.entries(api.paths)) {
      for (const [method, operation] of Object.entries(item)) {
        const asks =
          operation.parameters?.some((one) => one.$ref === '#/components/parameters/IdempotencyKey') ?? false;
        expect([path, method, asks]).toEqual([path, method, path.startsWith('/api/v1/') && method !== 'get']);
      }
    }
  });

  it('comes with a page to try it that asks nothing of any other server', async () => {
    const page = await front.stranger().get<string>('/api/docs');
    expect(page.status).toBe(200);
    expect(page.body).toContain('/api/docs/scalar.js');
    expect(page.body.match(/(?:src|href)="https?:[^"]*"/g)).toBeNull();
    const script = await front.stranger().get<string>('/api/docs/scalar.js');
    expect([script.status, script.type]).toEqual([200, 'text/javascript; charset=utf-8']);
    expect(script.body.length).toBeGreaterThan(100_000);
  });
});
