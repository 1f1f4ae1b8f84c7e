/** Rolling dispatch (D4): tomorrow planned in the evening, and planned anew when something changes. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { recordAbsences } from '../../db/availability/absence.ts';
import { helperWithin } from '../../db/availability/helperOf.ts';
import { type OpenDatabase, openDatabase } from '../../db/connect/database.ts';
import { dayOf } from '../../db/connect/days.ts';
import { logger } from '../../db/connect/log.ts';
import { applyPlan, type MadePlan } from '../../db/dispatch/apply.ts';
import { claimOne } from '../../db/dispatch/claim.ts';
import { candidatesFor } from '../../db/orders/candidates.ts';
import { cancelOrders } from '../../db/orders/end.ts';
import { nightPlan } from '../../worker/tasks/nightPlan.ts';
import { offers } from '../../worker/tasks/offers.ts';
import { replan } from '../../worker/tasks/replan.ts';
import type { Task } from '../../worker/tasks/task.ts';
import { moreCarers } from '../support/moreHelpers.ts';
import { DISTRICT, ids, later, refusalOf, type SmallCity, smallCity } from '../support/smallCity.ts';
import { acceptedOrder, answer, arrive, openOffer } from '../support/visits.ts';

let city: SmallCity;
let other: OpenDatabase;
beforeEach(async () => {
  city = await smallCity();
  other = openDatabase(city.config, 'other worker');
});
afterEach(async () => {
  await other.close();
  await city.close();
});

/** A bath, so many minutes from Monday at ten. */
const bath = (minutes: number, elderId: string = ids.wang) =>
  city.book({
    elderId,
    serviceCode: 'bathing',
    payer: elderId === ids.wang ? 'subsidy' : 'self',
    startAt: later(city.at, minutes),
  });

const planned = async () =>
  (
    await city.sql<{ order_id: string; person_id: string; begin_at: Date }[]>`
      select order_id, person_id, begin_at from planned_visits order by begin_at, person_id`
  ).map((row) => ({ orderId: row.order_id, personId: row.person_id, beginAt: row.begin_at }));

const personOf = async (orderId: string) =>
  (await planned()).find((one) => one.orderId === orderId)?.personId;

const absent = async (personId: string, fromMinutes: number, minutes: number) => {
  const helper = await helperWithin(city.db, { kind: 'all' }, personId);
  const startAt = later(city.at, fromMinutes);
  await city.do('station', (tx, act) =>
    recordAbsences(tx, act, [
      { helper, kind: 'sick', startAt, endAt: later(startAt, minutes), reason: null, redispatch: true },
    ]),
  );
};

const emptyPlan: MadePlan = {
  kind: 'running',
  policyId: '01900000-0000-7000-8000-000000000000',
  seed: 1,
  seconds: 0,
  cost: { unservedPriority: 0, total: 0, travel: 0, wishes: 0 },
  measures: {},
  problem: new Uint8Array(),
  problemHash: new Uint8Array(),
  places: [],
  unplaced: [],
};

const DAY = 24 * 60;
const EVENING = 10 * 60;

describe('in the evening', () => {
  it('tomorrow gets a plan: every order a carer who can come, at its time, with the reasons', async () => {
    const orders = [];
    for (const minutes of [DAY, DAY + 60, DAY + 150]) orders.push(await bath(minutes));
    orders.push(await bath(DAY + 30, ids.li));
    expect(await city.work(nightPlan)).toBe(0);
    city.wait(EVENING);
    expect(await city.work(nightPlan)).toBe(4);
    const places = await planned();
    expect(places.map(({ orderId }) => orderId).sort()).toEqual(orders.map(({ id }) => id).sort());
    for (const { orderId, personId, beginAt } of places) {
      const order = await city.order(orderId);
      expect(beginAt >= order.startAt && beginAt <= order.latestStartAt).toBe(true);
      const { candidates } = (await candidatesFor(city.db, [orderId], city.at)).get(orderId)!;
      expect(candidates.map((one) => one.personId)).toContain(personId);
    }
    const [plan] = await city.sql`select * from day_plans`;
    expect(plan).toMatchObject({
      kind: 'night',
      placed: 4,
      unplaced: 0,
      passed_over: 0,
      area_code: DISTRICT,
      measures: { knownShare: 0, nearShare: 1, personChanged: 0, dropped: 0, giniHours: null },
    });
    const [one] = await city.sql`select terms, next_best from planned_visits order by begin_at`;
    expect(one!.terms.map((term: { code: string }) => term.code)).toContain('travel');
    expect(await city.work(nightPlan)).toBe(0);
  });

  it('says of who has no place which rules exclude how many', async () => {
    await moreCarers(city, 1, ids.provider);
    const order = await city.book({
      serviceCode: 'basic_nursing',
      payer: 'subsidy',
      startAt: later(city.at, DAY + 11 * 60),
    });
    city.wait(EVENING);
    expect(await city.work(nightPlan)).toBe(0);
    const [row] = await city.sql`select order_id, excluded from unplaced_orders`;
    expect(row).toMatchObject({ order_id: order.id });
    expect(row!.excluded).toEqual([
      { rule: 'shift', count: 2 },
      { rule: 'level', count: 1 },
    ]);
  });
});

/** Runs of a task in two workers, all at once; how many places were given. */
const atOnce = async (task: Task) => {
  const runs = [city, other, city, other].map(({ db }) => task({ db, at: city.at, log: logger('test') }));
  return (await Promise.all(runs)).reduce((sum, n) => sum + n, 0);
};

describe('whatever a day holds', () => {
  it('whoever is planned could be asked: no hard rule stands against anybody, and no two promises overlap', async () => {
    const more = await moreCarers(city, 2, ids.provider);
    await city.sql`insert into pairings (elder_id, person_id, wish, at)
      values (${ids.li}, ${ids.carer}, 'blocked', ${city.at}), (${ids.li}, ${more[0]!}, 'preferred', ${city.at})`;
    await city.sql`update elders set carer_gender = 'female' where person_id = ${ids.wang}`;
    await city.sql`update persons set gender = 'male' where id = ${more[1]!}`;
    await city.sql`update shifts set end_minute = 780 where carer_id = ${ids.otherCarer}`;
    // Off the full hours, so that what an elder agrees to wait could be used up by two promises that overlap.
    for (const [i, minutes] of [120, 135, 165, 180, 225, 250, 310, 345].entries())
      await bath(minutes, i % 3 === 0 ? ids.wang : ids.li);
    await city.work(replan);
    const places = await planned();
    expect(places.length).toBeGreaterThanOrEqual(7);
    const found = await candidatesFor(
      city.db,
      places.map(({ orderId }) => orderId),
      city.at,
    );
    for (const { orderId, personId } of places)
      expect(found.get(orderId)?.candidates.map((one) => one.personId)).toContain(personId);
    const clashes = await city.sql`
      select p.order_id from planned_visits p join orders o on o.id = p.order_id
      join planned_visits q on q.person_id = p.person_id and q.order_id > p.order_id join orders r on r.id = q.order_id
      where tstzrange(o.start_at, o.start_at + make_interval(mins => o.minutes))
        && tstzrange(r.start_at, r.start_at + make_interval(mins => r.minutes))`;
    expect(clashes).toEqual([]);
  });

  it('two who are to come together are of one provider and begin at once', async () => {
    const [more] = await moreCarers(city, 1, ids.otherProvider);
    const order = await bath(240);
    await city.sql`update orders set carers_needed = 2 where id = ${order.id}`;
    await city.work(replan);
    const places = await planned();
    expect(places.map(({ personId }) => personId).sort()).toEqual([ids.otherCarer, more].sort());
    expect(new Set(places.map(({ beginAt }) => beginAt.getTime())).size).toBe(1);
  });

  it('a long block goes to who stays outside their hours, and their rest around it is free', async () => {
    await city.sql`update elders set living = 'with_family', ability_level = 3`;
    await city.sql`update providers set services = services || '{home_respite}'`;
    await city.sql`update carers set takes_blocks = true where person_id = ${ids.carer}`;
    const block = await city.book({
      serviceCode: 'home_respite',
      startAt: later(city.at, DAY + EVENING),
      minutes: DAY,
      payer: 'self',
    });
    const resting = await bath(DAY, ids.li);
    city.wait(EVENING);
    expect(await city.work(nightPlan)).toBe(2);
    expect(await personOf(block.id)).toBe(ids.carer);
    expect(await personOf(resting.id)).toBe(ids.otherCarer);
  });
});

describe('when something changes', () => {
  it('a new order finds its place after some minutes, and the others stay with whom they are', async () => {
    await bath(120);
    await bath(240);
    expect(await city.work(replan)).toBe(2);
    const before = await planned();
    const third = await bath(360);
    expect(await city.work(replan)).toBe(0);
    city.wait(6);
    expect(await city.work(replan)).toBe(3);
    expect(await planned()).toEqual([
      ...before,
      { ...before[0], orderId: third.id, beginAt: third.startAt, personId: expect.any(String) },
    ]);
    const plans = await city.sql`select kind, measures, previous_id from day_plans order by id`;
    expect(plans).toMatchObject([
      { kind: 'running', previous_id: null },
      { kind: 'running', measures: { personChanged: 0 } },
    ]);
    city.wait(6);
    expect(await city.work(replan)).toBe(0);
  });

  it('a carer who falls ill is replaced in all visits at once, and nobody else is moved', async () => {
    const orders = [];
    for (const minutes of [120, 240, 360]) orders.push(await bath(minutes));
    const others = [await bath(150, ids.li), await bath(270, ids.li)];
    await moreCarers(city, 2, ids.provider);
    await city.work(replan);
    const before = await planned();
    const ill = (await personOf(orders[0]!.id)) as string;
    const lost = before.filter(({ personId }) => personId === ill);
    await absent(ill, 0, DAY);
    city.wait(1);
    expect(await city.work(replan)).toBe(5);
    const after = await planned();
    expect(after.map(({ orderId }) => orderId).sort()).toEqual(
      [...orders, ...others].map(({ id }) => id).sort(),
    );
    expect(after.some(({ personId }) => personId === ill)).toBe(false);
    for (const one of before.filter(({ personId }) => personId !== ill)) expect(after).toContainEqual(one);
    const [plan] = await city.sql`select kind, measures from day_plans order by id desc limit 1`;
    expect(plan).toMatchObject({ kind: 'disruption', measures: { personChanged: lost.length } });
  });

  it('what is asked or accepted stays, and whoever promised it is planned elsewhere in that time no more', async () => {
    const order = await bath(180);
    await city.work(offers);
    const offer = await openOffer(city, order.id);
    const beside = await bath(195, ids.li);
    expect(await city.work(replan)).toBe(1);
    expect(await personOf(beside.id)).toBe(offer!.personId === ids.carer ? ids.otherCarer : ids.carer);
    await answer(city, order.id);
    const third = await bath(200, ids.li);
    city.wait(6);
    expect(await city.work(replan)).toBe(1);
    expect((await city.order(order.id)).assigneeId).toBe(offer!.personId);
    expect(await city.sql`select order_id from unplaced_orders`).toEqual([{ order_id: third.id }]);
  });

  it('a visit that takes longer than planned puts the next off until its carer can be there', async () => {
    const running = await acceptedOrder(city, { serviceCode: 'bathing', payer: 'subsidy' });
    await arrive(city, running.id);
    const next = await bath(60, ids.li);
    await city.sql`insert into pairings (elder_id, person_id, wish, at)
      values (${ids.li}, ${running.assigneeId}, 'preferred', ${city.at})`;
    await city.work(replan);
    expect(await planned()).toEqual([
      { orderId: next.id, personId: running.assigneeId, beginAt: next.startAt },
    ]);
    city.wait(66);
    expect(await city.work(replan)).toBe(1);
    const [place] = await planned();
    expect(place!.beginAt >= later(city.at, 15)).toBe(true);
    expect(await city.sql`select kind from day_plans order by id`).toEqual([
      { kind: 'running' },
      { kind: 'disruption' },
    ]);
  });

  it('a place goes when its order is cancelled', async () => {
    const order = await bath(120);
    await city.work(replan);
    await city.do('elder', (tx, act) => cancelOrders(tx, act, [{ orderId: order.id, reason: 'other' }]));
    expect(await planned()).toEqual([]);
  });
});

describe('several workers', () => {
  it('plan the day of a district once', async () => {
    await bath(DAY);
    await bath(DAY + 90);
    city.wait(EVENING);
    expect(await atOnce(nightPlan)).toBe(2);
    expect(await city.sql`select count(*)::int as n from day_plans`).toEqual([{ n: 1 }]);
  });

  it('take over from one that was killed once its claim has run out, and it left nothing half done', async () => {
    await bath(120);
    const wanted = [{ day: dayOf(city.at), areaCode: DISTRICT, notSince: city.at }];
    const until = later(city.at, 5);
    const claim = await claimOne(other.db, wanted, { heldBy: crypto.randomUUID(), at: city.at, until });
    expect(claim).not.toBeNull();
    expect(await city.work(replan)).toBe(0);
    city.wait(4);
    expect(await city.work(replan)).toBe(0);
    expect(await planned()).toEqual([]);
    city.wait(1);
    expect(await city.work(replan)).toBe(1);
    // The first was only slow: what it made comes too late, and changes nothing.
    const late = await city.try('system', (tx, act) => applyPlan(tx, act, claim!, emptyPlan));
    expect(refusalOf(late)).toMatchObject({ code: 'stale' });
    expect(await planned()).toHaveLength(1);
  });
});
