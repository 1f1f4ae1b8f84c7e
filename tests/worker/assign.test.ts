import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { firstAsking } from '../../db/orders/askingRules.ts';
import type { OrderToAssign } from '../../worker/dispatch/assign.ts';
import { byPlan } from '../../worker/dispatch/byPlan.ts';
import { replan } from '../../worker/tasks/replan.ts';
import { HOME, ids, later, type SmallCity, smallCity } from '../support/smallCity.ts';

let city: SmallCity;
let orders: OrderToAssign[];
beforeAll(async () => {
  city = await smallCity();
  await city.bank(ids.wang, 6000);
  orders = [];
  for (const minutes of [600, 60, 75, 90, 100])
    orders.push(await city.book({ startAt: later(city.at, minutes) }));
});
afterAll(() => city.close());

/** One at a time, so that the turns show. */
const policy = { ...firstAsking, waves: { urgent: [1], same_day: [1], normal: [1] } };
const assign = (given: OrderToAssign[]) => byPlan(city.db, policy)(given, city.at);

describe('those who are asked', () => {
  it('are given out by urgency and start, nobody twice at a time', async () => {
    const plan = await assign(orders);
    const [late, first, second, third, fourth] = orders.map(
      (order) => plan.offers.find((offer) => offer.orderId === order.id)?.personId,
    );
    expect([first, second, third]).toEqual([ids.near, ids.middle, ids.far]);
    expect(fourth).toBeUndefined();
    expect(late).toBe(ids.near);
  });

  it('come with an explanation for every order: the next best, and what excludes the others', async () => {
    const { explanations } = await assign(orders);
    expect(explanations.map((e) => e.orderId)).toEqual(orders.map((order) => order.id));
    expect(explanations[1]).toMatchObject({ personId: ids.near, excluded: [] });
    expect(explanations[1]?.next.map((next) => next.personId)).toEqual([ids.middle, ids.far]);
    expect(explanations[1]?.next.every((next) => next.behind >= 0)).toBe(true);
    expect(explanations[4]).toMatchObject({ personId: null, next: [] });
  });

  it('are the same for the same orders in whatever turn they come', async () => {
    const sorted = (plan: Awaited<ReturnType<typeof assign>>) =>
      [...plan.offers].sort((a, b) => (a.orderId < b.orderId ? -1 : 1));
    expect(sorted(await assign([...orders].reverse()))).toEqual(sorted(await assign(orders)));
  });

  it('are nobody when nothing is asked', async () => {
    expect(await assign([])).toEqual({ offers: [], explanations: [] });
  });
});

describe('a batch', () => {
  it('is matched as a whole: the nearest is left to whom nobody else can come', async () => {
    await city.bank(ids.li, 600);
    for (const personId of [ids.middle, ids.far])
      await city.sql`insert into pairings (elder_id, person_id, wish, at)
        values (${ids.li}, ${personId}, 'blocked', ${city.at})`;
    const startAt = later(city.at, 1000);
    const sooner = await city.book({ startAt: later(startAt, -10) });
    const picky = await city.book({ elderId: ids.li, startAt });
    const { offers } = await assign([sooner, picky]);
    expect(new Map(offers.map((one) => [one.orderId, one.personId]))).toEqual(
      new Map([
        [sooner.id, ids.middle],
        [picky.id, ids.near],
      ]),
    );
  });

  it('asks nobody for two homes between which there is no time to go', async () => {
    await city.sql`update persons set lat = ${HOME.lat + 2000 / 111_195} where id = ${ids.zhao}`;
    await city.bank(ids.zhao, 600);
    const startAt = later(city.at, 2000);
    const here = await city.book({ startAt });
    const there = await city.book({ elderId: ids.zhao, startAt: later(startAt, 60) });
    const latestStartAt = later(there.startAt, 2);
    await city.sql`update orders set latest_start_at = ${latestStartAt} where id = ${there.id}`;
    const { offers } = await assign([here, { ...there, latestStartAt }]);
    expect(offers).toHaveLength(2);
    expect(new Set(offers.map((one) => one.personId)).size).toBe(2);
  });

  it('asks first whom the plan of the day has for an order', async () => {
    const order = await city.book({ serviceCode: 'bathing', payer: 'subsidy', startAt: later(city.at, 200) });
    const [best] = (await assign([order])).offers;
    const other = best?.personId === ids.carer ? ids.otherCarer : ids.carer;
    await city.sql`
      insert into pairings (elder_id, person_id, wish, at) values (${ids.wang}, ${other}, 'preferred', ${city.at})`;
    await city.work(replan);
    await city.sql`delete from pairings where person_id = ${other}`;
    expect((await assign([order])).offers.map((one) => one.personId)).toEqual([other]);
  });
});
