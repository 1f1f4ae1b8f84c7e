/** A past day of a district as if it were planned anew: what was wanted, and who is there to come. */
import type { Database } from '../../../db/connect/database.ts';
import { dayBounds } from '../../../db/connect/days.ts';
import { carersNear } from '../../../db/dispatch/carersNear.ts';
import { roundsOf } from '../../../db/dispatch/roundsOf.ts';
import { demandOf } from '../../../db/dispatch/waitingOf.ts';
import { currentPolicy } from '../../../db/services/policies.ts';
import type { CityDay } from '../city/cityDay.ts';
import { boxOf } from '../city/readDay.ts';

const HOUR = 3_600_000;

export interface PastDay {
  day: CityDay;
  /** Long blocks (S6), which are not planned by the hour and are left out. */
  blocks: number;
}

/**
 * The day's demand, and the carers of today by the hours, absences and certificates that they have for that day, promised
 * to nobody. Null when nothing was wanted.
 */
export async function readPast(
  db: Database,
  { day, areaCode }: { day: string; areaCode: string },
  now: Date,
): Promise<PastDay | null> {
  const bounds = dayBounds(day);
  const wanted = await demandOf(db, { areaCode, ...bounds, at: bounds.from });
  const orders = wanted.filter(({ isBlock }) => !isBlock);
  if (orders.length === 0) return null;
  const [policy, respite] = await Promise.all([
    currentPolicy(db, 'dispatch', now),
    currentPolicy(db, 'respite', now),
  ]);
  const carers = await carersNear(db, {
    areaCode,
    day,
    box: boxOf(orders),
    metres: policy.body.carerMetres,
  });
  const until = new Date(bounds.until.getTime() + 12 * HOUR);
  const rounds = await roundsOf(
    db,
    carers.map(({ personId }) => ({ personId, kind: 'carer', from: bounds.from, until })),
  );
  const { leadMinutes } = policy.body.planning;
  return {
    blocks: wanted.length - orders.length,
    day: {
      // Early enough that nothing of the day is too near.
      at: bounds.from.getTime() - 60_000 * leadMinutes,
      orders,
      carers: carers.map((carer, i) => ({
        ...carer,
        open: rounds[i]?.open ?? [],
        absent: rounds[i]?.absent ?? [],
        stops: [],
      })),
      before: new Map(),
      policy: policy.body,
      rest: { fromMinutes: respite.body.restFromMinutes, minutes: 60 * respite.body.restHours },
    },
  };
}
