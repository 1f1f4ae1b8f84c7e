/**
 * The month's grants (T8): minutes for key elders, subsidy for the entitled. On the first of the month that is everybody,
 * on other days whoever became entitled and has not had theirs; before it, what is left of old grants lapses.
 */
import { lapsesDue, postLapses } from '../../db/bank/lapses.ts';
import { dueForGrant, grantMonth } from '../../db/people/grants.ts';
import { inBatches } from './inBatches.ts';

const AT_ONCE = 1000;
/** Enough for every elder of a city of 10 million. */
const MOST_BATCHES = 3000;

export const grants = inBatches({
  name: 'grants',
  batch: AT_ONCE,
  mostBatches: MOST_BATCHES,
  due: (tx, at, limit, _, after) => dueForGrant(tx, at, limit, after),
  command: (tx, act, due) => grantMonth(tx, act, due),
});

export const lapses = inBatches({
  name: 'lapses',
  batch: AT_ONCE,
  mostBatches: MOST_BATCHES,
  due: (tx, at, limit, _, after) => lapsesDue(tx, at, limit, after),
  command: postLapses,
});
