/** Care plans: what is booked ahead, once, and what a change of the plan leaves alone. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Act, refuse } from '../../../db/connect/act.ts';
import type { Tx } from '../../../db/connect/database.ts';
import { dayOf } from '../../../db/connect/days.ts';
import { answerOffers } from '../../../db/orders/offer.ts';
import { offersOfOrder } from '../../../db/orders/offerViews.ts';
import {
  changePlan,
  exceptDays,
  lockPlan,
  type PlanChange,
  restoreDays,
  resumePlan,
  splitPlan,
  stopPlan,
} from '../../../db/plans/change.ts';
import { makePlan, type NewPlan } from '../../../db/plans/make.ts';
import type { PlanRow } from '../../../db/plans/materialise.ts';
import { findPlan, previewPlan } from '../../../db/plans/planViews.ts';
import { offers } from '../../../worker/tasks/offers.ts';
import { recurrence } from '../../../worker/tasks/recurrence.ts';
import { ids, later, refusalOf, type SmallCity, smallCity } from '../../support/smallCity.ts';

const DAY = 24 * 60;
let city: SmallCity;
beforeEach(async () => {
  city = await smallCity();
  await city.bank(ids.wang, 6000);
});
afterEach(() => city.close());

/** 王's company every day at eleven, unless said otherwise. */
const make = (asked: Partial<NewPlan> = {}, role: Act['role'] = 'elder') =>
  city.try(role, (tx, act) =>
    makePlan(tx, act, {
      elderId: ids.wang,
      serviceCode: 'companionship',
      payer: 'time_bank',
      firstAt: later(city.at, 60),
      rule: 'FREQ=DAILY',
      holidays: 'keep',
      ...asked,
    }),
  );
async function made(asked: Partial<NewPlan> = {}): Promise<PlanRow> {
  const outcome = await make(asked);
  if (!outcome.ok) throw new Error(JSON.stringify(outcome.refusal));
  return outcome.value;
}
const doTo = (plan: PlanRow, work: (tx: Tx, act: Act, locked: PlanRow) => Promise<PlanRow>) =>
  city.try('elder', async (tx, act) =>
    work(tx, act, await lockPlan(tx, plan.id, null, ['active', 'paused'])),
  );
const change = (plan: PlanRow, what: PlanChange) =>
  doTo(plan, (tx, act, locked) => changePlan(tx, act, locked, what));

const ordersOf = (plan: Pick<PlanRow, 'id'>) => city.sql<
  { id: string; state: string; day: string; plan_at: Date | null; minutes: number }[]
>`select id, state, to_char(start_at at time zone 'Asia/Shanghai', 'YYYY-MM-DD HH24:MI') as day, plan_at, minutes
  from orders where plan_id = ${plan.id} order by start_at, id`;
const live = async (plan: Pick<PlanRow, 'id'>) =>
  (await ordersOf(plan)).filter((order) => order.state !== 'cancelled');
const became = (plan: Pick<PlanRow, 'id'>, state: string) =>
  city.sql<
    { reason: string | null }[]
  >`select reason from plan_occurrences where plan_id = ${plan.id} and state = ${state} order by at`;

describe('a care plan', () => {
  it('is booked 14 days ahead, each visit once, day by day, by however many workers', async () => {
    const plan = await made();
    expect(await live(plan)).toHaveLength(14);
    expect(await city.account(ids.wang)).toMatchObject({ held: expect.any(Number) });
    for (let day = 1; day <= 3; day++) {
      city.wait(DAY);
      await Promise.all([1, 2, 3].map(() => city.work(recurrence)));
      expect(await live(plan)).toHaveLength(14 + day);
    }
    const starts = (await live(plan)).map((order) => order.day);
    expect(new Set(starts).size).toBe(starts.length);
  });

  it('carries on where a worker was killed: what it did not commit is done by the next, once', async () => {
    const plan = await made();
    city.wait(2 * DAY);
    const { materialise } = await import('../../../db/plans/materialise.ts');
    const killed = await city.try('system', async (tx, act) => {
      await materialise(tx, act, [await lockPlan(tx, plan.id, null, ['active'])]);
      refuse('invalid');
    });
    expect(killed.ok).toBe(false);
    expect(await live(plan)).toHaveLength(14);
    await city.work(recurrence);
    expect(await live(plan)).toHaveLength(16);
  });

  it('tells why a visit could not be booked, tries again the next day, and loses none', async () => {
    const plan = await made({ elderId: ids.li, rule: 'FREQ=DAILY;COUNT=3' }).catch(() => null);
    expect(plan).toBeNull();
    expect(refusalOf(await make({ elderId: ids.li, rule: 'FREQ=DAILY;COUNT=3' }))?.code).toBe(
      'not_enough_hours',
    );

    await city.bank(ids.li, 60);
    const short = await made({
      elderId: ids.li,
      rule: 'FREQ=DAILY;COUNT=3',
      firstAt: later(city.at, 5 * DAY),
    });
    expect([(await live(short)).length, (await became(short, 'refused')).map((one) => one.reason)]).toEqual([
      1,
      ['not_enough_hours', 'not_enough_hours'],
    ]);
    await city.bank(ids.li, 600);
    await city.work(recurrence);
    expect(await live(short)).toHaveLength(1);
    city.wait(DAY);
    await city.work(recurrence);
    expect([await live(short), await became(short, 'refused')].map((rows) => rows.length)).toEqual([3, 0]);
  });

  it('is refused where none of its visits could ever be, by what is at fault', async () => {
    const code = async (asked: Partial<NewPlan>) => refusalOf(await make(asked));
    expect(await code({ rule: 'FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30' })).toMatchObject({ code: 'rule_empty' });
    expect(await code({ rule: 'FREQ=DAILY;BYHOUR=8,9,10,11,12' })).toMatchObject({
      code: 'rule_too_often',
      params: { most: 4 },
    });
    expect(await code({ rule: 'FREQ=HOURLY' })).toMatchObject({
      code: 'rule_part',
      params: { part: 'FREQ=HOURLY' },
    });
    expect(await code({ payer: 'subsidy' })).toMatchObject({ code: 'not_entitled' });
    expect(await code({ serviceCode: 'home_respite', payer: 'subsidy', minutes: 300 })).toMatchObject({
      code: 'other_length',
      params: { lengths: '240, 480, 1440' },
    });
    expect(await city.sql`select id from care_plans`).toHaveLength(0);
  });

  it('ends by itself when its last visit has been, and with the person', async () => {
    const plan = await made({ rule: 'FREQ=DAILY;COUNT=2' });
    city.wait(3 * DAY);
    await city.work(recurrence);
    expect((await city.sql`select state from care_plans where id = ${plan.id}`)[0]?.state).toBe('ended');

    const other = await made();
    await city.sql`update persons set closed_at = ${city.at} where id = ${ids.wang}`;
    city.wait(DAY);
    await city.work(recurrence);
    expect((await city.sql`select state, due_at from care_plans where id = ${other.id}`)[0]).toEqual({
      state: 'ended',
      due_at: null,
    });
  });
});

describe('a change of a care plan', () => {
  it('leaves alone what stays, though it is accepted, and books the rest anew', async () => {
    const plan = await made({ rule: 'FREQ=DAILY;COUNT=6' });
    await city.work(offers);
    const [first] = await live(plan);
    const [offer] = await offersOfOrder(city.db, { kind: 'all' }, first!.id);
    await city.do('volunteer', (tx, act) =>
      answerOffers(tx, act, [{ offerId: offer!.id, answer: 'accepted' }]),
    );
    const before = await live(plan);
    expect(before[0]?.state).toBe('accepted');

    const every = await change(plan, { rule: 'FREQ=DAILY;INTERVAL=2;COUNT=6' });
    expect(every.ok).toBe(true);
    const after = await live(plan);
    expect(after.map((order) => order.id).filter((id) => before.some((one) => one.id === id))).toEqual(
      [0, 2, 4].map((i) => before[i]?.id),
    );
    expect(after).toHaveLength(6);
    expect(after[0]?.state).toBe('accepted');
    const gone = (await ordersOf(plan)).filter((order) => order.state === 'cancelled');
    expect(gone).toHaveLength(3);
    expect(gone.every((order) => order.plan_at === null)).toBe(true);
    expect((await city.account(ids.wang)).held + (await city.account(ids.wang, 'grant')).held).toBe(6 * 60);
  });

  it('of the length books every visit anew, and the same change twice changes nothing', async () => {
    const plan = await made({ rule: 'FREQ=DAILY;COUNT=4' });
    expect((await change(plan, { minutes: 90 })).ok).toBe(true);
    expect((await live(plan)).map((order) => order.minutes)).toEqual([90, 90, 90, 90]);
    expect(refusalOf(await change(plan, { minutes: 90 }))?.code).toBe('already_done');
  });

  it('from one visit on lets another plan go on, which takes over what stays', async () => {
    const plan = await made({ rule: 'FREQ=DAILY;COUNT=8' });
    const booked = await live(plan);
    const outcome = await doTo(plan, (tx, act, locked) =>
      splitPlan(tx, act, locked, later(plan.firstAt, 3 * DAY), { rule: 'FREQ=DAILY;COUNT=3' }),
    );
    if (!outcome.ok) throw new Error(outcome.refusal.code);
    expect((await live(plan)).map((order) => order.id)).toEqual(booked.slice(0, 3).map((order) => order.id));
    expect((await live(outcome.value)).map((order) => order.id)).toEqual(
      booked.slice(3, 6).map((order) => order.id),
    );
    expect(outcome.value.follows).toBe(plan.id);
    city.wait(DAY);
    await city.work(recurrence);
    expect([await live(plan), await live(outcome.value)].map((rows) => rows.length)).toEqual([3, 3]);
  });

  it('skips a day, pauses, goes on, and ends', async () => {
    const plan = await made({ rule: 'FREQ=DAILY;COUNT=5' });
    const day = dayOf(later(plan.firstAt, DAY));
    expect((await doTo(plan, (tx, act, locked) => exceptDays(tx, act, locked, [day]))).ok).toBe(true);
    expect((await live(plan)).map((order) => order.day.slice(0, 10))).not.toContain(day);
    expect(await became(plan, 'skipped')).toEqual([{ reason: 'exception' }]);
    const back = (one: string) => doTo(plan, (tx, act, locked) => restoreDays(tx, act, locked, [one]));
    expect((await back(day)).ok).toBe(true);
    expect((await live(plan)).map((order) => order.day.slice(0, 10))).toContain(day);
    expect(refusalOf(await back(day))).toMatchObject({ code: 'not_found', field: 'days' });
    expect(await became(plan, 'skipped')).toEqual([]);
    const last = dayOf(later(plan.firstAt, 4 * DAY));
    await doTo(plan, (tx, act, locked) => exceptDays(tx, act, locked, [day, dayOf(plan.firstAt), last]));
    const atFirst = city.at;
    city.at = later(plan.firstAt, 1);
    expect(refusalOf(await back(dayOf(plan.firstAt)))?.code, 'it has passed').toBe('too_late');
    city.at = atFirst;
    for (const one of [dayOf(plan.firstAt), last]) await back(one);

    await doTo(plan, (tx, act, locked) => stopPlan(tx, act, locked, 'paused', 'in hospital'));
    expect(await live(plan)).toHaveLength(0);
    expect((await city.account(ids.wang)).held + (await city.account(ids.wang, 'grant')).held).toBe(0);
    city.wait(DAY);
    await city.work(recurrence);
    expect(await live(plan)).toHaveLength(0);
    expect((await doTo(plan, resumePlan)).ok).toBe(true);
    expect(await live(plan)).toHaveLength(3);
    await doTo(plan, (tx, act, locked) => stopPlan(tx, act, locked, 'ended', 'no more'));
    expect(await live(plan)).toHaveLength(0);
    expect(refusalOf(await doTo(plan, resumePlan))).toMatchObject({
      code: 'wrong_state',
      params: { state: 'ended' },
    });
  });
});

describe('before a plan is made', () => {
  it('its next visits are shown with what else the elder has booked then', async () => {
    await city.book({ startAt: later(city.at, 60 + DAY), serviceCode: 'errands' });
    const asked = {
      elderId: ids.wang,
      minutes: 60,
      firstAt: later(city.at, 60),
      timeZone: 'Asia/Shanghai',
      rule: 'FREQ=DAILY;COUNT=3',
      endsBefore: null,
      exceptions: [],
      holidays: 'keep' as const,
    };
    const shown = await previewPlan(city.db, asked, city.at);
    expect(
      shown.map(({ conflicts }) => conflicts.map(({ serviceCode, overlaps }) => [serviceCode, overlaps])),
    ).toEqual([[], [['errands', true]], []]);
  });

  it('and afterwards with what has become of each', async () => {
    const plan = await made({ rule: 'FREQ=WEEKLY;COUNT=4', firstAt: later(city.at, 60.5) });
    const view = await findPlan(city.db, { kind: 'elders', elderIds: [ids.wang] }, plan.id, city.at);
    expect(view?.next[0]?.startAt, 'on the whole minute').toEqual(later(city.at, 60));
    expect(view?.next.map((visit) => visit.state)).toEqual(['booked', 'booked', 'planned', 'planned']);
    expect(await findPlan(city.db, { kind: 'elders', elderIds: [ids.li] }, plan.id, city.at)).toBeUndefined();
  });
});
