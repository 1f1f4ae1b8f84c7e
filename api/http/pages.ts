/** The built pages: hashed files are kept for good, every other address is the one page of the application. */
import path from 'node:path';
import { serveStatic } from '@hono/node-server/serve-static';
import type { MiddlewareHandler } from 'hono';
import { projectDir } from '../../db/connect/config.ts';
import type { Env } from './context.ts';
import { Problem } from './problems.ts';

/** Where `vite build web` puts the pages. */
export const pagesDir = path.join(projectDir, 'web', 'dist');

/** Serves the folder of built pages; the pages find their own way from any address without a dot. */
export function pages(root = pagesDir): MiddlewareHandler<Env> {
  const files = serveStatic<Env>({
    root,
    precompressed: true,
    onFound: (found, c) => {
      const hashed = path.relative(root, found).startsWith(`assets${path.sep}`);
      c.header('Cache-Control', hashed ? 'public, max-age=31536000, immutable' : 'no-cache');
    },
  });
  const entry = serveStatic<Env>({
    root,
    path: 'index.html',
    onFound: (_, c) => c.header('Cache-Control', 'no-cache'),
  });
  // What is not found must not go on to the end of the app, which answers that there is no such route.
  const goOn = async () => {};
  return async (c) => {
    const file = await files(c, goOn);
    if (file) return file;
    if (c.req.method !== 'GET' && c.req.method !== 'HEAD')
      throw new Problem('method_not_allowed', { headers: { Allow: 'GET, HEAD' } });
    const isPage = !path.basename(c.req.path).includes('.');
    const page = isPage ? await entry(c, goOn) : undefined;
    if (!page) throw new Problem('route_not_found');
    return page;
  };
}
