import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { perform } from '../../../db/connect/act.ts';
import { openDatabase } from '../../../db/connect/database.ts';
import { candidatesFor } from '../../../db/orders/candidates.ts';
import { escalatedOrders } from '../../../db/orders/escalate.ts';
import { answerOffers, sendOffers, withdrawOffers } from '../../../db/orders/offer.ts';
import { expiry } from '../../../worker/tasks/expiry.ts';
import { offers } from '../../../worker/tasks/offers.ts';
import { moreVolunteers } from '../../support/moreHelpers.ts';
import { actOf, ids, later, refusalOf, type SmallCity, smallCity } from '../../support/smallCity.ts';

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

interface Asked extends Record<string, unknown> {
  id: string;
  person: string;
  state: string;
  why: string | null;
}
const offersOf = async (orderId: string): Promise<Asked[]> => [
  ...(await city.sql<Asked[]>`
    select id, person_id as person, state, withdrawn_reason as why from offers
    where order_id = ${orderId} order by score desc, person_id`),
];
const sayTo = (offerId: string, word: 'accepted' | 'declined') =>
  city.try('volunteer', (tx, act) => answerOffers(tx, act, [{ offerId, answer: word }]));

/** What the worker does every 2 seconds. */
async function ask(): Promise<void> {
  await city.work(expiry);
  await city.work(offers);
}

describe('a round of offers (S4)', () => {
  it('of fifty who all press at once has one winner, one visit and forty-nine who were too late', async () => {
    const people = await moreVolunteers(city, 50);
    const order = await city.book();
    const round = await city.do('dispatcher', (tx, act) =>
      sendOffers(
        tx,
        act,
        people.map((personId) => draftFor(order.id, personId)),
      ),
    );
    const crowd = openDatabase({ ...city.config, databasePool: 50 }, 'crowd');
    try {
      const outcomes = await Promise.all(
        round.map(({ id, personId }) =>
          perform(crowd.db, actOf('volunteer', city.at, personId), (tx, act) =>
            answerOffers(tx, act, [{ offerId: id, answer: 'accepted' }]),
          ),
        ),
      );
      const codes = outcomes.map((outcome) => refusalOf(outcome)?.code ?? 'won');
      expect(codes.filter((code) => code === 'won')).toHaveLength(1);
      expect(codes.filter((code) => code === 'offer_taken')).toHaveLength(49);
      const winner = round[codes.indexOf('won')]?.personId;
      expect(await city.order(order.id)).toMatchObject({ state: 'accepted', assigneeId: winner });
      const visits = await city.sql`select person_id from visits where order_id = ${order.id}`;
      expect([...visits]).toEqual([{ person_id: winner }]);
    } finally {
      await crowd.close();
    }
    const others = (await offersOf(order.id)).filter(({ state }) => state !== 'accepted');
    expect(new Set(others.map(({ state, why }) => `${state}:${why}`))).toEqual(new Set(['withdrawn:taken']));
    const told = await city.sql<{ n: number }[]>`
      select count(distinct record_id)::int as n from outbox
      where kind = 'offer' and detail->>'state' = 'withdrawn' and cardinality(person_ids) = 1`;
    expect(told[0]?.n).toBe(49);
  });

  it('goes on while somebody of it has not answered, and ends with the last no', async () => {
    const order = await city.book();
    await ask();
    const [near, middle] = await offersOf(order.id);
    expect((await sayTo(near!.id, 'declined')).ok).toBe(true);
    expect((await city.order(order.id)).state).toBe('offered');
    expect((await sayTo(middle!.id, 'declined')).ok).toBe(true);
    expect((await city.order(order.id)).state).toBe('requested');
    await ask();
    expect((await offersOf(order.id)).filter(({ state }) => state === 'open')).toMatchObject([
      { person: ids.far },
    ]);
  });

  it('holds nothing against whoever was too late: they are asked again when the winner cannot come', async () => {
    const order = await city.book();
    await ask();
    const [near, middle] = await offersOf(order.id);
    await sayTo(near!.id, 'accepted');
    expect(refusalOf(await sayTo(middle!.id, 'accepted'))?.code).toBe('offer_taken');
    await city.do('dispatcher', (tx, act) => withdrawOffers(tx, act, [{ orderId: order.id, reason: 'ill' }]));
    const found = (await candidatesFor(city.db, [order.id], city.at)).get(order.id);
    expect(found?.candidates.map(({ personId, silent }) => [personId, silent])).toEqual([
      [ids.middle, false],
      [ids.far, false],
    ]);
    expect(found?.wave).toBe(1);
  });

  it('that two of one call accept is refused as a whole', async () => {
    const order = await city.book();
    await ask();
    const round = await offersOf(order.id);
    const outcome = await city.try('volunteer', (tx, act) =>
      answerOffers(
        tx,
        act,
        round.map(({ id }) => ({ offerId: id, answer: 'accepted' })),
      ),
    );
    expect(refusalOf(outcome)?.code).toBe('offer_taken');
    expect((await city.order(order.id)).state).toBe('offered');
  });
});

describe('who declined', () => {
  it('is asked again once the time or the place has changed, and not before', async () => {
    const order = await city.book({ startAt: later(city.at, 300) });
    await ask();
    await sayTo((await offersOf(order.id))[0]!.id, 'declined');
    const able = async () =>
      (await candidatesFor(city.db, [order.id], city.at)).get(order.id)?.candidates.map((c) => c.personId);
    expect(await able()).toEqual([ids.middle, ids.far]);
    await city.sql`update orders set start_at = start_at + interval '1 hour',
      latest_start_at = latest_start_at + interval '1 hour' where id = ${order.id}`;
    expect(await able()).toContain(ids.near);
    await city.sql`update orders set start_at = start_at - interval '1 hour' where id = ${order.id}`;
    expect(await able()).not.toContain(ids.near);
    await city.sql`update orders set lat = lat + 0.001 where id = ${order.id}`;
    expect(await able()).toContain(ids.near);
  });

  it('differs from who stayed silent: that one loses no point and is asked again last', async () => {
    const order = await city.book({ startAt: later(city.at, 300) });
    const scoreOfNear = async () =>
      (await candidatesFor(city.db, [order.id], city.at))
        .get(order.id)
        ?.candidates.find(({ personId }) => personId === ids.near);
    await ask();
    const before = await scoreOfNear();
    city.wait(10);
    await city.work(expiry);
    expect(await scoreOfNear()).toMatchObject({ silent: true, score: before?.score });
  });
});

describe('when nobody says yes', () => {
  it('the backup pool is asked, then a dispatcher is told, once, and it is asked again ever more seldom', async () => {
    const [spare] = await moreVolunteers(city, 1, { backup: true });
    const order = await city.book({ startAt: later(city.at, 300) });
    const openNow = async () =>
      (await offersOf(order.id)).filter(({ state }) => state === 'open').map(({ person }) => person);
    await ask();
    expect(await openNow()).toEqual([ids.near]);
    city.wait(10);
    await ask();
    expect(await openNow()).toEqual([ids.middle, ids.far]);
    city.wait(10);
    await ask();
    expect(await openNow()).toEqual([spare]);
    expect(await escalatedOrders(city.db, order.districtCode, 10)).toEqual([]);
    city.wait(10);
    await ask();
    expect(await openNow()).toEqual([]);
    const [escalated] = await escalatedOrders(city.db, order.districtCode, 10);
    expect(escalated).toMatchObject({ id: order.id, escalatedAt: city.at });
    expect((await city.order(order.id)).dueAt).toEqual(later(city.at, 2));
    city.wait(2);
    await ask();
    expect(await openNow()).toHaveLength(4);
    city.wait(10);
    await ask();
    expect((await city.order(order.id)).dueAt).toEqual(later(city.at, 12));
    const said = await city.sql`select id from audit where action = 'order.escalated'`;
    expect(said).toHaveLength(1);
    expect(await escalatedOrders(city.db, order.districtCode, 10, escalated)).toEqual([]);
  });

  it('a dispatcher is told at once where nobody can come at all, and not any more once somebody does', async () => {
    await city.bank(ids.zhao, 60);
    const lonely = await city.book({ elderId: ids.zhao });
    await ask();
    expect(await escalatedOrders(city.db, null, 10)).toMatchObject([{ id: lonely.id }]);
    await city.do('dispatcher', (tx, act) => sendOffers(tx, act, [draftFor(lonely.id, ids.near)]));
    await sayTo((await offersOf(lonely.id))[0]!.id, 'accepted');
    expect(await escalatedOrders(city.db, null, 10)).toEqual([]);
    expect((await city.order(lonely.id)).escalatedAt).toBeNull();
  });
});

describe('an order for a provider', () => {
  it('goes to one provider after the other, and to none twice before a dispatcher knows', async () => {
    const order = await city.book({
      serviceCode: 'bathing',
      payer: 'subsidy',
      startAt: later(city.at, 300),
    });
    const asked = async () =>
      (await city.sql`select provider_id, state, wave from offers order by sent_at`).map((row) => [
        row.provider_id,
        row.state,
        row.wave,
      ]);
    await ask();
    city.wait(10);
    await ask();
    expect(await asked()).toEqual([
      [ids.provider, 'expired', 1],
      [ids.otherProvider, 'open', 2],
    ]);
    const offer = (await offersOf(order.id)).find(({ state }) => state === 'open');
    await sayTo(offer!.id, 'declined');
    await ask();
    expect(await escalatedOrders(city.db, null, 10)).toMatchObject([{ id: order.id }]);
    city.wait(2);
    await ask();
    expect((await asked()).slice(2)).toEqual([[ids.provider, 'open', 3]]);
  });
});

describe('fair asking (C25)', () => {
  it('begins with the least recently asked of equals', async () => {
    const [one, other] = await moreVolunteers(city, 2, { metres: 0 });
    await city.sql`update volunteers set last_asked_at = ${later(city.at, -1440)}
      where person_id in (${ids.near}, ${one as string})`;
    const order = await city.book({ startAt: later(city.at, 300) });
    await ask();
    expect((await offersOf(order.id)).map(({ person }) => person)).toEqual([other]);
  });

  it('leaves out whoever has been asked often enough, and says so', async () => {
    await city.sql`update volunteers set weekly_ask_cap = 0 where person_id = ${ids.near}`;
    const order = await city.book({ startAt: later(city.at, 300) });
    const found = (await candidatesFor(city.db, [order.id], city.at)).get(order.id);
    expect(found?.excluded).toEqual([{ rule: 'asked_enough', count: 1 }]);
  });
});

describe('the weekly cap (C25)', () => {
  it('is kept also when several ask the same person at the same time', async () => {
    await city.bank(ids.wang, 6000);
    await city.sql`update volunteers set weekly_ask_cap = 3 where person_id = ${ids.near}`;
    const booked = [];
    for (let i = 0; i < 6; i++) booked.push(await city.book({ startAt: later(city.at, 120 + 90 * i) }));
    await Promise.all(
      booked.map((order) =>
        city.do('dispatcher', (tx, act) => sendOffers(tx, act, [draftFor(order.id, ids.near)])),
      ),
    );
    const asks = await city.sql`select id from offers where person_id = ${ids.near}`;
    expect(asks).toHaveLength(3);
    const waiting = await city.sql`select id from orders where state = 'requested' and due_at is not null`;
    expect(waiting).toHaveLength(3);
    city.wait(7 * 1440);
    const next = await city.book({ startAt: later(city.at, 120) });
    expect(
      await city.do('dispatcher', (tx, act) => sendOffers(tx, act, [draftFor(next.id, ids.near)])),
    ).toHaveLength(1);
  });
});
