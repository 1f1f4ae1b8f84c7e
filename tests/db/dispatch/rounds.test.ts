/** The rounds of people as the city's books hold them. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { setHours } from '../../../db/availability/hours.ts';
import { roundsOf } from '../../../db/dispatch/roundsOf.ts';
import { sendOffers } from '../../../db/orders/offer.ts';
import { HOME, ids, later, type SmallCity, smallCity } from '../../support/smallCity.ts';
import { acceptedOrder, arrive } from '../../support/visits.ts';

let city: SmallCity;
beforeAll(async () => {
  city = await smallCity();
  await city.bank(ids.wang, 6000);
});
afterAll(() => city.close());

const day = () => ({ from: later(city.at, -120), until: later(city.at, 720) });
const minutes = (ms: number) => (ms - city.at.getTime()) / 60_000;

it('a round holds what a person has promised, is asked for, and when they are there', async () => {
  const first = await acceptedOrder(city, { startAt: later(city.at, 60) });
  await arrive(city, first.id);
  city.wait(-60);
  const second = await city.book({ startAt: later(city.at, 240) });
  await city.do('dispatcher', (tx, act) =>
    sendOffers(tx, act, [
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
    ]),
  );
  await city.do('volunteer', (tx, act) =>
    setHours(tx, act, ids.middle, [{ weekday: 1, startMinute: 600, endMinute: 720 }]),
  );
  await city.sql`insert into absences (id, person_id, kind, start_at, end_at, recorded_by, recorded_at)
    values (gen_random_uuid(), ${ids.middle}, 'leave', ${later(city.at, 60)}, ${later(city.at, 90)}, 'test', ${city.at})`;
  const [near, middle, carer, tomorrow] = await roundsOf(city.db, [
    { personId: ids.near, kind: 'volunteer', ...day() },
    { personId: ids.middle, kind: 'volunteer', ...day() },
    { personId: ids.carer, kind: 'carer', ...day() },
    { personId: ids.near, kind: 'volunteer', from: later(city.at, 1440), until: later(city.at, 2000) },
  ]);
  expect(near).toMatchObject({ personId: ids.near, home: HOME, open: null, absent: [] });
  expect(
    near?.stops.map(({ orderId, state, from, until, latest }) => [
      orderId,
      state,
      ...[from, until, latest].map(minutes),
    ]),
  ).toEqual([
    [first.id, 'started', 60, 60 + first.minutes, 90],
    [second.id, 'offered', 240, 240 + second.minutes, 270],
  ]);
  expect(middle?.open?.map(({ from, until }) => [minutes(from), minutes(until)])).toEqual([[0, 120]]);
  expect(middle?.absent.map(({ from, until }) => [minutes(from), minutes(until)])).toEqual([[60, 90]]);
  expect(carer?.open?.map(({ from, until }) => [minutes(from), minutes(until)])).toEqual([[-120, 600]]);
  expect(tomorrow?.stops).toEqual([]);
});
