import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ledgerTotals } from '../../db/bank/balances.ts';
import { monthOf } from '../../db/quality/rules.ts';
import { rateVisits } from '../../db/visits/rate.ts';
import { offers } from '../../worker/tasks/offers.ts';
import { scores } from '../../worker/tasks/scores.ts';
import { settlement } from '../../worker/tasks/settlement.ts';
import { DOOR_CODE, ids, later, monday, type SmallCity, smallCity } from '../support/smallCity.ts';
import { acceptedOrder, answer, arrive, leave, openOffer } from '../support/visits.ts';

let city: SmallCity;
beforeEach(async () => {
  city = await smallCity();
});
afterEach(() => city.close());

async function scoreOf(subjectId: string) {
  const [row] = await city.sql<{ n: number; score: number; ratings: number; punctual: number }[]>`
    select n, score, (measures->>'ratings')::int as ratings, (measures->>'punctual')::int as punctual
    from scores where subject_id = ${subjectId} and month = ${monthOf(monday)}`;
  return row;
}

describe('a companionship visit against banked time', () => {
  it('goes from asking to the score, and pays the minutes that were verified', async () => {
    const order = await city.book();
    expect(order.state).toBe('requested');
    expect(await city.account(ids.wang, 'grant')).toEqual({ balance: 600, held: 60 });

    expect(await city.work(offers)).toBe(1);
    const offer = await openOffer(city, order.id);
    expect(offer?.personId).toBe(ids.near);
    expect(offer?.expiresAt).toEqual(later(city.at, 3));

    city.wait(1);
    await answer(city, order.id);
    expect(await city.order(order.id)).toMatchObject({
      state: 'accepted',
      assigneeId: ids.near,
      stationId: ids.station,
      dueAt: null,
    });

    city.at = later(order.startAt, 5);
    await arrive(city, order.id);
    city.wait(45);
    await leave(city, order.id, { doorCode: DOOR_CODE });
    expect((await city.order(order.id)).state).toBe('settled');
    expect(await city.account(ids.wang, 'grant')).toEqual({ balance: 555, held: 0 });
    expect(await city.account(ids.near)).toEqual({ balance: 45, held: 0 });
    const entries = await city.sql`
      select e.amount, e.balance_after from entries e join transfers t on t.id = e.transfer_id
      where t.cause = 'visit' and t.cause_id = ${order.id} order by e.amount`;
    expect(entries.map((entry) => [Number(entry.amount), Number(entry.balance_after)])).toEqual([
      [-45, 555],
      [45, 45],
    ]);

    city.wait(5);
    await city.do('elder', (tx, act) =>
      rateVisits(tx, act, [
        { orderId: order.id, source: 'elder', attitude: 5, skill: 5, punctuality: 4, outcome: 5 },
      ]),
    );
    expect(await city.work(scores)).toBe(2);
    expect(await scoreOf(ids.station)).toMatchObject({ n: 1, ratings: 1, punctual: 1 });
    expect(await city.work(scores)).toBe(0);
    expect(await ledgerTotals(city.db)).toMatchObject({
      sums: [
        { currency: 'min', sum: 0 },
        { currency: 'fen', sum: 0 },
      ],
    });
  });

  it('settles without objection after 48 hours and not before', async () => {
    const order = await acceptedOrder(city);
    await arrive(city, order.id);
    city.wait(60);
    await leave(city, order.id);
    expect((await city.order(order.id)).state).toBe('finished');
    city.wait(48 * 60 - 1);
    expect(await city.work(settlement)).toBe(0);
    expect(await city.account(ids.wang, 'grant')).toEqual({ balance: 600, held: 60 });
    city.wait(1);
    expect(await city.work(settlement)).toBe(1);
    expect((await city.order(order.id)).state).toBe('settled');
    expect(await city.account(ids.near)).toEqual({ balance: 60, held: 0 });
    expect(await city.work(settlement)).toBe(0);
  });
});

describe('a bath by a provider', () => {
  it('is offered to the provider with a carer, and paid once from the subsidy', async () => {
    const order = await city.book({ serviceCode: 'bathing', payer: 'subsidy' });
    expect(order).toMatchObject({ channel: 'provider', priceFen: 9000, ownShareFen: 1800 });
    expect(await city.account(ids.wang, 'grant', 'fen')).toEqual({ balance: 60_000, held: 7200 });

    await city.work(offers);
    expect((await openOffer(city, order.id))?.personId).toBe(ids.carer);
    city.wait(1);
    await answer(city, order.id);
    expect(await city.order(order.id)).toMatchObject({ providerId: ids.provider, stationId: null });
    city.at = order.startAt;
    await arrive(city, order.id);
    city.wait(60);
    await leave(city, order.id, { doorCode: DOOR_CODE });
    expect(await city.account(ids.wang, 'grant', 'fen')).toEqual({ balance: 52_800, held: 0 });
    expect(await city.account(ids.provider, 'provider', 'fen')).toEqual({ balance: 7200, held: 0 });

    await city.work(scores);
    expect(await scoreOf(ids.provider)).toMatchObject({ n: 1 });
    expect(await scoreOf(order.districtCode)).toMatchObject({ n: 1 });
  });
});
