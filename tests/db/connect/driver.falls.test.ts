/**
 * The server shut down at once or killed under many writers: each is answered or told, what was confirmed is there,
 * every transaction is there whole or not at all, and the same connections go on when the server is back.
 */
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type postgres from 'postgres';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { client } from '../../../db/connect/database.ts';
import { type Embedded, removeEmbedded, startEmbedded } from '../../../db/connect/embedded/start.ts';

const WRITERS = 12;
const FALLS = 6;
const PATIENCE = { timeout: 60_000 };
const folder = mkdtempSync(path.join(tmpdir(), 'huzhu-driver-falls-'));
chmodSync(folder, 0o711); // As root the server's own user has to get through.
const stateDir = path.join(folder, 'state');

let server: Embedded;
let sql: postgres.Sql;
beforeAll(async () => {
  server = await startEmbedded({ stateDir, settings: { shared_buffers: '32MB' } });
  sql = client(server.url, 'public', 'driver falls', 5);
  await sql`create table steps (writer int, step int, half int, primary key (writer, step, half))`;
});
afterAll(async () => {
  await sql.end({ timeout: 5 });
  await server.stop();
  await removeEmbedded(stateDir);
  rmSync(folder, { recursive: true, force: true });
});

interface Work {
  confirmed: string[];
  lost: Set<string>;
  wrong: string[];
}

/** One step: a transaction of two rows, with questions between them to which only this writer can get the answer. */
async function step(writer: number, n: number, work: Work): Promise<void> {
  const mine = writer * 1_000_000 + n;
  await sql.begin(async (tx) => {
    await tx`insert into steps values (${writer}, ${n}, 1)`;
    const answers = await Promise.all([tx`select ${mine}::int as n`, tx.unsafe(`select ${mine} as n`)]);
    if (answers.some(([row]) => row!.n !== mine)) work.wrong.push(`in transaction ${mine}`);
    await tx`insert into steps values (${writer}, ${n}, 2)`;
    if (n % 5 === 0) throw new Error('taken back');
  });
  work.confirmed.push(`${writer} ${n}`);
}

async function write(writer: number, work: Work, isOver: () => boolean): Promise<void> {
  for (let n = 1; !isOver(); n++) {
    try {
      await step(writer, n, work);
      const [row] = await sql`select ${n}::int as n, ${writer}::int as writer`;
      if (row!.n !== n || row!.writer !== writer) work.wrong.push(`outside ${writer} ${n}`);
    } catch (error) {
      const { code, message } = error as { code?: string; message: string };
      if (message !== 'taken back') {
        work.lost.add(code ?? message);
        await sleep(10);
      }
    }
  }
}

describe('a server that falls', () => {
  it('takes no writer with it, mixes no answers up and breaks no word', async () => {
    const work: Work = { confirmed: [], lost: new Set(), wrong: [] };
    let over = false;
    const writers = Array.from({ length: WRITERS }, (_, writer) => write(writer, work, () => over));
    for (let fall = 0; fall < FALLS; fall++) {
      const before = work.confirmed.length;
      await expect.poll(() => work.confirmed.length, PATIENCE).toBeGreaterThan(before + 50);
      const { ended } = server;
      process.kill(server.pid, fall % 2 ? 'SIGKILL' : 'SIGQUIT');
      await ended;
      await sleep(100 * fall); // Some ask while nobody listens.
      await server.restart();
    }
    const before = work.confirmed.length;
    await expect.poll(() => work.confirmed.length, PATIENCE).toBeGreaterThan(before + 50);
    over = true;
    await Promise.all(writers);

    expect(work.wrong).toEqual([]);
    const reasons = /^(CONNECTION_CLOSED|ECONNREFUSED|ECONNRESET|EPIPE|57P0[123])$/;
    expect([...work.lost].filter((code) => !reasons.test(code))).toEqual([]);
    const rows = await sql<{ key: string; halves: number }[]>`
      select writer || ' ' || step as key, count(*) as halves from steps group by writer, step`;
    const found = new Map(rows.map(({ key, halves }) => [key, halves]));
    expect(work.confirmed.filter((key) => found.get(key) !== 2)).toEqual([]);
    expect(rows.filter(({ key, halves }) => halves !== 2 || Number(key.split(' ')[1]) % 5 === 0)).toEqual([]);
  }, 300_000);
});
