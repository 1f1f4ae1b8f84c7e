/** Key elders (T8): whoever has turned 80, or 60, since yesterday is marked as the rule says, and has a first month. */
import { keyEldersDue, markKeyElders } from '../../db/people/keyElders.ts';
import { inBatches } from './inBatches.ts';

export const keyElders = inBatches({
  name: 'key-elders',
  batch: 1000,
  mostBatches: 3000,
  due: (tx, at, limit, _, after) => keyEldersDue(tx, at, limit, after),
  command: async (tx, act, changes) => {
    await markKeyElders(tx, act, changes, 'birthday');
    return changes.length;
  },
});
