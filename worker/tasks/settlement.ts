/** Visits to which nobody has objected in time (S10) are settled. */
import { dueOrders } from '../../db/orders/waiting.ts';
import { settleDue } from '../../db/visits/confirm.ts';
import { inBatches } from './inBatches.ts';

export const settlement = inBatches({
  name: 'settlement',
  batch: 100,
  due: (tx, at, limit, except) => dueOrders(tx, 'finished', at, limit, except),
  command: async (tx, act, finished) => {
    const settled = await settleDue(
      tx,
      act,
      finished.map((order) => order.id),
    );
    return settled.length;
  },
});
