import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { firstAsking } from '../../db/orders/askingRules.ts';
import type { OrderToAssign } from '../../worker/dispatch/assign.ts';
import { byPlan } from '../../worker/dispatch/byPlan.ts';
import { ids, later, type SmallCity, smallCity } from '../support/smallCity.ts';

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
