/**
 * The bank under faults, in the manner of Jepsen: tellers and a clerk at work in processes of their own, killed with
 * `kill -9` at random instants, and a durable server that is shut down at once or killed. Whoever is not answered asks
 * again under the same key. A failure prints the seed of the run, which chooses the same steps and faults again:
 *
 *   LEDGER_SEED=… npx vitest run --config tests/vitest.config.ts tests/faults/bank.test.ts
 */
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type postgres from 'postgres';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { post } from '../../db/bank/post.ts';
import type { Act } from '../../db/connect/act.ts';
import { client, type OpenDatabase, openDatabase } from '../../db/connect/database.ts';
import { waitUntil } from '../../db/connect/embedded/processes.ts';
import { type Embedded, removeEmbedded, startEmbedded } from '../../db/connect/embedded/start.ts';
import { logger } from '../../db/connect/log.ts';
import { migrate } from '../../db/connect/migrate.ts';
import { Dice } from '../../db/demo/dice.ts';
import { holdExpiry } from '../../worker/tasks/holdExpiry.ts';
import { type Circle, type Label, openCircle } from '../db/bank/support/circle.ts';
import { brokenPromises } from '../db/bank/support/promises.ts';
import { stepOf, type Transfer } from './support/plan.ts';
import { killAll, type Running, startScript } from './support/processes.ts';
import type { TellerOrder } from './support/teller.ts';

const TELLERS = 5;
const STEPS = 90;
const SERVER_CRASHES = 3;
const PROGRESS_LIMIT_MS = 30_000;
const seed = Number(process.env.LEDGER_SEED ?? Math.floor(Math.random() * 2 ** 31));
const byHand = `(LEDGER_SEED=${seed})`;
const dataKey = Buffer.alloc(32, 7).toString('base64');

const folder = mkdtempSync(path.join(tmpdir(), 'huzhu-bank-'));
chmodSync(folder, 0o711); // As root the server's own user has to get through.
const stateDir = path.join(folder, 'state');
let server: Embedded;
let open: OpenDatabase;
let owner: postgres.Sql;
let circle: Circle;

function connect(): void {
  const where = { databaseUrl: server.url, databaseReadUrl: null, databasePool: 2, schema: 'public' };
  open = openDatabase(where, 'bank test');
  owner = client(server.url, 'public', 'bank test owner', 1);
}
async function disconnect(): Promise<void> {
  await Promise.allSettled([open.close(), owner.end({ timeout: 1 })]);
}

beforeAll(async () => {
  server = await startEmbedded({ stateDir, settings: { shared_buffers: '64MB' } });
  await migrate({ databaseUrl: server.url, schema: 'public' });
  connect();
  const act: Act = { actorId: 'test', role: 'system', onBehalfOf: null, at: new Date() };
  circle = await openCircle(owner, open.db, act);
  const stock = (credit: Label) => ({
    debit: circle.ids.fund,
    credit: circle.ids[credit],
    amount: 100_000,
    currency: 'min' as const,
    cause: 'import' as const,
    key: `stock:${credit}`,
  });
  await post(open.db, act, [stock('mother'), stock('daughter'), stock('pool')]);
  await disconnect();
});
afterEach(killAll);
afterAll(async () => {
  await disconnect();
  await server.stop();
  await removeEmbedded(stateDir);
  rmSync(folder, { recursive: true, force: true });
});

const orderOf = (n: number): TellerOrder => ({
  name: `teller${n}`,
  seed,
  steps: STEPS,
  url: server.url,
  file: path.join(folder, `teller${n}`),
  circle,
});
const answered = ({ file }: TellerOrder): number =>
  existsSync(file) ? readFileSync(file, 'utf8').split('\n').length - 1 : 0;

/** Tellers and clerk, of whom any may be killed; each is at once followed by another. */
class Staff {
  readonly orders = Array.from({ length: TELLERS }, (_, n) => orderOf(n));
  readonly #tellers: Running[] = this.orders.map((order) => this.#teller(order));
  #clerk = this.#newClerk();

  #teller(order: TellerOrder): Running {
    return startScript('tests/faults/support/teller.ts', [JSON.stringify(order)]);
  }
  #newClerk(): Running {
    return startScript('tests/faults/support/clerk.ts', [server.url, dataKey]);
  }
  get answers(): number {
    return this.orders.reduce((sum, order) => sum + answered(order), 0);
  }
  get isDone(): boolean {
    return this.answers === TELLERS * STEPS;
  }
  /** What those said who have stopped though nobody killed them. */
  complaints(): string[] {
    return [...this.#tellers, this.#clerk].filter((one) => one.hasFailed()).map(({ said }) => said());
  }
  async killTeller(n: number): Promise<void> {
    this.#tellers[n]!.child.kill('SIGKILL');
    await this.#tellers[n]!.ended;
    this.#tellers[n] = this.#teller(this.orders[n]!);
  }
  async killClerk(): Promise<void> {
    this.#clerk.child.kill('SIGKILL');
    await this.#clerk.ended;
    this.#clerk = this.#newClerk();
  }
  async end(): Promise<void> {
    await Promise.all(this.#tellers.map(({ ended }) => ended));
    this.#clerk.child.kill('SIGKILL');
    await this.#clerk.ended;
  }
}

async function crashServer(how: 'SIGQUIT' | 'SIGKILL'): Promise<void> {
  const { ended } = server;
  process.kill(server.pid, how);
  await ended;
  await server.restart();
}

/** Every so many answers one fault, chosen by the seed, until all is answered. */
async function withFaults(staff: Staff, chance: Dice): Promise<string[]> {
  const faults: string[] = [];
  let next = 0;
  while (!staff.isDone) {
    next = staff.answers + chance.whole(5, 35);
    const hasMoved = await waitUntil(
      () => staff.answers >= next || staff.isDone || staff.complaints().length > 0,
      PROGRESS_LIMIT_MS,
    );
    expect(staff.complaints(), byHand).toEqual([]);
    expect(hasMoved, `nobody goes on ${byHand}`).toBe(true);
    if (staff.isDone) break;
    const isCrash = faults.length % 3 === 0 && faults.length < 3 * SERVER_CRASHES;
    const fault = isCrash
      ? chance.pick(['SIGQUIT', 'SIGKILL'] as const)
      : chance.pick(['clerk', 'teller', 'teller']);
    faults.push(fault);
    if (fault === 'SIGQUIT' || fault === 'SIGKILL') await crashServer(fault);
    else if (fault === 'clerk') await staff.killClerk();
    else await staff.killTeller(chance.whole(0, TELLERS - 1));
  }
  return faults;
}

/** All that the tellers were told is done, as the plan says it. */
function promised(orders: readonly TellerOrder[]) {
  const steps = orders.flatMap((order) =>
    Array.from({ length: order.steps }, (_, n) => stepOf(order, circle, n)),
  );
  const shown = ({ key, debit, credit, amount, cause }: Transfer) =>
    [key, circle.ids[debit], circle.ids[credit], amount, cause].join(' ');
  return {
    transfers: steps.flatMap((step) => (step.do === 'post' ? step.transfers.map(shown) : [])).sort(),
    reversed: steps.flatMap((step) => (step.do === 'reverse' ? [step.key] : [])).sort(),
    paid: steps
      .flatMap((step) => (step.do === 'visit' && step.paid > 0 ? [`${step.orderId} ${step.paid}`] : []))
      .sort(),
    lapsed: steps.flatMap((step) => (step.do === 'visit' && step.paid === 0 ? [step.orderId] : [])).sort(),
  };
}

async function found() {
  const texts = async (query: postgres.PendingQuery<{ text: string }[]>) =>
    (await query).map(({ text }) => text).sort();
  return {
    transfers: await texts(owner`
      select concat_ws(' ', idempotency_key, debit_account_id, credit_account_id, amount, cause) as text from transfers
      where idempotency_key like ${`${circle.owners.pool}:%`}`),
    reversed: await texts(owner`
      select t.idempotency_key as text from transfers r join transfers t on t.id = r.cause_id where r.cause = 'reversal'`),
    paid: await texts(owner`
      select concat_ws(' ', cause_id, sum(amount)) as text from transfers where cause = 'visit' group by cause_id`),
    lapsed: await texts(owner`select order_id::text as text from holds where state = 'expired'`),
  };
}

describe('the bank', () => {
  it('keeps every word it gave, once and whole, whoever is killed and however the server falls', async () => {
    const staff = new Staff();
    const faults = await withFaults(staff, new Dice(seed));
    await staff.end();
    await crashServer('SIGQUIT');
    connect();
    // The clerk may have been killed before it got to the last holds.
    await holdExpiry({ db: open.db, at: new Date(), log: logger('test') });
    expect(faults.filter((fault) => fault.startsWith('SIG')).length, byHand).toBe(SERVER_CRASHES);
    expect(await found(), byHand).toEqual(promised(staff.orders));
    expect(await brokenPromises(owner), byHand).toEqual([]);
  }, 120_000);
});
