/**
 * Random stories of a small city: several people act on its orders at once, with the worker among them, and after every
 * scene each promise of the books holds. A failure prints how to repeat it:
 *
 *   LEDGER_SEED=… LEDGER_PATH=… npx vitest run --config tests/vitest.config.ts tests/db/orders/life.test.ts
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { orderStates } from '../../../db/orders/rules.ts';
import { moreCarers } from '../../support/moreHelpers.ts';
import { ids, smallCity } from '../../support/smallCity.ts';
import { asRepeated } from '../bank/support/repeat.ts';
import { ANOTHER_CARER, doIt, everyState, type Scene, story } from './support/deeds.ts';
import { brokenPromises } from './support/promises.ts';

const reached = new Set<string>();

async function holdsThroughout(scenes: readonly Scene[]): Promise<void> {
  const city = await smallCity();
  try {
    await city.bank(ids.wang, 3_000);
    expect(await moreCarers(city, 1, ids.provider)).toEqual([ANOTHER_CARER]);
    for (const [n, { deeds, thenMinutes }] of scenes.entries()) {
      await Promise.all(deeds.map((deed) => doIt(city, deed)));
      expect(await brokenPromises(city.sql), `after scene ${n}, ${JSON.stringify(deeds)}`).toEqual([]);
      city.wait(thenMinutes);
    }
    const states = await city.sql<{ to_state: string }[]>`select distinct to_state from order_history`;
    for (const { to_state } of states) reached.add(to_state);
  } finally {
    await city.close();
  }
}

describe('the life of orders', () => {
  it('keeps every promise, whoever does what at the same time', async () => {
    await fc.assert(
      fc.asyncProperty(story(40), (scenes) => holdsThroughout(scenes)),
      asRepeated(4, { examples: [[everyState]] }),
    );
    expect(reached, 'the stories went everywhere').toEqual(new Set(orderStates));
  }, 180_000);
});
