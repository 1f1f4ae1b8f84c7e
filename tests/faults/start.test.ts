import { chmodSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { birthOf, waitUntil } from '../../db/connect/embedded/processes.ts';
import { removeEmbedded } from '../../db/connect/embedded/start.ts';
import { demoAccounts } from '../../db/demo/accounts.ts';
import { testDatabase } from '../support/database.ts';
import { npmStart, type RunningStart, type StartPids } from '../support/start.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'huzhu-start-'));
chmodSync(folder, 0o711); // As root the server's own user has to get through.
const stateDir = path.join(folder, 'state');
const smallCity = { HUZHU_DEMO_ELDERS: '60', HUZHU_DEMO_DAYS: '3', HUZHU_SIMULATOR: 'off' };
const running: RunningStart[] = [];
let port = '';

async function start(env: Record<string, string> = {}): Promise<RunningStart> {
  const one = await npmStart(stateDir, { PORT: port, ...smallCity, ...env });
  running.push(one);
  return one;
}

const isHealthy = async ({ address }: RunningStart) =>
  (await fetch(`${address}/healthz`).catch(() => null))?.status === 200;
/** Ready means that the database answers, too. */
const isReady = async ({ address }: RunningStart) =>
  (await fetch(`${address}/readyz`).catch(() => null))?.status === 200;
const areGone = (pids: StartPids) => Object.values(pids).every((pid) => pid === 0 || birthOf(pid) === null);

/** Waits for the same part to run again as another process. */
async function cameBack(one: RunningStart, part: keyof StartPids, before: number): Promise<boolean> {
  return waitUntil(() => ![0, before].includes(one.pids()[part]), 20_000, 100);
}

function listenOn(wished: number): Promise<Server> {
  const server = createServer();
  return new Promise((resolve) => server.listen(wished, '127.0.0.1', () => resolve(server)));
}

function portOf(server: Server): number {
  const address = server.address();
  return typeof address === 'object' && address ? address.port : 0;
}

beforeAll(async () => {
  const server = await listenOn(0);
  port = String(portOf(server));
  server.close();
});
afterEach(async () => {
  for (const one of running.splice(0)) {
    if (one.npm.exitCode === null && one.npm.signalCode === null) await one.ctrlC();
  }
});
afterAll(async () => {
  await removeEmbedded(stateDir);
  rmSync(folder, { recursive: true, force: true });
});

describe('npm start', () => {
  it('brings everything up, says where and for whom, and ends everything at Ctrl-C', async () => {
    const one = await start();
    expect(one.address, one.said()).toBe(`http://127.0.0.1:${port}`);
    expect(await isHealthy(one)).toBe(true);
    expect(await (await fetch(one.address)).text()).toContain('<div id="app"');
    for (const { username, password } of demoAccounts) {
      expect(one.said()).toContain(username);
      expect(one.said()).toContain(password);
    }
    const pids = one.pids();
    expect(Object.values(pids).every((pid) => birthOf(pid) !== null)).toBe(true);
    await one.ctrlC();
    expect(one.said()).toContain('Everything has ended');
    expect(areGone(pids)).toBe(true);
  });

  it('comes back on the same port after the launcher was killed, with no orphan left', async () => {
    const killed = await start();
    const pids = killed.pids();
    process.kill(pids.launcher, 'SIGKILL');
    expect(await waitUntil(() => areGone({ ...pids, postgres: 0 }), 10_000)).toBe(true);
    const next = await start();
    expect(next.address, next.said()).toBe(`http://127.0.0.1:${port}`);
    expect(await isHealthy(next)).toBe(true);
    expect(birthOf(pids.postgres)).toBeNull();
  });

  it('starts each part again when it is killed', async () => {
    const one = await start();
    const { api, worker, postgres } = one.pids();
    process.kill(worker, 'SIGKILL');
    process.kill(api, 'SIGKILL');
    expect(await cameBack(one, 'api', api)).toBe(true);
    expect(await cameBack(one, 'worker', worker)).toBe(true);
    process.kill(postgres, 'SIGKILL');
    expect(await cameBack(one, 'postgres', postgres)).toBe(true);
    await expect.poll(() => isReady(one), { timeout: 20_000 }).toBe(true);
  });

  it('ends when the npm that started it is killed', async () => {
    const one = await start();
    const pids = one.pids();
    one.npm.kill('SIGKILL');
    expect(await waitUntil(() => areGone(pids), 20_000)).toBe(true);
  });

  it('says so when it is started a second time', async () => {
    await start();
    const second = await start({ PORT: '' });
    expect(await second.ended).not.toBe(0);
    expect(second.said()).toContain('is in use by another start');
  });

  it('names the program that has the port it was told to use, and chooses another where it was told none', async () => {
    const taker = await listenOn(Number(port));
    const refused = await start();
    taker.close();
    expect(await refused.ended).not.toBe(0);
    expect(refused.said()).toContain(`Port ${port} on 127.0.0.1 is taken by`);
    expect(refused.said()).toContain(`(process ${process.pid})`);

    const standard = await listenOn(8080).catch(() => null);
    const chosen = await start({ PORT: '' });
    standard?.close();
    expect(chosen.said()).toMatch(/Port 8080 is taken.*; using \d+ instead/);
    expect(await isHealthy(chosen)).toBe(true);
  });

  it('refuses settings by name before it touches anything', async () => {
    const one = await start({ HUZHU_DEMO: 'perhaps', PORT: '123456' });
    expect(await one.ended).not.toBe(0);
    expect(one.said()).toContain('HUZHU_DEMO must be on or off');
    expect(one.said()).toContain('PORT must be a whole number from 1 to 65535');
  });

  it('runs on a database of its own choice without starting another', async () => {
    const given = await testDatabase();
    const elsewhere = path.join(folder, 'given');
    const one = await npmStart(elsewhere, { PORT: port, DATABASE_URL: given.url });
    running.push(one);
    expect(await isHealthy(one), one.said()).toBe(true);
    expect(existsSync(path.join(elsewhere, 'postgres'))).toBe(false);
    expect(one.pids().postgres).toBe(0);
    const persons = await given.sql`select count(*) as n from persons`;
    expect(persons).toEqual([{ n: 0 }]);
    const catalogue = await fetch(`${one.address}/api/v1/services`);
    expect(((await catalogue.json()) as { items: unknown[] }).items.length).toBeGreaterThan(10);
    expect(one.said()).toMatch(/The first account: admin, password \S{16} \(shown this once\)/);
    await one.ctrlC();
    await given.close();
  });
});
