/**
 * The simulator of a demo city: plays volunteers, carers and elders by the product's own commands, so that the city
 * lives on after its first day. People who can sign in are left to those who do. It does nothing in a city that is
 * not marked as a demo, and stops when an administrator turns its switch off.
 */
import { readSwitch } from '../../db/audit/switches.ts';
import { complain } from '../../db/complaints/take.ts';
import type { Act, Role } from '../../db/connect/act.ts';
import type { Tx } from '../../db/connect/database.ts';
import { Dice } from '../../db/demo/dice.ts';
import { luckOf, standingOf } from '../../db/demo/luck.ts';
import { moved } from '../../db/demo/people.ts';
import { answersOf } from '../../db/demo/plan.ts';
import {
  arrivalsToPlay,
  confirmationsToPlay,
  departuresToPlay,
  offersToPlay,
  ratingsToPlay,
  type VisitToPlay,
} from '../../db/demo/playing.ts';
import { answerOffers } from '../../db/orders/offer.ts';
import { type ElderToServe, eldersToServe } from '../../db/people/eldersToServe.ts';
import { checkIn, checkOut } from '../../db/visits/check.ts';
import { confirmVisits } from '../../db/visits/confirm.ts';
import type { Check } from '../../db/visits/evidence.ts';
import { rateVisits } from '../../db/visits/rate.ts';
import { inBatches } from './inBatches.ts';
import { bookings, SIMULATOR } from './simulator/bookings.ts';
import type { Task } from './task.ts';

const DAY = 24 * 3_600_000;
const BATCH = 40;
/** Of all settled visits, so many are complained of; their elders rate them low. */
const COMPLAINING = 0.003;
const UPSET_STANDING = 2;

const played = (act: Act, role: Role): Act => ({ ...act, actorId: SIMULATOR, role });

/** The role in which somebody answers and comes. */
const answering = { volunteer: 'volunteer', carer: 'provider' } as const;
const coming = { volunteer: 'volunteer', carer: 'carer' } as const;
const kinds = ['volunteer', 'carer'] as const;

/** Those asked say yes, mostly; in one batch one answers for each order, and nobody twice, who may be busy by then. */
const answers = inBatches({
  name: 'simulator: answers',
  batch: BATCH,
  async due(tx, at, limit, except) {
    const found = await offersToPlay(tx, at, limit, except);
    const firstOfOrder = new Map(found.reverse().map((offer) => [offer.orderId, offer]));
    return [...new Map([...firstOfOrder.values()].map((offer) => [offer.personId, offer])).values()];
  },
  async command(tx, act, offers) {
    for (const kind of kinds) {
      const own = offers.filter((offer) => offer.kind === kind);
      await answerOffers(
        tx,
        played(act, answering[kind]),
        own.map(({ id, busy, declines }) => {
          const reason = busy ? 'busy' : luckOf(id, 3) < 0.6 ? 'unwell' : 'too_far';
          return busy || declines
            ? { offerId: id, answer: 'declined', reason }
            : { offerId: id, answer: 'accepted' };
        }),
      );
    }
    return offers.length;
  },
});

/** How somebody proves to have been there. */
function checkOf(visit: VisitToPlay, elder: ElderToServe | undefined, act: Act): Check {
  const luck = luckOf(visit.id, 1);
  const home = elder?.home ?? null;
  const isAway = luck > 0.98;
  const metres = isAway ? 600 : 20 + 100 * luckOf(visit.id, 0);
  const angle = 2 * Math.PI * luckOf(visit.id, 3);
  const hasPosition = home !== null && luck > 0.03;
  return {
    visitId: visit.id,
    method: 'gps',
    position: hasPosition ? moved(home, metres * Math.cos(angle), metres * Math.sin(angle)) : null,
    accuracyMetres: hasPosition ? 15 : null,
    deviceAt: new Date(Math.max(visit.instant, act.at.getTime() - 2 * DAY)),
    exception: hasPosition ? (isAway ? 'outside_home_204' : null) : 'device_217',
    doorCode: visit.tellsCode ? (elder?.doorCode ?? null) : null,
  };
}

async function checksOf(tx: Tx, act: Act, visits: readonly VisitToPlay[]): Promise<Check[]> {
  const elders = await eldersToServe(
    tx,
    visits.map((visit) => visit.elderId),
  );
  return visits.map((visit) => checkOf(visit, elders.get(visit.elderId), act));
}

const arrivals = inBatches({
  name: 'simulator: arrivals',
  batch: BATCH,
  due: arrivalsToPlay,
  async command(tx, act, visits) {
    for (const kind of kinds) {
      const own = visits.filter((visit) => visit.kind === kind);
      await checkIn(tx, played(act, coming[kind]), await checksOf(tx, act, own));
    }
    return visits.length;
  },
});

const departures = inBatches({
  name: 'simulator: departures',
  batch: BATCH,
  due: departuresToPlay,
  async command(tx, act, visits) {
    for (const kind of kinds) {
      const own = visits.filter((visit) => visit.kind === kind);
      await checkOut(tx, played(act, coming[kind]), await checksOf(tx, act, own));
    }
    return visits.length;
  },
});

const confirmations = inBatches({
  name: 'simulator: confirmations',
  batch: BATCH,
  due: confirmationsToPlay,
  async command(tx, act, finished) {
    await confirmVisits(
      tx,
      played(act, 'elder'),
      finished.map((order) => ({ orderId: order.id })),
    );
    return finished.length;
  },
});

const ratings = inBatches({
  name: 'simulator: ratings',
  batch: BATCH,
  due: ratingsToPlay,
  async command(tx, act, settled) {
    const elder = played(act, 'elder');
    const isUpset = (id: string) => luckOf(id, 2) < COMPLAINING;
    await rateVisits(
      tx,
      elder,
      settled.map(({ id, providerId, late }) => {
        const dice = new Dice(Number.parseInt(id.slice(-7), 16));
        const standing = isUpset(id) ? UPSET_STANDING : standingOf(providerId);
        const [attitude, skill, punctuality, outcome] = answersOf(dice, standing, late);
        return { orderId: id, source: 'elder', attitude, skill, punctuality, outcome };
      }),
    );
    const upset = settled.filter(({ id }) => isUpset(id));
    await complain(
      tx,
      elder,
      upset.map(({ id, late }) =>
        late
          ? { orderId: id, kind: 'late', text: '来晚了半个多小时，也没有打电话。' }
          : { orderId: id, kind: 'quality', text: '希望以后能更仔细一些。' },
      ),
    );
    return settled.length;
  },
});

/** Plays the people of a demo city; `isOn` holds until an administrator turns the switch. */
export function simulator(isOn: boolean): Task {
  const parts: readonly Task[] = [answers, arrivals, departures, confirmations, ratings, bookings];
  return async (context) => {
    if (!(await readSwitch(context.db, 'demo.city'))) return 0;
    if (!((await readSwitch(context.db, 'demo.simulator')) ?? isOn)) return 0;
    let done = 0;
    for (const part of parts) if (!context.ending?.aborted) done += await part(context);
    return done;
  };
}
