/** Travel as a hard rule (D1), and what of a place speaks for somebody (D3), in a city where all live on one street. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { candidatesFor, ownCarersFor } from '../../../db/orders/candidates.ts';
import { answerOffers, sendOffers } from '../../../db/orders/offer.ts';
import type { OrderRow } from '../../../db/orders/transition.ts';
import { ids, later, type SmallCity, smallCity } from '../../support/smallCity.ts';

let city: SmallCity;
beforeEach(async () => {
  city = await smallCity();
  await city.bank(ids.wang, 6000);
  await city.bank(ids.li, 6000);
});
afterEach(() => city.close());

/** Has `personId` promise a visit so many metres north of everybody. */
async function promised(personId: string, minutes: number, metres: number): Promise<OrderRow> {
  const order = await city.book({ elderId: ids.li, startAt: later(city.at, minutes), minutes: 60 });
  await city.sql`update orders set lat = lat + ${metres / 111_195} where id = ${order.id}`;
  const [offer] = await city.do('dispatcher', (tx, act) =>
    sendOffers(tx, act, [
      {
        orderId: order.id,
        kind: 'volunteer',
        personId,
        providerId: null,
        wave: 1,
        distanceMetres: metres,
        score: 0,
        terms: [],
      },
    ]),
  );
  await city.do('volunteer', (tx, act) =>
    answerOffers(tx, act, [{ offerId: offer?.id as string, answer: 'accepted' }]),
  );
  return order;
}
const found = async (order: OrderRow) => (await candidatesFor(city.db, [order.id], city.at)).get(order.id);

describe('who is far away right before', () => {
  it('is not asked, for the way there takes longer than the elder has agreed to wait', async () => {
    await promised(ids.near, 60, 5000);
    await promised(ids.middle, 60, 9000);
    const order = await city.book({ startAt: later(city.at, 120) });
    const { candidates, excluded } = (await found(order))!;
    // 5 km are 27 minutes and a half on an e-bike with locking it, 9 km nearly 50: the elder waits 30 at most.
    expect(candidates.map(({ personId }) => personId)).toEqual([ids.far, ids.near]);
    expect(excluded).toEqual([{ rule: 'travel', count: 1 }]);
    expect(candidates[1]?.place).toMatchObject({ after: expect.any(String), before: null });
    expect((candidates[1]?.place.begin as number) - order.startAt.getTime()).toBe(1710_000);
    expect(candidates[1]?.terms.find(({ code }) => code === 'waiting')?.value).toBe(-14.2);
  });

  it('nor whoever would come too late to the visit after it', async () => {
    const next = await promised(ids.near, 120, 9000);
    const order = await city.book({ startAt: later(city.at, 60), minutes: 60 });
    expect((await found(order))?.excluded).toEqual([{ rule: 'travel', count: 1 }]);
    await city.sql`update orders set latest_start_at = start_at + interval '1 hour' where id = ${next.id}`;
    expect((await found(order))?.excluded).toEqual([]);
  });

  it('nor who cannot come from home before the time is over', async () => {
    await city.sql`update volunteers set max_metres = 20000`;
    await city.sql`update persons set lat = lat + 7000 / 111195.0 where id = ${ids.near}`;
    const order = await city.book({ startAt: later(city.at, 1) });
    expect((await found(order))?.excluded).toEqual([{ rule: 'travel', count: 1 }]);
  });
});

describe('the best', () => {
  it('is who passes by anyway, though others live nearer', async () => {
    // 陈静 lives 2200 m away, and has a visit next door before and another one after it.
    await promised(ids.far, 60, 0);
    await promised(ids.far, 240, 0);
    const order = await city.book({ startAt: later(city.at, 150) });
    const [best, second] = (await found(order))!.candidates;
    expect([best?.personId, second?.personId]).toEqual([ids.near, ids.far]);
    expect(second?.place).toMatchObject({ addedSeconds: 0, travelSeconds: 0 });
    const middle = (await found(order))!.candidates[2];
    expect(middle?.terms.find(({ code }) => code === 'travel')?.value).toBeLessThan(-8);
  });

  it('is whom the elder wishes for, and then whom the elder knows', async () => {
    await city.sql`insert into pairings values (${ids.wang}, ${ids.middle}, 'preferred', null, ${city.at})`;
    const order = await city.book();
    const [best] = (await found(order))!.candidates;
    expect(best?.personId).toBe(ids.middle);
    expect(best?.terms).toContainEqual({ code: 'preferred', value: 15 });
  });

  it('is as good as the sum of what is told', async () => {
    await promised(ids.middle, 240, 300);
    const order = await city.book();
    for (const { score, terms } of (await found(order))!.candidates)
      expect(terms.reduce((sum, { value }) => sum + value, 0)).toBeCloseTo(score, 5);
  });

  it('is weighed by the policy in force', async () => {
    const order = await city.book();
    const travelOf = async () =>
      (await found(order))!.candidates.find(({ personId }) => personId === ids.far)?.terms[0];
    const before = await travelOf();
    expect(before).toMatchObject({ code: 'travel' });
    await city.sql`insert into policies select gen_random_uuid(), kind, 2, effective_from, author, reason,
      jsonb_set(body, '{points,travel}', '1.5') from policies where kind = 'dispatch' and version = 1`;
    expect((await travelOf())?.value).toBeCloseTo(2 * (before?.value as number), 0);
  });
});

describe('what the plan has', () => {
  it('keeps nobody away, but takes points off', async () => {
    const other = await city.book({ serviceCode: 'bathing', payer: 'subsidy', startAt: later(city.at, 60) });
    const order = await city.book({ serviceCode: 'bathing', payer: 'subsidy', startAt: later(city.at, 60) });
    await city.sql`with plan as (insert into day_plans (id, day, area_code, kind, made_at, policy_id, seed, seconds, cost,
        measures, placed, unplaced, passed_over, problem_hash)
      select gen_random_uuid(), current_date, '3201', 'running', ${city.at}, id, 1, 1, '{}', '{}', 1, 0, 0, '' from policies
      where kind = 'dispatch' returning id)
      insert into planned_visits select ${other.id}, 1, ${ids.carer}, ${ids.provider}, current_date, '3201', ${other.startAt},
        tstzrange(${other.startAt}, ${other.startAt}::timestamptz + interval '1 hour'), 0, 1, '[]', '[]', id from plan`;
    const own = async (id: string) => (await ownCarersFor(city.db, id, ids.provider, city.at))[0];
    expect(await own(order.id)).toMatchObject({ excludedBy: null });
    expect((await own(order.id))?.terms).toContainEqual({ code: 'planned', value: -8 });
    expect((await own(other.id))?.terms.map(({ code }) => code)).not.toContain('planned');
  });
});
