/** Planning (D4): in the evening tomorrow is planned, district by district; any number of workers share them. */

import { dayAfter, dayBounds, dayOf } from '../../db/connect/days.ts';
import { newId } from '../../db/connect/ids.ts';
import { claimOne } from '../../db/dispatch/claim.ts';
import { districtCodes } from '../../db/people/areasAll.ts';
import { currentPolicy } from '../../db/services/policies.ts';
import { planArea } from '../dispatch/city/planArea.ts';
import type { Task } from './task.ts';

/** Plans one district's tomorrow, if it is time and one is left that nobody plans. */
export const nightPlan: Task = async (context) => {
  const { db, at } = context;
  const { planning } = (await currentPolicy(db, 'dispatch', at)).body;
  const today = dayOf(at);
  const since = new Date(dayBounds(today).from.getTime() + planning.nightMinute * 60_000);
  if (at < since) return 0;
  const wanted = (await districtCodes(db)).map((areaCode) => ({
    day: dayAfter(today),
    areaCode,
    notSince: since,
  }));
  const claim = await claimOne(db, wanted, holding(at, planning.searchSeconds.night));
  return claim ? planArea(context, claim, 'night') : 0;
};

/** What a worker may need besides the search: reading, explaining, and putting the plan into effect. */
const BESIDES_SECONDS = 120;

/** A claim of one's own for a search of so many seconds, and again as many for long blocks. */
export const holding = (at: Date, searchSeconds: number) => ({
  heldBy: newId(at),
  at,
  until: new Date(at.getTime() + 1000 * (2 * searchSeconds + BESIDES_SECONDS)),
});
