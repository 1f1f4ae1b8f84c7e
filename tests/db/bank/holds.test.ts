import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { proposeClearing } from '../../../db/bank/clearing.ts';
import { donate } from '../../../db/bank/give.ts';
import { openPartner } from '../../../db/bank/partners.ts';
import { hold } from '../../../db/bank/post.ts';
import { client, openDatabase } from '../../../db/connect/database.ts';
import { newId } from '../../../db/connect/ids.ts';
import { logger } from '../../../db/connect/log.ts';
import { decideDisputes } from '../../../db/disputes/decide.ts';
import { openDisputes } from '../../../db/disputes/open.ts';
import { confirmVisits } from '../../../db/visits/confirm.ts';
import { holdExpiry } from '../../../worker/tasks/holdExpiry.ts';
import {
  actOf,
  DISTRICT,
  ids,
  later,
  refusalOf,
  type SmallCity,
  smallCity,
} from '../../support/smallCity.ts';
import { acceptedOrder, arrive, leave } from '../../support/visits.ts';

const DAY = 24 * 60;

let city: SmallCity;
beforeAll(async () => {
  city = await smallCity();
});
afterAll(() => city.close());

/** Sets minutes of 李 aside for so many orders, until an hour from now. */
async function holdSome(orders: number, ownerId: string = ids.li): Promise<string[]> {
  const orderIds = Array.from({ length: orders }, () => newId(city.at));
  const expiresAt = later(city.at, 60);
  const requests = orderIds.map((orderId) => ({
    orderId,
    ownerId,
    currency: 'min' as const,
    amount: 1,
    expiresAt,
  }));
  await hold(city.db, actOf('elder', city.at), requests);
  return orderIds;
}
const open = async () =>
  (await city.sql`select count(*)::int as n from holds where state = 'open' and expires_at <= ${city.at}`)[0]
    ?.n;

async function finished(): Promise<string> {
  const order = await acceptedOrder(city);
  await arrive(city, order.id);
  city.wait(60);
  await leave(city, order.id);
  return order.id;
}

describe('a hold', () => {
  it('past its time ends by itself; the owner hears of it and can spend again', async () => {
    await city.bank(ids.li, 2000);
    const [orderId = ''] = await holdSome(1);
    expect(await city.account(ids.li)).toEqual({ balance: 2000, held: 1 });
    city.wait(59);
    expect(await city.work(holdExpiry)).toBe(0);
    city.wait(1);
    expect(await city.work(holdExpiry)).toBe(1);
    expect(await city.account(ids.li)).toEqual({ balance: 2000, held: 0 });
    const told = await city.sql`select kind, person_ids from outbox where record_id = ${orderId}`;
    expect(told).toMatchObject([{ kind: 'account', person_ids: [ids.li] }]);
    const record = await city.sql`
      select person_id from audit where action = 'ledger.hold_expired' and record_id = ${orderId}`;
    expect(record).toMatchObject([{ person_id: ids.li }]);
    const whole = { orderId: newId(city.at), ownerId: ids.li, currency: 'min', amount: 2000 } as const;
    await city.do('elder', (tx, act) => hold(tx, act, [{ ...whole, expiresAt: later(city.at, 1) }]));
    city.wait(1);
    expect(await city.work(holdExpiry)).toBe(1);
  });

  it('never outlives its time because a worker is killed: what that left undone, the next run does', async () => {
    await holdSome(3);
    city.wait(60);
    const killed = client(city.url, city.config.schema, 'killed worker', 1);
    const worker = await killed.reserve();
    await worker`begin`;
    const [ended] =
      await worker`select cardinality(bank_expire(${city.at}, 500)) as n, pg_backend_pid() as pid`;
    expect(ended?.n).toBe(3);
    await city.sql`select pg_terminate_backend(${ended?.pid})`;
    await killed.end({ timeout: 0 });
    await expect.poll(open).toBe(3);
    expect(await city.work(holdExpiry)).toBe(3);
    expect(await open()).toBe(0);
    expect((await city.account(ids.li)).held).toBe(0);
  });

  it('is ended once by two workers at once, however many there are', async () => {
    const other = openDatabase(city.config, 'other worker');
    await holdSome(1200);
    city.wait(60);
    const runs = await Promise.all(
      [city.db, other.db, city.db, other.db].map((db) =>
        holdExpiry({ db, at: city.at, log: logger('test') }),
      ),
    );
    await other.close();
    expect(await city.work(holdExpiry)).toBe(0);
    expect(runs.reduce((sum, n) => sum + n, 0)).toBe(1200);
    expect(await city.account(ids.li)).toEqual({ balance: 2000, held: 0 });
    const told = await city.sql`
      select record_id from audit where action = 'ledger.hold_expired' group by record_id having count(*) > 1`;
    expect(told.length).toBe(0);
  });

  it('of a pool ends too, and the pool can pay for somebody else', async () => {
    const [pool] = await city.sql`select id from accounts where kind = 'pool' and owner_id = ${DISTRICT}`;
    await city.bank(ids.near, 50);
    await city.do('volunteer', (tx, act) =>
      donate(tx, act, { from: { personId: ids.near }, minutes: 50, to: 'district' }),
    );
    const ask = (amount: number) =>
      city.try('elder', (tx, act) =>
        hold(tx, act, [
          {
            orderId: newId(city.at),
            ownerId: ids.zhao,
            currency: 'min',
            amount,
            kinds: ['personal'],
            pool: pool?.id,
            expiresAt: later(city.at, 60),
          },
        ]),
      );
    expect((await ask(50)).ok).toBe(true);
    expect(refusalOf(await ask(50))).toMatchObject({ code: 'not_enough_hours' });
    city.wait(60);
    expect(await city.work(holdExpiry)).toBe(1);
    expect((await ask(50)).ok).toBe(true);
    city.wait(60);
    await city.work(holdExpiry);
  });

  it('that has ended pays nothing: the settlement is refused and nothing of it is done', async () => {
    await city.bank(ids.wang, 300);
    const orderId = await finished();
    await city.sql`update holds set expires_at = ${city.at} where order_id = ${orderId}`;
    expect(await city.work(holdExpiry)).toBe(1);
    const before = await city.account(ids.near);
    const outcome = await city.try('elder', (tx, act) => confirmVisits(tx, act, [{ orderId }]));
    expect(refusalOf(outcome)?.code).toBe('not_enough_hours');
    expect(await city.account(ids.near)).toEqual(before);
    expect((await city.order(orderId)).state).toBe('finished');
    const settled = await city.sql`select from settlements where order_id = ${orderId}`;
    expect(settled.length).toBe(0);
  });

  it('is settled or expires, never both, when both come at once', async () => {
    for (let round = 0; round < 5; round++) {
      city.wait(90);
      const orderId = await finished();
      await city.sql`update holds set expires_at = ${city.at} where order_id = ${orderId}`;
      const near = await city.account(ids.near);
      const [settled] = await Promise.all([
        city.try('elder', (tx, act) => confirmVisits(tx, act, [{ orderId }])),
        city.work(holdExpiry),
      ]);
      const states = await city.sql`select distinct state from holds where order_id = ${orderId}`;
      expect(states.map((row) => row.state)).toEqual([settled.ok ? 'settled' : 'expired']);
      expect((await city.account(ids.near)).balance - near.balance).toBe(settled.ok ? 60 : 0);
      const [books] = await city.sql`
        select (select sum(held)::int from accounts) + (select sum(held)::int from account_shards) as kept,
          (select coalesce(sum(amount), 0)::int from holds where state = 'open') as open`;
      expect(books?.kept).toBe(books?.open);
    }
  });

  it('of a disputed visit lies in suspense until the dispute is decided, however long that takes', async () => {
    await city.bank(ids.wang, 300);
    city.wait(90);
    const orderId = await finished();
    const mine = async () =>
      (await city.sql`select sum(balance - held)::int as n from accounts where owner_id = ${ids.wang}`)[0]?.n;
    const before = await mine();
    const [dispute] = await city.do('elder', (tx, act) =>
      openDisputes(tx, act, [{ orderId, reasonCode: 'not_come', text: '没有来过' }]),
    );
    const stateOf = async () => {
      const [row] = await city.sql`
        select distinct h.state, coalesce((select sum(balance)::int from accounts where kind = 'suspense'), 0) as suspense
        from holds h where order_id = ${orderId}`;
      return { ...row };
    };
    city.wait(400 * DAY);
    await city.work(holdExpiry);
    expect(await stateOf()).toEqual({ state: 'suspended', suspense: 60 });
    city.at = later(city.at, -400 * DAY);
    await city.do('dispatcher', (tx, act) =>
      decideDisputes(tx, act, null, [
        { disputeId: (dispute as { id: string }).id, outcome: 'nothing', text: '确实没有来过' },
      ]),
    );
    expect(await stateOf()).toEqual({ state: 'released', suspense: 0 });
    expect(await mine()).toBe(before + 60);
  });

  it('for hours that were to leave for another city ends with the proposal when the city does not answer', async () => {
    const proposal = {
      partnerCode: '3202',
      kind: 'out',
      personId: ids.li,
      minutes: 100,
      reference: null,
    } as const;
    const { id } = await city.do('regulator', async (tx, act) => {
      await openPartner(tx, act, { code: '3202', name: '无锡市', limitMinutes: 600, limitFen: 0 });
      return proposeClearing(tx, act, { ...proposal, reason: '迁居无锡' });
    });
    expect((await city.account(ids.li)).held).toBe(100);
    city.wait(90 * DAY);
    await city.work(holdExpiry);
    expect((await city.account(ids.li)).held).toBe(0);
    const [row] = await city.sql`select state from clearings where id = ${id}`;
    expect(row?.state).toBe('withdrawn');
  });
});
