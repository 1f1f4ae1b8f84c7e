/** A house with beds in a small city, and 王 living with the family. */

import { dayAfter, dayOf } from '../../../../db/connect/days.ts';
import { grantThisMonth } from '../../../../db/people/grants.ts';
import { openBeds } from '../../../../db/respite/beds.ts';
import { bookStay, type StayBooking } from '../../../../db/respite/book.ts';
import type { BedKind } from '../../../../db/respite/rules.ts';
import type { StayRow } from '../../../../db/respite/stay.ts';
import { ids, type SmallCity } from '../../../support/smallCity.ts';

export const NIGHT_FEN = 20_000;

/** Opens beds of a kind at a provider; returns their ids. */
export async function house(
  city: SmallCity,
  count: number,
  kind: BedKind = 'nursing',
  providerId: string = ids.provider,
) {
  await city.sql`update elders set living = 'with_family', ability_level = 3`;
  await city.do('system', grantThisMonth);
  const opened = await city.do('provider', (tx, act) =>
    openBeds(
      tx,
      act,
      Array.from({ length: count }, (_, i) => ({
        providerId,
        kind,
        label: `${kind}-${i + 1}`,
        priceFen: NIGHT_FEN,
        serviceFrom: dayOf(city.at),
      })),
    ),
  );
  return opened.map((bed) => bed.id);
}

/** The nights from so many days ahead on. */
export const nights = (city: SmallCity, ahead: number, count = 1) => ({
  first: dayAfter(dayOf(city.at), ahead),
  last: dayAfter(dayOf(city.at), ahead + count - 1),
});

/** A booking of 王's, self-paid, from the third day on for two nights, unless said otherwise. */
export const wish = (city: SmallCity, given: Partial<StayBooking> = {}): StayBooking => ({
  elderId: ids.wang,
  kind: 'nursing',
  nights: nights(city, 3, 2),
  payer: 'self',
  ...given,
});

export const booked = (city: SmallCity, given: Partial<StayBooking> = {}): Promise<StayRow> =>
  city.do('elder', (tx, act) => bookStay(tx, act, wish(city, given)));

/** More elders in need of care at home, as many as are asked for; returns their ids. */
export async function manyElders(city: SmallCity, count: number): Promise<string[]> {
  const rows = await city.sql<{ person_id: string }[]>`
    with copies as (
      insert into persons select (jsonb_populate_record(p, jsonb_build_object('id', gen_random_uuid()))).*
      from persons p, generate_series(1, ${count}) where p.id = ${ids.wang} returning id
    )
    insert into elders select (jsonb_populate_record(e, jsonb_build_object('person_id', c.id))).*
    from elders e, copies c where e.person_id = ${ids.wang} returning person_id`;
  return rows.map((row) => row.person_id);
}

/** What has been used of the elder's quota, by year. */
export async function used(city: SmallCity, householdId: string = ids.wang): Promise<Record<string, number>> {
  const rows = await city.sql<{ year: number; nights: number }[]>`
    select year, nights from respite_use where household_id = ${householdId} and nights > 0 order by year`;
  return Object.fromEntries(rows.map((row) => [row.year, row.nights]));
}
