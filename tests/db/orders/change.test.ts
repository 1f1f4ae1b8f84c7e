/** An order's price, length, time and end: what is booked, what changes, what counts. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { perform } from '../../../db/connect/act.ts';
import { bookOrders } from '../../../db/orders/book.ts';
import { changeOrders, type OrderChange } from '../../../db/orders/change.ts';
import { conflictsWith } from '../../../db/orders/conflicts.ts';
import { cancelOrders } from '../../../db/orders/end.ts';
import { answerOffers } from '../../../db/orders/offer.ts';
import { offersOfOrder } from '../../../db/orders/offerViews.ts';
import { pricesOf } from '../../../db/orders/prices.ts';
import type { OrderRow } from '../../../db/orders/transition.ts';
import { catalogueAt } from '../../../db/services/catalogue.ts';
import { type NewService, publishCatalogue, publishPolicy } from '../../../db/services/publish.ts';
import { offers } from '../../../worker/tasks/offers.ts';
import { actOf, ids, later, refusalOf, type SmallCity, smallCity } from '../../support/smallCity.ts';

let city: SmallCity;
beforeAll(async () => {
  city = await smallCity();
  await city.bank(ids.wang, 6000);
});
afterAll(() => city.close());

const change = (order: Pick<OrderRow, 'id'>, what: Omit<OrderChange, 'orderId'>) =>
  city.try('elder', (tx, act) => changeOrders(tx, act, [{ orderId: order.id, ...what }]));
const held = async () => (await city.account(ids.wang)).held + (await city.account(ids.wang, 'grant')).held;
const offerOf = async (order: OrderRow) => (await offersOfOrder(city.db, { kind: 'all' }, order.id)).at(-1)!;
/** Who is being asked now. */
const asked = async (order: OrderRow) =>
  (await city.sql`select person_id from offers where order_id = ${order.id} and state = 'open'`).map(
    (row) => row.person_id,
  );
const tidy = (order: Pick<OrderRow, 'id'>) =>
  city.do('elder', (tx, act) => cancelOrders(tx, act, [{ orderId: order.id, reason: 'plans' }]));

describe('the terms of a booking', () => {
  it('ask two carers and their price for the fully disabled, and the own share of the elder', async () => {
    await city.sql`update elders set ability_level = 4 where person_id = ${ids.wang}`;
    const before = await city.account(ids.wang, 'grant', 'fen');
    const bath = await city.book({ serviceCode: 'bathing', payer: 'subsidy' });
    const terms = { carersNeeded: 2, priceFen: 14_400, ownShareFen: 2880 };
    const told = await pricesOf(city.db, { elderId: ids.wang, serviceCode: 'bathing' }, city.at);
    expect(told.find(({ payer }) => payer === 'subsidy')).toEqual({
      payer: 'subsidy',
      ...terms,
      holdMinutes: 0,
    });
    expect(bath).toMatchObject(terms);
    expect((await city.account(ids.wang, 'grant', 'fen')).held - before.held).toBe(14_400 - 2880);
    expect(bath.tasks).toContain('bathe');
    await tidy(bath);
    await city.sql`update elders set ability_level = 2 where person_id = ${ids.wang}`;
    const own = await city.book({ serviceCode: 'bathing', payer: 'self' });
    expect(own).toMatchObject({ carersNeeded: 1, priceFen: 9000, ownShareFen: 9000 });
    await tidy(own);
  });

  it('grow with the block, and no other length is booked', async () => {
    await city.sql`update elders set living = 'with_family' where person_id = ${ids.wang}`;
    const respite = await city.book({ serviceCode: 'home_respite', payer: 'self', minutes: 480 });
    expect(respite).toMatchObject({ minutes: 480, priceFen: 48_000 });
    await tidy(respite);
    const odd = await city.try('elder', (tx, act) =>
      bookOrders(tx, act, [
        {
          elderId: ids.wang,
          serviceCode: 'home_respite',
          payer: 'self',
          minutes: 300,
          startAt: later(city.at, 60),
        },
      ]),
    );
    expect(refusalOf(odd)).toMatchObject({ code: 'other_length', params: { lengths: '240, 480, 1440' } });
  });

  it('stay as they were when the catalogue changes, which begins at its instant', async () => {
    const bath = await city.book({ serviceCode: 'bathing', payer: 'subsidy' });
    const { items } = await catalogueAt(city.db, city.at);
    const dearer = items.map(
      ({ policyId: _, position: __, ...one }): NewService => ({ ...one, priceFen: one.priceFen * 2 }),
    );
    const published = await city.do('regulator', (tx, act) =>
      publishCatalogue(tx, act, dearer, { effectiveFrom: later(city.at, 60), reason: 'dearer' }),
    );
    expect(published.version).toBe(2);
    expect((await catalogueAt(city.db, later(city.at, 59))).version).toBe(1);
    city.wait(60);
    const next = await city.book({ serviceCode: 'bathing', payer: 'subsidy' });
    expect(next.priceFen).toBe(18_000);
    expect((await change(bath, { startAt: later(city.at, 400) })).ok).toBe(true);
    expect((await city.order(bath.id)).priceFen).toBe(9000);
    await tidy(bath);
    await tidy(next);
  });
});

describe('figures of a policy', () => {
  const publish = (body: Record<string, unknown>) =>
    city.try('regulator', (tx, act) =>
      publishPolicy(tx, act, { kind: 'orders', body, effectiveFrom: act.at, reason: 'a test' }),
    );

  it('are refused by the name of what is wrong with them', async () => {
    const faults: [Record<string, unknown>, string][] = [
      [{ freeCancelMinutes: -1 }, 'body.freeCancelMinutes'],
      [{ freeCancelMinutes: 1.5 }, 'body.freeCancelMinutes'],
      [{ answerMinutes: { urgent: '3' } }, 'body.answerMinutes.urgent'],
      [{ cancelFree: 10 }, 'body.cancelFree'],
    ];
    for (const [body, field] of faults)
      expect(refusalOf(await publish(body)), field).toMatchObject({ code: 'invalid', field });
    const hours = (uploadHours: number) =>
      city.try('regulator', (tx, act) =>
        publishPolicy(tx, act, {
          kind: 'visits',
          body: { uploadHours },
          effectiveFrom: act.at,
          reason: 'a test',
        }),
      );
    expect(refusalOf(await hours(169))).toMatchObject({ field: 'body.uploadHours', params: { max: 168 } });
    expect((await hours(168)).ok).toBe(true);
  });

  it('keep what is not said, and get a version each, however many publish at once', async () => {
    const act = actOf('regulator', city.at);
    await Promise.all(
      [90, 100, 110].map((freeCancelMinutes) =>
        perform(city.db, act, (tx) =>
          publishPolicy(tx, act, {
            kind: 'orders',
            body: { freeCancelMinutes },
            effectiveFrom: act.at,
            reason: 'test',
          }),
        ),
      ),
    );
    const rows = await city.sql`select version, body from policies where kind = 'orders' order by version`;
    expect(rows.map((row) => row.version)).toEqual([1, 2, 3, 4]);
    expect(rows.at(-1)?.body).toMatchObject({ settleAfterHours: 48 });
    expect((await publish({ freeCancelMinutes: 120 })).ok).toBe(true);
  });
});

describe('a change of an order', () => {
  it('of the length holds anew, never more than there is, and asks everybody anew', async () => {
    const order = await city.book({ startAt: later(city.at, 24 * 60) });
    await city.work(offers);
    const offer = await offerOf(order);
    await city.do('volunteer', (tx, act) =>
      answerOffers(tx, act, [{ offerId: offer.id, answer: 'accepted' }]),
    );
    const before = await held();
    expect((await change(order, { minutes: 90 })).ok).toBe(true);
    expect((await held()) - before).toBe(30);
    expect(await city.order(order.id)).toMatchObject({ state: 'requested', minutes: 90, assigneeId: null });
    expect((await offerOf(order)).withdrawnReason).toBe('changed');
    expect(await city.sql`select 1 from commitments where order_id = ${order.id}`).toHaveLength(0);
    expect((await city.history(order.id)).at(-1)).toBe('requested');

    const tooLong = await change({ id: order.id }, { minutes: 1440 * 2 });
    expect(refusalOf(tooLong)?.code).toBe('invalid');
    expect(refusalOf(await change(order, { minutes: 90 }))?.code).toBe('already_done');
    await tidy(order);
    expect(await held()).toBe(before - 60);
  });

  it('never sets aside what is not there: then all stays as it was', async () => {
    await city.bank(ids.li, 100);
    const order = await city.book({ elderId: ids.li, startAt: later(city.at, 24 * 60) });
    expect(refusalOf(await change(order, { minutes: 120 }))?.code).toBe('not_enough_hours');
    expect(await city.account(ids.li)).toEqual({ balance: 100, held: 60 });
    const all = await Promise.all([90, 95, 100, 105].map((minutes) => change(order, { minutes })));
    expect(all.filter((one) => !one.ok)).toHaveLength(1);
    expect((await city.account(ids.li)).held).toBe((await city.order(order.id)).minutes);
    await tidy(order);
  });

  it('of the time may ask again who had declined; of the note alone asks nobody', async () => {
    const order = await city.book({ startAt: later(city.at, 30 * 60) });
    await city.work(offers);
    const offer = await offerOf(order);
    await city.do('volunteer', (tx, act) =>
      answerOffers(tx, act, [{ offerId: offer.id, answer: 'declined', reason: 'busy' }]),
    );
    await city.work(offers);
    expect(await asked(order)).not.toContain(offer.to.personId);
    expect((await change(order, { note: '请轻声敲门' })).ok).toBe(true);
    expect((await city.order(order.id)).state).toBe('offered');
    expect((await change(order, { startAt: later(city.at, 34 * 60) })).ok).toBe(true);
    await city.work(offers);
    expect(await asked(order)).toContain(offer.to.personId);
    await tidy(order);
  });
});

describe('two visits of one elder at the same time', () => {
  it('are shown, and booked only where both are wanted', async () => {
    const startAt = later(city.at, 50 * 60);
    const order = await city.book({ startAt });
    const span = { elderId: ids.wang, startAt: later(startAt, 75), minutes: 30 };
    expect((await conflictsWith(city.db, [span], 0))[0]).toEqual([]);
    expect((await conflictsWith(city.db, [span], 30))[0]).toMatchObject([
      { orderId: order.id, overlaps: false },
    ]);
    const second = (expectFree: boolean) =>
      city.try('elder', (tx, act) =>
        bookOrders(tx, act, [
          {
            elderId: ids.wang,
            serviceCode: 'errands',
            payer: 'time_bank',
            startAt: later(startAt, 30),
            expectFree,
          },
        ]),
      );
    expect(refusalOf(await second(true))).toMatchObject({ code: 'conflicts', field: 'startAt' });
    const both = await second(false);
    expect(both.ok).toBe(true);
    expect(refusalOf(await change(order, { startAt: later(startAt, 20), expectFree: true }))?.code).toBe(
      'conflicts',
    );
    if (both.ok) await tidy(both.value[0] as OrderRow);
    await tidy(order);
  });
});

describe('cancelling', () => {
  it('counts for the record when it is later than is free, and is done once', async () => {
    const early = await city.book({ startAt: later(city.at, 121) });
    const late = await city.book({ startAt: later(city.at, 119) });
    for (const order of [early, late]) await tidy(order);
    expect((await city.order(early.id)).cancelledLate).toBe(false);
    expect((await city.order(late.id)).cancelledLate).toBe(true);
    const again = await city.try('elder', (tx, act) =>
      cancelOrders(tx, act, [{ orderId: late.id, reason: 'plans' }]),
    );
    expect(refusalOf(again)?.code).toBe('already_done');
    expect(await city.history(late.id)).toEqual(['requested', 'cancelled']);
  });
});
