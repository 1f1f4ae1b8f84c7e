import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listAlerts } from '../../../db/alerts/views.ts';
import { recordCall } from '../../../db/callBacks/call.ts';
import { callBacksDue } from '../../../db/callBacks/views.ts';
import { answerComplaint, assignComplaint, decideComplaint } from '../../../db/complaints/handle.ts';
import { complain } from '../../../db/complaints/take.ts';
import { findComplaint, listComplaints } from '../../../db/complaints/views.ts';
import type { Reach } from '../../../db/connect/reach.ts';
import { openUsers } from '../../../db/people/openUsers.ts';
import { measure } from '../../../db/quality/reckon.ts';
import { monthOf } from '../../../db/quality/rules.ts';
import { alerts } from '../../../worker/tasks/alerts.ts';
import {
  actOf,
  COMMUNITY,
  DISTRICT,
  ids,
  later,
  refusalOf,
  type SmallCity,
  smallCity,
} from '../../support/smallCity.ts';
import { acceptedOrder, arrive, leave } from '../../support/visits.ts';

let city: SmallCity;
const users = new Map<string, string>();
beforeAll(async () => {
  city = await smallCity();
  await city.bank(ids.wang, 3_000);
  const opened = await city.do('system', (tx, act) =>
    openUsers(tx, act, [
      { username: 'desk', name: '调度员甲', role: 'dispatcher', areaCode: DISTRICT, passwordHash: null },
      { username: 'elsewhere', name: '调度员乙', role: 'dispatcher', areaCode: '320104', passwordHash: null },
    ]),
  );
  for (const [name, id] of opened) users.set(name, id);
});
afterAll(() => city.close());

const station: Reach = { kind: 'area', areaCode: COMMUNITY };

async function finished() {
  const order = await acceptedOrder(city);
  await arrive(city, order.id);
  city.wait(60);
  await leave(city, order.id);
  return order.id;
}
const due = async (reach: Reach = station) =>
  (await callBacksDue(city.db, reach, city.at, 50, null)).map(({ id, attempts }) => ({ id, attempts }));
const rating = { attitude: 5, skill: 4, punctuality: 3, outcome: 4 };

describe('the call-back list', () => {
  it('names visits of elders with nobody to confirm for them, at their station and nowhere else', async () => {
    const orderId = await finished();
    expect(await due()).toEqual([{ id: orderId, attempts: 0 }]);
    expect(await due({ kind: 'area', areaCode: '320104' })).toEqual([]);
    expect(await due({ kind: 'elders', elderIds: [ids.wang] })).toEqual([]);
    await city.do('station', (tx, act) =>
      recordCall(tx, act, { orderId, outcome: 'confirmed', note: null, rating }),
    );
    expect((await city.order(orderId)).state).toBe('settled');
    expect(await due()).toEqual([]);
    const [row] = await city.sql`select source, mean from ratings where order_id = ${orderId}`;
    expect(row).toMatchObject({ source: 'call_back', mean: 4 });
  });

  it('tries again after a while, and not more often than the policy says', async () => {
    const orderId = await finished();
    const call = () =>
      city.try('station', (tx, act) =>
        recordCall(tx, act, { orderId, outcome: 'not_reached', note: '无人接听' }),
      );
    for (const attempts of [1, 2, 3]) {
      expect(refusalOf(await call())).toBeNull();
      expect(await due()).toEqual([]);
      expect(refusalOf(await call())?.code).toBe(attempts < 3 ? 'too_early' : 'too_many');
      city.wait(120);
      expect(await due()).toEqual(attempts < 3 ? [{ id: orderId, attempts }] : []);
    }
    await expect(city.sql`update call_attempts set outcome = 'confirmed'`).rejects.toThrow();
  });

  it('takes an objection on behalf, and no answers of somebody who was not reached', async () => {
    const orderId = await finished();
    const odd = await city.try('station', (tx, act) =>
      recordCall(tx, act, { orderId, outcome: 'wrong_number', note: null, rating }),
    );
    expect(refusalOf(odd)).toMatchObject({ code: 'invalid', field: 'rating' });
    await city.do('station', (tx, act) =>
      recordCall(tx, act, {
        orderId,
        outcome: 'disputed',
        note: null,
        objection: { reasonCode: 'not_come', text: '老人说没有人来过' },
        rating,
      }),
    );
    expect((await city.order(orderId)).state).toBe('disputed');
    const [dispute] =
      await city.sql`select opened_role, is_suspended from disputes where order_id = ${orderId}`;
    expect(dispute).toMatchObject({ opened_role: 'station', is_suspended: true });
  });
});

describe('a complaint', () => {
  it('is assigned, answered and decided in time, and counts only while it is not without cause', async () => {
    const orderId = await finished();
    await city.do('station', (tx, act) => recordCall(tx, act, { orderId, outcome: 'confirmed', note: null }));
    const counted = async () =>
      (await measure(city.db, 'district', monthOf(city.at), [DISTRICT])).get(DISTRICT)?.complaints;
    const before = (await counted()) ?? 0;
    const [id = ''] = await city.do('elder', (tx, act) =>
      complain(tx, act, [{ orderId, kind: 'attitude', text: '说话不耐烦' }]),
    );
    expect(await counted()).toBe(before + 1);
    const assign = (name: string) =>
      city.try('dispatcher', (tx, act) => assignComplaint(tx, act, id, users.get(name) as string));
    expect(refusalOf(await assign('elsewhere'))?.code).toBe('not_found');
    expect(refusalOf(await assign('desk'))).toBeNull();
    await city.do('provider', (tx, act) => answerComplaint(tx, act, id, '已与护理员谈话'));
    const tenDays = later(city.at, 10 * 24 * 60 + 1);
    const [seen] = await listComplaints(city.db, station, { state: 'answered' }, 10, tenDays);
    expect(seen).toMatchObject({ id, assignedTo: '调度员甲', isOverdue: true, elderName: '王**' });
    const decide = (role: 'elder' | 'dispatcher', personId: string | null) =>
      city.try(role, (tx, act) =>
        decideComplaint(tx, act, personId, { id, outcome: 'unfounded', text: '录音表明并非如此' }),
      );
    expect(refusalOf(await decide('elder', null))?.code).toBe('own_request');
    const { assigneeId } = await city.order(orderId);
    expect(refusalOf(await decide('dispatcher', assigneeId))?.code).toBe('not_yours');
    expect(refusalOf(await decide('dispatcher', null))).toBeNull();
    expect(refusalOf(await decide('dispatcher', null))?.code).toBe('already_done');
    expect(await counted()).toBe(before);
    const found = await findComplaint(
      city.db,
      actOf('dispatcher', city.at),
      { reach: station, personId: null },
      id,
    );
    expect(found?.steps.map(({ step }) => step)).toEqual(['taken', 'assigned', 'answered', 'decided']);
    expect(found?.mayDecide).toBe(false);
    const ofWang = { elderId: ids.wang, orderId };
    expect(await listComplaints(city.db, station, ofWang, 10, city.at)).toMatchObject([{ id }]);
    expect(await listComplaints(city.db, station, { elderId: ids.li }, 10, city.at)).toEqual([]);
    await expect(city.sql`delete from complaint_steps where complaint_id = ${id}`).rejects.toThrow();
  });

  it('of a visit that nobody came to is offered by its alert, until there is one', async () => {
    const order = await acceptedOrder(city);
    city.at = later(order.latestStartAt, 30);
    await city.work(alerts);
    const offered = async () => {
      const found = await listAlerts(city.db, station, {}, 10);
      return found.find((alert) => alert.orderId === order.id)?.complaint;
    };
    expect(await offered()).toEqual({ kind: 'missed' });
    const [id = ''] = await city.do('station', (tx, act) =>
      complain(tx, act, [{ orderId: order.id, kind: 'missed', text: '没有人上门' }]),
    );
    expect(await offered()).toBeNull();
    await city.do('elder', (tx, act) =>
      decideComplaint(tx, act, null, { id, outcome: 'withdrawn', text: '后来有人来了' }),
    );
    const [row] = await city.sql`select state, outcome from complaints where id = ${id}`;
    expect(row).toMatchObject({ state: 'decided', outcome: 'withdrawn' });
  });
});
