import { sql } from 'drizzle-orm';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { turnSwitch } from '../../db/audit/switches.ts';
import { ledgerTotals } from '../../db/bank/balances.ts';
import { openDatabase } from '../../db/connect/database.ts';
import { newId, seedIds } from '../../db/connect/ids.ts';
import { logger } from '../../db/connect/log.ts';
import { luckIn, luckOf } from '../../db/demo/luck.ts';
import { bookOrders } from '../../db/orders/book.ts';
import { sendOffers } from '../../db/orders/offer.ts';
import { openUsers, type UserInput } from '../../db/people/openUsers.ts';
import { registerElders, registerPersons } from '../../db/people/register.ts';
import { demoSchedule, schedule } from '../../worker/schedule.ts';
import { offers } from '../../worker/tasks/offers.ts';
import {
  bookings,
  ordersToPlace,
  SIMULATOR,
  SIMULATOR_SECONDS,
} from '../../worker/tasks/simulator/bookings.ts';
import { simulator } from '../../worker/tasks/simulator.ts';
import { DOOR_CODE, HOME, ids, later, monday, type SmallCity, smallCity } from '../support/smallCity.ts';
import { answer, arrive, leave, openOffer } from '../support/visits.ts';

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

const giveAccount = (
  user: Pick<UserInput, 'role' | 'personId' | 'providerId'>,
  username: string = user.role,
) =>
  city.do('admin', (tx, act) =>
    openUsers(tx, act, [{ username, name: username, passwordHash: null, ...user }]),
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
    const declined = await offered({ startAt: later(city.at, 300) });
    city.wait(5);
    await city.work(playing);
    expect((await city.order(declined.id)).state).toBe('requested');
    const [offer] = await city.sql`select state, decline_reason from offers where order_id = ${declined.id}`;
    expect(offer).toEqual({ state: 'declined', decline_reason: 'unwell' });

    fate(SILENT);
    await city.work(offers);
    city.wait(5);
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
    const byVolunteer = await offered({ startAt: later(city.at, 300) });
    const byProvider = await offered({
      serviceCode: 'bathing',
      payer: 'subsidy',
      startAt: later(city.at, 390),
    });
    expect((await openOffer(city, byVolunteer.id))?.personId).toBe(ids.near);
    expect((await openOffer(city, byProvider.id))?.personId).toBe(ids.carer);
    city.wait(5);
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

  it('books what it has drawn, once however many workers run, and no more while too much is under way', async () => {
    await growTo(600);
    city.at = slotWith(2);
    const runs = await atOnce();
    expect(sum(runs)).toBe(2);
    const twice = await atOnce();
    expect(sum(twice)).toBe(0);
    expect(await bookedBy(SIMULATOR)).toBe(2);

    await city.do('elder', async (tx, act) => {
      const elders = await city.sql<{ id: string }[]>`
        select person_id as id from elders e where not exists (select from orders o where o.elder_id = e.person_id) limit 75`;
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
    city.at = slotWith(2, later(city.at, 1));
    expect(await city.work(bookings)).toBe(0);
  });

  it('books only what the elder can pay for, and for nobody with an account', async () => {
    await growTo(40, 'none');
    await growTo(40);
    const elders = await city.sql<{ id: string }[]>`select person_id as id from elders order by person_id`;
    const signingIn = elders.filter((_, i) => i % 2 === 0).map(({ id }) => id);
    for (const [i, personId] of signingIn.entries())
      await giveAccount({ role: 'elder', personId }, `elder${i}`);
    for (let run = 0; run < 9; run++) {
      city.at = slotWith(1, later(city.at, 1), elders.length);
      await city.work(bookings);
    }
    expect(await bookedBy(SIMULATOR)).toBeGreaterThan(6);
    const unpaid = await city.sql`
      select o.id from orders o join elders e on e.person_id = o.elder_id
      where (o.payer = 'subsidy' and e.subsidy_class = 'none')
        or (o.payer in ('subsidy', 'time_bank') and o.price_fen + o.minutes > 0
          and not exists (select from holds h where h.order_id = o.id and h.state = 'open'))
        or o.elder_id in ${city.sql(signingIn)}`;
    expect([...unpaid]).toEqual([]);
    const overdrawn =
      await city.sql`select 1 from accounts where kind in ('personal', 'grant') and held > balance`;
    expect([...overdrawn]).toEqual([]);
  });

  it('does nothing twice when two workers play at once', async () => {
    fate(FRIENDLY);
    const order = await offered({ serviceCode: 'bathing', payer: 'subsidy' });
    for (const minutes of [1, 64, 70, 30]) {
      city.wait(minutes);
      await atOnce();
    }
    expect(await city.history(order.id)).toEqual([
      'requested',
      'offered',
      'accepted',
      'started',
      'finished',
      'settled',
    ]);
    const [counts] = await city.sql`
      select (select count(*)::int from visits where order_id = ${order.id}) as visits,
        (select count(*)::int from visit_evidence) as evidence,
        (select count(*)::int from ratings where order_id = ${order.id}) as ratings,
        (select count(*)::int from transfers where cause = 'visit' and cause_id = ${order.id}) as paid,
        (select count(*)::int from order_history where actor_id = ${SIMULATOR}) as changes`;
    expect(counts).toEqual({ visits: 1, evidence: 2, ratings: 1, paid: 1, changes: 4 });
  });

  it('complains now and then, and rates such a visit low', async () => {
    fate(SILENT);
    const order = await offered();
    expect(luckOf(order.id, 2)).toBeLessThan(0.003);
    await answer(city, order.id);
    city.at = order.startAt;
    await arrive(city, order.id);
    city.wait(55);
    await leave(city, order.id, { doorCode: DOOR_CODE });
    city.wait(31);
    await city.work(playing);
    const said = await city.sql`
      select c.kind, c.by, r.mean < 3.5 as low from complaints c join ratings r on r.order_id = c.order_id
      where c.order_id = ${order.id}`;
    expect([...said]).toEqual([{ kind: 'quality', by: SIMULATOR, low: true }]);
    city.wait(1);
    expect(await city.work(playing)).toBe(0);
  });
});

describe('the number of new orders', () => {
  const slot = 1000 * SIMULATOR_SECONDS;
  /** What so many elders ask for from one hour of Nanjing's day to another. */
  const asked = (elders: number, from: number, until: number) => {
    const midnight = monday.getTime() - 10 * 3_600_000;
    let count = 0;
    for (let at = midnight + from * 3_600_000; at < midnight + until * 3_600_000; at += slot)
      count += ordersToPlace(elders, new Date(at));
    return count;
  };

  it('is about 16 an hour by day for 3,000 elders, and a tenth by night', () => {
    expect(asked(3000, 7, 21) / 14).toBeGreaterThan(12);
    expect(asked(3000, 7, 21) / 14).toBeLessThan(20);
    expect(asked(3000, 0, 7)).toBeLessThan(25);
  });

  it('is never more than 20 a run, and nothing where nobody lives', () => {
    for (let run = 0; run < 300; run++)
      expect(ordersToPlace(10_000_000, later(monday, run))).toBeLessThanOrEqual(20);
    expect(asked(0, 7, 21)).toBe(0);
  });
});

/** Two runs of the simulator in each of two workers, all at once; what each did. */
async function atOnce(): Promise<number[]> {
  const other = openDatabase(city.config, 'other worker');
  try {
    return await Promise.all(
      [city, other, city, other].map(({ db }) => simulator(true)({ db, at: city.at, log: logger('test') })),
    );
  } finally {
    await other.close();
  }
}

const sum = (numbers: number[]) => numbers.reduce((total, n) => total + n, 0);

const bookedBy = async (actorId: string) =>
  (await city.sql`select 1 from orders where booked_by = ${actorId}`).length;

/** The next instant after `from` in which just so many orders are drawn for so many elders. */
function slotWith(count: number, from: Date = city.at, elders = 603): Date {
  for (let run = 0; ; run++) {
    const at = later(from, (run * SIMULATOR_SECONDS) / 60);
    if (ordersToPlace(elders, at) === count) return at;
  }
}

/** More elders, each with enough minutes for a visit or two. */
async function growTo(
  count: number,
  subsidyClass: 'none' | 'special_hardship' = 'special_hardship',
): Promise<void> {
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
        subsidyClass,
        carerGender: null,
        hazards: null,
        doorCode: '4711',
      })),
    );
  });
}
