/** Care plans, changes and policies over HTTP: who may, what is shown, what is refused. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ids } from './support/city.ts';
import { type Client, type Front, openFront } from './support/front.ts';

let front: Front;
const clients = new Map<string, Client>();
const as = async (name: string): Promise<Client> => {
  const client = clients.get(name) ?? (await front.as(name));
  clients.set(name, client);
  return client;
};
beforeAll(async () => {
  front = await openFront();
});
afterAll(() => front.close());

/** Tomorrow at nine in Nanjing, and days after. */
const nine = (days: number) => {
  const today = new Date(Date.now() + 8 * 3_600_000).toISOString().slice(0, 10);
  return new Date(Date.parse(`${today}T09:00:00+08:00`) + days * 86_400_000).toISOString();
};
const weekly = {
  elderId: ids.elder,
  serviceCode: 'cleaning',
  payer: 'self',
  firstAt: nine(1),
  rule: 'FREQ=WEEKLY;COUNT=4',
};
type Body = Record<string, never> & {
  id: string;
  version: number;
  code: string;
  field: string;
  elder: { name: string };
  next: { at: string; startAt: string; state: string; orderId: string | null }[];
  items: { conflicts: { serviceCode: string; overlaps: boolean }[]; id: string }[];
};
const post = async (name: string, path: string, json: unknown) =>
  (await as(name)).post<Body>(`/api/v1${path}`, json);
const patch = async (name: string, path: string, json: unknown, version: number) =>
  (await as(name)).ask<Body>('PATCH', `/api/v1${path}`, { json, headers: { 'if-match': `"${version}"` } });

describe('a care plan', () => {
  it('is made by the elder, the family, the station and the hotline, and by nobody else', async () => {
    for (const name of ['elder', 'family', 'station', 'dispatcher']) {
      const made = await post(name, '/care-plans', weekly);
      expect([name, made.status]).toEqual([name, 201]);
      expect(made.body.next.map((visit) => visit.state)).toEqual(['booked', 'booked', 'planned', 'planned']);
      expect(made.body.elder.name === '王秀英').toBe(name === 'elder' || name === 'family');
      const [history] = await front.database.sql`
        select actor_role, on_behalf_of, reason from order_history where order_id = ${made.body.next[0]!.orderId}`;
      expect(history).toEqual({
        actor_role: name,
        on_behalf_of: name === 'elder' ? null : ids.elder,
        reason: 'care_plan',
      });
      expect((await post(name, `/care-plans/${made.body.id}/end`, { reason: 'a test' })).status).toBe(200);
    }
    for (const name of ['volunteer', 'carer', 'provider', 'admin'])
      expect((await post(name, '/care-plans', weekly)).status, name).toBe(403);
    expect((await post('dispatcher2', '/care-plans', weekly)).status).toBe(404);
    expect((await post('elder2', '/care-plans', weekly)).status).toBe(404);
  });

  it('is shown before it is made, with what else is booked then', async () => {
    const order = await post('elder', '/orders', { ...booking, startAt: nine(8) });
    expect(order.status).toBe(201);
    const preview = await post('elder', '/care-plans/preview', {
      elderId: ids.elder,
      minutes: 60,
      firstAt: nine(1),
      rule: 'FREQ=WEEKLY;COUNT=3',
    });
    expect(preview.body.items.map((item) => item.conflicts.map((one) => one.serviceCode))).toEqual([
      [],
      ['cleaning'],
      [],
    ]);
    const unknown = await post('elder', '/care-plans/preview', { ...weekly, minutes: 60 });
    expect(unknown.status).toBe(422);
    await post('elder', `/orders/${order.body.id}/cancel`, { reason: 'a test' });
  });

  it('changes only in the version that was seen: one visit, or all', async () => {
    const made = (await post('elder', '/care-plans', weekly)).body;
    const [first] = made.next;
    const path = `/care-plans/${made.id}`;
    const one = { scope: 'this', at: first!.at, startAt: nine(2) };
    const moved = await patch('family', path, one, made.version);
    expect([moved.status, moved.body.next[0]?.startAt]).toEqual([200, nine(2)]);
    expect((await patch('elder', path, { scope: 'all', minutes: 90 }, made.version + 7)).body.code).toBe(
      'stale',
    );
    const all = await patch('elder', path, { scope: 'all', minutes: 90 }, made.version);
    expect(all.body).toMatchObject({ minutes: 90, version: made.version + 1 });
    expect((await patch('elder', path, { scope: 'all', minutes: 90 }, made.version + 1)).body.code).toBe(
      'already_done',
    );
    const hours = await patch('elder', path, { scope: 'all', rule: 'FREQ=HOURLY' }, made.version + 1);
    expect(hours.body).toMatchObject({ code: 'rule_part', field: 'rule' });
    await post('elder', `${path}/end`, { reason: 'a test' });
    const again = await post('elder', `${path}/end`, { reason: 'a test' });
    expect(again.body.code).toBe('wrong_state');
  });
});

const booking = { elderId: ids.elder, serviceCode: 'cleaning', payer: 'self' };

describe('an order', () => {
  it('is not booked over another unless both are wanted, and changes before it begins', async () => {
    const startAt = nine(3);
    const first = await post('elder', '/orders', { ...booking, startAt });
    const asked = await post('elder', '/orders/conflicts', { elderId: ids.elder, startAt, minutes: 60 });
    expect(asked.body.items).toMatchObject([{ orderId: first.body.id, overlaps: true }]);
    const second = await post('elder', '/orders', { ...booking, startAt });
    expect([second.status, second.body.code, second.body.field]).toEqual([409, 'conflicts', 'startAt']);
    const hours = { ...booking, serviceCode: 'companionship', payer: 'time_bank', startAt };
    expect((await post('volunteer', '/orders', hours)).body.code).toBe('not_related');
    expect((await post('elder2', '/orders', hours)).body.code).toBe('not_found');
    const both = await post('elder', '/orders', { ...booking, startAt, despiteConflicts: true });
    expect(both.status).toBe(201);
    const path = `/orders/${both.body.id}`;
    const later = await patch('station', path, { startAt: nine(4) }, both.body.version);
    expect(later.body).toMatchObject({ startAt: nine(4), state: 'requested' });
    expect((await patch('elder', path, { startAt: nine(5) }, both.body.version)).status).toBe(412);
    for (const id of [first.body.id, both.body.id])
      await post('elder', `/orders/${id}/cancel`, { reason: 'a test' });
  });
});

describe('a catalogue', () => {
  it('is published for a day to come by who keeps the policies, and read as of then', async () => {
    const at = new Date(Date.now() + 86_400_000).toISOString();
    const now = (await (await as('elder')).get<{ version: number; items: object[] }>('/api/v1/services'))
      .body;
    const services = now.items.map((one) => ({ ...one, intimate: false, priceFen: 1234 }));
    const wanted = { effectiveFrom: at, reason: 'prices of next year', services };
    expect((await post('station', '/policies/catalogue', wanted)).status).toBe(403);
    const odd = services.map((one, i) => (i === 0 ? { ...one, ownSharePercent: 120 } : one));
    expect((await post('regulator', '/policies/catalogue', { ...wanted, services: odd })).status).toBe(422);
    expect((await post('regulator', '/policies/catalogue', wanted)).status).toBe(201);
    const read = async (query: string) =>
      (
        await (
          await as('elder')
        ).get<{ version: number; items: { priceFen: number }[] }>(`/api/v1/services${query}`)
      ).body;
    expect((await read('')).version).toBe(now.version);
    const next = await read(`?at=${encodeURIComponent(at)}`);
    expect([next.version, next.items[0]?.priceFen]).toEqual([now.version + 1, 1234]);
    const figures = await post('admin', '/policies/orders', {
      reason: 'a test',
      body: { lateMinutes: 'ten' },
    });
    expect(figures.body).toMatchObject({ code: 'invalid', field: 'body.lateMinutes' });
  });
});
