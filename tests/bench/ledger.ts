/**
 * What a posting costs, held against the barest possible transfer: two balance updates, one transfer row and two entry
 * rows in one SQL function, on the same durable server, through the same driver, at the same concurrency. Every posting
 * has its idempotency key, audit row and event. Rounds alternate, so that a disturbance meets all of them; each rate is
 * the median of its rounds.
 */
import { randomUUID } from 'node:crypto';
import { cityCode, openAccounts, type Posting, post } from '../../db/bank/post.ts';
import type { Act } from '../../db/connect/act.ts';
import type { readConfig } from '../../db/connect/config.ts';
import { client, openDatabase } from '../../db/connect/database.ts';
import { bookSettle } from './bookSettle.ts';
import { type Figure, figure, quantile } from './figure.ts';
import { onOwnServer } from './support/ownServer.ts';

const BATCH = 500;
/** Donations go evenly to so many pools, or all to one. */
const POOLS = 64;
/** As many as there are processors here, so that batches do not wait for each other's accounts. */
const BATCH_CONNECTIONS = 2;
const WARM_UP_MS = 500;

export async function ledger(isQuick: boolean): Promise<Figure[]> {
  const size = isQuick
    ? { accounts: 20_000, rounds: 2, roundMs: 2_000 }
    : { accounts: 100_000, rounds: 5, roundMs: 6_000 };
  return onOwnServer(async (config) => {
    const load = await prepare(config, size.accounts);
    const rates = new Map<string, number[]>();
    const measure = async (name: string, connections: number, one: Work) => {
      const rate = await ratePerSecond(config, connections, size.roundMs, one);
      rates.set(name, [...(rates.get(name) ?? []), rate]);
    };
    for (let round = 0; round < size.rounds; round++) {
      for (const connections of [8, 32]) {
        await measure(`limit.c${connections}`, connections, load.bare);
        await measure(`post.c${connections}`, connections, load.uniform);
      }
      await measure('hot.c32', 32, load.hot);
      await measure('batch', BATCH_CONNECTIONS, load.batch);
    }
    const rate = (name: string) => quantile(rates.get(name) ?? [], 0.5);
    const figures = [
      figure('ledger.limit.c8.rate', rate('limit.c8'), 'transfers/s', '>= 1'),
      figure('ledger.limit.c32.rate', rate('limit.c32'), 'transfers/s', '>= 1'),
      figure('ledger.post.c8.rate', rate('post.c8'), 'transfers/s', '>= 1'),
      figure('ledger.post.c32.rate', rate('post.c32'), 'transfers/s', '>= 1'),
      figure('ledger.post.c8', rate('post.c8') / rate('limit.c8'), 'x limit', '>= 0.6'),
      figure('ledger.post.c32', rate('post.c32') / rate('limit.c32'), 'x limit', '>= 0.6'),
      figure('ledger.hot.c32', rate('hot.c32') / rate('post.c32'), 'x uniform', '>= 0.8'),
      figure('ledger.batch500.rate', rate('batch') * BATCH, 'transfers/s', '>= 1'),
      figure('ledger.batch500', (rate('batch') * BATCH) / rate('post.c8'), 'x single', '>= 5'),
    ];
    return [...figures, ...(await bookSettle(config, rate('limit.c8'), isQuick))];
  });
}

type Config = ReturnType<typeof readConfig>;
type Open = ReturnType<typeof openDatabase>;
type Work = (open: Open) => Promise<unknown>;

const actNow = (): Act => ({ actorId: 'bench', role: 'system', onBehalfOf: null, at: new Date() });

/** Accounts with something in them, the same in the barest ledger, and what is to be measured on them. */
async function prepare(
  config: Config,
  count: number,
): Promise<{ bare: Work; uniform: Work; hot: Work; batch: Work }> {
  const owner = client(config.databaseUrl as string, config.schema, 'bench owner', 1);
  await owner`create table bare_accounts (id uuid primary key, balance bigint not null check (balance >= 0))`;
  await owner`create table bare_transfers (id uuid primary key, debit uuid not null, credit uuid not null, amount bigint not null, at timestamptz not null)`;
  await owner`create table bare_entries (transfer_id uuid, account_id uuid, amount bigint not null, primary key (transfer_id, account_id))`;
  await owner`
    create function bare_transfer(id uuid, giver uuid, taker uuid, n bigint) returns void language plpgsql as $$
    begin
      if giver < taker then
        update bare_accounts a set balance = a.balance - n where a.id = giver;
        update bare_accounts a set balance = a.balance + n where a.id = taker;
      else
        update bare_accounts a set balance = a.balance + n where a.id = taker;
        update bare_accounts a set balance = a.balance - n where a.id = giver;
      end if;
      insert into bare_transfers values (bare_transfer.id, giver, taker, n, now());
      insert into bare_entries values (bare_transfer.id, giver, -n), (bare_transfer.id, taker, n);
    end $$`;
  await owner`grant all on bare_accounts, bare_transfers, bare_entries to huzhu_app`;
  const open = openDatabase({ ...config, databasePool: 2 }, 'bench');
  const givers: string[] = [];
  const takers: string[] = [];
  await open.db.transaction(async (tx) => {
    const act = actNow();
    const city = await openAccounts(tx, act, [{ ownerId: cityCode, kind: 'issuance', currency: 'min' }]);
    const opened = await openAccounts(
      tx,
      act,
      Array.from({ length: POOLS }, (_, i) => ({ ownerId: `pool-${i}`, kind: 'pool', currency: 'min' })),
    );
    takers.push(...opened.values());
    for (let i = 0; i < count; i += 5_000) {
      const made = await openAccounts(
        tx,
        act,
        Array.from({ length: 5_000 }, () => ({ ownerId: randomUUID(), kind: 'personal', currency: 'min' })),
      );
      givers.push(...made.values());
      await post(
        tx,
        act,
        [...made.values()].map((credit) => ({
          debit: city.get(`${cityCode}:issuance:min`) as string,
          credit,
          amount: 1_000_000,
          currency: 'min',
          cause: 'import',
          key: randomUUID(),
        })),
      );
    }
  });
  await owner`insert into bare_accounts select id, balance from accounts where kind in ('personal', 'pool')`;
  await owner`vacuum (analyze) accounts, transfers, bare_accounts`;
  await Promise.all([owner.end(), open.close()]);

  const [pool = ''] = takers;
  const any = (some: readonly string[]) => some[Math.floor(Math.random() * some.length)] as string;
  let place = 0;
  /** The next who give, each once before anybody's second turn, as a monthly run goes through a city. */
  const nextGivers = () => {
    place = (place + BATCH) % givers.length;
    return givers.slice(place, place + BATCH);
  };
  const donation = (credit: string, debit = any(givers)): Posting => ({
    debit,
    credit,
    amount: 1,
    currency: 'min',
    cause: 'donation',
    key: randomUUID(),
  });
  return {
    bare: ({ sql }) => sql`select bare_transfer(${randomUUID()}, ${any(givers)}, ${any(takers)}, 1)`,
    uniform: ({ db }) => post(db, actNow(), [donation(any(takers))]),
    hot: ({ db }) => post(db, actNow(), [donation(pool)]),
    batch: ({ db }) =>
      post(
        db,
        actNow(),
        nextGivers().map((giver) => donation(any(takers), giver)),
      ),
  };
}

/** How often a second one thing after the other is done on each of so many connections. */
async function ratePerSecond(
  config: Config,
  connections: number,
  lastsMs: number,
  one: Work,
): Promise<number> {
  const url = config.databaseUrl as string;
  // Both clients have all connections; the work uses one of them.
  const open = openDatabase({ ...config, databasePool: connections }, 'bench');
  const sql = client(url, config.schema, 'bench', connections);
  const both = { ...open, sql };
  const during = async (ms: number): Promise<number> => {
    const until = performance.now() + ms;
    let done = 0;
    await Promise.all(
      Array.from({ length: connections }, async () => {
        for (; performance.now() < until; done++) await one(both);
      }),
    );
    return done;
  };
  await during(WARM_UP_MS);
  const began = performance.now();
  const done = await during(lastsMs);
  const rate = (done / (performance.now() - began)) * 1000;
  await Promise.all([open.close(), sql.end()]);
  return rate;
}
