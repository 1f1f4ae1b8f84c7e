import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { bookOrders } from '../../../db/orders/book.ts';
import { candidatesFor } from '../../../db/orders/candidates.ts';
import { cancelOrders } from '../../../db/orders/end.ts';
import { answerOffers, expireOffers, sendOffers, withdrawOffers } from '../../../db/orders/offer.ts';
import { offers } from '../../../worker/tasks/offers.ts';
import { ids, later, refusalOf, type SmallCity, smallCity } from '../../support/smallCity.ts';
import { acceptedOrder, openOffer } from '../../support/visits.ts';

let city: SmallCity;
beforeEach(async () => {
  city = await smallCity();
});
afterEach(() => city.close());

const draftFor = (orderId: string, personId: string) => ({
  orderId,
  kind: 'volunteer' as const,
  personId,
  providerId: null,
  wave: 1,
  distanceMetres: 0,
  score: 0,
  terms: [],
});

describe('an offer (S4)', () => {
  it('is accepted by exactly one of fifty answers at once, and makes one visit', async () => {
    const order = await city.book();
    await city.work(offers);
    const offer = await openOffer(city, order.id);
    const outcomes = await Promise.all(
      Array.from({ length: 50 }, () =>
        city.try('volunteer', (tx, act) =>
          answerOffers(tx, act, [{ offerId: offer?.id as string, answer: 'accepted' }]),
        ),
      ),
    );
    expect(outcomes.filter((outcome) => outcome.ok).length).toBe(1);
    expect(new Set(outcomes.map((outcome) => refusalOf(outcome)?.code))).toEqual(
      new Set([undefined, 'already_done']),
    );
    const visits = await city.sql`select id from visits where order_id = ${order.id}`;
    expect(visits.length).toBe(1);
    expect(await city.history(order.id)).toHaveLength(3);
  });

  it('is one at a time for an order, whoever sends it', async () => {
    const order = await city.book();
    const outcomes = await Promise.all(
      [ids.near, ids.middle, ids.far].map((personId) =>
        city.try('dispatcher', (tx, act) => sendOffers(tx, act, [draftFor(order.id, personId)])),
      ),
    );
    expect(outcomes.filter((outcome) => outcome.ok).length).toBe(1);
    const open = await city.sql`select id from offers where order_id = ${order.id} and state = 'open'`;
    expect(open.length).toBe(1);
    await expect(
      city.sql`insert into offers select (o).* from (select jsonb_populate_record(f,
        jsonb_build_object('id', gen_random_uuid(), 'round_id', gen_random_uuid(), 'person_id', elder_id)) as o
        from offers f join orders on orders.id = f.order_id where f.order_id = ${order.id}) as copied`,
    ).rejects.toMatchObject({ constraint_name: 'offers_one_open' });
  });

  it('is accepted or cancelled, never both, when both come at once', async () => {
    for (let round = 0; round < 5; round++) {
      const order = await city.book({ startAt: later(city.at, 60 + 120 * round) });
      await city.work(offers);
      const offer = await openOffer(city, order.id);
      const [accepted, cancelled] = await Promise.all([
        city.try('volunteer', (tx, act) =>
          answerOffers(tx, act, [{ offerId: offer?.id as string, answer: 'accepted' }]),
        ),
        city.try('elder', (tx, act) => cancelOrders(tx, act, [{ orderId: order.id, reason: 'plans' }])),
      ]);
      expect(cancelled.ok).toBe(true);
      expect((await city.order(order.id)).state).toBe('cancelled');
      if (!accepted.ok) expect(accepted.refusal.code).toBe('offer_closed');
      const kept = await city.sql`
        select v.id from visits v join commitments c on c.visit_id = v.id where v.order_id = ${order.id}`;
      expect(kept.length).toBe(0);
    }
    expect(await city.account(ids.wang, 'grant')).toEqual({ balance: 600, held: 0 });
  });

  it('is answered or expires, never both, without waiting for each other', async () => {
    const began = Date.now();
    for (let round = 0; round < 5; round++) {
      const order = await city.book({ startAt: later(city.at, 60 + 200 * round) });
      await city.work(offers);
      const offer = await openOffer(city, order.id);
      const expiresAt = offer?.expiresAt as Date;
      const beforeEnd = new Date(expiresAt.getTime() - 1);
      const answers = Promise.all([
        answerAt(offer?.id as string, beforeEnd),
        city.db.transaction((tx) =>
          expireOffers(tx, { actorId: 'worker:expiry', role: 'system', onBehalfOf: null, at: expiresAt }, [
            offer?.id as string,
          ]),
        ),
      ]);
      const [accepted, expired] = await answers;
      expect(accepted ? 1 : 0).toBe(1 - expired.length);
      expect((await city.order(order.id)).state).toBe(accepted ? 'accepted' : 'requested');
    }
    expect(Date.now() - began).toBeLessThan(5_000);
  });

  async function answerAt(offerId: string, at: Date): Promise<boolean> {
    const now = city.at;
    city.at = at;
    const answering = city.try('volunteer', (tx, act) =>
      answerOffers(tx, act, [{ offerId, answer: 'accepted' }]),
    );
    city.at = now;
    return (await answering).ok;
  }

  it('that has run out is refused even before the worker has seen it', async () => {
    const order = await city.book();
    await city.work(offers);
    const offer = await openOffer(city, order.id);
    city.wait(3);
    const outcome = await city.try('volunteer', (tx, act) =>
      answerOffers(tx, act, [{ offerId: offer?.id as string, answer: 'accepted' }]),
    );
    expect(refusalOf(outcome)).toMatchObject({ code: 'offer_closed', params: { state: 'expired' } });
  });

  it('cannot be accepted for a time that the person has promised already', async () => {
    const first = await acceptedOrder(city);
    await city.bank(ids.li, 600);
    const second = await city.book({ elderId: ids.li, startAt: later(first.startAt, 30) });
    await city.do('dispatcher', (tx, act) => sendOffers(tx, act, [draftFor(second.id, ids.near)]));
    const offer = await openOffer(city, second.id);
    const outcome = await city.try('volunteer', (tx, act) =>
      answerOffers(tx, act, [{ offerId: offer?.id as string, answer: 'accepted' }]),
    );
    expect(refusalOf(outcome)).toMatchObject({ code: 'person_busy' });
    expect((await city.order(second.id)).state).toBe('offered');
  });

  it('taken back by a dispatcher frees the person and waits to be made anew to somebody else', async () => {
    const order = await acceptedOrder(city);
    await city.do('dispatcher', (tx, act) => withdrawOffers(tx, act, [{ orderId: order.id, reason: 'ill' }]));
    expect(await city.order(order.id)).toMatchObject({ state: 'requested', assigneeId: null, visitId: null });
    expect((await city.sql`select visit_id from commitments`).length).toBe(0);
    const found = await candidatesFor(city.db, [order.id], city.at);
    expect(found.get(order.id)?.candidates.map((c) => c.personId)).toEqual([ids.middle, ids.far]);
  });
});

const countsOf = () => city.sql`select (select count(*) from orders)::int as orders,
  (select count(*) from holds)::int as holds, (select count(*) from outbox)::int as events`;

describe('booking (S5)', () => {
  it('with a key of its own is done once, however often it is asked for', async () => {
    const booking = {
      elderId: ids.wang,
      serviceCode: 'errands',
      startAt: later(city.at, 60),
      payer: 'time_bank' as const,
      id: '01900000-0000-7000-8000-0000000000aa',
    };
    await city.do('elder', (tx, act) => bookOrders(tx, act, [booking]));
    await city.do('elder', (tx, act) => bookOrders(tx, act, [booking]));
    expect(await city.account(ids.wang, 'grant')).toEqual({ balance: 600, held: 45 });
  });

  it.each([
    ['not_offered', { serviceCode: 'flying' }],
    ['not_entitled', { serviceCode: 'companionship', payer: 'subsidy' as const }],
    ['not_entitled', { elderId: ids.li, serviceCode: 'bathing', payer: 'subsidy' as const }],
    ['not_found', { elderId: ids.near }],
    ['not_enough_hours', { elderId: ids.li }],
    ['invalid', { minutes: 4 }],
    ['invalid', { minutes: 1441 }],
  ])('is refused as %s and leaves nothing behind', async (code, booking) => {
    const [before] = await countsOf();
    const outcome = await city.try('elder', (tx, act) =>
      bookOrders(tx, act, [
        {
          elderId: ids.wang,
          serviceCode: 'companionship',
          startAt: later(city.at, 60),
          payer: 'time_bank',
          ...booking,
        },
      ]),
    );
    expect(refusalOf(outcome)?.code).toBe(code);
    const [after] = await countsOf();
    expect(after).toEqual(before);
    expect(after).toMatchObject({ orders: 0, holds: 0 });
  });

  it('needs a time from now to 60 days ahead', async () => {
    const at = (startAt: Date) =>
      city.try('elder', (tx, act) =>
        bookOrders(tx, act, [{ elderId: ids.wang, serviceCode: 'errands', startAt, payer: 'time_bank' }]),
      );
    expect(refusalOf(await at(later(city.at, -1)))?.code).toBe('too_late');
    expect(refusalOf(await at(later(city.at, 61 * 1440)))?.code).toBe('too_early');
    expect((await at(city.at)).ok).toBe(true);
    expect((await at(later(city.at, 60 * 1440))).ok).toBe(true);
  });
});
