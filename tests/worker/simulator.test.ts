import { sql } from 'drizzle-orm';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { turnSwitch } from '../../db/audit/switches.ts';
import { ledgerTotals } from '../../db/bank/balances.ts';
import { newId, seedIds } from '../../db/connect/ids.ts';
import { luckIn, luckOf } from '../../db/demo/luck.ts';
import { bookOrders } from '../../db/orders/book.ts';
import { sendOffers } from '../../db/orders/offer.ts';
import { openUsers, type UserInput } from '../../db/people/openUsers.ts';
import { registerElders, registerPersons } from '../../db/people/register.ts';
import { demoSchedule, schedule } from '../../worker/schedule.ts';
import { offers } from '../../worker/tasks/offers.ts';
import { simulator } from '../../worker/tasks/simulator.ts';
import { HOME, ids, later, type SmallCity, smallCity } from '../support/smallCity.ts';
import { openOffer } from '../support/visits.ts';

const playing = simulator(true);

let city: SmallCity;
beforeEach(async () => {
  city = await smallCity();
  await mark('demo.city', true);
});
afterEach(async () => {
  seedIds(undefined);
  await city.close();
});

const mark = (name: 'demo.city' | 'demo.simulator', on: boolean) =>
  city.do('admin', (tx, act) => turnSwitch(tx, act, name, on));

const giveAccount = (user: Pick<UserInput, 'role' | 'personId' | 'providerId'>) =>
  city.do('admin', (tx, act) =>
    openUsers(tx, act, [{ username: user.role, name: user.role, passwordHash: null, ...user }]),
  );

/** Gives all records that are made from now on this luck in every draw, in sixteenths. */
function fate(luck: number): void {
  let turn = 0;
  seedIds(() => {
    const bytes = new Uint8Array(16);
    bytes[11] = (turn & 15) * 16 + luck;
    bytes[12] = (turn >> 4) & 255;
    bytes[13] = luck * 16 + ((turn >> 12) & 15);
    bytes[14] = luck;
    bytes[15] = luck * 4;
    turn += 1;
    return bytes;
  });
}

/** Neither silent nor unwilling, on time, without a door code, and confirms. */
const ORDINARY = 8;
/** As that, and tells the door code and rates. */
const FRIENDLY = 3;
const UNWILLING = 1;
const SILENT = 0;

/** An order of an hour's time that has been offered. */
async function offered(booking: Parameters<SmallCity['book']>[0] = {}) {
  const order = await city.book(booking);
  await city.work(offers);
  return order;
}

describe('the luck of a record', () => {
  it('is the same in SQL', async () => {
    const id = newId(city.at);
    for (const draw of [0, 1, 2, 3] as const) {
      const [row] = await city.db.execute<{ luck: number }>(
        sql`select ${luckIn(sql`${id}::uuid`, draw)}::float8 as luck`,
      );
      expect(Number(row?.luck)).toBe(luckOf(id, draw));
    }
  });
});

describe('the simulator', () => {
  it('plays a visit from the offer to the settlement', async () => {
    fate(ORDINARY);
    const order = await offered();
    expect(await city.work(playing)).toBe(0);
    city.wait(1);
    await city.work(playing);
    expect((await city.order(order.id)).state).toBe('accepted');

    city.at = later(order.startAt, 2);
    expect(await city.work(playing)).toBe(0);
    city.wait(1.5);
    await city.work(playing);
    expect((await city.order(order.id)).state).toBe('started');
    city.wait(58);
    await city.work(playing);
    expect((await city.order(order.id)).state).toBe('finished');
    city.wait(12);
    await city.work(playing);
    expect((await city.order(order.id)).state).toBe('settled');
    expect((await city.account(ids.near)).balance).toBeGreaterThan(50);
    const evidence =
      await city.sql`select method, exception, distance_metres <= 120 as near from visit_evidence`;
    expect([...evidence]).toEqual([
      { method: 'gps', exception: null, near: true },
      { method: 'gps', exception: null, near: true },
    ]);
    const totals = await ledgerTotals(city.db);
    expect(totals.sums.every(({ sum }) => sum === 0)).toBe(true);
  });

  it('confirms by the door code and rates, where the elder is so minded', async () => {
    fate(FRIENDLY);
    const order = await offered({ serviceCode: 'bathing', payer: 'subsidy' });
    city.wait(1);
    await city.work(playing);
    city.at = later(order.startAt, 5);
    await city.work(playing);
    city.wait(70);
    await city.work(playing);
    expect((await city.order(order.id)).state).toBe('settled');
    city.wait(30);
    await city.work(playing);
    const rated =
      await city.sql`select source, mean between 1 and 5 as fair from ratings where order_id = ${order.id}`;
    expect([...rated]).toEqual([{ source: 'elder', fair: true }]);
    expect(await city.work(playing)).toBe(0);
  });

  it('sometimes declines with a reason, and sometimes stays silent', async () => {
    fate(UNWILLING);
    const declined = await offered();
    city.wait(2);
    await city.work(playing);
    expect((await city.order(declined.id)).state).toBe('requested');
    const [offer] = await city.sql`select state, decline_reason from offers where order_id = ${declined.id}`;
    expect(offer).toEqual({ state: 'declined', decline_reason: 'unwell' });

    fate(SILENT);
    await city.work(offers);
    city.wait(2);
    await city.work(playing);
    expect(await openOffer(city, declined.id)).toBeDefined();
  });

  it('declines what would be at the same time as another promise', async () => {
    fate(ORDINARY);
    const first = await offered();
    city.wait(1);
    await city.work(playing);
    const second = await city.book({ startAt: later(first.startAt, 0) });
    await city.do('system', async (tx, act) => {
      await sendOffers(tx, act, [
        {
          orderId: second.id,
          kind: 'volunteer',
          personId: ids.near,
          providerId: null,
          wave: 1,
          distanceMetres: 0,
          score: 0,
          terms: [],
        },
      ]);
    });
    city.wait(1);
    await city.work(playing);
    const [offer] = await city.sql`select state, decline_reason from offers where order_id = ${second.id}`;
    expect(offer).toEqual({ state: 'declined', decline_reason: 'busy' });
  });

  it('leaves people with an account, and providers with one, to those who sign in', async () => {
    await giveAccount({ role: 'volunteer', personId: ids.near });
    await giveAccount({ role: 'provider', providerId: ids.provider });
    fate(ORDINARY);
    const byVolunteer = await offered();
    const byProvider = await offered({
      serviceCode: 'bathing',
      payer: 'subsidy',
      startAt: later(city.at, 90),
    });
    expect((await openOffer(city, byVolunteer.id))?.personId).toBe(ids.near);
    expect((await openOffer(city, byProvider.id))?.personId).toBe(ids.carer);
    city.wait(2);
    expect(await city.work(playing)).toBe(0);
    expect(await openOffer(city, byVolunteer.id)).toBeDefined();
    expect(await openOffer(city, byProvider.id)).toBeDefined();
  });

  it('serves an elder with an account, but says nothing in their name', async () => {
    await giveAccount({ role: 'elder', personId: ids.wang });
    fate(FRIENDLY);
    const order = await offered();
    for (const minutes of [1, 64, 70, 30, 60]) {
      city.wait(minutes);
      await city.work(playing);
    }
    expect((await city.order(order.id)).state).toBe('finished');
    expect(await city.history(order.id)).toEqual(['requested', 'offered', 'accepted', 'started', 'finished']);
    expect((await city.sql`select 1 from ratings`).length).toBe(0);
  });

  it('rests while its switch is off, also when the setting says on', async () => {
    fate(ORDINARY);
    const order = await offered();
    city.wait(1);
    await mark('demo.simulator', false);
    expect(await city.work(playing)).toBe(0);
    expect(await openOffer(city, order.id)).toBeDefined();
    await mark('demo.simulator', true);
    await city.work(simulator(false));
    expect((await city.order(order.id)).state).toBe('accepted');
  });

  it('rests by the setting until somebody turns the switch', async () => {
    fate(ORDINARY);
    await offered();
    city.wait(1);
    expect(await city.work(simulator(false))).toBe(0);
  });

  it('never plays in a city that is not a demo', async () => {
    const real = await smallCity();
    const order = await real.book();
    await real.work(offers);
    real.wait(1.6);
    await real.do('admin', (tx, act) => turnSwitch(tx, act, 'demo.simulator', true));
    expect(await real.work(playing)).toBe(0);
    expect(await openOffer(real, order.id)).toBeDefined();
    await real.close();
    expect(schedule.some((job) => job.name === 'simulator')).toBe(false);
    expect(demoSchedule(true).filter((job) => job.name === 'simulator').length).toBe(1);
  });

  it('books at a rate that follows the number of elders, and no more while too much waits', async () => {
    await growTo(600);
    const booked = async () => (await city.sql`select 1 from orders`).length;
    for (let run = 0; run < 250; run++) {
      city.wait(0.2);
      await city.work(playing);
    }
    const first = await booked();
    expect(first).toBeGreaterThan(0);
    expect(first).toBeLessThan(30);

    await city.do('elder', async (tx, act) => {
      const elders = await city.sql<{ id: string }[]>`
        select person_id as id from elders e where not exists (select from orders o where o.elder_id = e.person_id) limit 100`;
      await bookOrders(
        tx,
        act,
        elders.map(({ id }) => ({
          elderId: id,
          serviceCode: 'bathing',
          startAt: later(city.at, 600),
          payer: 'self',
        })),
      );
    });
    const crowded = await booked();
    for (let run = 0; run < 40; run++) {
      city.wait(0.2);
      await city.work(playing);
    }
    expect(await booked()).toBe(crowded);
  });
});

/** More elders, each with enough minutes for a visit or two. */
async function growTo(count: number): Promise<void> {
  await city.do('system', async (tx, act) => {
    const people = await registerPersons(
      tx,
      act,
      Array.from({ length: count }, () => ({
        name: '陈兰英',
        gender: 'female' as const,
        birthDate: '1938-03-01',
        identityNumber: null,
        phone: null,
        address: null,
        position: HOME,
        areaCode: '320102001001',
      })),
    );
    await registerElders(
      tx,
      act,
      people.map(({ id }) => ({
        personId: id,
        birthDate: '1938-03-01',
        abilityLevel: 2,
        living: 'alone' as const,
        subsidyClass: 'special_hardship' as const,
        carerGender: null,
        hazards: null,
        doorCode: '4711',
      })),
    );
  });
}
