import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Act } from '../../../db/connect/act.ts';
import type { Tx } from '../../../db/connect/database.ts';
import { joinWaiting, type StayBooking } from '../../../db/respite/book.ts';
import { cancelStay } from '../../../db/respite/course.ts';
import { lockStay, type StayRow } from '../../../db/respite/stay.ts';
import { findStay } from '../../../db/respite/views.ts';
import { passOffer, takeOffer } from '../../../db/respite/waiting.ts';
import { bedOffers, noShows, unansweredBeds } from '../../../worker/tasks/respite.ts';
import { refusalOf, type SmallCity, smallCity } from '../../support/smallCity.ts';
import { booked, house, manyElders, nights, used, wish } from './support/house.ts';

let city: SmallCity;
beforeEach(async () => {
  city = await smallCity();
});
afterEach(() => city.close());

/** A minute after whoever joined before. */
function join(elderId: string, given: Partial<StayBooking> = {}, flexibleDays = 0): Promise<StayRow> {
  city.wait(1);
  return city.do('elder', (tx, by) =>
    joinWaiting(tx, by, { ...wish(city, { elderId, ...given }), flexibleDays }),
  );
}
const change = (id: string, command: (tx: Tx, act: Act, stay: StayRow) => Promise<StayRow>) =>
  city.try('elder', async (tx, by) => command(tx, by, await lockStay(tx, id)));
const states = async (ids: readonly string[]) => {
  const rows = await city.sql<{ id: string; state: string }[]>`select id, state from stays`;
  return ids.map((id) => rows.find((row) => row.id === id)?.state);
};

describe('the waiting list (S6)', () => {
  it('offers a freed bed to the first only, and passes it on when the time to answer is over', async () => {
    await house(city, 1);
    const first = await booked(city);
    const [a = '', b = '', c = ''] = await manyElders(city, 3);
    const waiting = [await join(a), await join(b), await join(c)].map((stay) => stay.id);
    const second = await findStay(city.db, { kind: 'elders', elderIds: [b] }, waiting[1] ?? '');
    expect(second?.waiting).toEqual({ place: 2, of: 3 });
    expect(await city.work(bedOffers)).toBe(0);

    await change(first.id, (tx, by, stay) => cancelStay(tx, by, stay, 'plans'));
    await Promise.all([city.work(bedOffers), city.work(bedOffers)]);
    await city.work(bedOffers);
    expect(await states(waiting)).toEqual(['offered', 'waiting', 'waiting']);

    city.wait(12 * 60);
    const tooLate = await change(waiting[0] ?? '', (tx, by, stay) => takeOffer(tx, by, stay));
    expect(refusalOf(tooLate)?.code).toBe('too_late');
    await city.work(unansweredBeds);
    await city.work(bedOffers);
    expect(await states(waiting)).toEqual(['waiting', 'offered', 'waiting']);

    const taken = await change(waiting[1] ?? '', (tx, by, stay) => takeOffer(tx, by, stay));
    expect(taken.ok).toBe(true);
    expect(Object.values(await used(city, b))).toEqual([2]);
    await city.work(bedOffers);
    expect(await states(waiting)).toEqual(['waiting', 'booked', 'waiting']);
  });

  it('finds the nearest nights of whoever is flexible, and lets nobody be asked without end', async () => {
    await house(city, 1);
    await booked(city, { nights: nights(city, 3, 1) });
    const [a = ''] = await manyElders(city, 1);
    const stay = await join(a, { nights: nights(city, 3, 2) }, 2);
    for (const rest of ['waiting', 'waiting', 'declined']) {
      await city.work(bedOffers);
      expect(await findStay(city.db, { kind: 'all' }, stay.id)).toMatchObject({
        state: 'offered',
        firstNight: nights(city, 4).first,
      });
      await change(stay.id, (tx, by, one) => passOffer(tx, by, one, 'passed'));
      expect(await states([stay.id])).toEqual([rest]);
    }
    expect((await city.sql`select from bed_uses`).length).toBe(1);
  });

  it('gets the bed of a guest who did not come', async () => {
    await house(city, 1);
    await booked(city, { nights: nights(city, 0, 3) });
    const [a = ''] = await manyElders(city, 1);
    const stay = await join(a, { nights: nights(city, 2, 1) });
    city.wait(26 * 60);
    expect(await city.work(noShows)).toBe(0);
    city.wait(3 * 60);
    expect(await city.work(noShows)).toBe(1);
    await city.work(bedOffers);
    expect(await states([stay.id])).toEqual(['offered']);
  });
});
