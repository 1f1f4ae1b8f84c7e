/** Care plans (S5): what lies in the next days is booked, and what could not be booked is tried again day by day. */
import { duePlans } from '../../db/plans/change.ts';
import { materialise } from '../../db/plans/materialise.ts';
import { inBatches } from './inBatches.ts';

export const recurrence = inBatches({
  name: 'recurrence',
  batch: 200,
  mostBatches: 500,
  due: (tx, at, limit, except) => duePlans(tx, at, limit, except),
  command: async (tx, act, plans) => (await materialise(tx, act, plans)).length,
});
