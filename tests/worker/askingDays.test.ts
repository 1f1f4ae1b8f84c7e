/**
 * Volunteers asked over simulated days, who answer as they like while workers come and go (C5, C25): after every step
 * nobody has been asked more than they want, and no order is without an open round, an owner or a time.
 */
import { expect, it } from 'vitest';
import { openDatabase } from '../../db/connect/database.ts';
import { logger } from '../../db/connect/log.ts';
import { Dice } from '../../db/demo/dice.ts';
import { askingTotals } from '../../db/orders/askingViews.ts';
import { answerOffers } from '../../db/orders/offer.ts';
import { expiry } from '../../worker/tasks/expiry.ts';
import { offers } from '../../worker/tasks/offers.ts';
import { brokenPromises } from '../db/orders/support/promises.ts';
import { moreVolunteers } from '../support/moreHelpers.ts';
import { ids, later, smallCity } from '../support/smallCity.ts';

const STEPS = 60;
const STEP_MINUTES = 45;

const askedTooOften = `
  select w.person_id from volunteers w where w.weekly_ask_cap < (
    select max(week) from (select count(*) over (order by sent_at
      range between interval '6 days 23:59:59.999' preceding and current row) as week
      from offers f where f.person_id = w.person_id) as asked)`;
const forgotten = `
  select id from orders o where state in ('requested', 'offered') and due_at is null and escalated_at is null
    and not exists (select from offers f where f.order_id = o.id and f.state = 'open')`;

it('keeps to the cap and forgets no order, whoever answers what and whenever a worker ends', async () => {
  const city = await smallCity();
  const dice = new Dice(4711);
  let other = openDatabase(city.config, 'other worker');
  try {
    await moreVolunteers(city, 6, { weeklyAskCap: 4 });
    await moreVolunteers(city, 2, { from: 1500, weeklyAskCap: 3, backup: true });
    await city.bank(ids.wang, 50_000);
    await city.bank(ids.li, 50_000);
    const begin = city.at;
    for (let step = 0; step < STEPS; step++) {
      for (let i = dice.whole(0, 3); i > 0; i--)
        await city.book({
          elderId: dice.pick([ids.wang, ids.li]),
          startAt: later(city.at, dice.whole(30, 2000)),
        });
      // Of two workers at the same time one may end in the middle, and begin anew.
      const ending = new AbortController();
      const work = [city.db, other.db].map(async (db, n) => {
        for (const task of [expiry, offers])
          await task({
            db,
            at: city.at,
            log: logger('test'),
            ...(n === 1 ? { ending: ending.signal } : {}),
          });
      });
      const ends = dice.chance(0.3);
      if (ends) ending.abort();
      await Promise.all(work);
      if (ends) {
        await other.close();
        other = openDatabase(city.config, 'other worker');
      }
      const open = await city.sql<{ id: string }[]>`select id from offers where state = 'open' order by id`;
      const answers = open.flatMap(({ id }) =>
        dice.chance(0.5)
          ? []
          : [city.try('volunteer', (tx, act) => answerOffers(tx, act, [{ offerId: id, answer: word() }]))],
      );
      await Promise.all(answers);
      if (step % 10 === 9) {
        expect(await brokenPromises(city.sql)).toEqual([]);
        expect(await city.sql.unsafe(askedTooOften)).toEqual([]);
        expect(await city.sql.unsafe(forgotten)).toEqual([]);
      }
      city.wait(STEP_MINUTES);
    }
    const totals = await askingTotals(city.db, { areaCode: null, from: begin, until: city.at });
    expect(totals).toMatchObject({ volunteers: 11, overCap: 0 });
    expect(totals.asks).toBeGreaterThan(30);
    expect(totals.atCap).toBeGreaterThan(0);
    expect(totals.giniAsks).toBeLessThan(0.4);
    const escalated = await city.sql`select id from audit where action = 'order.escalated'`;
    expect(escalated.length).toBeGreaterThan(0);
  } finally {
    await other.close();
    await city.close();
  }

  function word(): 'accepted' | 'declined' {
    return dice.chance(0.6) ? 'accepted' : 'declined';
  }
});
