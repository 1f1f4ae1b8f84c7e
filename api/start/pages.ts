/** The built pages: built anew only when what they are made from has changed since. */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { projectDir } from '../../db/connect/config.ts';
import { runToEnd } from './children.ts';

const webDir = path.join(projectDir, 'web');
const pagesDir = path.join(webDir, 'dist');
const stampFile = path.join(pagesDir, '.sources');

/** Whether the pages in web/dist are those of the present sources. */
export function pagesAreFresh(): boolean {
  return (
    existsSync(path.join(pagesDir, 'index.html')) &&
    existsSync(stampFile) &&
    readFileSync(stampFile, 'utf8') === sourcesStamp()
  );
}

/** Builds web/ into web/dist. Throws with the builder's own words when it fails. */
export async function buildPages(signal: AbortSignal): Promise<void> {
  const stamp = sourcesStamp();
  const vite = path.join(projectDir, 'node_modules/vite/bin/vite.js');
  await runToEnd(
    [vite, 'build', 'web', '--logLevel', 'warn'],
    { ...process.env, NODE_ENV: 'production' },
    signal,
  );
  writeFileSync(stampFile, stamp);
}

/** Name, size and time of change of every file the pages are made from. */
function sourcesStamp(): string {
  const hash = createHash('sha256');
  const files = readdirSync(webDir, { recursive: true, encoding: 'utf8' })
    .filter((file) => !file.startsWith('dist'))
    .sort();
  for (const file of [...files.map((name) => path.join('web', name)), 'package-lock.json']) {
    const { size, mtimeMs } = statSync(path.join(projectDir, file));
    hash.update(`${file}\0${size}\0${mtimeMs}\n`);
  }
  return hash.digest('hex');
}
