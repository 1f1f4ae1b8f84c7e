/** How long `npm start` takes until its first page: with the demo city to be made, and with it there. */
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { projectDir } from '../../db/connect/config.ts';
import { removeEmbedded } from '../../db/connect/embedded/start.ts';
import { npmStart } from '../support/start.ts';
import { type Figure, figure } from './figure.ts';

/** The demo city has its default size, quick or not: another would be another figure. */
export async function start(): Promise<Figure[]> {
  const folder = mkdtempSync(path.join(tmpdir(), 'huzhu-bench-'));
  chmodSync(folder, 0o711); // As root the server's own user has to get through.
  const stateDir = path.join(folder, 'state');
  rmSync(path.join(projectDir, 'web/dist'), { recursive: true, force: true });
  try {
    const first = await secondsToFirstPage(stateDir);
    const later = await secondsToFirstPage(stateDir);
    return [figure('start.first', first, 's', '<= 60'), figure('start.later', later, 's', '<= 10')];
  } finally {
    await removeEmbedded(stateDir);
    rmSync(folder, { recursive: true, force: true });
  }
}

async function secondsToFirstPage(stateDir: string): Promise<number> {
  const began = performance.now();
  const running = await npmStart(stateDir, {}, 300_000);
  const page = await fetch(running.address);
  if (!page.ok) throw new Error(`the first page answered ${page.status}`);
  const seconds = (performance.now() - began) / 1000;
  await running.ctrlC();
  return seconds;
}
