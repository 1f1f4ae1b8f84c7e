/**
 * What the people of a small city do with its orders, in random order and several at once: each deed picks an order, an
 * offer or a visit by number and does with it what its role may do, whether or not it makes sense at that instant.
 */
import fc from 'fast-check';
import type { Outcome } from '../../../../db/connect/act.ts';
import { decideDisputes, secondDispute } from '../../../../db/disputes/decide.ts';
import { openDisputes } from '../../../../db/disputes/open.ts';
import { type DisputeOutcome, disputeOutcomes } from '../../../../db/disputes/rules.ts';
import { assignByHand } from '../../../../db/orders/assign.ts';
import { bookOrders } from '../../../../db/orders/book.ts';
import { swapCarer } from '../../../../db/orders/carers.ts';
import { cancelOrders } from '../../../../db/orders/end.ts';
import { answerOffers, withdrawOffers } from '../../../../db/orders/offer.ts';
import { checkIn, checkOut } from '../../../../db/visits/check.ts';
import { confirmVisits } from '../../../../db/visits/confirm.ts';
import { alerts } from '../../../../worker/tasks/alerts.ts';
import { expiry } from '../../../../worker/tasks/expiry.ts';
import { offers } from '../../../../worker/tasks/offers.ts';
import { settlement } from '../../../../worker/tasks/settlement.ts';
import { DOOR_CODE, HOME, ids, later, type SmallCity } from '../../../support/smallCity.ts';

/** Of the first provider, in the place of whose carer they can come. */
export const ANOTHER_CARER = '01900000-0000-7000-8000-000000002000';
const services = ['companionship', 'errands', 'bathing'] as const;
const people = [ids.near, ids.middle, ids.far, ids.carer, ids.otherCarer, ANOTHER_CARER] as const;

export type Deed =
  | { do: 'book'; service: (typeof services)[number]; inMinutes: number }
  | { do: 'accept' | 'decline'; nth: number }
  | { do: 'arrive' | 'leave'; nth: number; tellsCode: boolean }
  | { do: 'cancel' | 'confirm' | 'dispute' | 'withdraw'; nth: number }
  | { do: 'assign' | 'swap'; nth: number; person: number }
  | { do: 'decide'; nth: number; outcome: DisputeOutcome; amount: number }
  | { do: 'second'; nth: number; approve: boolean }
  | { do: 'work' };

/** What happens at one instant, at the same time; then so many minutes pass. */
export interface Scene {
  deeds: Deed[];
  thenMinutes: number;
}

const nth = fc.nat({ max: 11 });
const deed: fc.Arbitrary<Deed> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('book' as const),
      service: fc.constantFrom(...services),
      inMinutes: fc.integer({ min: 0, max: 300 }),
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constantFrom('accept' as const, 'accept' as const, 'decline' as const),
      nth,
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constantFrom('arrive' as const, 'leave' as const),
      nth,
      tellsCode: fc.boolean(),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constantFrom(
        'cancel' as const,
        'confirm' as const,
        'confirm' as const,
        'dispute' as const,
        'withdraw' as const,
      ),
      nth,
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constantFrom('assign' as const, 'swap' as const),
      nth,
      person: fc.nat({ max: people.length - 1 }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('decide' as const),
      nth,
      outcome: fc.constantFrom(...disputeOutcomes),
      amount: fc.integer({ min: 1, max: 60 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('second' as const), nth, approve: fc.boolean() }) },
  { weight: 6, arbitrary: fc.record({ do: fc.constant('work' as const) }) },
);

/** Random scenes of one to four deeds at once. */
export const story = (scenes: number): fc.Arbitrary<Scene[]> =>
  fc.array(
    fc.record({
      deeds: fc.array(deed, { minLength: 1, maxLength: 4 }),
      thenMinutes: fc.oneof(
        { weight: 6, arbitrary: fc.constantFrom(0, 1, 3, 5) },
        fc.constantFrom(20, 60, 180, 1440),
      ),
    }),
    { minLength: scenes / 2, maxLength: scenes },
  );

const then = (thenMinutes: number, ...deeds: Deed[]): Scene => ({ deeds, thenMinutes });
const book = { do: 'book', service: 'companionship', inMinutes: 60 } as const;
const work = { do: 'work' } as const;
const served: readonly Scene[] = [
  then(0, book),
  then(1, work),
  then(59, { do: 'accept', nth: 0 }),
  then(60, { do: 'arrive', nth: 0, tellsCode: false }),
  then(1, { do: 'leave', nth: 0, tellsCode: false }),
];

/** A story in which orders reach every state there is. */
export const everyState: Scene[] = [
  ...served,
  then(5, { do: 'confirm', nth: 0 }),
  ...served,
  then(5, { do: 'dispute', nth: 0 }),
  then(5, { do: 'decide', nth: 0, outcome: 'part', amount: 20 }),
  ...served,
  then(5, { do: 'dispute', nth: 0 }),
  then(5, { do: 'decide', nth: 0, outcome: 'nothing', amount: 0 }),
  ...served,
  then(5, { do: 'dispute', nth: 0 }),
  then(0, book),
  then(1, work),
  then(5, { do: 'cancel', nth: 0 }),
  then(0, book),
  then(1440, work),
  then(0, work),
];

type Done = Outcome<unknown> | 'worked' | 'nothing there';

/** Does it; a refusal is an answer like any other, and everything else that goes wrong is thrown. */
export async function doIt(city: SmallCity, deed: Deed): Promise<Done> {
  if (deed.do === 'work') {
    for (const task of [expiry, offers, alerts, settlement]) await city.work(task);
    return 'worked';
  }
  if (deed.do === 'book')
    return city.try('elder', (tx, act) =>
      bookOrders(tx, act, [
        {
          elderId: ids.wang,
          serviceCode: deed.service,
          startAt: later(city.at, deed.inMinutes),
          payer: deed.service === 'bathing' ? 'subsidy' : 'time_bank',
        },
      ]),
    );
  const target = await targetOf(city, deed);
  if (!target) return 'nothing there';
  const orderId = target.id;
  switch (deed.do) {
    case 'accept':
    case 'decline':
      return city.try('volunteer', (tx, act) =>
        answerOffers(tx, act, [
          deed.do === 'accept'
            ? { offerId: target.id, answer: 'accepted' }
            : { offerId: target.id, answer: 'declined', reason: 'busy' },
        ]),
      );
    case 'arrive':
    case 'leave':
      return city.try('volunteer', (tx, act) =>
        (deed.do === 'arrive' ? checkIn : checkOut)(tx, act, [
          {
            visitId: target.id,
            method: 'gps',
            position: HOME,
            accuracyMetres: 12,
            deviceAt: city.at,
            doorCode: deed.do === 'leave' && deed.tellsCode ? DOOR_CODE : null,
          },
        ]),
      );
    case 'cancel':
      return city.try('elder', (tx, act) => cancelOrders(tx, act, [{ orderId, reason: '计划有变' }]));
    case 'confirm':
      return city.try('elder', (tx, act) => confirmVisits(tx, act, [{ orderId }]));
    case 'dispute':
      return city.try('elder', (tx, act) =>
        openDisputes(tx, act, [{ orderId, reasonCode: 'too_short', text: '没有来够时间' }]),
      );
    case 'decide':
      return city.try('dispatcher', (tx, act) =>
        decideDisputes(tx, act, null, [
          { disputeId: target.id, outcome: deed.outcome, amount: deed.amount, text: '已向双方核实' },
        ]),
      );
    case 'second':
      return city.try('regulator', (tx, act) =>
        secondDispute(tx, act, null, { disputeId: target.id, approve: deed.approve, text: null }),
      );
    case 'withdraw':
      return city.try('dispatcher', (tx, act) => withdrawOffers(tx, act, [{ orderId, reason: '另作安排' }]));
    case 'assign':
      return city.try('dispatcher', (tx, act) =>
        assignByHand(tx, act, { orderId, personId: people[deed.person] as string, reason: '就近安排' }),
      );
    case 'swap':
      return city.try('provider', (tx, act) =>
        swapCarer(tx, act, ids.provider, {
          orderId,
          personId: people[deed.person] as string,
          place: 1,
          reason: '另派护理员',
        }),
      );
  }
}

/** The n-th of what the deed is about: mostly what it could be done with now, so that stories get somewhere. */
async function targetOf(city: SmallCity, deed: Exclude<Deed, { do: 'work' | 'book' }>) {
  const rows = await city.sql<{ id: string }[]>`
    select id from (
      select id, state = 'open' as fits from offers where ${deed.do === 'accept' || deed.do === 'decline'}
      union all
      select id, state = ${deed.do === 'arrive' ? 'planned' : 'started'} from visits where ${deed.do === 'arrive' || deed.do === 'leave'}
      union all
      select id, state = ${deed.do === 'decide' ? 'open' : 'proposed'} from disputes where ${deed.do === 'decide' || deed.do === 'second'}
      union all
      select id, case ${deed.do} when 'cancel' then state in ('requested', 'offered', 'accepted')
          when 'swap' then state = 'accepted' and channel = 'provider' when 'withdraw' then state in ('offered', 'accepted') when 'assign' then state in ('requested', 'offered')
          else state = 'finished' end
      from orders where ${['cancel', 'confirm', 'dispute', 'withdraw', 'assign', 'swap'].includes(deed.do)}) as found
    order by fits desc, id desc limit 12`;
  return rows[deed.nth % Math.max(1, Math.min(rows.length, 4 + (deed.nth % 9)))];
}
