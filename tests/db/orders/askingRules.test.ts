import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Askable,
  askFrom,
  askUntil,
  endOfQuiet,
  firstAsking,
  isToEscalate,
  nextLook,
  nextRound,
  offerExpiry,
  type ToAsk,
} from '../../../db/orders/askingRules.ts';
import { type OrdersPolicy, urgencies } from '../../../db/orders/rules.ts';
import { later } from '../../support/smallCity.ts';

const policy = {
  answerMinutes: { urgent: 3, same_day: 10, normal: 120 },
  startToleranceMinutes: 30,
  asking: firstAsking,
} as OrdersPolicy;
/** Ten in the morning in Nanjing. */
const ten = new Date('2026-11-23T02:00:00Z');
const at = (hour: number, minute = 0, day = 0) => later(ten, (hour - 10) * 60 + minute + day * 1440);

const orderOf = (more: Partial<ToAsk> = {}): ToAsk => {
  const startAt = more.startAt ?? at(15, 0, 2);
  return {
    channel: 'volunteer',
    urgency: 'normal',
    startAt,
    latestStartAt: later(startAt, 30),
    createdAt: ten,
    escalatedAt: null,
    ...more,
  };
};

const people = (...metres: number[]): (Askable & { n: number })[] =>
  metres.map((distanceMetres, n) => ({ n, distanceMetres, silent: false, backup: false }));
const asked = (...input: Parameters<typeof nextRound<Askable & { n: number }>>) =>
  nextRound(...input).map(({ n }) => n);

describe('who is asked next', () => {
  const able = people(100, 200, 300, 400, 2000, 2500, 4000);

  it('is the best one, then three, then six, ever farther away', () => {
    expect(asked(orderOf(), 1, able, firstAsking)).toEqual([0]);
    expect(asked(orderOf(), 2, able.slice(1), firstAsking)).toEqual([1, 2, 3]);
    expect(asked(orderOf(), 3, able.slice(4), firstAsking)).toEqual([4, 5, 6]);
  });

  it('is five at once when it is urgent', () => {
    expect(asked(orderOf({ urgency: 'urgent' }), 1, able, firstAsking)).toEqual([0, 1, 2, 3]);
    expect(asked(orderOf({ urgency: 'urgent' }), 2, able, firstAsking)).toEqual([0, 1, 2, 3, 4, 5]);
  });

  it('is whoever there is where the neighbourhood is empty', () => {
    expect(asked(orderOf(), 1, people(2000, 4000), firstAsking)).toEqual([0]);
    expect(asked(orderOf(), 1, people(9000), firstAsking)).toEqual([0]);
  });

  it('is the backup pool only when the waves are over or nobody else is left', () => {
    const [one, two] = people(100, 200);
    const spare = { ...two!, backup: true };
    expect(asked(orderOf(), 1, [spare, one!], firstAsking)).toEqual([0]);
    expect(asked(orderOf(), 2, [spare], firstAsking)).toEqual([1]);
    expect(asked(orderOf(), 4, [one!, spare], firstAsking)).toEqual([1]);
  });

  it('is nobody who stayed silent, until a dispatcher knows', () => {
    const silent = people(100).map((one) => ({ ...one, silent: true }));
    expect(asked(orderOf(), 2, silent, firstAsking)).toEqual([]);
    expect(asked(orderOf({ escalatedAt: ten }), 2, silent, firstAsking)).toEqual([0]);
    expect(asked(orderOf({ channel: 'provider' }), 2, silent, firstAsking)).toEqual([]);
  });

  it('is one provider after the other', () => {
    expect(asked(orderOf({ channel: 'provider', urgency: 'urgent' }), 9, able, firstAsking)).toEqual([0]);
  });
});

describe('the quiet hours', () => {
  it('last from nine in the evening to seven in the morning', () => {
    expect(endOfQuiet(firstAsking, at(20, 59))).toBeNull();
    expect(endOfQuiet(firstAsking, at(21))).toEqual(at(7, 0, 1));
    expect(endOfQuiet(firstAsking, at(6, 59))).toEqual(at(7));
    expect(endOfQuiet(firstAsking, at(7))).toBeNull();
  });

  it('let an ask wait for the morning where the start leaves time, and no other', () => {
    expect(askFrom(policy, orderOf(), at(22))).toEqual(at(7, 0, 1));
    expect(askFrom(policy, orderOf({ startAt: at(8, 30, 1) }), at(22))).toEqual(at(22));
    expect(askFrom(policy, orderOf({ urgency: 'urgent' }), at(22))).toEqual(at(22));
    expect(askFrom(policy, orderOf({ channel: 'provider' }), at(22))).toEqual(at(22));
    expect(askFrom(policy, orderOf(), at(12))).toEqual(at(12));
  });

  it('are no time to answer in', () => {
    expect(offerExpiry(policy, orderOf(), at(20))).toEqual(at(8, 0, 1));
    expect(offerExpiry(policy, orderOf({ startAt: at(7, 30, 1) }), at(20))).toEqual(at(22));
    expect(offerExpiry(policy, orderOf({ channel: 'provider' }), at(20))).toEqual(at(22));
    expect(offerExpiry(policy, orderOf(), at(12))).toEqual(at(14));
  });
});

describe('the end of an offer', () => {
  it('is never after the latest start, and never at once', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...urgencies),
        fc.integer({ min: -600, max: 6000 }),
        fc.integer({ min: 0, max: 1439 }),
        (urgency, ahead, minute) => {
          const sentAt = later(at(0), minute);
          const order = orderOf({ urgency, startAt: later(sentAt, ahead - 30) });
          const expiry = offerExpiry(policy, order, sentAt).getTime();
          expect(expiry).toBeGreaterThanOrEqual(later(sentAt, 1).getTime());
          expect(expiry).toBeLessThanOrEqual(
            later(sentAt, policy.answerMinutes[urgency] + 10 * 60).getTime(),
          );
          if (ahead >= 1) expect(expiry).toBeLessThanOrEqual(order.latestStartAt.getTime());
        },
      ),
    );
  });
});

describe('an order that nobody was found for', () => {
  it('is looked at again ever more seldom, and not after its time', () => {
    const order = orderOf({ escalatedAt: at(10) });
    expect(nextLook(policy, order, at(10))).toEqual(at(10, 10));
    expect(nextLook(policy, order, at(10, 40))).toEqual(at(11, 20));
    expect(nextLook(policy, order, at(18))).toEqual(at(19));
    expect(nextLook(policy, { ...order, startAt: at(18), latestStartAt: at(18, 30) }, at(18))).toEqual(
      at(18, 30),
    );
  });

  it('is put before a dispatcher once, from three days before its start', () => {
    expect(isToEscalate(policy, orderOf({ startAt: at(10, 0, 3) }), ten)).toBe(true);
    expect(isToEscalate(policy, orderOf({ startAt: at(10, 1, 3) }), ten)).toBe(false);
    expect(isToEscalate(policy, orderOf({ escalatedAt: ten }), ten)).toBe(false);
  });

  it('is asked for until its latest start, and four hours after the start once a visit was missed', () => {
    const startAt = ten;
    expect(askUntil(policy, { startAt, latestStartAt: later(startAt, 30) })).toEqual(later(startAt, 30));
    expect(askUntil(policy, { startAt, latestStartAt: later(startAt, 90) })).toEqual(later(startAt, 240));
  });
});
