/** Family care bed contracts (S12): those whose last day is over end, and each month that is over is reckoned. */
import { dayOf } from '../../db/connect/days.ts';
import { lockRunOut, runOut } from '../../db/contracts/contract.ts';
import { lockUnreckoned, reckonContracts } from '../../db/contracts/monitor.ts';
import { monthBefore } from '../../db/contracts/rules.ts';
import { inBatches } from './inBatches.ts';

export const runOutContracts = inBatches({
  name: 'runOutContracts',
  batch: 200,
  due: (tx, at, limit, except) => lockRunOut(tx, dayOf(at), limit, except),
  command: async (tx, act, over) => (await runOut(tx, act, over)).length,
});

export const contractMonths = inBatches({
  name: 'contractMonths',
  batch: 200,
  mostBatches: 500,
  due: (tx, at, limit, except) => lockUnreckoned(tx, monthBefore(dayOf(at)), limit, except),
  command: async (tx, act, unreckoned) => {
    await reckonContracts(
      tx,
      act,
      unreckoned.map((one) => one.id),
      monthBefore(dayOf(act.at)),
    );
    return unreckoned.length;
  },
});
