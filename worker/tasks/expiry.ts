/** Offers that nobody answered in time (S4) end, and their orders wait for the next person. */
import { expireOffers } from '../../db/orders/offer.ts';
import { overdueOffers } from '../../db/orders/waiting.ts';
import { inBatches } from './inBatches.ts';

export const expiry = inBatches({
  name: 'expiry',
  batch: 100,
  due: overdueOffers,
  command: async (tx, act, overdue) => {
    const expired = await expireOffers(
      tx,
      act,
      overdue.map((offer) => offer.id),
    );
    return expired.length;
  },
});
