/** What the ledger's functions refuse to whoever calls them with plain SQL (T3, T5–T7, T9, T11). */
import type postgres from 'postgres';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newId } from '../../../db/connect/ids.ts';
import { monday } from '../../support/smallCity.ts';
import type { Circle, CircleOrder } from './support/circle.ts';
import { holdsEnd, type PlainSql, plainSql, said, type Wish } from './support/plainSql.ts';
import { brokenPromises } from './support/promises.ts';

let bank: PlainSql;
let owner: postgres.Sql;
let application: postgres.Sql;
let circle: Circle;
beforeAll(async () => {
  bank = await plainSql();
  ({ owner, application, circle } = bank);
});
afterAll(async () => {
  expect(await brokenPromises(owner)).toEqual([]);
  await bank.close();
});

const post = (...wishes: Wish[]) => bank.post(...wishes);
const postOne = (wish: Wish) => bank.postOne(wish);
const donated = (amount: number) => bank.donated(amount);

/** The same word from the posting of one transfer and from a set in which it is the bad one. */
async function bothSay(wish: Wish): Promise<string> {
  const answers = [
    await postOne(wish),
    await post(wish),
    await post({ debit: 'mother', credit: 'pool', amount: 1 }, wish),
  ];
  return [...new Set(answers)].join(' or ');
}

const holdFor = (orderId: string, amount: number, more: Record<string, unknown> = {}) =>
  said(
    application`select bank_hold(${bank.json([
      {
        orderId,
        ownerId: circle.owners.mother,
        currency: 'min',
        amount,
        expiresAt: holdsEnd,
        ...more,
      },
    ])}, ${monday})`,
  );

const settleFor = (orderId: string, more: Record<string, unknown> = {}) =>
  said(
    application`select bank_settle(${bank.json([
      {
        orderId,
        credits: [{ account: circle.ids.stranger, amount: 20 }],
        policyId: circle.policyId,
        ...more,
      },
    ])}, ${bank.act()})`,
  );

const ask = (transferId: string, by: string, threshold = 600) =>
  said(application`select * from bank_ask_reversal(
    ${bank.json({ transferId, reasonCode: 'wrong_amount', note: 'test' })}, ${bank.json({ min: threshold, fen: threshold })}, ${bank.act(by)})`);
const decide = (id: string, by: string, approved = true) =>
  said(application`select * from bank_decide_reversal(${id}, ${approved}, ${bank.act(by)})`);

const reversalOf = async (transferId: string): Promise<string> =>
  (
    await owner<
      { id: string }[]
    >`select id from reversals where transfer_id = ${transferId} order by asked_at desc`
  )[0]!.id;

describe('a posting', () => {
  it('takes nothing that is not there, from no kind of account', async () => {
    expect(await postOne({ debit: 'mother', credit: 'pool', amount: 10_000 })).toBe(
      '23514 accounts_available',
    );
    expect(
      await post(
        { debit: 'mother', credit: 'pool', amount: 1 },
        { debit: 'mother', credit: 'pool', amount: 10_000 },
      ),
    ).toBe('23514 accounts_available');
    expect(await bothSay({ debit: 'pool', credit: 'partner', amount: 10_000, cause: 'settlement' })).toBe(
      'not_enough_hours',
    );
    expect(await bothSay({ debit: 'partner', credit: 'stranger', cause: 'settlement' })).toBe('over_limit');
    expect(await holdFor(newId(monday), 10_000)).toBe('not_enough_hours');
    expect(await holdFor(newId(monday), 10_000, { currency: 'fen' })).toBe('not_enough_subsidy');
    expect(await holdFor(newId(monday), 10_000, { pool: circle.ids.pool })).toBe('not_enough_hours');
  });

  it('is of something, between two, in one currency', async () => {
    expect(await bothSay({ debit: 'mother', credit: 'pool', amount: 0 })).toBe('invalid');
    expect(await bothSay({ debit: 'mother', credit: 'pool', amount: -10 })).toBe('invalid');
    expect(await post({ debit: 'mother', credit: 'mother', cause: 'closing' })).toBe('invalid');
    expect(await bothSay({ debit: 'mother', credit: 'pool', currency: 'fen' })).toBe('HZ003');
    expect(await bothSay({ debit: 'motherFen', credit: 'pool', currency: 'fen' })).toBe('HZ003');
    expect(await bothSay({ debit: 'fund', credit: 'motherFen', cause: 'grant' })).toBe('HZ003');
  });

  it('goes where hours may go (T6)', async () => {
    expect(await bothSay({ debit: 'mother', credit: 'stranger', cause: 'gift' })).toBe('not_related');
    expect(await bothSay({ debit: 'mother', credit: 'husband', cause: 'gift' })).toBe('not_related');
    expect(await bothSay({ debit: 'mother', credit: 'husband', cause: 'closing' })).toBe('not_related');
    expect(await bothSay({ debit: 'motherGrant', credit: 'daughter', cause: 'gift' })).toBe(
      'not_transferable',
    );
    expect(await bothSay({ debit: 'motherGrant', credit: 'pool' })).toBe('not_transferable');
    expect(await bothSay({ debit: 'team', credit: 'daughter', cause: 'gift' })).toBe('not_transferable');
    expect(await bothSay({ debit: 'pool', credit: 'stranger', cause: 'import' })).toBe('not_transferable');
    expect(await bothSay({ debit: 'mother', credit: 'stranger', cause: 'donation' })).toBe(
      'not_transferable',
    );
    for (const cause of ['visit', 'reversal', 'receivable', 'anything'])
      expect(await bothSay({ debit: 'mother', credit: 'stranger', cause }), cause).toBe('not_transferable');
    expect(await bothSay({ debit: 'mother', credit: 'strangerDebt', cause: 'recovery' })).toBe(
      'not_transferable',
    );
    expect(await bothSay({ debit: 'mother', credit: 'motherDebt', cause: 'recovery' })).toBe(
      'not_transferable',
    );
    expect(await bothSay({ debit: 'mother', credit: 'daughter', cause: 'gift' })).toBe('done');
  });

  it('hides no bad transfer behind one that takes from a pool', async () => {
    const good = { debit: 'pool', credit: 'partner', cause: 'settlement', amount: 1 } as const;
    expect(await post(good, { debit: 'pool', credit: 'team', cause: 'donation' })).toBe('not_transferable');
    expect(await post(good, { debit: 'pool', credit: 'motherFen', cause: 'settlement' })).toBe('HZ003');
    expect(await post(good, { debit: 'pool', credit: 'partner', cause: 'settlement', amount: -1 })).toBe(
      'invalid',
    );
  });

  it('leaves no frozen account and enters no closed one, but what was posted is answered again', async () => {
    const { daughter, husband } = circle.ids;
    const before = bank.posting({ debit: 'daughter', credit: 'pool', amount: 1 });
    await said(application`select bank_post_one(${bank.json(before)}, ${bank.act()})`);
    await application`select bank_freeze(${[daughter]}, ${monday})`;
    expect(await bothSay({ debit: 'daughter', credit: 'pool', amount: 1 })).toBe('account_frozen');
    expect(await said(application`select bank_post_one(${bank.json(before)}, ${bank.act()})`)).toBe('done');
    await application`select bank_freeze(${[daughter]}, null)`;
    expect(await said(application`select bank_close(${[daughter]}, ${monday})`)).toBe('account_not_empty');
    await application`select bank_close(${[husband]}, ${monday})`;
    expect(await bothSay({ debit: 'fund', credit: 'husband', cause: 'import' })).toBe('account_closed');
  });

  it('has one content for ever under its key', async () => {
    const one = bank.posting({ debit: 'mother', credit: 'pool', amount: 3 });
    const again = (change: object) =>
      said(application`select bank_post(${bank.json([{ ...one, ...change }])}, ${bank.act()})`);
    expect([await again({}), await again({})]).toEqual(['done', 'done']);
    expect(await again({ amount: 4 })).toBe('already_done');
    expect(await again({ debit: circle.ids.team })).toBe('already_done');
    const rows = await owner`select from transfers where idempotency_key = ${one.key as string}`;
    expect(rows.length).toBe(1);
  });
});

describe('a settlement', () => {
  it('rests on a verified visit of its own order, or on a reason, and is made once (T3)', async () => {
    const [order, another] = circle.orders as [CircleOrder, CircleOrder];
    expect(await holdFor(order.id, 40)).toBe('done');
    expect(await settleFor(order.id, { visitId: order.unverifiedVisit })).toBe('visit_not_verified');
    expect(await settleFor(order.id, { visitId: another.verifiedVisit })).toBe('visit_not_verified');
    expect(await settleFor(order.id, { visitId: newId(monday) })).toBe('visit_not_verified');
    expect(await settleFor(order.id)).toBe('23514 settlements_rests_on');
    expect(await settleFor(another.id, { visitId: another.verifiedVisit })).toBe('not_enough_hours');
    expect(await settleFor(order.id, { visitId: order.verifiedVisit })).toBe('done');
    expect(await settleFor(order.id, { visitId: order.verifiedVisit })).toBe('already_done');
    expect(await settleFor(order.id, { approval: 'partner_city' })).toBe('already_done');
  });
});

describe('a reversal', () => {
  it('is made once, also while one waits, by whomever, and is not reversed itself (T9)', async () => {
    const small = await donated(5);
    expect(await ask(small, 'first')).toBe('done');
    expect([await ask(small, 'first'), await ask(small, 'second')]).toEqual(['already_done', 'already_done']);
    const [reversed] = await owner<
      { id: string }[]
    >`select reversal_id as id from reversals where transfer_id = ${small}`;
    expect(await ask(reversed!.id, 'second')).toBe('not_reversible');
    expect(await ask(newId(monday), 'first')).toBe('not_found');

    const large = await donated(50);
    expect(await ask(large, 'first', 10)).toBe('done');
    expect(await ask(large, 'second', 10)).toBe('already_done');
    const waiting = await reversalOf(large);
    expect(await decide(waiting, 'first')).toBe('needs_second_person');
    expect(await decide(waiting, 'second')).toBe('done');
    expect(await decide(waiting, 'third')).toBe('already_done');
    expect(await ask(large, 'third', 10)).toBe('already_done');
    const opposite = await owner`select from transfers where cause = 'reversal' and cause_id = ${large}`;
    expect(opposite.length).toBe(1);
  });
});
