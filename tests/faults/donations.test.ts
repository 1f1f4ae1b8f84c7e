/**
 * The front door killed with `kill -9` while people donate their hours through it: each asks again under the same
 * Idempotency-Key until there is an answer, and each donation is made once. A failure prints its seed:
 *
 *   LEDGER_SEED=… npx vitest run --config tests/vitest.config.ts tests/faults/donations.test.ts
 */
import { randomUUID } from 'node:crypto';
import { createServer } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { accountKey, cityCode, openAccounts, post } from '../../db/bank/post.ts';
import type { Act } from '../../db/connect/act.ts';
import { waitUntil } from '../../db/connect/embedded/processes.ts';
import { Dice } from '../../db/demo/dice.ts';
import { city, ids, PASSWORD } from '../api/support/city.ts';
import { brokenPromises } from '../db/bank/support/promises.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { killAll, type Running, startScript } from './support/processes.ts';

const PEOPLE = 4;
const DONATIONS_EACH = 10;
const KILLS = 4;
const RETRY_MS = 25;
const seed = Number(process.env.LEDGER_SEED ?? Math.floor(Math.random() * 2 ** 31));

let database: TestDatabase;
let port = 0;
let front: Running;
beforeAll(async () => {
  database = await testDatabase(city);
  const act: Act = { actorId: 'test', role: 'system', onBehalfOf: null, at: new Date() };
  const fund = { ownerId: cityCode, kind: 'issuance', currency: 'min' } as const;
  const volunteer = { ownerId: ids.volunteer, kind: 'personal', currency: 'min' } as const;
  const accounts = await database.db.transaction((tx) => openAccounts(tx, act, [fund, volunteer]));
  const [debit, credit] = [fund, volunteer].map((name) => accounts.get(accountKey(name)) as string);
  const posting = {
    debit: debit!,
    credit: credit!,
    amount: 5000,
    currency: 'min',
    cause: 'import',
    key: 'stock',
  } as const;
  await post(database.db, act, [posting]);
  port = await freePort();
});
afterEach(killAll);
afterAll(() => database.close());

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}

const openDoor = (): Running =>
  startScript('api/main.ts', [], {
    DATABASE_URL: database.url,
    HUZHU_DATA_KEY: database.config.dataKey,
    AUTH_SECRET: database.config.authSecret,
    HUZHU_DEMO: 'off',
    PORT: String(port),
  });

interface Said {
  code?: string;
  transferId: string;
}

/** Sends a request again under the same key until somebody answers it for good. */
async function untilAnswered(path: string, body: unknown, cookie: string, key: string = randomUUID()) {
  for (;;) {
    const answer = await fetch(`http://127.0.0.1:${port}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'idempotency-key': key, cookie },
      body: JSON.stringify(body),
    }).catch(() => null);
    const said = answer && ((await answer.json().catch(() => null)) as Said | null);
    if (answer && said && said.code !== 'request_in_flight') return { answer, said, key };
    // A claim without an answer is given up after a minute: that minute passes here.
    if (said)
      await database.sql`
        update requests set started_at = started_at - interval '2 minutes' where request_key = ${key} and status is null`;
    await pause(RETRY_MS);
  }
}

describe('the front door', () => {
  it('makes each donation once, however often it is killed in the middle', async () => {
    const chance = new Dice(seed);
    front = openDoor();
    const signIn = await untilAnswered(
      '/api/auth/sign-in/username',
      { username: 'volunteer', password: PASSWORD },
      '',
    );
    expect(signIn.answer.status, front.said()).toBe(200);
    const cookie = signIn.answer.headers
      .getSetCookie()
      .map((each) => each.split(';')[0])
      .join('; ');

    const given: { minutes: number; transferId: string }[] = [];
    const people = Array.from({ length: PEOPLE }, async (_, person) => {
      for (let n = 0; n < DONATIONS_EACH; n++) {
        const minutes = 1 + ((person + n) % 7);
        const { answer, said } = await untilAnswered('/api/v1/donations', { minutes }, cookie);
        expect(answer.status, `${JSON.stringify(said)} (LEDGER_SEED=${seed})`).toBe(201);
        given.push({ minutes, transferId: said.transferId });
      }
    });
    for (let kill = 0; kill < KILLS; kill++) {
      const next = given.length + chance.whole(2, 7);
      await waitUntil(() => given.length >= next, 30_000, 1);
      front.child.kill('SIGKILL');
      await front.ended;
      front = openDoor();
    }
    await Promise.all(people);

    const rows = await database.sql<{ id: string; amount: number }[]>`
      select id, amount from transfers where cause = 'donation' order by id`;
    const byId = (one: { id: string }, other: { id: string }) => (one.id < other.id ? -1 : 1);
    expect([...rows], `LEDGER_SEED=${seed}`).toEqual(
      given.map(({ minutes, transferId }) => ({ id: transferId, amount: minutes })).sort(byId),
    );
    expect(await brokenPromises(database.sql), `LEDGER_SEED=${seed}`).toEqual([]);
  });
});
