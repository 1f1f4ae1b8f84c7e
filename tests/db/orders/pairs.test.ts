import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { candidatesFor, ownCarersFor } from '../../../db/orders/candidates.ts';
import { chooseCarers, type Swap, swapCarer } from '../../../db/orders/carers.ts';
import { cancelOrders, redispatchMissed } from '../../../db/orders/end.ts';
import { answerOffers, withdrawOffers } from '../../../db/orders/offer.ts';
import type { OrderRow } from '../../../db/orders/transition.ts';
import { checkIn } from '../../../db/visits/check.ts';
import { offers } from '../../../worker/tasks/offers.ts';
import { moreCarers } from '../../support/moreHelpers.ts';
import { ids, later, refusalOf, type SmallCity, smallCity } from '../../support/smallCity.ts';
import { checkOf, openOffer } from '../../support/visits.ts';
import { brokenPromises } from './support/promises.ts';

let city: SmallCity;
beforeEach(async () => {
  city = await smallCity();
});
afterEach(async () => {
  expect(await brokenPromises(city.sql)).toEqual([]);
  await city.close();
});

/** Bathing tomorrow at ten, by one carer or by two. */
async function bathing(carersNeeded: 1 | 2): Promise<OrderRow> {
  const order = await city.book({ serviceCode: 'bathing', payer: 'subsidy', startAt: later(city.at, 1440) });
  await city.sql`update orders set carers_needed = ${carersNeeded} where id = ${order.id}`;
  return order;
}

async function accepted(order: OrderRow): Promise<OrderRow> {
  await city.work(offers);
  const offer = await openOffer(city, order.id);
  await city.do('provider', (tx, act) =>
    answerOffers(tx, act, [{ offerId: offer?.id as string, answer: 'accepted' }]),
  );
  return city.order(order.id);
}

const promised = async () => (await city.sql`select person_id from commitments`).map((row) => row.person_id);
const swap = (given: Omit<Swap, 'reason'>, providerId: string = ids.provider) =>
  city.try('provider', (tx, act) => swapCarer(tx, act, providerId, { reason: '孩子生病', ...given }));

describe('an order for two carers (D1)', () => {
  it('is offered to the best two of one provider, and to nobody of a provider with one', async () => {
    const [extra] = await moreCarers(city, 1, ids.otherProvider);
    const order = await bathing(2);
    const found = (await candidatesFor(city.db, [order.id], city.at)).get(order.id);
    expect(found?.candidates.map((one) => [one.personId, one.second?.personId])).toEqual([
      [extra, ids.otherCarer],
      [ids.otherCarer, extra],
    ]);
    const [best] = found?.candidates ?? [];
    expect(best?.terms.reduce((sum, { value }) => sum + value, 0)).toBeCloseTo(best?.score ?? 0, 5);
    expect(found?.excluded).toEqual([{ rule: 'second', count: 1 }]);
  });

  it('is planned as two visits when it is accepted, and both people are free again when it ends', async () => {
    const [extra] = await moreCarers(city, 1, ids.provider);
    const order = await accepted(await bathing(2));
    expect([order.assigneeId, order.secondAssigneeId].sort()).toEqual([ids.carer, extra].sort());
    const visits = await city.sql`
      select id, place, person_id from visits where order_id = ${order.id} order by place`;
    expect(visits.map(({ id, place, person_id }) => [id, place, person_id])).toEqual([
      [order.visitId, 1, order.assigneeId],
      [order.secondVisitId, 2, order.secondAssigneeId],
    ]);
    expect((await promised()).sort()).toEqual([ids.carer, extra].sort());

    await city.do('dispatcher', (tx, act) => withdrawOffers(tx, act, [{ orderId: order.id, reason: 'ill' }]));
    expect(await city.order(order.id)).toMatchObject({ secondAssigneeId: null, secondVisitId: null });
    expect(await promised()).toEqual([]);
  });

  it('is cancelled as one', async () => {
    await moreCarers(city, 1, ids.provider);
    const order = await accepted(await bathing(2));
    await city.do('elder', (tx, act) => cancelOrders(tx, act, [{ orderId: order.id, reason: 'plans' }]));
    expect(await promised()).toEqual([]);
    const visits = await city.sql`select state from visits`;
    expect(visits.map(({ state }) => state)).toEqual(['cancelled', 'cancelled']);
  });

  it('is asked for anew when nobody comes, and both places are free', async () => {
    await moreCarers(city, 1, ids.provider);
    const order = await accepted(await bathing(2));
    city.at = later(order.latestStartAt, 30);
    await city.do('system', (tx, act) => redispatchMissed(tx, act, [order.id]));
    expect(await city.order(order.id)).toMatchObject({
      state: 'requested',
      visitId: null,
      secondVisitId: null,
    });
    expect(await promised()).toEqual([]);
  });

  it('keeps out a carer who has promised to come along elsewhere at that time', async () => {
    await moreCarers(city, 1, ids.provider);
    await accepted(await bathing(2));
    const other = await bathing(1);
    const found = (await candidatesFor(city.db, [other.id], city.at)).get(other.id);
    expect(found?.candidates.map(({ personId }) => personId)).toEqual([ids.otherCarer]);
    expect(found?.excluded).toEqual([{ rule: 'busy', count: 2 }]);
  });
});

describe("a provider's coordinator", () => {
  it('accepts with another carer of their own, and with nobody who cannot come', async () => {
    const [extra] = await moreCarers(city, 1, ids.provider);
    await city.sql`update carers set level = 5, certificate_until = '2020-01-01' where person_id = ${ids.carer}`;
    const order = await bathing(1);
    await city.work(offers);
    const offer = await openOffer(city, order.id);
    expect(offer?.personId).toBe(extra);
    const acceptWith = (personId: string) =>
      city.try('provider', async (tx, act) => {
        await chooseCarers(tx, act, offer?.id as string, { personId });
        await answerOffers(tx, act, [{ offerId: offer?.id as string, answer: 'accepted' }]);
      });
    expect(refusalOf(await acceptWith(ids.carer))).toMatchObject({
      code: 'person_unable',
      field: 'personId',
      params: { rule: 'certificate' },
    });
    expect(refusalOf(await acceptWith(ids.otherCarer))?.code).toBe('not_found');
    await city.sql`update carers set certificate_until = '2099-12-31' where person_id = ${ids.carer}`;
    expect((await acceptWith(ids.carer)).ok).toBe(true);
    expect((await city.order(order.id)).assigneeId).toBe(ids.carer);
  });

  it('sends somebody else in the place of one who was to come', async () => {
    const [extra, third] = await moreCarers(city, 2, ids.provider);
    const order = await accepted(await bathing(2));
    const [stays, leaves] = [order.assigneeId as string, order.secondAssigneeId as string];
    const comes = [ids.carer, extra, third].find((id) => id !== stays && id !== leaves) as string;
    expect(refusalOf(await swap({ orderId: order.id, personId: stays, place: 2 }))?.code).toBe('invalid');
    expect(refusalOf(await swap({ orderId: order.id, personId: leaves, place: 2 }))?.code).toBe(
      'already_done',
    );
    const foreign = { orderId: order.id, personId: comes, place: 2 as const };
    expect(refusalOf(await swap(foreign, ids.otherProvider))?.code).toBe('not_found');

    expect((await swap({ orderId: order.id, personId: comes, place: 2 })).ok).toBe(true);
    const after = await city.order(order.id);
    expect(after).toMatchObject({ state: 'accepted', assigneeId: stays, secondAssigneeId: comes });
    expect(after.secondVisitId).not.toBe(order.secondVisitId);
    expect((await promised()).sort()).toEqual([stays, comes].sort());
    const [last] = await city.sql`
      select reason, from_state, to_state from order_history where order_id = ${order.id}
      order by version desc limit 1`;
    expect(last).toEqual({ reason: '孩子生病', from_state: 'accepted', to_state: 'accepted' });
    const rows =
      await city.sql`select state, withdrawn_reason, second_person_id from offers order by state desc`;
    expect(rows.map((row) => [row.state, row.withdrawn_reason, row.second_person_id])).toEqual([
      ['withdrawn', 'swapped', leaves],
      ['accepted', null, comes],
    ]);
    const told = await city.sql`
      select id from outbox where record_id = ${order.id} and ${ids.wang}::uuid = any (person_ids)
        and at = ${city.at} and detail->>'state' = 'accepted'`;
    expect(told.length).toBeGreaterThan(0);
  });

  it('cannot send somebody else once the visit has begun', async () => {
    const [extra] = await moreCarers(city, 1, ids.provider);
    const order = await accepted(await bathing(1));
    const other = order.assigneeId === extra ? ids.carer : (extra as string);
    city.at = order.startAt;
    const check = await checkOf(city, order.id);
    await city.do('carer', (tx, act) => checkIn(tx, act, [check]));
    const outcome = await swap({ orderId: order.id, personId: other, place: 1 });
    expect(refusalOf(outcome)?.code).toBe('wrong_state');
  });

  it('sees who of their own can come, and why the others cannot', async () => {
    const [extra] = await moreCarers(city, 1, ids.provider);
    await city.sql`delete from shifts where carer_id = ${extra as string}`;
    const order = await bathing(1);
    const own = await ownCarersFor(city.db, order.id, ids.provider, city.at);
    expect(own.map(({ personId, excludedBy }) => [personId, excludedBy])).toEqual([
      [ids.carer, null],
      [extra, 'shift'],
    ]);
  });
});
