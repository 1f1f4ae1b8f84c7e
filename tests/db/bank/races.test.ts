/**
 * Many at once on the same accounts: whatever they do and in whatever order it happens, the ledger's promises hold.
 * A failure prints its seed, which makes the same programs again:
 *
 *   LEDGER_SEED=… LEDGER_PATH=… npx vitest run --config tests/vitest.config.ts tests/db/bank/races.test.ts
 */
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hold, post, release, settle } from '../../../db/bank/post.ts';
import { attempt, perform } from '../../../db/connect/act.ts';
import { type OpenDatabase, openDatabase } from '../../../db/connect/database.ts';
import { newId } from '../../../db/connect/ids.ts';
import { type TestDatabase, testDatabase } from '../../support/database.ts';
import { actOf, later, monday } from '../../support/smallCity.ts';
import { carryOut, keyIn } from './support/carryOut.ts';
import { type Circle, openCircle } from './support/circle.ts';
import { type Command, type Move, program } from './support/commands.ts';
import { brokenPromises } from './support/promises.ts';
import { asRepeated } from './support/repeat.ts';

const CONNECTIONS = 24;
const act = actOf('system', monday, 'races');

let database: TestDatabase;
let open: OpenDatabase;
beforeAll(async () => {
  database = await testDatabase();
  open = openDatabase({ ...database.config, databasePool: CONNECTIONS }, 'races');
});
afterAll(async () => {
  await open.close();
  await database.close();
});

const move = (debit: Move['debit'], credit: Move['credit'], amount: number, cause: string, key: string) => ({
  debit,
  credit,
  amount,
  currency: 'min' as const,
  cause,
  key,
});

/** Opens a circle whose mother has so many minutes, and its pool so many. */
async function circleWith(mother: number, pool: number): Promise<Circle> {
  const circle = await openCircle(database.sql, database.db, act);
  const moves = [move('fund', 'mother', mother, 'import', 'm'), move('fund', 'pool', pool, 'import', 'p')];
  const given = moves.filter(({ amount }) => amount > 0);
  expect(await carryOut(open.db, circle, { do: 'post', moves: given }, monday)).toBe('done');
  return circle;
}

const ofMother = (circle: Circle, orderId: string, amount: number, pool: string | null = null) => ({
  orderId,
  ownerId: circle.owners.mother,
  currency: 'min' as const,
  amount,
  pool,
  expiresAt: later(monday, 60),
});

async function standing(id: string): Promise<{ balance: number; held: number } | undefined> {
  const [row] = await database.sql<{ balance: number; held: number }[]>`
    select balance, held from account_balances where id = ${id}`;
  return row && { balance: row.balance, held: row.held };
}

/** The keys of programs by which something was posted, and those that only refused commands bear. */
async function keepsItsWord(circle: Circle, said: readonly [Command, string][]): Promise<void> {
  const posts = said.flatMap(([command, answer]) =>
    command.do === 'post' ? command.moves.map(({ key }) => ({ key: keyIn(circle, key), answer })) : [],
  );
  const done = new Set(posts.filter(({ answer }) => answer === 'done').map(({ key }) => key));
  const rows = await database.sql<{ key: string; n: number }[]>`
    select idempotency_key as key, count(*)::int as n from transfers
    where idempotency_key in ${database.sql(posts.map(({ key }) => key))} group by 1`;
  expect(new Set(rows.map(({ key }) => key))).toEqual(done);
  expect(rows.every(({ n }) => n === 1)).toBe(true);
}

describe('many at once', () => {
  it('keep every promise of the ledger, whatever they do, and each has what it was told', async () => {
    const programs = fc.array(program(25, 15), { minLength: CONNECTIONS, maxLength: CONNECTIONS });
    await fc.assert(
      fc.asyncProperty(programs, async (all) => {
        const circle = await circleWith(300, 300);
        const said = await Promise.all(
          all.map(async (commands, n) => {
            const answers: [Command, string][] = [];
            for (const [i, command] of commands.entries()) {
              // Half of them use the same keys as their neighbour, for the same or for something else; every other pair
              // does its commands outside transactions.
              const mine: Command =
                command.do === 'post'
                  ? {
                      do: 'post',
                      moves: command.moves.map((m) => ({ ...m, key: `${n - (n % 2)}:${m.key}` })),
                    }
                  : command;
              answers.push([mine, await carryOut(open.db, circle, mine, later(monday, i), n % 4 < 2)]);
            }
            return answers;
          }),
        );
        await keepsItsWord(circle, said.flat());
        expect(await brokenPromises(database.sql)).toEqual([]);
      }),
      asRepeated(2),
    );
  });

  it('redeem no more than a balance of ten hours holds, however many try', async () => {
    const circle = await circleWith(600, 0);
    const outcomes = await Promise.all(
      Array.from({ length: 200 }, () =>
        perform(open.db, act, (tx) => hold(tx, act, [ofMother(circle, newId(monday), 30)])),
      ),
    );
    expect(outcomes.filter((outcome) => outcome.ok).length).toBe(20);
    expect(await standing(circle.ids.mother)).toEqual({ balance: 600, held: 600 });
    expect(await brokenPromises(database.sql)).toEqual([]);
  });

  it('post once under one key, and all are told the same transfer', async () => {
    const circle = await circleWith(600, 0);
    const posting = {
      debit: circle.ids.mother,
      credit: circle.ids.pool,
      amount: 7,
      currency: 'min' as const,
      cause: 'donation' as const,
      key: keyIn(circle, 'one'),
    };
    const ids = await Promise.all(Array.from({ length: 48 }, () => post(open.db, act, [posting])));
    expect(new Set(ids.flat()).size).toBe(1);
    expect(await standing(circle.ids.pool)).toEqual({ balance: 7, held: 0 });
  });

  it('post singly at the same time, each with its own audit row, event and refusal', async () => {
    const circle = await circleWith(40, 0);
    const giving = (n: number, debit: 'mother' | 'stranger') => ({
      debit: circle.ids[debit],
      credit: circle.ids.pool,
      amount: 1,
      currency: 'min' as const,
      cause: 'donation' as const,
      key: keyIn(circle, `${debit}${n}`),
    });
    const outcomes = await Promise.all(
      Array.from({ length: 48 }, (_, n) =>
        attempt(() => post(open.db, act, [giving(n, n % 12 === 5 ? 'stranger' : 'mother')])),
      ),
    );
    const posted = outcomes.flatMap((outcome) => (outcome.ok ? outcome.value : []));
    const refused = outcomes.flatMap((outcome, n) => (outcome.ok ? [] : [[n, outcome.refusal.code]]));
    // The stranger has nothing, and the mother enough for 40 of her 44 gifts.
    expect(new Set(posted).size).toBe(40);
    expect(refused.length).toBe(8);
    expect(refused).toEqual(expect.arrayContaining([5, 17, 29, 41].map((n) => [n, 'not_enough_hours'])));
    const [told] = await database.sql`
      select (select count(*)::int from audit where record_id in ${database.sql(posted)} and actor_id = 'races') as audited,
        (select count(distinct record_id)::int from audit where record_id in ${database.sql(posted)}) as records,
        (select count(*)::int from outbox where record_id in ${database.sql(posted)}) as announced`;
    expect(told).toEqual({ audited: 40, records: 40, announced: 40 });
    expect(await brokenPromises(database.sql)).toEqual([]);
  });

  it('drain a pool through all its shards to the last minute and no further, while others give to it', async () => {
    const circle = await circleWith(0, 0);
    const give = (n: number) =>
      post(open.db, act, [
        {
          debit: circle.ids.fund,
          credit: circle.ids.pool,
          amount: 10,
          currency: 'min',
          cause: 'import',
          key: keyIn(circle, `give${n}`),
        },
      ]);
    const take = () =>
      perform(open.db, act, (tx) => hold(tx, act, [ofMother(circle, newId(monday), 7, circle.ids.pool)]));
    const taken: boolean[] = [];
    await Promise.all(
      Array.from({ length: 120 }, async (_, n) => {
        if (n % 3 === 0) await give(n);
        else taken.push((await take()).ok);
      }),
    );
    while ((await take()).ok) taken.push(true);
    expect(await standing(circle.ids.pool)).toEqual({ balance: 400, held: 399 });
    expect(taken.filter(Boolean).length).toBe(57);
    expect(await brokenPromises(database.sql)).toEqual([]);
  });

  it("end a pool's hold in one way only: settled, released or expired", async () => {
    const circle = await circleWith(0, 600);
    await Promise.all(
      circle.orders.map(({ id }) =>
        perform(open.db, act, (tx) => hold(tx, act, [ofMother(circle, id, 60, circle.ids.pool)])),
      ),
    );
    const end = later(monday, 61);
    await Promise.all(
      circle.orders.flatMap(({ id, verifiedVisit }, order) => [
        perform(open.db, act, (tx) =>
          settle(tx, act, [
            {
              orderId: id,
              visitId: verifiedVisit,
              credits: [{ account: circle.ids.stranger, amount: 45 }],
              policyId: circle.policyId,
            },
          ]),
        ),
        perform(open.db, act, (tx) => release(tx, act, [id])),
        carryOut(open.db, circle, { do: 'release', orders: [order] }, end),
        carryOut(open.db, circle, { do: 'expire' }, end),
      ]),
    );
    expect((await standing(circle.ids.pool))?.held).toBe(0);
    expect(await brokenPromises(database.sql)).toEqual([]);
  });
});
