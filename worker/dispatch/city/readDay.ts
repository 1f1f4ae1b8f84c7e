/** Reads the day of a district for planning. */

import type { Database } from '../../../db/connect/database.ts';
import { dayBounds } from '../../../db/connect/days.ts';
import { type CarerNear, carersNear } from '../../../db/dispatch/carersNear.ts';
import { plannedOn } from '../../../db/dispatch/plans.ts';
import { roundsOf } from '../../../db/dispatch/roundsOf.ts';
import { type WaitingOrder, waitingOf } from '../../../db/dispatch/waitingOf.ts';
import { currentPolicy } from '../../../db/services/policies.ts';
import { type Before, type CarerDay, type CityDay, keyOf } from './cityDay.ts';

const HOUR = 3_600_000;

/** The orders of the day that wait and everybody who may come; null when nothing waits. */
export async function readDay(
  db: Database,
  { day, areaCode }: { day: string; areaCode: string },
  at: Date,
  policy: CityDay['policy'],
): Promise<CityDay | null> {
  const bounds = dayBounds(day);
  const orders = await waitingOf(db, { areaCode, ...bounds, at });
  if (orders.length === 0) return null;
  const carers = await carersNear(db, {
    areaCode,
    day,
    box: boxOf(orders),
    metres: policy.carerMetres,
  });
  const longest = Math.max(...orders.map(({ minutes }) => minutes)) * 60_000;
  const { body: respite } = await currentPolicy(db, 'respite', at);
  // As far around the day as a block and the rest before and after it reach.
  const around = 12 * HOUR + respite.restHours * HOUR + longest;
  const span = {
    from: new Date(bounds.from.getTime() - around),
    until: new Date(bounds.until.getTime() + around),
  };
  const before = await plannedOn(db, { day, areaCode });
  return {
    at: at.getTime(),
    orders,
    carers: await daysOf(db, carers, span, new Set(before.map(({ orderId }) => orderId))),
    before: new Map(
      before.map((row): [string, Before] => [
        keyOf(row.orderId, row.place === 2 ? 2 : 1),
        { personId: row.personId, beginAt: row.beginAt.getTime() },
      ]),
    ),
    policy,
    rest: { fromMinutes: respite.restFromMinutes, minutes: 60 * respite.restHours },
  };
}

/** The carers with their hours, absences, and all that is promised or planned by other plans than the one to be made. */
async function daysOf(
  db: Database,
  carers: readonly CarerNear[],
  span: { from: Date; until: Date },
  own: ReadonlySet<string>,
): Promise<CarerDay[]> {
  const rounds = await roundsOf(
    db,
    carers.map(({ personId }) => ({ personId, kind: 'carer', ...span })),
  );
  return carers.map((carer, i) => {
    const { open = [], absent = [], stops = [] } = rounds[i] ?? {};
    const kept = stops.filter(({ state, orderId }) => state !== 'planned' || !own.has(orderId));
    return { ...carer, open, absent, stops: kept };
  });
}

/** The corners of where orders are. */
export function boxOf(orders: readonly WaitingOrder[]) {
  const lats = orders.map(({ lat }) => lat);
  const lons = orders.map(({ lon }) => lon);
  return {
    south: Math.min(...lats),
    north: Math.max(...lats),
    west: Math.min(...lons),
    east: Math.max(...lons),
  };
}
