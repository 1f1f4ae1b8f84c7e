import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { unseal } from '../../../db/connect/seal.ts';
import type { OrderRow } from '../../../db/orders/transition.ts';
import { checkIn, checkOut } from '../../../db/visits/check.ts';
import { confirmVisits } from '../../../db/visits/confirm.ts';
import { doorSteps } from '../../../db/visits/doorCodes.ts';
import type { Check } from '../../../db/visits/evidence.ts';
import { explainCheck } from '../../../db/visits/explain.ts';
import { takeWord, type Word } from '../../../db/visits/word.ts';
import { offers } from '../../../worker/tasks/offers.ts';
import { moreCarers } from '../../support/moreHelpers.ts';
import {
  DOOR_CODE,
  HOME,
  ids,
  later,
  refusalOf,
  type SmallCity,
  smallCity,
} from '../../support/smallCity.ts';
import { acceptedOrder, answer, arrive, checkOf, leave } from '../../support/visits.ts';

let city: SmallCity;
beforeEach(async () => {
  city = await smallCity();
});
afterEach(() => city.close());

const nowhere = { position: null, accuracyMetres: null };
const evidence = (visitId: string) => city.sql`
  select kind, method, trust, exception, reason_code, action_code, signals, outcome from visit_evidence
  where visit_id = ${visitId} order by kind, received_at`;
const phone = (skewSeconds: number) => ({
  id: ids.near,
  counter: 1,
  skewSeconds,
  signed: '{"kind":"check_in"}',
  signature: Buffer.alloc(64, 1),
});

describe('a check (S7)', () => {
  it('without a position or a reason is taken; the reason is told afterwards, beside the evidence', async () => {
    const order = await acceptedOrder(city);
    const visitId = order.visitId as string;
    await arrive(city, order.id, nowhere);
    expect(await evidence(visitId)).toMatchObject([
      { method: 'gps', trust: 2, exception: 'not_explained', reason_code: null },
    ]);
    const explain = (about: 'check_in' | 'check_out') =>
      city.try('volunteer', (tx, act) =>
        explainCheck(tx, act, { visitId, about, reasonCode: 'device_217', text: '手机没电' }),
      );
    expect(refusalOf(await explain('check_out'))?.code).toBe('not_found');
    expect((await explain('check_in')).ok).toBe(true);
    expect((await evidence(visitId))[0]?.reason_code).toBeNull();
    const [told] = await city.sql`
      select about, reason_code from visit_notes where visit_id = ${visitId} and kind = 'reason'`;
    expect(told).toEqual({ about: 'check_in', reason_code: 'device_217' });
    city.wait(8 * 1440);
    expect(refusalOf(await explain('check_in'))).toMatchObject({ code: 'times_locked', params: { days: 7 } });
  });

  it('is trusted more by a code that changes than by the digits that stay the same', async () => {
    const order = await acceptedOrder(city);
    const visitId = order.visitId as string;
    const [shown] = doorSteps({ elderId: ids.wang, version: 1 }, city.at, 1, {
      doorStepSeconds: 30,
      doorToleranceSeconds: 90,
    });
    await arrive(city, order.id, { ...nowhere, code: shown?.text });
    city.wait(30);
    await leave(city, order.id, { ...nowhere, doorCode: DOOR_CODE });
    expect(await evidence(visitId)).toMatchObject([
      { kind: 'check_in', method: 'qr', trust: 4, exception: null },
      { kind: 'check_out', method: 'door_code', trust: 3, exception: null },
    ]);
  });

  it('by a clock that is off by less than it is flagged for still fits the code that was shown', async () => {
    const order = await acceptedOrder(city);
    const [shown] = doorSteps({ elderId: ids.wang, version: 1 }, city.at, 1, {
      doorStepSeconds: 30,
      doorToleranceSeconds: 90,
    });
    await arrive(city, order.id, {
      deviceAt: later(city.at, 115 / 60),
      device: phone(115),
      code: shown?.text,
    });
    expect(await evidence(order.visitId as string)).toMatchObject([
      { method: 'qr', trust: 5, exception: null, signals: [] },
    ]);
  });

  it('keeps what the phone signed, and marks what is odd without refusing it', async () => {
    const order = await acceptedOrder(city);
    const visitId = order.visitId as string;
    city.wait(40);
    await arrive(city, order.id, {
      deviceAt: later(city.at, -150),
      device: phone(-7200),
      mockLocation: true,
    });
    const [kept] = await city.sql<{ signed_sealed: Buffer; signature: Buffer }[]>`
      select signed_sealed, signature from visit_evidence where visit_id = ${visitId}`;
    expect(unseal(kept?.signed_sealed ?? null)).toBe('{"kind":"check_in"}');
    expect(kept?.signature).toEqual(Buffer.alloc(64, 1));
    await leave(city, order.id, { deviceAt: later(city.at, -60) });
    expect((await evidence(visitId)).map(({ signals }) => signals)).toEqual([
      ['late', 'clock_off', 'mock_location'],
      ['late', 'before_check_in'],
    ]);
    const [visit] = await city.sql`
      select check_in_at, check_out_at, verified_minutes from visits where id = ${visitId}`;
    expect(visit).toEqual({
      check_in_at: later(city.at, -30),
      check_out_at: later(city.at, -30),
      verified_minutes: 1,
    });
  });
});

describe('proof by word (S7)', () => {
  const word = (order: OrderRow, given: Partial<Word>) =>
    city.try('station', (tx, act) =>
      takeWord(tx, act, {
        visitId: order.visitId as string,
        method: 'paper',
        kind: 'check_in',
        at: city.at,
        ...given,
      }),
    );

  it('is taken from the family, and from a sheet of paper with why and what was done', async () => {
    const order = await acceptedOrder(city);
    const came = city.at;
    city.wait(100 * 60);
    expect((await word(order, { method: 'family', at: came })).ok).toBe(true);
    const left = { kind: 'check_out', at: later(came, 50) } as const;
    expect(refusalOf(await word(order, left))).toMatchObject({ code: 'reason_needed', field: 'reasonCode' });
    const sheet = { ...left, reasonCode: 'no_call_out_209', actionCode: 'timesheet_signed_19' } as const;
    expect(refusalOf(await word(order, { ...sheet, at: later(city.at, 1) }))?.field).toBe('at');
    expect((await word(order, { ...sheet, note: '纸质记录第 12 页' })).ok).toBe(true);
    expect(await evidence(order.visitId as string)).toMatchObject([
      { method: 'family', trust: 2, exception: null },
      { method: 'paper', trust: 1, reason_code: 'no_call_out_209', action_code: 'timesheet_signed_19' },
    ]);
    const [visit] = await city.sql`select verified_minutes, trust from visits where id = ${order.visitId}`;
    expect(visit).toEqual({ verified_minutes: 50, trust: 1 });
  });

  it('comes too late when times are locked', async () => {
    const order = await acceptedOrder(city);
    const came = city.at;
    city.wait(8 * 1440);
    const sheet = { reasonCode: 'not_reported_214', actionCode: 'timesheet_signed_19', at: came } as const;
    expect(refusalOf(await word(order, sheet))).toMatchObject({ code: 'times_locked', field: 'at' });
  });
});

describe('a visit of two carers (D1)', () => {
  it('has begun when both have come and is over when both have gone, and is paid once', async () => {
    await moreCarers(city, 1, ids.provider);
    const booked = await city.book({ serviceCode: 'bathing', payer: 'subsidy' });
    await city.sql`update orders set carers_needed = 2 where id = ${booked.id}`;
    await city.work(offers);
    await answer(city, booked.id);
    const { visitId, secondVisitId, startAt } = await city.order(booked.id);
    city.at = startAt;
    const check = async (command: typeof checkIn, id: string | null, more: Partial<Check> = {}) => {
      const one = { ...(await checkOf(city, booked.id)), position: HOME, visitId: id as string, ...more };
      await city.do('carer', (tx, act) => command(tx, act, [one]));
      return (await city.order(booked.id)).state;
    };
    expect(await check(checkIn, visitId)).toBe('accepted');
    city.wait(10);
    expect(await check(checkOut, visitId, { doorCode: DOOR_CODE })).toBe('accepted');
    expect(await check(checkIn, secondVisitId)).toBe('started');
    city.wait(40);
    expect(await check(checkOut, secondVisitId)).toBe('finished');
    await city.do('elder', (tx, act) => confirmVisits(tx, act, [{ orderId: booked.id }]));
    // 90 yuan less the fifth that the elder pays themselves.
    expect(await city.account(ids.provider, 'provider', 'fen')).toEqual({ balance: 7200, held: 0 });
    const both = await city.sql`select state, verified_minutes from visits order by place`;
    expect(both).toEqual([
      { state: 'settled', verified_minutes: 10 },
      { state: 'settled', verified_minutes: 40 },
    ]);
    const paid = await city.sql`select visit_id from settlements where order_id = ${booked.id}`;
    expect(paid).toEqual([{ visit_id: visitId }]);
  });
});
