import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { acknowledgeAlert, resolveAlert } from '../../db/alerts/answer.ts';
import { openUsers } from '../../db/people/openUsers.ts';
import { alerts } from '../../worker/tasks/alerts.ts';
import { offers } from '../../worker/tasks/offers.ts';
import { calm, escalation, watch } from '../../worker/tasks/watch.ts';
import { ids, later, type SmallCity, smallCity } from '../support/smallCity.ts';
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
