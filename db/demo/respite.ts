/** A demo city's beds and stays: guests who were, are and will be there, and the demo's elder on the waiting list. */

import type { Act, Role } from '../connect/act.ts';
import type { Tx } from '../connect/database.ts';
import { dayAfter, dayOf } from '../connect/days.ts';
import { type NewBed, openBeds } from '../respite/beds.ts';
import { bookStay, joinWaiting } from '../respite/book.ts';
import { arrive, leave } from '../respite/course.ts';
import { writeNote } from '../respite/handover.ts';
import { arrivalAt, type BedKind } from '../respite/rules.ts';
import { lockStay } from '../respite/stay.ts';
import type { Cast } from './cast.ts';
import type { Inhabitants } from './people.ts';

/** Beds of a house, with a night's price in fen. */
const house: readonly { kind: BedKind; count: number; priceFen: number; room: number }[] = [
  { kind: 'standard', count: 6, priceFen: 16_000, room: 201 },
  { kind: 'nursing', count: 4, priceFen: 22_000, room: 301 },
  { kind: 'dementia', count: 2, priceFen: 28_000, room: 401 },
];

/** A guest of the demo's house: days from today on which they come, and how many nights they stay. */
interface Guest {
  kind: BedKind;
  from: number;
  nights: number;
  note?: string;
}

const guests: readonly Guest[] = [
  { kind: 'nursing', from: -9, nights: 3 },
  { kind: 'standard', from: -7, nights: 4 },
  { kind: 'nursing', from: -3, nights: 3, note: '晚上八点吃降压药，对青霉素过敏。' },
  { kind: 'standard', from: -2, nights: 5, note: '喜欢早睡，夜里要扶着去一次卫生间。' },
  { kind: 'nursing', from: 0, nights: 4 },
  { kind: 'standard', from: 0, nights: 2 },
  { kind: 'dementia', from: 1, nights: 14 },
  { kind: 'dementia', from: 2, nights: 14 },
  { kind: 'nursing', from: 3, nights: 5 },
];

/** The nights the demo's elder waits for, days from today. */
const WISHED = { from: 6, nights: 3 };
const LEAST_ABILITY = 2;
const LEAVES_AT = 10;

/** Puts beds into service in the first house of each district and in that of the demo's provider. */
export async function openDemoBeds(tx: Tx, act: Act, city: Inhabitants, cast: Cast): Promise<void> {
  const firstOf = new Map(
    city.providers.map((one): [string, string] => [one.areaCode.slice(0, 6), one.id]).reverse(),
  );
  const houses = new Set([cast.providerId, ...firstOf.values()]);
  const serviceFrom = dayOf(act.at);
  await openBeds(
    tx,
    act,
    [...houses].flatMap((providerId) =>
      house.flatMap(({ kind, count, priceFen, room }) =>
        Array.from(
          { length: count },
          (_, i): NewBed => ({ providerId, kind, label: `${room + i} 室`, priceFen, serviceFrom }),
        ),
      ),
    ),
  );
}

/**
 * Lets guests come to the house of the demo's provider, which has been open since `began`, and its elder wait for a bed
 * there.
 */
export async function liveStays(
  tx: Tx,
  city: Inhabitants,
  cast: Cast,
  began: Date,
  now: Date,
): Promise<void> {
  const act = (role: Role, at: Date): Act => ({ actorId: 'demo', role, onBehalfOf: null, at });
  const today = dayOf(now);
  const entitled = city.elders.filter(
    (one) =>
      one.abilityLevel >= LEAST_ABILITY && one.living === 'with_family' && one.personId !== cast.elderId,
  );
  const nightsOf = (from: number, count: number) => ({
    first: dayAfter(today, from),
    last: dayAfter(today, from + count - 1),
  });
  for (const [i, { kind, from, nights, note }] of guests.entries()) {
    const guest = entitled[i];
    if (!guest) break;
    const stayNights = nightsOf(from, nights);
    const comes = arrivalAt(stayNights.first, 14);
    const bookedAt = new Date(Math.min(comes.getTime(), now.getTime()) - 40 * 3_600_000);
    if (bookedAt < began) continue;
    const elderId = guest.personId;
    const wish = { elderId, kind, nights: stayNights, payer: 'self', providerId: cast.providerId } as const;
    const stay = await bookStay(tx, act('elder', bookedAt), wish);
    if (from >= 0) continue;
    await arrive(tx, act('provider', comes), await lockStay(tx, stay.id));
    if (note)
      await writeNote(
        tx,
        act('elder', comes),
        { stayId: stay.id, elderId },
        { moment: 'arrival', text: note },
      );
    const goes = arrivalAt(dayAfter(stayNights.last), LEAVES_AT);
    if (goes < arrivalAt(today, 0)) await leave(tx, act('provider', goes), await lockStay(tx, stay.id));
  }
  await joinWaiting(tx, act('elder', new Date(now.getTime() - 26 * 3_600_000)), {
    elderId: cast.elderId,
    kind: 'dementia',
    nights: nightsOf(WISHED.from, WISHED.nights),
    payer: 'self',
    providerId: cast.providerId,
    flexibleDays: 1,
  });
}
