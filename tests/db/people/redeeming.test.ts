import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { accountKey, openAccounts, post } from '../../../db/bank/post.ts';
import { type Booking, bookOrders } from '../../../db/orders/book.ts';
import { candidatesFor } from '../../../db/orders/candidates.ts';
import { cancelOrders } from '../../../db/orders/end.ts';
import { ordersPaidBy } from '../../../db/orders/paidByViews.ts';
import { endKinship } from '../../../db/people/kinships.ts';
import { mayRedeem, redeemableBy } from '../../../db/people/redeeming.ts';
import { confirmVisits } from '../../../db/visits/confirm.ts';
import { offers } from '../../../worker/tasks/offers.ts';
import { family, settleFamily, stationReach, verifyKin } from '../../support/family.ts';
import { DISTRICT, ids, later, refusalOf, type SmallCity, smallCity } from '../../support/smallCity.ts';
import { answer, arrive, leave } from '../../support/visits.ts';

const { grandmother, father, mother, daughter } = family;

let city: SmallCity;
let toFather = '';
beforeAll(async () => {
  city = await smallCity();
  await settleFamily(city);
  toFather = await verifyKin(city, daughter, 'parent', father);
  await verifyKin(city, daughter, 'parent', mother);
  await verifyKin(city, mother, 'spouse', father);
  await verifyKin(city, grandmother, 'child', mother);
  await city.bank(daughter.id, 300);
});
afterAll(() => city.close());

let hour = 1;
const booking = (elderId: string, holderId?: string, more: Partial<Booking> = {}): Booking => ({
  elderId,
  holderId,
  serviceCode: 'companionship',
  startAt: later(city.at, 60 * hour++),
  minutes: 60,
  payer: 'time_bank',
  ...more,
});
const book = (...about: Parameters<typeof booking>) =>
  city.try('volunteer', (tx, act) => bookOrders(tx, act, [booking(...about)]));
const redeem = (holderId: string, elderId: string) =>
  city.try('volunteer', (tx, act) => mayRedeem(tx, holderId, elderId, act.at));

describe('saved hours', () => {
  it('are redeemed by the holder from 60 on, for a spouse and for lineal relatives from 60 on', async () => {
    expect(refusalOf(await redeem(father.id, father.id))).toBeNull();
    expect(refusalOf(await redeem(daughter.id, father.id))).toBeNull();
    expect(refusalOf(await redeem(mother.id, father.id))).toBeNull();
    expect(refusalOf(await redeem(mother.id, grandmother.id))).toBeNull();
    const young = { code: 'not_old_enough', field: 'elderId', params: { age: 60 } };
    expect(refusalOf(await redeem(daughter.id, daughter.id))).toEqual(young);
    expect(refusalOf(await redeem(daughter.id, mother.id))).toEqual(young);
    const strange = { code: 'not_related', field: 'holderId' };
    expect(refusalOf(await redeem(daughter.id, grandmother.id))).toMatchObject(strange);
    expect(refusalOf(await redeem(ids.near, ids.wang))).toMatchObject(strange);
  });

  it('say for whom they can be redeemed, and why not yet', async () => {
    expect(await redeemableBy(city.db, daughter.id, city.at)).toMatchObject([
      { elderId: daughter.id, name: '林晓', relation: 'self', may: false, why: 'not_old_enough' },
      { elderId: father.id, name: father.name, relation: 'parent', may: true, why: null },
      { elderId: mother.id, name: mother.name, relation: 'parent', may: false, why: 'not_old_enough' },
    ]);
    const later20 = new Date(city.at.getTime() + 20 * 365.25 * 86_400_000);
    expect((await redeemableBy(city.db, daughter.id, later20))[2]).toMatchObject({
      elderId: mother.id,
      why: 'not_registered',
    });
  });

  it('of a daughter pay the visit of her father, and come back when it is cancelled', async () => {
    const outcome = await book(father.id, daughter.id);
    expect(refusalOf(outcome)).toBeNull();
    expect(await city.account(daughter.id)).toEqual({ balance: 300, held: 60 });
    expect(await city.account(father.id)).toEqual({ balance: 0, held: 0 });
    const [order] = outcome.ok ? outcome.value : [];
    const trail = await city.sql`select action, person_id from audit where record_id = ${order!.id}`;
    expect(trail.map((row) => `${row.action} ${row.person_id}`).sort()).toEqual([
      `order.booked ${father.id}`,
      `order.paid_by ${daughter.id}`,
    ]);
    const reach = { kind: 'assignee', personId: daughter.id } as const;
    expect(await ordersPaidBy(city.db, reach, daughter.id, 10, null)).toMatchObject([
      { id: order!.id, elder: { name: '林**' }, holdMinutes: 60 },
    ]);
    expect(await ordersPaidBy(city.db, reach, mother.id, 10, null)).toEqual([]);
    await city.do('volunteer', (tx, act) => cancelOrders(tx, act, [{ orderId: order!.id, reason: '改期' }]));
    expect(await city.account(daughter.id)).toEqual({ balance: 300, held: 0 });
  });

  it('of a daughter pay who helped her father, which cannot be herself', async () => {
    const [order] = await city.do('volunteer', (tx, act) =>
      bookOrders(tx, act, [booking(father.id, daughter.id, { startAt: later(city.at, 60) })]),
    );
    const found = (await candidatesFor(city.db, [order!.id], city.at)).get(order!.id);
    expect(found?.candidates.map((one) => one.personId)).not.toContain(daughter.id);
    expect(found?.excluded).toContainEqual({ rule: 'self', count: 1 });
    await city.work(offers);
    await answer(city, order!.id);
    city.wait(60);
    await arrive(city, order!.id);
    city.wait(60);
    await leave(city, order!.id);
    await city.do('elder', (tx, act) => confirmVisits(tx, act, [{ orderId: order!.id }]));
    expect(await city.account(daughter.id)).toEqual({ balance: 240, held: 0 });
    expect(await city.account(ids.near)).toMatchObject({ balance: 60 });
  });

  it('of somebody else pay nothing without a verified relation, nor for whom is too young', async () => {
    expect(refusalOf(await book(ids.wang, daughter.id))).toMatchObject({ code: 'not_related' });
    expect(refusalOf(await book(grandmother.id, daughter.id))).toMatchObject({ code: 'not_related' });
    expect(refusalOf(await book(father.id, daughter.id, { payer: 'subsidy' }))).not.toBeNull();
    expect(await city.account(daughter.id)).toEqual({ balance: 240, held: 0 });
  });

  it('that were granted are for their owner only: a relative pays with earned hours or not at all', async () => {
    await city.do('station', async (tx, act) => {
      const names = [
        { ownerId: '3201', kind: 'issuance', currency: 'min' },
        { ownerId: daughter.id, kind: 'grant', currency: 'min' },
      ] as const;
      const accounts = await openAccounts(tx, act, names);
      await post(tx, act, [
        {
          debit: accounts.get(accountKey(names[0])) as string,
          credit: accounts.get(accountKey(names[1])) as string,
          amount: 600,
          currency: 'min',
          cause: 'grant',
          key: 'test:granted',
        },
      ]);
    });
    expect(refusalOf(await book(father.id, daughter.id, { minutes: 241 }))).toMatchObject({
      code: 'not_enough_hours',
    });
    expect(refusalOf(await book(father.id, daughter.id, { minutes: 240 }))).toBeNull();
    expect(await city.account(daughter.id, 'grant')).toEqual({ balance: 600, held: 0 });
  });

  it('pay no more for a relative once the relation has ended', async () => {
    await city.do('station', (tx, act) =>
      endKinship(tx, act, stationReach, { id: toFather, reason: '登记有误' }),
    );
    await city.bank(daughter.id, 100);
    expect(refusalOf(await book(father.id, daughter.id))).toMatchObject({ code: 'not_related' });
  });
});

describe('the public pool', () => {
  const give = (minutes: number, ownerId: string) =>
    city.do('station', async (tx, act) => {
      const names = [
        { ownerId: '3201', kind: 'issuance', currency: 'min' },
        { ownerId, kind: 'pool', currency: 'min' },
      ] as const;
      const accounts = await openAccounts(tx, act, names);
      await post(tx, act, [
        {
          debit: accounts.get(accountKey(names[0])) as string,
          credit: accounts.get(accountKey(names[1])) as string,
          amount: minutes,
          currency: 'min',
          cause: 'import',
          key: `test:pool:${ownerId}:${minutes}`,
        },
      ]);
    });

  it('pays what is missing for key elders and the poor, after their own hours, and for nobody else', async () => {
    await give(500, DISTRICT);
    const had = await city.account(ids.wang, 'grant');
    expect(had).toEqual({ balance: 600, held: 0 });
    expect(refusalOf(await book(ids.wang, undefined, { minutes: 700 }))).toBeNull();
    expect(await city.account(ids.wang, 'grant')).toEqual({ balance: 600, held: 600 });
    expect(await city.account(DISTRICT, 'pool')).toEqual({ balance: 500, held: 100 });
    expect(refusalOf(await book(ids.li))).toMatchObject({ code: 'not_enough_hours' });
    expect(refusalOf(await book(ids.wang, undefined, { minutes: 401 }))).toMatchObject({
      code: 'not_enough_hours',
    });
  });

  it('that was given for key elders pays first, then the one of the district, then of the city', async () => {
    await give(60, 'key-elders');
    await give(1000, '3201');
    expect(refusalOf(await book(ids.wang))).toBeNull();
    expect(await city.account('key-elders', 'pool')).toEqual({ balance: 60, held: 60 });
    expect(refusalOf(await book(ids.wang, undefined, { minutes: 400 }))).toBeNull();
    expect(await city.account(DISTRICT, 'pool')).toEqual({ balance: 500, held: 500 });
    expect(refusalOf(await book(ids.wang, undefined, { minutes: 900 }))).toBeNull();
    expect(await city.account('3201', 'pool')).toEqual({ balance: 1000, held: 900 });
  });
});
