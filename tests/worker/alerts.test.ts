import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { acknowledgeAlert, resolveAlert } from '../../db/alerts/answer.ts';
import { coverKpi } from '../../db/alerts/kpi.ts';
import { listAlerts } from '../../db/alerts/views.ts';
import { perform } from '../../db/connect/act.ts';
import { openUsers } from '../../db/people/openUsers.ts';
import { monthOf } from '../../db/quality/rules.ts';
import { alerts } from '../../worker/tasks/alerts.ts';
import { offers } from '../../worker/tasks/offers.ts';
import { calm, escalation, watch } from '../../worker/tasks/watch.ts';
import { actOf, DISTRICT, ids, later, type SmallCity, smallCity } from '../support/smallCity.ts';
import { acceptedOrder, answer, arrive, leave } from '../support/visits.ts';

let city: SmallCity;
beforeEach(async () => {
  city = await smallCity();
});
afterEach(() => city.close());

async function told() {
  const rows = await city.sql<{ id: string; kind: string; state: string; owner: string }[]>`
    select id, kind, state, owner from alerts order by id`;
  return rows.map((row) => ({ ...row }));
}

const stepsOf = async (id: string) =>
  (
    await city.sql<{ step: string; detail: string | null }[]>`
      select step, detail from alert_steps where alert_id = ${id} order by position`
  ).map(({ step, detail }) => (detail ? `${step} ${detail}` : step));

async function lateAlert() {
  const order = await acceptedOrder(city);
  city.at = later(order.latestStartAt, 10);
  await city.work(watch);
  return { order, alert: (await told())[0] as { id: string } };
}

describe('an alert', () => {
  it('of a late visit is raised once, ten minutes after the latest start and not before', async () => {
    const order = await acceptedOrder(city);
    city.at = later(order.latestStartAt, 9);
    expect(await city.work(watch)).toBe(0);
    city.wait(1);
    expect(await city.work(watch)).toBe(1);
    expect(await city.work(watch)).toBe(0);
    expect(await told()).toMatchObject([{ kind: 'late', state: 'open', owner: 'district' }]);
  });

  it('ends by itself when the helper arrives', async () => {
    const { order, alert } = await lateAlert();
    expect(await city.work(calm)).toBe(0);
    await arrive(city, order.id);
    expect(await city.work(calm)).toBe(1);
    expect(await stepsOf(alert.id)).toEqual(['raised district', 'resolved started']);
  });

  it('of a missed visit follows the late one and ends when somebody else has accepted', async () => {
    const { order } = await lateAlert();
    city.at = later(order.latestStartAt, 30);
    await city.work(alerts);
    await city.work(calm);
    expect(await told()).toMatchObject([
      { kind: 'late', state: 'resolved' },
      { kind: 'missed', state: 'open' },
    ]);
    await city.work(offers);
    await answer(city, order.id);
    expect(await city.work(calm)).toBe(1);
    expect((await told())[1]).toMatchObject({ kind: 'missed', state: 'resolved' });
  });

  it('of a missing check-out comes 30 minutes after the planned end', async () => {
    const order = await acceptedOrder(city);
    await arrive(city, order.id);
    city.at = later(order.startAt, order.minutes + 29);
    expect(await city.work(watch)).toBe(0);
    city.wait(1);
    expect(await city.work(watch)).toBe(1);
    expect(await told()).toMatchObject([{ kind: 'no_check_out' }]);
    await leave(city, order.id);
    expect(await city.work(calm)).toBe(1);
  });

  it('that nobody acknowledges goes to the city and then to the regulator, and no further', async () => {
    const { alert } = await lateAlert();
    city.wait(14);
    expect(await city.work(escalation)).toBe(0);
    for (const expected of [1, 1, 0]) {
      city.wait(15);
      expect(await city.work(escalation)).toBe(expected);
    }
    expect(await stepsOf(alert.id)).toEqual(['raised district', 'escalated city', 'escalated regulator']);
  });

  it('that is acknowledged is handed on to nobody, and its steps cannot be changed', async () => {
    const { alert } = await lateAlert();
    await city.do('dispatcher', (tx, act) => acknowledgeAlert(tx, act, alert.id));
    city.wait(60);
    expect(await city.work(escalation)).toBe(0);
    await city.do('dispatcher', (tx, act) => resolveAlert(tx, act, alert.id, '已电话联系'));
    expect(await stepsOf(alert.id)).toEqual(['raised district', 'acknowledged', 'resolved 已电话联系']);
    await expect(city.sql`update alert_steps set detail = 'x'`).rejects.toThrow();
  });

  it('comes shortly before the start of an order that nobody has accepted, and ends when somebody has', async () => {
    const order = await city.book({ startAt: later(city.at, 200) });
    city.at = later(order.startAt, -61);
    expect(await city.work(watch)).toBe(0);
    city.wait(1);
    expect(await city.work(watch)).toBe(1);
    expect(await city.work(watch)).toBe(0);
    expect(await told()).toMatchObject([{ kind: 'unassigned', state: 'open' }]);
    await city.work(offers);
    expect(await city.work(calm)).toBe(0);
    await answer(city, order.id);
    expect(await city.work(calm)).toBe(1);
    expect((await told())[0]).toMatchObject({ state: 'resolved' });
  });

  it('belongs to the person of its desk who has the fewest, and then to whoever sees to it', async () => {
    const opened = await city.do('system', (tx, act) =>
      openUsers(tx, act, [
        { username: 'desk', name: '调度员甲', role: 'dispatcher', areaCode: DISTRICT, passwordHash: null },
        { username: 'city', name: '市调度员', role: 'dispatcher', areaCode: '3201', passwordHash: null },
        { username: 'other', name: '别区调度员', role: 'dispatcher', areaCode: '320104', passwordHash: null },
      ]),
    );
    const { alert } = await lateAlert();
    const ownerOf = async () =>
      (await listAlerts(city.db, { kind: 'area', areaCode: DISTRICT }, { id: alert.id }, 1))[0]?.ownerName;
    expect(await ownerOf()).toBe('调度员甲');
    city.wait(15);
    await city.work(escalation);
    expect(await ownerOf()).toBe('市调度员');
    const mine = opened.get('desk') as string;
    await perform(city.db, actOf('dispatcher', city.at, mine), (tx, act) =>
      acknowledgeAlert(tx, act, alert.id),
    );
    expect(await ownerOf()).toBe('调度员甲');
  });

  it('of a visit that nobody came to sends somebody else, and how long that took is counted', async () => {
    const order = await acceptedOrder(city);
    const missing = (await city.order(order.id)).assigneeId;
    city.at = later(order.latestStartAt, 30);
    await city.work(alerts);
    expect(await city.order(order.id)).toMatchObject({
      state: 'requested',
      urgency: 'urgent',
      assigneeId: null,
    });
    await city.work(offers);
    city.wait(2);
    await answer(city, order.id);
    const anew = await city.order(order.id);
    expect(anew.state).toBe('accepted');
    expect(anew.assigneeId).not.toBe(missing);
    const month = monthOf(city.at);
    const [kpi] = await coverKpi(city.db, { kind: 'area', areaCode: '3201' }, { from: month, to: month });
    expect(kpi).toMatchObject({
      month,
      divisionCode: DISTRICT,
      raised: 1,
      covered: 1,
      medianSeconds: 120,
      p90Seconds: 120,
    });
    expect(await coverKpi(city.db, { kind: 'area', areaCode: '320104' }, { from: month, to: month })).toEqual(
      [],
    );
  });

  it('tells the elder, and of two welfare checks missed in a row the station and nobody before', async () => {
    const told = async (template: string) => {
      const rows = await city.sql<
        { id: string }[]
      >`select recipient_id as id from messages where template = ${template}`;
      return rows.map(({ id }) => id);
    };
    const missOne = async (minutes: number) => {
      const order = await acceptedOrder(city, {
        serviceCode: 'welfare_check',
        startAt: later(city.at, minutes),
      });
      city.at = later(order.latestStartAt, 10);
      await city.work(watch);
      city.wait(21);
      await city.work(alerts);
      return order;
    };
    await city.do('system', (tx, act) =>
      openUsers(tx, act, [
        { username: 'wang', name: '王秀英', role: 'elder', personId: ids.wang, passwordHash: null },
      ]),
    );
    await missOne(60);
    expect(await told('welfare_alarm')).toEqual([]);
    city.wait(1440);
    await city.work(offers);
    await missOne(60);
    expect(await told('welfare_alarm')).toContain(ids.station);
    expect(await told('helper_late')).toContain(ids.wang);
    expect(await told('visit_missed')).toContain(ids.wang);
  });
});
