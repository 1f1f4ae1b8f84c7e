/** What dispatch knows at once (D4, D5): the best places for an order, why it is with whom it is, and times to book. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { refusalIn } from '../../../db/connect/act.ts';
import { dayAfter, dayOf } from '../../../db/connect/days.ts';
import { recommend } from '../../../db/dispatch/recommend.ts';
import { type SlotsAsked, slots } from '../../../db/dispatch/slots.ts';
import { whyOf } from '../../../db/dispatch/whyOf.ts';
import { cancelOrders } from '../../../db/orders/end.ts';
import type { OrderRow } from '../../../db/orders/transition.ts';
import { offers } from '../../../worker/tasks/offers.ts';
import { moreCarers, moreVolunteers } from '../../support/moreHelpers.ts';
import { ids, later, type SmallCity, smallCity } from '../../support/smallCity.ts';
import { answer } from '../../support/visits.ts';

let city: SmallCity;
beforeEach(async () => {
  city = await smallCity();
  await city.bank(ids.wang, 6000);
  await city.bank(ids.li, 6000);
});
afterEach(() => city.close());

const why = async (order: OrderRow) => (await whyOf(city.db, order.id, city.at))!;
const bath = (minutes: number, more = {}) =>
  city.book({ serviceCode: 'bathing', payer: 'subsidy', startAt: later(city.at, minutes), ...more });
/** Has whoever is asked accept. */
async function accepted(order: OrderRow): Promise<OrderRow> {
  await city.work(offers);
  await answer(city, order.id);
  return city.order(order.id);
}
const relaxed = async (order: OrderRow) =>
  (await why(order)).relaxations.map(({ code, by, people, best }) => [code, by, people, best.personId]);

describe('the recommendation', () => {
  it('is the best five, with when they begin and the way it adds', async () => {
    await moreVolunteers(city, 6, { metres: 4000, maxMetres: 9000 });
    const order = await city.book();
    const found = (await recommend(city.db, [order.id], city.at)).get(order.id)!;
    expect(found.map(({ personId }) => personId).slice(0, 3)).toEqual([ids.near, ids.middle, ids.far]);
    expect(found).toHaveLength(5);
    expect(found[0]?.place).toMatchObject({ begin: order.startAt.getTime(), addedSeconds: 0 });
    // By the coarse position 1111 m: 360 seconds on an e-bike, and a minute and a half to set out; there and back.
    expect(found[1]?.place).toMatchObject({
      travelSeconds: 450,
      addedSeconds: 900,
      after: null,
      before: null,
    });
  });

  it('answers for several orders at once as for each alone', async () => {
    const orders = [await city.book(), await bath(60), await city.book({ startAt: later(city.at, 300) })];
    const together = await recommend(
      city.db,
      orders.map(({ id }) => id),
      city.at,
    );
    for (const { id } of orders)
      expect(together.get(id)).toEqual((await recommend(city.db, [id], city.at)).get(id));
  });
});

describe('why (D5)', () => {
  it('an order is with whom it is: every term, and the next three by term', async () => {
    const order = await accepted(await city.book());
    const { chosen, next, able, relaxations, state } = await why(order);
    expect([state, able, relaxations]).toEqual(['accepted', 3, []]);
    expect(chosen).toMatchObject({ personId: ids.near });
    expect(next.map(({ personId }) => personId)).toEqual([ids.middle, ids.far]);
    for (const one of next) {
      expect(one.behind).toBeCloseTo((chosen?.score ?? 0) - one.score, 5);
      expect(one.differences.reduce((sum, { value }) => sum + value, 0)).toBeCloseTo(-one.behind, 5);
    }
    expect(next[0]?.differences).toContainEqual({ code: 'travel', value: -11.2 });
  });

  it('names who was chosen with the terms of then, also when a rule excludes them since', async () => {
    const order = await accepted(await city.book());
    const before = (await why(order)).chosen;
    await city.sql`update volunteers set services = '{errands}' where person_id = ${ids.near}`;
    expect((await why(order)).chosen).toMatchObject({ personId: ids.near, terms: before?.terms });
    expect((await why(order)).excluded).toEqual([{ rule: 'service', count: 1 }]);
  });

  it('nobody can come: a later start, when those near are busy', async () => {
    await city.sql`delete from shifts where carer_id = ${ids.otherCarer}`;
    await accepted(await bath(120));
    const order = await bath(120, { elderId: ids.wang });
    const { chosen, next, excluded } = await why(order);
    expect([chosen, next]).toEqual([null, []]);
    expect(excluded.map(({ rule, count }) => [rule, count]).sort()).toEqual([
      ['busy', 1],
      ['shift', 1],
    ]);
    expect(await relaxed(order)).toEqual([
      ['later', order.minutes, 1, ids.carer],
      ['earlier', order.minutes, 1, ids.carer],
    ]);
  });

  it('nobody can come: a lower level, and nothing that would not help', async () => {
    await city.sql`update carers set level = 5`;
    const order = await city.book({ serviceCode: 'basic_nursing', payer: 'self' });
    expect((await why(order)).excluded).toEqual([{ rule: 'level', count: 2 }]);
    expect(await relaxed(order)).toEqual([['level', 5, 2, ids.carer]]);
  });

  it('nobody can come: farther away, and who declined', async () => {
    await city.sql`update volunteers set max_metres = 500, state = case when person_id = ${ids.far} then 'suspended' else state end`;
    const order = await city.book();
    await city.work(offers);
    await answer(city, order.id, 'declined');
    expect(await relaxed(await city.order(order.id))).toEqual([
      ['later', 10, 1, ids.near],
      ['earlier', 10, 1, ids.near],
      ['farther', 1000, 1, ids.middle],
      ['declined', null, 1, ids.near],
    ]);
  });

  it('nobody can come: another gender, a shorter visit', async () => {
    await city.sql`update elders set carer_gender = 'male' where person_id = ${ids.wang}`;
    expect(await relaxed(await bath(120))).toEqual([['gender', null, 2, ids.carer]]);
    await city.sql`update elders set carer_gender = null`;
    // Monday until 11:40.
    await city.sql`update shifts set end_minute = 700`;
    const order = await bath(60);
    expect(await relaxed(order)).toEqual([
      ['earlier', 20, 2, ids.carer],
      ['shorter', 20, 2, ids.carer],
    ]);
  });

  it('an order was left unserved is told as of before its time was over', async () => {
    await city.sql`update carers set level = 5`;
    const order = await city.book({ serviceCode: 'basic_nursing', payer: 'self' });
    city.wait(180);
    await city.work(offers);
    const unserved = await city.order(order.id);
    expect(unserved.state).toBe('unserved');
    expect(await relaxed(unserved)).toEqual([['level', 5, 2, ids.carer]]);
  });
});

describe('times to book', () => {
  const asked = (more: Partial<SlotsAsked> = {}): SlotsAsked => ({
    elderId: ids.wang,
    serviceCode: 'bathing',
    from: dayOf(city.at),
    days: 1,
    ...more,
  });
  const clocks = async (more: Partial<SlotsAsked> = {}) =>
    (await slots(city.db, asked(more), city.at)).map(({ slots: found }) =>
      found
        .map(({ startAt }) => new Date(startAt.getTime() + 8 * 3_600_000).toISOString().slice(11, 16))
        .sort(),
    );

  beforeEach(async () => {
    await city.sql`update carers set state = 'left' where person_id = ${ids.otherCarer}`;
    await city.sql`update shifts set start_minute = 600, end_minute = 840`;
  });

  it('are those at which somebody is there for all of the visit, from an hour ahead on', async () => {
    expect(await clocks()).toEqual([['11:00', '11:30', '12:00', '12:30', '13:00']]);
    expect(await clocks({ minutes: 120 })).toEqual([['11:00', '11:30', '12:00']]);
    expect(await clocks({ days: 2 })).toEqual([
      ['11:00', '11:30', '12:00', '12:30', '13:00'],
      ['10:00', '10:30', '11:00', '11:30', '12:00', '12:30', '13:00'],
    ]);
  });

  it('leave out what is promised, with the way to it and from it', async () => {
    const order = await bath(120, { elderId: ids.li, payer: 'self' });
    await city.sql`update orders set lat = lat + 5000 / 111195.0 where id = ${order.id}`;
    await accepted(order);
    // At 12:00 in 5 km for an hour; half an hour's way each way: nothing ends after 11:30 nor begins before 13:30.
    expect(await clocks({ minutes: 30 })).toEqual([['11:00', '13:30']]);
    expect(await clocks()).toEqual([[]]);
  });

  it('leave out absences, and when the elder has another visit', async () => {
    await city.sql`insert into absences (id, person_id, kind, start_at, end_at, recorded_by, recorded_at)
      values (gen_random_uuid(), ${ids.carer}, 'leave', ${later(city.at, 60)}, ${later(city.at, 120)}, 'test', ${city.at})`;
    expect(await clocks()).toEqual([['12:00', '12:30', '13:00']]);
    const order = await city.book({ startAt: later(city.at, 120), minutes: 30 });
    expect(await clocks()).toEqual([['13:00']]);
    await city.do('elder', (tx, act) => cancelOrders(tx, act, [{ orderId: order.id, reason: 'plans' }]));
    expect(await clocks()).toEqual([['12:00', '12:30', '13:00']]);
  });

  it('are the best first, and at all those told an order can be booked and served', async () => {
    await accepted(await bath(60, { elderId: ids.li, payer: 'self' }));
    const [{ slots: found } = { slots: [] }] = await slots(city.db, asked(), city.at);
    const scores = found.map(({ score }) => score);
    expect(scores).toEqual([...scores].sort((a, b) => b - a));
    expect(found.length).toBeGreaterThan(1);
    for (const { startAt, people } of found) {
      const order = await bath(0, { startAt });
      const { able } = await why(order);
      expect(able).toBe(people);
      await city.do('elder', (tx, act) => cancelOrders(tx, act, [{ orderId: order.id, reason: 'plans' }]));
    }
  });

  it('need two of one provider where two must come', async () => {
    await city.sql`update elders set ability_level = 4 where person_id = ${ids.wang}`;
    expect(await clocks()).toEqual([[]]);
    await moreCarers(city, 1, ids.provider);
    expect((await clocks())[0]).toEqual(['11:00', '11:30', '12:00', '12:30', '13:00']);
  });

  it('are none for a day on which the best carer has a certificate no more', async () => {
    await city.sql`update carers set certificate_until = ${dayOf(city.at)} where person_id = ${ids.carer}`;
    const [today, tomorrow] = await clocks({ days: 2 });
    expect([today?.length, tomorrow]).toEqual([5, []]);
  });

  it('are refused for what cannot be booked', async () => {
    const refused = async (more: Partial<SlotsAsked>) =>
      refusalIn(await slots(city.db, asked(more), city.at).catch((error: unknown) => error))?.code;
    expect(await refused({ serviceCode: 'flying' })).toBe('not_offered');
    expect(await refused({ payer: 'time_bank' })).toBe('not_entitled');
    expect(await refused({ elderId: ids.near })).toBe('not_found');
  });

  it('are told by days, none of which is read by itself', async () => {
    await moreVolunteers(city, 20);
    const found = await slots(city.db, asked({ serviceCode: 'companionship', days: 7 }), city.at);
    expect(found.map(({ day }) => day)).toEqual(
      Array.from({ length: 7 }, (_, n) => dayAfter(dayOf(city.at), n)),
    );
    expect(found.every(({ slots: ofDay }) => ofDay.length === 8)).toBe(true);
    expect(found[1]?.slots[0]?.people).toBe(23);
  });
});
