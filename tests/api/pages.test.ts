import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createApp } from '../../api/app.ts';
import { type Front, openFront } from './support/front.ts';

let front: Front;
let app: ReturnType<typeof createApp>;
const folder = mkdtempSync(path.join(tmpdir(), 'huzhu-pages-'));
beforeAll(async () => {
  front = await openFront();
  mkdirSync(path.join(folder, 'assets'));
  writeFileSync(path.join(folder, 'index.html'), '<!doctype html><title>互助</title>');
  writeFileSync(
    path.join(folder, 'assets', 'entry-1a2b3c4d.js'),
    `export const words = '${'word '.repeat(1000)}';`,
  );
  app = createApp(front.context, folder);
});
afterAll(async () => {
  await front.close();
  rmSync(folder, { recursive: true });
});

describe('the built pages', () => {
  it('are the same page at every address that is not a file', async () => {
    for (const address of ['/', '/elder/book', '/desk', '/visit/a%20b']) {
      const answer = await app.request(address);
      expect([address, answer.status, await answer.text()]).toEqual([
        address,
        200,
        expect.stringContaining('互助'),
      ]);
      expect(answer.headers.get('cache-control')).toBe('no-cache');
    }
  });

  it('keep hashed files for good, and compress them', async () => {
    const answer = await app.request('/assets/entry-1a2b3c4d.js', { headers: { 'accept-encoding': 'gzip' } });
    expect(answer.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    expect(answer.headers.get('content-encoding')).toBe('gzip');
    const gone = await app.request('/assets/entry-00000000.js');
    expect([gone.status, gone.headers.get('content-type')]).toEqual([
      404,
      'application/problem+json; charset=utf-8',
    ]);
  });

  it('do not lead out of their folder', async () => {
    for (const address of [
      '/..%2f..%2fetc/passwd',
      '/assets/..%2f..%2fpackage.json',
      '/%2e%2e/package.json',
    ]) {
      const answer = await app.request(address);
      expect(await answer.text()).not.toMatch(/root:|"name"/);
    }
  });

  it('may draw maps in a worker but run no script of another site', async () => {
    const csp = (await app.request('/')).headers.get('content-security-policy') ?? '';
    expect(csp).toContain("script-src 'self';");
    expect(csp).toContain("worker-src 'self' blob:");
    expect(csp).toContain("frame-ancestors 'none'");
  });
});

describe('operations', () => {
  it('say that the process lives, is ready, and what it measured by route', async () => {
    expect((await app.request('/healthz')).status).toBe(200);
    expect((await app.request('/readyz')).status).toBe(200);
    const metrics = await (await app.request('/metrics')).text();
    expect(metrics).toMatch(
      /huzhu_http_request_duration_seconds_count\{method="GET",route="GET \/readyz",status="200"\} 1/,
    );
  });

  it('say not ready when the database cannot be reached', async () => {
    const other = await openFront();
    await other.database.close();
    const answer = await other.app.request('/readyz');
    expect([answer.status, ((await answer.json()) as { code: string }).code]).toEqual([503, 'not_ready']);
  });
});
