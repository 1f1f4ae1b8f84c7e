/**
 * The simulator of a demo city: plays volunteers, carers and elders by the product's own commands, so that the city
 * lives on after its first day. People who can sign in are left to those who do. It does nothing in a city that is
 * not marked as a demo, and stops when an administrator turns its switch off.
 */
import { takeTurn } from '../../db/audit/occasions.ts';
import { readSwitch } from '../../db/audit/switches.ts';
import { type Act, perform, type Role } from '../../db/connect/act.ts';
import type { Tx } from '../../db/connect/database.ts';
import { Dice } from '../../db/demo/dice.ts';
import { payerOf } from '../../db/demo/funds.ts';
import { luckOf, standingOf } from '../../db/demo/luck.ts';
import { moved } from '../../db/demo/people.ts';
import { answersOf, wishOf } from '../../db/demo/plan.ts';
import {
  arrivalsToPlay,
  confirmationsToPlay,
  demand,
  departuresToPlay,
  type ElderToPlay,
  eldersToPlay,
  offersToPlay,
  ratingsToPlay,
  type VisitToPlay,
} from '../../db/demo/playing.ts';
import { type Booking, bookOrders } from '../../db/orders/book.ts';
import { answerOffers } from '../../db/orders/offer.ts';
import { type ElderToServe, eldersToServe } from '../../db/people/eldersToServe.ts';
import { type Catalogue, catalogueAt } from '../../db/services/catalogue.ts';
import { type Check, checkIn, checkOut } from '../../db/visits/check.ts';
import { confirmVisits } from '../../db/visits/confirm.ts';
import { rateVisits } from '../../db/visits/rate.ts';
import { inBatches } from './inBatches.ts';
import type { Task } from './task.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const SHANGHAI = 8 * HOUR;
const BATCH = 200;

/** How often the schedule runs it. */
export const SIMULATOR_SECONDS = 12;
/** By day one of so many elders asks for something each minute; at night half as many do. */
const ELDERS_A_MINUTE = 3_000;
/** Nothing more is asked for once so many orders an elder are under way, or wait for a helper. */
const MOST_LIVE = 0.5;
const MOST_WAITING = 0.12;

const played = (act: Act, role: Role): Act => ({ ...act, actorId: 'demo', role });

/** The role in which somebody answers and comes. */
const answering = { volunteer: 'volunteer', carer: 'provider' } as const;
const coming = { volunteer: 'volunteer', carer: 'carer' } as const;
const kinds = ['volunteer', 'carer'] as const;

/** Those asked say yes, mostly; nobody answers twice in one batch, as the first answer may make them busy. */
const answers = inBatches({
  name: 'simulator: answers',
  batch: BATCH,
  async due(tx, at, limit, except) {
    const found = await offersToPlay(tx, at, limit, except);
    return [...new Map(found.reverse().map((offer) => [offer.personId, offer])).values()];
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
    await rateVisits(
      tx,
      played(act, 'elder'),
      settled.map(({ id, providerId, late }) => {
        const dice = new Dice(Number.parseInt(id.slice(-7), 16));
        const [attitude, skill, punctuality, outcome] = answersOf(dice, standingOf(providerId), late);
        return { orderId: id, source: 'elder', attitude, skill, punctuality, outcome };
      }),
    );
    return settled.length;
  },
});

/** Elders ask for something: as many as fit the size of the city, and none while too much is waiting. */
const bookings: Task = async ({ db, at, log }) => {
  const act: Act = { actorId: 'demo', role: 'elder', onBehalfOf: null, at };
  const outcome = await perform(db, act, async (tx) => {
    if (!(await takeTurn(tx, 'simulator'))) return 0;
    const { elders, live, waiting } = await demand(tx, at);
    if (live >= MOST_LIVE * elders || waiting >= MOST_WAITING * elders) return 0;
    const dice = new Dice(Math.floor(at.getTime() / 1000) % 2 ** 31);
    const hour = new Date(at.getTime() + SHANGHAI).getUTCHours();
    const aMinute = (elders / ELDERS_A_MINUTE) * (hour >= 7 && hour < 21 ? 1 : 0.5);
    const expected = (aMinute * SIMULATOR_SECONDS) / 60;
    const count = Math.floor(expected) + (dice.chance(expected % 1) ? 1 : 0);
    if (count === 0) return 0;
    const asking = await eldersToPlay(tx, at, count, (30 * count) / elders);
    const catalogue = await catalogueAt(tx, at);
    const booked = await bookOrders(
      tx,
      act,
      asking.flatMap((elder) => bookingOf(dice, elder, catalogue, at) ?? []),
    );
    return booked.length;
  });
  if (outcome.ok) return outcome.value;
  log.info({ refusal: outcome.refusal }, 'nothing was booked for the played elders');
  return 0;
};

function bookingOf(dice: Dice, elder: ElderToPlay, catalogue: Catalogue, at: Date): Booking | null {
  const isUrgent = dice.chance(0.05);
  const service = catalogue.byCode.get(isUrgent ? 'urgent_help' : wishOf(dice, elder.abilityLevel));
  const payer = service && payerOf(elder, service);
  if (!payer) return null;
  return { elderId: elder.id, serviceCode: service.code, payer, startAt: startFor(dice, at, isUrgent) };
}

/** Soon in half of all cases, while helpers are about; else in the daytime of tomorrow or the day after. */
function startFor(dice: Dice, at: Date, isUrgent: boolean): Date {
  const soon =
    at.getTime() + (isUrgent ? 15 : dice.chance(0.6) ? dice.whole(35, 120) : dice.whole(120, 360)) * MINUTE;
  const rounded = Math.ceil(soon / (5 * MINUTE)) * 5 * MINUTE;
  const hour = ((rounded + SHANGHAI) % DAY) / HOUR;
  if (hour >= 8 && hour < 18.5 && (isUrgent || dice.chance(0.5))) return new Date(rounded);
  const midnight = Math.floor((at.getTime() + SHANGHAI) / DAY) * DAY - SHANGHAI;
  return new Date(midnight + dice.whole(1, 2) * DAY + 8 * HOUR + dice.whole(0, 40) * 15 * MINUTE);
}

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
