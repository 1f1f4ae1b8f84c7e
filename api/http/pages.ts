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
  const files = serveStatic<Env>({ root, precompressed: true });
  const entry = serveStatic<Env>({ root, path: 'index.html' });
  const onwards = async () => {};
  return async (c) => {
    if (c.req.method !== 'GET' && c.req.method !== 'HEAD') {
      throw new Problem('method_not_allowed', { headers: { Allow: 'GET, HEAD' } });
    }
    const isPage = !path.basename(c.req.path).includes('.');
    const found = (await files(c, onwards)) ?? (isPage ? await entry(c, onwards) : undefined);
    if (!found) throw new Problem('route_not_found');
    const hashed = c.req.path.startsWith('/assets/');
    found.headers.set('Cache-Control', hashed ? 'public, max-age=31536000, immutable' : 'no-cache');
    return found;
  };
}
