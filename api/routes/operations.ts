/** What operators and tools ask of the process: is it alive, is it ready, what it measured, what it offers. */
import { readFile } from 'node:fs/promises';
import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { Scalar } from '@scalar/hono-api-reference';
import { sql } from 'drizzle-orm';
import { type ApiContext, type Env, newRouter } from '../http/context.ts';
import { answer, done, openApiDocument } from '../http/openapi.ts';
import { Problem } from '../http/problems.ts';
import { docsHeaders } from '../http/security.ts';

const tags = ['operations'];
const READY_WITHIN_MS = 2_000;
const text = (description: string, type: string) => ({
  200: { description, content: { [type]: { schema: z.string() } } },
});

export function operationRoutes({ db, metrics, log }: ApiContext) {
  return newRouter()
    .openapi(
      createRoute({
        method: 'get',
        path: '/healthz',
        tags,
        summary: 'The process is alive',
        responses: answer(done, 'Alive'),
      }),
      (c) => c.json({ ok: true as const }, 200),
    )
    .openapi(
      createRoute({
        method: 'get',
        path: '/readyz',
        tags,
        summary: 'The process can reach its database',
        responses: answer(done, 'Ready'),
      }),
      async (c) => {
        const late = new Promise<false>((resolve) => setTimeout(resolve, READY_WITHIN_MS, false).unref());
        const reached = db.execute(sql`select 1`).then(
          () => true,
          (error: unknown) => {
            log.warn({ err: error }, 'the database cannot be reached');
            return false;
          },
        );
        if (!(await Promise.race([reached, late]))) throw new Problem('not_ready');
        return c.json({ ok: true as const }, 200);
      },
    )
    .openapi(
      createRoute({
        method: 'get',
        path: '/metrics',
        tags,
        summary: 'Measurements in the Prometheus text format',
        responses: text('Measurements', 'text/plain'),
      }),
      async (c) => c.text(await metrics.registry.metrics(), 200),
    );
}

/** The OpenAPI document and the page to try it, which asks nothing of any other server. */
export function documentRoutes(api: () => OpenAPIHono<Env>) {
  let document: ReturnType<typeof openApiDocument> | undefined;
  let script: Promise<Buffer> | undefined;
  return newRouter()
    .openapi(
      createRoute({
        method: 'get',
        path: '/api/openapi.json',
        tags,
        summary: 'This interface as an OpenAPI 3.1 document',
        responses: answer(z.record(z.string(), z.unknown()), 'The document'),
      }),
      (c) => {
        document ??= openApiDocument(api());
        return c.json(JSON.parse(JSON.stringify(document)) as Record<string, unknown>, 200);
      },
    )
    .openapi(
      createRoute({
        method: 'get',
        path: '/api/docs/scalar.js',
        tags,
        summary: 'The script of the page to try this interface',
        responses: text('The script', 'text/javascript'),
      }),
      async (c) => {
        script ??= readFile(new URL('./browser/standalone.js', import.meta.resolve('@scalar/api-reference')));
        c.header('Cache-Control', 'public, max-age=3600');
        c.header('Content-Type', 'text/javascript; charset=utf-8');
        return c.body(new Uint8Array(await script)) as never;
      },
    )
    .openapi(
      createRoute({
        method: 'get',
        path: '/api/docs',
        tags,
        summary: 'A page to read and try this interface',
        middleware: [docsHeaders()] as const,
        responses: text('The page', 'text/html'),
      }),
      (c, next) =>
        Scalar<Env>({
          url: '/api/openapi.json',
          cdn: '/api/docs/scalar.js',
          pageTitle: 'Huzhu 互助 API',
          withDefaultFonts: false,
          telemetry: false,
        })(c, next) as never,
    );
}
