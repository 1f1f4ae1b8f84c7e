/**
 * Carries a demo city's story out by the product's own commands, in the order of time: every act with its own instant,
 * many at once. What lies after `now` has not happened yet.
 */

import { complain } from '../complaints/take.ts';
import type { Act, Role } from '../connect/act.ts';
import type { Tx } from '../connect/database.ts';
import { decideDisputes } from '../disputes/decide.ts';
import { openDisputes } from '../disputes/open.ts';
import { bookOrders } from '../orders/book.ts';
import { cancelOrders, leaveUnserved } from '../orders/end.ts';
import { answerOffers, type OfferAnswer, sendOffers } from '../orders/offer.ts';
import { lockOrders } from '../orders/transition.ts';
import { grantThisMonth } from '../people/grants.ts';
import { checkIn, checkOut } from '../visits/check.ts';
import { confirmVisits, settleDue } from '../visits/confirm.ts';
import type { Check } from '../visits/evidence.ts';
import { rateVisits } from '../visits/rate.ts';
import { DAY, type Planned, type Step } from './plan.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const SHANGHAI = 8 * HOUR;

/** Who decides is not who objected. */
const DESK = 'demo:desk';

/** What is done to a set of orders at an instant. */
interface Deed {
  at: number;
  name: keyof typeof deeds;
  orders: Planned[];
}

/** Order ids to the ids of what has come of them. */
interface Books {
  offerOf: Map<string, string>;
  visitOf: Map<string, string>;
  disputeOf: Map<string, string>;
}

/** Lives through days; `each` is told after every deed how many of all are done. */
export async function live(
  tx: Tx,
  planned: readonly Planned[],
  span: { from: number; now: number },
  each: (done: number, all: number) => Promise<void>,
): Promise<void> {
  const all = deedsOf(planned, span);
  const books: Books = { offerOf: new Map(), visitOf: new Map(), disputeOf: new Map() };
  for (const [i, deed] of all.entries()) {
    const { role, run } = deeds[deed.name];
    const act: Act = { actorId: 'demo', role, onBehalfOf: null, at: new Date(deed.at) };
    await run(tx, act, deed.orders, books);
    await each(i + 1, all.length);
  }
}

const deeds = {
  grant: deed('system', async (tx, act) => grantThisMonth(tx, act)),
  book: deed('elder', async (tx, act, orders) => {
    await bookOrders(
      tx,
      act,
      orders.map((one) => ({
        id: one.orderId,
        elderId: one.elder.personId,
        serviceCode: one.serviceCode,
        startAt: new Date(one.startAt),
        minutes: one.minutes,
        payer: one.payer,
      })),
    );
  }),
  offer: deed('system', (tx, act, orders, books) => ask(tx, act, orders, books, 0)),
  answer: deed('volunteer', (tx, act, orders, books) =>
    answer(tx, act, books, orders, (one) =>
      one.declined ? { answer: 'declined', reason: one.declined } : { answer: 'accepted' },
    ),
  ),
  offerAgain: deed('system', (tx, act, orders, books) => ask(tx, act, orders, books, 1)),
  answerAgain: deed('volunteer', (tx, act, orders, books) =>
    answer(tx, act, books, orders, () => ({ answer: 'accepted' })),
  ),
  cancel: deed('elder', async (tx, act, orders) => {
    await cancelOrders(
      tx,
      act,
      orders.map((one) => ({ orderId: one.orderId, reason: 'plans' })),
    );
  }),
  checkIn: deed('carer', async (tx, act, orders, books) => {
    await checkIn(
      tx,
      act,
      orders.map((one) => checkOf(one, one.checkIn, books)),
    );
  }),
  checkOut: deed('carer', async (tx, act, orders, books) => {
    await checkOut(
      tx,
      act,
      orders.map((one) => checkOf(one, one.checkOut, books)),
    );
  }),
  giveUp: deed('system', async (tx, act, orders) => {
    await leaveUnserved(
      tx,
      act,
      orders.map((one) => ({
        orderId: one.orderId,
        reason: one.fate === 'missed' ? 'missed' : 'nobody:none_near',
      })),
    );
  }),
  confirm: deed('elder', async (tx, act, orders) => {
    await confirmVisits(
      tx,
      act,
      orders.map((one) => ({ orderId: one.orderId })),
    );
  }),
  dispute: deed('elder', async (tx, act, orders, books) => {
    const opened = await openDisputes(
      tx,
      act,
      orders.map((one) => ({ orderId: one.orderId, reasonCode: 'too_short', text: '服务时间与实际不符' })),
    );
    for (const { orderId, id } of opened) books.disputeOf.set(orderId, id);
  }),
  rate: deed('elder', async (tx, act, orders) => {
    await rateVisits(
      tx,
      act,
      orders.map((one) => {
        const [attitude = 5, skill = 5, punctuality = 5, outcome = 5] = one.rating ?? [];
        return { orderId: one.orderId, source: 'elder', attitude, skill, punctuality, outcome };
      }),
    );
  }),
  complain: deed('elder', async (tx, act, orders) => {
    await complain(
      tx,
      act,
      orders.map((one) => ({
        orderId: one.orderId,
        kind: one.complaint ?? 'other',
        text: one.complaint === 'late' ? '来晚了半个多小时，也没有打电话。' : '希望以后能更仔细一些。',
      })),
    );
  }),
  settle: deed('system', async (tx, act, orders) => {
    await settleDue(
      tx,
      act,
      orders.map((one) => one.orderId),
    );
  }),
  decide: deed('dispatcher', async (tx, act, orders, books) => {
    await decideDisputes(
      tx,
      { ...act, actorId: DESK },
      null,
      orders.map((one) => ({
        disputeId: books.disputeOf.get(one.orderId) as string,
        outcome: 'all',
        text: '已与双方核实，服务时间属实。',
      })),
    );
  }),
};

function deed(role: Role, run: (tx: Tx, act: Act, orders: Planned[], books: Books) => Promise<void>) {
  return { role, run };
}

async function ask(tx: Tx, act: Act, orders: Planned[], books: Books, turn: 0 | 1): Promise<void> {
  const sent = await sendOffers(
    tx,
    act,
    orders.flatMap((one) => {
      const choice = one.offers[turn];
      return choice ? [{ ...choice, orderId: one.orderId, wave: turn + 1 }] : [];
    }),
  );
  for (const offer of sent) books.offerOf.set(offer.orderId, offer.id);
}

async function answer(
  tx: Tx,
  act: Act,
  books: Books,
  orders: Planned[],
  say: (one: Planned) => Omit<OfferAnswer, 'offerId'>,
): Promise<void> {
  await answerOffers(
    tx,
    act,
    orders.map((one) => ({ offerId: books.offerOf.get(one.orderId) as string, ...say(one) })),
  );
  const rows = await lockOrders(
    tx,
    orders.map((one) => one.orderId),
  );
  for (const row of rows.values()) if (row.visitId) books.visitOf.set(row.id, row.visitId);
}

function checkOf(one: Planned, step: Step, books: Books): Check {
  return {
    visitId: books.visitOf.get(one.orderId) as string,
    method: step.method,
    position: step.position,
    accuracyMetres: step.position ? 15 : null,
    deviceAt: new Date(step.at),
    exception: step.exception,
    doorCode: step.tellsDoorCode ? one.elder.doorCode : null,
  };
}

/** All deeds that have happened by `now`, in order; those of one instant in the order of `deeds`. */
function deedsOf(planned: readonly Planned[], { from, now }: { from: number; now: number }): Deed[] {
  const found = new Map<string, Deed>();
  const names = Object.keys(deeds) as (keyof typeof deeds)[];
  function add(name: keyof typeof deeds, at: number, one: Planned): void {
    if (at > now) return;
    const key = `${String(at).padStart(15, '0')}:${String(names.indexOf(name)).padStart(2, '0')}`;
    const deed = found.get(key);
    if (deed) deed.orders.push(one);
    else found.set(key, { at, name, orders: [one] });
  }
  for (const one of planned) addVisit(one, now, add);
  for (const at of monthsBegun(from, now))
    found.set(String(at).padStart(15, '0'), { at, name: 'grant', orders: [] });
  return [...found].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, deed]) => deed);
}

function addVisit(
  one: Planned,
  now: number,
  add: (name: keyof typeof deeds, at: number, one: Planned) => void,
): void {
  const midnight = Math.floor((one.startAt + SHANGHAI) / DAY) * DAY - SHANGHAI;
  const evening = midnight + 19 * HOUR + 40 * MINUTE;
  const isMorning = one.window < 2;
  /** Now, of a step that has happened but whose batch is still to come; what is still to happen is not done before. */
  const soonest = (at: number, batch: number) => (at <= now ? Math.min(batch, now) : Math.max(batch, at));

  add('book', one.bookAt, one);
  if (one.offers.length > 0) {
    add('offer', one.bookAt + 3 * MINUTE, one);
    add('answer', one.bookAt + 8 * MINUTE, one);
  }
  if (one.declined) {
    add('offerAgain', one.bookAt + 10 * MINUTE, one);
    add('answerAgain', one.bookAt + 14 * MINUTE, one);
  }
  if (one.fate === 'cancelled') add('cancel', midnight - 4 * HOUR, one);
  if (one.fate === 'missed' || one.fate === 'unserved') add('giveUp', evening, one);
  if (one.fate !== 'served') return;

  const inBatch = soonest(one.checkIn.at, midnight + (isMorning ? 12 : 17.5) * HOUR);
  const outBatch = soonest(one.checkOut.at, isMorning ? midnight + 14 * HOUR : evening - 5 * MINUTE);
  add('checkIn', inBatch, one);
  add('checkOut', outBatch, one);
  if (outBatch > now) return;
  if (one.confirmed === 'elder') add('confirm', evening + 20 * MINUTE, one);
  if (one.confirmed === 'disputed') {
    add('dispute', evening + 25 * MINUTE, one);
    add('decide', midnight + 5 * DAY + 10 * HOUR, one);
  }
  if (one.rating && one.confirmed !== 'disputed') add('rate', evening + 50 * MINUTE, one);
  if (one.complaint) add('complain', evening + HOUR, one);
  if (one.confirmed === 'nobody') add('settle', midnight + 2 * DAY + 21 * HOUR, one);
}

/** The first instants in Nanjing of the months that begin in a span. */
function monthsBegun(from: number, until: number): number[] {
  const months: number[] = [];
  const first = new Date(from + SHANGHAI);
  for (let i = 1; ; i++) {
    const at = Date.UTC(first.getUTCFullYear(), first.getUTCMonth() + i, 1) - SHANGHAI;
    if (at > until) return months;
    months.push(at);
  }
}
