/** Beds of the waiting list (S6): unanswered offers pass on, guests who did not come free their bed, the next is asked. */
import { takeTurn } from '../../db/audit/occasions.ts';
import { missStay, noShowDay } from '../../db/respite/course.ts';
import { lockNotArrived, lockUnanswered } from '../../db/respite/stay.ts';
import { endWaiting, firstFitting, lockOutdated, offerBed, passOffer } from '../../db/respite/waiting.ts';
import { currentPolicy } from '../../db/services/policies.ts';
import { inBatches } from './inBatches.ts';

export const unansweredBeds = inBatches({
  name: 'unansweredBeds',
  batch: 20,
  due: lockUnanswered,
  command: async (tx, act, offered) => {
    for (const stay of offered) await passOffer(tx, act, stay, 'expired');
    return offered.length;
  },
});

export const noShows = inBatches({
  name: 'noShows',
  batch: 20,
  due: async (tx, at, limit, except) => {
    const { body } = await currentPolicy(tx, 'respite', at);
    return lockNotArrived(tx, noShowDay(at, body.arrivalHour, body.noShowHours), limit, except);
  },
  command: async (tx, act, booked) => {
    for (const stay of booked) await missStay(tx, act, stay);
    return booked.length;
  },
});

export const outdatedWaiting = inBatches({
  name: 'outdatedWaiting',
  batch: 50,
  due: lockOutdated,
  command: async (tx, act, waiting) => {
    for (const { id } of waiting) await endWaiting(tx, act, id);
    return waiting.length;
  },
});

/** One at a time and by one worker, so that each is asked with what those before in the list left. */
export const bedOffers = inBatches({
  name: 'bedOffers',
  batch: 1,
  due: async (tx, at, limit, except) =>
    (await takeTurn(tx, 'bedOffers')) ? firstFitting(tx, at, limit, except) : [],
  command: async (tx, act, [first]) => (first && (await offerBed(tx, act, first)) ? 1 : 0),
});
