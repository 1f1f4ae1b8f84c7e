import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Act } from '../../../db/connect/act.ts';
import { perform } from '../../../db/connect/act.ts';
import type { Tx } from '../../../db/connect/database.ts';
import { type Booking, bookOrders } from '../../../db/orders/book.ts';
import { cancelOrders } from '../../../db/orders/end.ts';
import { lapseOf } from '../../../db/people/grants.ts';
import { spendByMandate } from '../../../db/people/mandateLimit.ts';
import {
  listMandates,
  type NewMandate,
  recordMandate,
  withdrawMandate,
} from '../../../db/people/mandates.ts';
import { mandatesOf } from '../../../db/people/mandatesOf.ts';
import { monthOf } from '../../../db/quality/rules.ts';
import {
  daughterUsers,
  family,
  ownReach,
  settleFamily,
  stationReach,
  verifyKin,
} from '../../support/family.ts';
import { ids, later, refusalOf, type SmallCity, smallCity } from '../../support/smallCity.ts';

const { father, grandmother, daughter } = family;

let city: SmallCity;
beforeAll(async () => {
  city = await smallCity();
  await settleFamily(city);
  await city.bank(father.id, 1000);
});
afterAll(() => city.close());

const record = (mandate: Partial<NewMandate> = {}, role: 'elder' | 'station' = 'elder') =>
  city.try(role, (tx, act) =>
    recordMandate(tx, act, role === 'elder' ? ownReach(father.id) : stationReach, {
      elderId: father.id,
      delegate: { name: daughter.name, phone: daughter.phone },
      relation: 'child',
      scopes: ['see', 'book', 'spend'],
      ...mandate,
    }),
  );
/** What the daughter does for her father. */
const asDaughter = <T>(command: (tx: Tx, act: Act) => Promise<T>) =>
  perform(
    city.db,
    { actorId: daughterUsers.family, role: 'family', onBehalfOf: father.id, at: city.at },
    command,
  );
let hour = 1;
const book = (minutes: number, more: Partial<Booking> = {}) =>
  asDaughter((tx, act) =>
    bookOrders(tx, act, [
      {
        elderId: father.id,
        serviceCode: 'companionship',
        startAt: later(city.at, 60 * hour++),
        minutes,
        payer: 'time_bank',
        ...more,
      },
    ]),
  );
const mine = async () =>
  (await listMandates(city.db, ownReach(father.id), { elderId: father.id }, city.at)).find(
    (one) => one.isLive,
  );

describe('a mandate', () => {
  it('is needed to spend, with that scope, in force on the day', async () => {
    expect(refusalOf(await book(30))).toMatchObject({ code: 'not_yours' });
    await record({ scopes: ['see', 'book'] });
    expect(refusalOf(await book(30))).toMatchObject({ code: 'not_yours', field: 'payer' });
    await record({ validUntil: later(city.at, 30) });
    expect(refusalOf(await book(30))).toBeNull();
    city.wait(31);
    expect(refusalOf(await book(30))).toMatchObject({ code: 'not_yours' });
    expect(await mandatesOf(city.db, daughter.id, city.at)).toEqual([]);
  });

  it('is recorded by the elder or the station, for a delegate who can be named, and keeps both names', async () => {
    expect(refusalOf(await record({ delegate: { name: '林晓', phone: '13999999999' } }))).toMatchObject({
      code: 'nobody_found',
    });
    expect(refusalOf(await record({ delegate: { ...father } }))).toMatchObject({ code: 'invalid' });
    expect(refusalOf(await record({ validUntil: later(city.at, -1) }))).toMatchObject({ code: 'invalid' });
    expect(refusalOf(await record({ elderId: grandmother.id }))).toMatchObject({ code: 'not_found' });
    const outcome = await record({ monthlyMinutes: 100 }, 'station');
    expect(outcome).toMatchObject({
      ok: true,
      value: { elder: { name: '林**' }, delegate: { name: '林*' }, monthlyMinutes: 100, isLive: true },
    });
    const [row] = await city.sql`
      select actor_id, person_id, record_id, detail from audit where action = 'mandate.recorded' order by id desc limit 1`;
    expect(row).toMatchObject({
      actor_id: 'station',
      person_id: father.id,
      record_id: daughter.id,
      detail: { scopes: 'see book spend', monthlyMinutes: 100 },
    });
  });

  it('takes the place of the one before, so that a delegate never has two', async () => {
    await record({ monthlyMinutes: 120 });
    const all = await listMandates(city.db, ownReach(father.id), { elderId: father.id }, city.at);
    expect(all.filter((one) => one.isLive).map((one) => one.monthlyMinutes)).toEqual([120]);
    expect(await mandatesOf(city.db, daughter.id, city.at)).toHaveLength(1);
  });

  it('limits what the delegate books in a month, saying what is left', async () => {
    expect(await mine()).toMatchObject({ monthlyMinutes: 120, spentMinutes: 30, leftMinutes: 90 });
    const first = await book(60);
    expect(refusalOf(first)).toBeNull();
    expect(refusalOf(await book(31))).toEqual({
      code: 'over_mandate',
      field: 'minutes',
      params: { left: 30 },
    });
    expect(refusalOf(await asDaughter((tx, act) => spendByMandate(tx, act, father.id, 31)))).toMatchObject({
      code: 'over_mandate',
    });
    expect(refusalOf(await book(30))).toBeNull();
    const [order] = first.ok ? first.value : [];
    await city.do('elder', (tx, act) => cancelOrders(tx, act, [{ orderId: order!.id, reason: '改期' }]));
    expect(await mine()).toMatchObject({ spentMinutes: 60, leftMinutes: 60 });
  });

  it('cannot be passed by asking often at once', async () => {
    const outcomes = await Promise.all(Array.from({ length: 6 }, () => book(20)));
    expect(outcomes.filter((one) => one.ok)).toHaveLength(3);
    expect(await mine()).toMatchObject({ spentMinutes: 120, leftMinutes: 0 });
  });

  it('does not limit the elder, the station, nor what the delegate pays of her own', async () => {
    const booking = {
      elderId: father.id,
      serviceCode: 'companionship',
      minutes: 20,
      payer: 'time_bank',
    } as const;
    for (const role of ['elder', 'station'] as const)
      await city.do(role, (tx, act) =>
        bookOrders(tx, act, [{ ...booking, startAt: later(city.at, 60 * hour++) }]),
      );
    await verifyKin(city, daughter, 'parent', father);
    await city.bank(daughter.id, 50);
    expect(refusalOf(await book(20, { holderId: daughter.id }))).toBeNull();
    expect(await mine()).toMatchObject({ leftMinutes: 0 });
  });

  it('begins anew with each month', async () => {
    city.at = later(lapseOf(monthOf(city.at), 1), 600);
    expect(await mine()).toMatchObject({ spentMinutes: 0, leftMinutes: 120 });
    expect(refusalOf(await book(100))).toBeNull();
    expect(refusalOf(await book(21))).toMatchObject({ params: { left: 20 } });
  });

  it('is not made, changed nor withdrawn by the delegate, not even at a desk', async () => {
    const [live] = (await listMandates(city.db, stationReach, { delegateId: daughter.id }, city.at)).filter(
      (one) => one.isLive,
    );
    const atTheDesk = (command: (tx: Tx, act: Act) => Promise<unknown>) =>
      perform(
        city.db,
        { actorId: daughterUsers.volunteer, role: 'station', onBehalfOf: null, at: city.at },
        command,
      );
    const extended = await atTheDesk((tx, act) =>
      recordMandate(tx, act, stationReach, {
        elderId: father.id,
        delegate: { name: daughter.name, phone: daughter.phone },
        relation: 'child',
        scopes: ['spend'],
        monthlyMinutes: 10_000,
      }),
    );
    expect(refusalOf(extended)).toMatchObject({ code: 'own_request' });
    const withdrawn = await atTheDesk((tx, act) =>
      withdrawMandate(tx, act, stationReach, { id: live!.id, reason: '不再需要' }),
    );
    expect(refusalOf(withdrawn)).toMatchObject({ code: 'own_request' });
  });

  it('ends when it is withdrawn, at once', async () => {
    const live = await mine();
    const withdraw = () =>
      city.try('elder', (tx, act) =>
        withdrawMandate(tx, act, ownReach(father.id), { id: live!.id, reason: '不再需要' }),
      );
    expect(await withdraw()).toMatchObject({ ok: true, value: { isLive: false, withdrawnAt: city.at } });
    expect(refusalOf(await withdraw())).toMatchObject({ code: 'already_done' });
    expect(refusalOf(await book(5))).toMatchObject({ code: 'not_yours' });
    expect(refusalOf(await asDaughter((tx, act) => spendByMandate(tx, act, ids.wang, 5)))).toMatchObject({
      code: 'not_yours',
    });
  });
});
