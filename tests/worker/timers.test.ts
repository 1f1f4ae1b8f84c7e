import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openDatabase } from '../../db/connect/database.ts';
import { logger } from '../../db/connect/log.ts';
import { expiry } from '../../worker/tasks/expiry.ts';
import { offers } from '../../worker/tasks/offers.ts';
import { ids, later, type SmallCity, smallCity } from '../support/smallCity.ts';

let city: SmallCity;
beforeEach(async () => {
  city = await smallCity();
});
afterEach(() => city.close());

const SECOND = 1 / 60;

/** One run of the offers' job by a worker that has just been started and ends afterwards. */
async function freshWorker(): Promise<void> {
  const own = openDatabase(city.config, 'fresh worker');
  try {
    for (const task of [expiry, offers]) await task({ db: own.db, at: city.at, log: logger('test') });
  } finally {
    await own.close();
  }
}

const asked = async (orderId: string) =>
  (
    await city.sql<{ person: string; state: string; sent: Date; expires: Date; ended: Date | null }[]>`
      select person_id as person, state, sent_at as sent, expires_at as expires, answered_at as ended from offers
      where order_id = ${orderId} order by sent_at, person_id`
  ).map((row) => ({ ...row }));

describe("an offer's time", () => {
  it('is kept to five seconds, and an offer that nobody answered really goes to the next', async () => {
    const order = await city.book({ startAt: later(city.at, 300) });
    await freshWorker();
    const [first] = await asked(order.id);
    city.at = later(first!.expires, -SECOND);
    await freshWorker();
    expect(await asked(order.id)).toMatchObject([{ person: ids.near, state: 'open' }]);
    // The job runs every second; two are more than it needs.
    city.at = later(first!.expires, 2 * SECOND);
    await freshWorker();
    expect(await asked(order.id)).toMatchObject([
      { person: ids.near, state: 'expired', ended: city.at },
      { person: ids.middle, state: 'open', sent: city.at },
      { person: ids.far, state: 'open', sent: city.at },
    ]);
  });

  it('runs on while no worker does: the next to start takes up what is overdue, once', async () => {
    const order = await city.book({ startAt: later(city.at, 300) });
    await freshWorker();
    city.wait(60);
    await Promise.all([freshWorker(), freshWorker(), freshWorker()]);
    expect((await asked(order.id)).map(({ person, state }) => [person, state])).toEqual([
      [ids.near, 'expired'],
      [ids.middle, 'open'],
      [ids.far, 'open'],
    ]);
  });
});

describe('at night', () => {
  it('a volunteer is asked in the morning, when the start leaves time', async () => {
    city.at = later(city.at, 12 * 60);
    const order = await city.book({ startAt: later(city.at, 24 * 60) });
    await freshWorker();
    expect(await asked(order.id)).toEqual([]);
    const seven = later(city.at, 9 * 60);
    expect((await city.order(order.id)).dueAt).toEqual(seven);
    city.at = seven;
    await freshWorker();
    expect(await asked(order.id)).toMatchObject([{ state: 'open', sent: seven }]);
  });

  it('nobody loses the time to answer', async () => {
    city.at = later(city.at, 10 * 60);
    const order = await city.book({ startAt: later(city.at, 24 * 60) });
    await freshWorker();
    const [first] = await asked(order.id);
    expect(first!.expires).toEqual(later(city.at, 12 * 60));
  });

  it('what is urgent is asked all the same', async () => {
    city.at = later(city.at, 12 * 60);
    const order = await city.book({ startAt: later(city.at, 60) });
    await freshWorker();
    expect(await asked(order.id)).toMatchObject([
      { person: ids.near, state: 'open' },
      { person: ids.middle, state: 'open' },
    ]);
  });
});
