/**
 * Planning anew (D4): what has changed since the last plan every few minutes, and at once what somebody cannot keep. What
 * is asked, accepted or started stays; of the rest as little moves as can be.
 */

import { dayAfter, dayBounds, dayOf } from '../../db/connect/days.ts';
import { changedAreas } from '../../db/dispatch/changedAreas.ts';
import { claimOne } from '../../db/dispatch/claim.ts';
import { currentPolicy } from '../../db/services/policies.ts';
import { planArea } from '../dispatch/city/planArea.ts';
import { holding } from './nightPlan.ts';
import type { Task } from './task.ts';

/** Plans the most pressing day of a district that is due and that nobody else plans. */
export const replan: Task = async (context) => {
  const { db, at } = context;
  const { planning } = (await currentPolicy(db, 'dispatch', at)).body;
  const changed = await changedAreas(db, at, dayBounds(dayAfter(dayOf(at), planning.daysAhead)).until);
  const wanted = changed.map(({ day, areaCode, isDisrupted }) => ({
    day,
    areaCode,
    notSince: new Date(
      at.getTime() - (isDisrupted ? 1000 * planning.disruptionSeconds : 60_000 * planning.replanMinutes),
    ),
  }));
  const claim = await claimOne(db, wanted, holding(at, planning.searchSeconds.running));
  if (!claim) return 0;
  const isDisrupted = changed.some(
    (one) => one.isDisrupted && one.day === claim.day && one.areaCode === claim.areaCode,
  );
  return planArea(context, claim, isDisrupted ? 'disruption' : 'running');
};
