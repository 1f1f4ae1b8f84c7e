import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { alerts } from '../../worker/tasks/alerts.ts';
import { expiry } from '../../worker/tasks/expiry.ts';
import { offers } from '../../worker/tasks/offers.ts';
import { DOOR_CODE, ids, later, type SmallCity, smallCity } from '../support/smallCity.ts';
import { acceptedOrder, answer, arrive, leave, openOffer } from '../support/visits.ts';

let city: SmallCity;
beforeEach(async () => {
  city = await smallCity();
});
afterEach(() => city.close());

/** What the worker does every second. */
async function ask(): Promise<void> {
  await city.work(expiry);
  await city.work(offers);
}

const asked = async (orderId: string) => {
  const rows = await city.sql<{ person_id: string; state: string; wave: number }[]>`
    select person_id, state, wave from offers where order_id = ${orderId} order by sent_at, wave, person_id`;
  return rows.map((row) => [row.person_id, row.state, row.wave]);
};

const reasonOf = async (orderId: string, state: string) => {
  const [row] = await city.sql<{ reason: string }[]>`
    select reason from order_history where order_id = ${orderId} and to_state = ${state} order by version desc limit 1`;
  return row?.reason;
};

describe('whom the worker asks', () => {
  it('is the next when one declines, then several at once, and the one who declined is not asked again', async () => {
    const order = await city.book({ startAt: later(city.at, 300) });
    await ask();
    await answer(city, order.id, 'declined');
    city.wait(1);
    await ask();
    city.wait(10);
    await ask();
    expect(await asked(order.id)).toEqual([
      [ids.near, 'declined', 1],
      [ids.middle, 'expired', 2],
      [ids.far, 'expired', 2],
    ]);
    expect(await openOffer(city, order.id)).toBeUndefined();
  });

  it('is nobody twice for times that overlap, be it in one plan or in two', async () => {
    await city.bank(ids.li, 600);
    const first = await city.book({ startAt: later(city.at, 180) });
    const second = await city.book({ elderId: ids.li, startAt: later(city.at, 210) });
    await ask();
    const third = await city.book({ elderId: ids.li, startAt: later(city.at, 190) });
    const apart = await city.book({ startAt: later(city.at, 420) });
    await ask();
    const people = [];
    for (const order of [first, second, third]) people.push((await openOffer(city, order.id))?.personId);
    expect(new Set(people)).toEqual(new Set([ids.near, ids.middle, ids.far]));
    expect(await openOffer(city, apart.id)).toBeDefined();
  });

  it('is never the elder, nor whoever the elder has blocked', async () => {
    await city.sql`insert into pairings (elder_id, person_id, wish, at)
      values (${ids.wang}, ${ids.near}, 'blocked', ${city.at})`;
    const order = await city.book();
    await ask();
    expect((await openOffer(city, order.id))?.personId).toBe(ids.middle);
  });
});

describe('an order that nobody can serve', () => {
  it('is looked at again, ends unserved at its latest start with the rule named, and gives the hours back', async () => {
    await city.bank(ids.wang, 600);
    const order = await city.book({ serviceCode: 'outings' });
    await ask();
    expect(await city.order(order.id)).toMatchObject({ state: 'requested', dueAt: later(city.at, 0.5) });
    expect(await city.work(offers)).toBe(0);
    city.at = order.latestStartAt;
    await ask();
    expect((await city.order(order.id)).state).toBe('unserved');
    expect(await reasonOf(order.id, 'unserved')).toBe('nobody:service');
    expect(await city.account(ids.wang, 'grant')).toEqual({ balance: 600, held: 0 });
    expect(await city.account(ids.wang)).toEqual({ balance: 600, held: 0 });
  });

  it('says so where nobody is near, and where nobody answered', async () => {
    await city.bank(ids.zhao, 60);
    const lonely = await city.book({ elderId: ids.zhao });
    const silent = await city.book({ startAt: later(city.at, 2) });
    for (let minute = 0; minute <= 90; minute += 2) {
      await ask();
      city.wait(2);
    }
    expect(await reasonOf(lonely.id, 'unserved')).toBe('nobody:none_near');
    expect(await reasonOf(silent.id, 'unserved')).toBe('nobody:no_answer');
  });
});

describe('a visit that nobody begins', () => {
  it('is missed 30 minutes after its latest start and asked for anew of somebody else, as urgent', async () => {
    const order = await acceptedOrder(city);
    city.at = later(order.latestStartAt, 29);
    expect(await city.work(alerts)).toBe(0);
    city.wait(1);
    expect(await city.work(alerts)).toBe(1);
    expect(await city.order(order.id)).toMatchObject({
      state: 'requested',
      assigneeId: null,
      visitId: null,
      urgency: 'urgent',
      latestStartAt: later(city.at, 30),
    });
    const [missed] = await city.sql`select state, person_id from visits where order_id = ${order.id}`;
    expect(missed).toMatchObject({ state: 'missed', person_id: ids.near });

    city.wait(1);
    await ask();
    expect((await openOffer(city, order.id))?.personId).toBe(ids.middle);
    await answer(city, order.id);
    city.wait(20);
    await arrive(city, order.id);
    city.wait(60);
    await leave(city, order.id, { doorCode: DOOR_CODE });
    expect((await city.order(order.id)).state).toBe('settled');
    expect(await city.account(ids.middle)).toEqual({ balance: 60, held: 0 });
    expect(await city.account(ids.wang, 'grant')).toEqual({ balance: 540, held: 0 });
  });

  it('is asked for until four hours after its start, and whoever accepts late has time to come', async () => {
    const order = await acceptedOrder(city);
    city.at = later(order.latestStartAt, 30);
    await city.work(alerts);
    city.wait(45);
    await ask();
    expect((await city.order(order.id)).latestStartAt).toEqual(later(city.at, 30));
    await answer(city, order.id, 'declined');
    await ask();
    await answer(city, order.id, 'declined');
    city.at = later(order.startAt, 4 * 60 - 1);
    await ask();
    expect((await city.order(order.id)).state).toBe('requested');
    city.wait(1);
    await ask();
    expect((await city.order(order.id)).state).toBe('unserved');
    expect(await city.account(ids.wang, 'grant')).toEqual({ balance: 600, held: 0 });
  });

  it('is left unserved when the asked day is over', async () => {
    const order = await acceptedOrder(city);
    city.wait(24 * 60);
    expect(await city.work(alerts)).toBe(1);
    expect((await city.order(order.id)).state).toBe('unserved');
    expect(await reasonOf(order.id, 'unserved')).toBe('missed');
    expect(await city.account(ids.wang, 'grant')).toEqual({ balance: 600, held: 0 });
    const visits = await city.sql`select state from visits where order_id = ${order.id}`;
    expect(visits.map((visit) => visit.state)).toEqual(['missed']);
  });
});

describe('one bad order', () => {
  it('holds up none of the others', async () => {
    const good = await city.book();
    const bad = await city.book({ startAt: later(city.at, 180) });
    await city.sql`alter table offers add constraint bad_order check (order_id <> ${city.sql.unsafe(`'${bad.id}'`)})`;
    await ask();
    expect((await city.order(good.id)).state).toBe('offered');
    expect((await city.order(bad.id)).state).toBe('requested');
    await city.sql`alter table offers drop constraint bad_order`;
    await ask();
    expect((await city.order(bad.id)).state).toBe('requested');
    city.wait(11);
    await ask();
    expect((await city.order(bad.id)).state).toBe('offered');
  });
});
