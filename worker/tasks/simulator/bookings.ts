/**
 * The orders that a demo city's elders place: as many as its size asks for and no more than it can serve. The same
 * instant draws the same number with the same keys, so that however many workers run, nothing is booked twice.
 */
import { v7 } from 'uuid';
import { takeTurn } from '../../../db/audit/occasions.ts';
import { type Act, perform } from '../../../db/connect/act.ts';
import { Dice } from '../../../db/demo/dice.ts';
import { payerOf } from '../../../db/demo/funds.ts';
import { wishOf } from '../../../db/demo/plan.ts';
import { demand, type ElderToPlay, eldersToPlay } from '../../../db/demo/playing.ts';
import { type Booking, bookOrders } from '../../../db/orders/book.ts';
import { type Catalogue, catalogueAt } from '../../../db/services/catalogue.ts';
import type { Task } from '../task.ts';

/** How often the schedule runs the simulator. */
export const SIMULATOR_SECONDS = 10;
/** Who the simulator is in history and audit. */
export const SIMULATOR = 'demo:simulator';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const SHANGHAI = 8 * HOUR;
const SLOT = SIMULATOR_SECONDS * 1000;

/** 370,000 people receive 10 million visits a year. */
const ORDERS_AN_ELDER_AND_DAY = 0.074;
/** Nearly all of them are asked for by day; an hour of the night has a tenth of an hour of the day. */
const FROM_HOUR = 7;
const UNTIL_HOUR = 21;
const BY_NIGHT = 0.1;
const MOST_A_RUN = 20;
/** Nothing more is asked for once so many orders an elder are under way, or wait for a helper. */
const MOST_LIVE = 0.5;
const MOST_WAITING = 0.12;
/** So many elders are looked at to find those who ask. */
const LOOKED_AT = 400;

const slotOf = (at: Date): number => Math.floor(at.getTime() / SLOT);

/** How many orders so many elders place in the run at an instant: by chance about a mean, at most 20. */
export function ordersToPlace(elders: number, at: Date): number {
  const dice = new Dice(slotOf(at) % 2 ** 31);
  const hour = new Date(at.getTime() + SHANGHAI).getUTCHours();
  const share = hour >= FROM_HOUR && hour < UNTIL_HOUR ? 1 : BY_NIGHT;
  const mean = (elders * ORDERS_AN_ELDER_AND_DAY * share * SLOT) / ((UNTIL_HOUR - FROM_HOUR) * HOUR);
  const end = Math.exp(-mean);
  let count = 0;
  for (let left = dice.share(); left > end && count < MOST_A_RUN; left *= dice.share()) count += 1;
  return count;
}

/** Elders ask for something that they can pay for; none who can sign in, and none while too much is under way. */
export const bookings: Task = async ({ db, at, log }) => {
  const act: Act = { actorId: SIMULATOR, role: 'elder', onBehalfOf: null, at };
  const outcome = await perform(db, act, async (tx) => {
    if (!(await takeTurn(tx, 'simulator'))) return 0;
    const { elders, live, waiting } = await demand(tx, at);
    if (live >= MOST_LIVE * elders || waiting >= MOST_WAITING * elders) return 0;
    const count = ordersToPlace(elders, at);
    if (count === 0) return 0;
    const asking = await eldersToPlay(tx, at, count, LOOKED_AT / elders);
    const catalogue = await catalogueAt(tx, at);
    const dice = new Dice((slotOf(at) + 2 ** 30) % 2 ** 31);
    const keys = asking.map(() => keyOf(dice, at));
    const booked = await bookOrders(
      tx,
      act,
      asking.flatMap((elder, i) => bookingOf(keys[i] as string, dice, elder, catalogue, at) ?? []),
    );
    return booked.length;
  });
  if (outcome.ok) return outcome.value;
  log.info({ refusal: outcome.refusal }, 'nothing was booked for the played elders');
  return 0;
};

/** The key of the next order of a run: drawn before anything that depends on who asks, so that it repeats. */
function keyOf(dice: Dice, at: Date): string {
  const random = dice.bytes();
  return v7({ msecs: slotOf(at) * SLOT, random, seq: random[15] });
}

function bookingOf(
  id: string,
  dice: Dice,
  elder: ElderToPlay,
  catalogue: Catalogue,
  at: Date,
): Booking | null {
  const isUrgent = dice.chance(0.05);
  const service = catalogue.byCode.get(isUrgent ? 'urgent_help' : wishOf(dice, elder));
  const payer = service && payerOf(elder, service);
  if (!payer) return null;
  return { id, elderId: elder.id, serviceCode: service.code, payer, startAt: startFor(dice, at, isUrgent) };
}

/** Soon in half of all cases, while helpers are about; else in the daytime of tomorrow or the day after. */
function startFor(dice: Dice, at: Date, isUrgent: boolean): Date {
  const soon =
    at.getTime() + (isUrgent ? 20 : dice.chance(0.6) ? dice.whole(35, 120) : dice.whole(120, 180)) * MINUTE;
  const rounded = Math.ceil(soon / (5 * MINUTE)) * 5 * MINUTE;
  const hour = ((rounded + SHANGHAI) % DAY) / HOUR;
  if (hour >= 8 && hour < 18.5 && (isUrgent || dice.chance(0.5))) return new Date(rounded);
  const midnight = Math.floor((at.getTime() + SHANGHAI) / DAY) * DAY - SHANGHAI;
  return new Date(midnight + dice.whole(1, 2) * DAY + 8 * HOUR + dice.whole(0, 40) * 15 * MINUTE);
}
