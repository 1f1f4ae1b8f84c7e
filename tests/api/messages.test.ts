import ICAL from 'ical.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sendMessages } from '../../db/messages/send.ts';
import { sendOffers } from '../../db/orders/offer.ts';
import { ids } from './support/city.ts';
import { type Client, type Front, openFront } from './support/front.ts';

let front: Front;
let volunteer: Client;
let elder: Client;
let provider: Client;
beforeAll(async () => {
  front = await openFront();
  [volunteer, elder, provider] = (await Promise.all(
    ['volunteer', 'elder', 'provider'].map((name) => front.as(name)),
  )) as [Client, Client, Client];
});
afterAll(() => front.close());

const inHours = (hours: number) => new Date(Date.now() + hours * 3_600_000).toISOString();

interface Messages {
  items: { id: string; title: string; text: string; read: boolean }[];
  nextCursor: string | null;
  unread: number;
}

/** Books companionship for the elder in some hours and lets the volunteer accept. */
async function acceptedVisit(hours: number): Promise<{ id: string; startAt: string }> {
  const booked = await elder.post<{ id: string; startAt: string }>('/api/v1/orders', {
    elderId: ids.elder,
    serviceCode: 'companionship',
    startAt: inHours(hours),
    payer: 'time_bank',
  });
  const asked = await front.act((tx, act) =>
    sendOffers(tx, act, [
      {
        orderId: booked.body.id,
        kind: 'volunteer',
        personId: ids.volunteer,
        providerId: null,
        wave: 1,
        distanceMetres: 40,
        score: 1,
        terms: [],
      },
    ]),
  );
  const accepted = await volunteer.post(`/api/v1/offers/${asked[0]?.id}/accept`);
  expect(accepted.status).toBe(200);
  return booked.body;
}

describe('messages on screen', () => {
  it('show those told to me, unread first, in the language I ask for, and are read once', async () => {
    await acceptedVisit(30);
    const mine = await elder.get<Messages>('/api/v1/messages');
    expect(mine.body).toMatchObject({ unread: 1, items: [{ title: 'Arranged', read: false }] });
    const chinese = await elder.get<Messages>('/api/v1/messages', {
      headers: { 'accept-language': 'zh-CN' },
    });
    expect(chinese.body.items[0]?.text).toMatch(/^王秀英预约的精神慰藉已安排好：.*，由张伟上门。$/);
    const id = mine.body.items[0]!.id;
    const family = await front.as('family');
    expect((await family.get<Messages>('/api/v1/messages')).body.unread).toBe(1);
    expect((await family.post(`/api/v1/messages/${id}/read`)).status).toBe(404);
    expect((await elder.post(`/api/v1/messages/${id}/read`)).status).toBe(200);
    await front.act((tx, act) =>
      sendMessages(tx, act, [
        {
          personId: ids.elder,
          template: 'dispute_decided',
          key: 'x',
          params: { at: inHours(1), service: 'meals', elder: '王秀英' },
        },
      ]),
    );
    const first = await elder.get<Messages>('/api/v1/messages?limit=1');
    expect(first.body).toMatchObject({ unread: 1, items: [{ title: 'The objection is decided' }] });
    const second = await elder.get<Messages>(`/api/v1/messages?limit=1&cursor=${first.body.nextCursor}`);
    expect(second.body).toMatchObject({ items: [{ id, read: true }], nextCursor: null });
    await elder.post('/api/v1/messages/read');
    expect((await elder.get<Messages>('/api/v1/messages')).body.unread).toBe(0);
  });

  it('go to all desks of a provider, and not to its carers', async () => {
    await front.act((tx, act) =>
      sendMessages(tx, act, [
        {
          providerId: ids.provider,
          template: 'leave_redispatch',
          key: 'y',
          params: { helper: '孙丽', count: 2 },
        },
      ]),
    );
    expect((await provider.get<Messages>('/api/v1/messages')).body.unread).toBe(1);
    const carer = await front.as('carer');
    expect((await carer.get<Messages>('/api/v1/messages')).body.unread).toBe(0);
  });
});

describe('how I am told', () => {
  it('is the policy until I choose, and a browser is taken only at a push service that the city names', async () => {
    const before = await volunteer.get('/api/v1/messages/settings');
    expect(before.body).toEqual({
      sms: true,
      push: true,
      quiet: { fromMinute: 1260, untilMinute: 420 },
      language: 'zh-CN',
    });
    const chosen = { sms: false, push: true, quiet: { fromMinute: 0, untilMinute: 0 }, language: 'en' };
    await volunteer.ask('PUT', '/api/v1/messages/settings', { json: chosen });
    expect((await volunteer.get('/api/v1/messages/settings')).body).toEqual(chosen);
    const key = await volunteer.get<{ publicKey: string }>('/api/v1/push-key');
    expect(Buffer.from(key.body.publicKey, 'base64url')).toHaveLength(65);
    expect((await elder.get('/api/v1/push-key')).body).toEqual(key.body);
    const keys = { p256dh: key.body.publicKey, auth: 'a'.repeat(22) };
    const evil = await volunteer.post('/api/v1/push-subscriptions', { endpoint: 'https://10.0.0.1/x', keys });
    expect([evil.status, evil.body.field]).toEqual([422, 'endpoint']);
    const good = { endpoint: 'https://fcm.googleapis.com/fcm/send/abc', keys };
    const mine = await volunteer.post('/api/v1/push-subscriptions', good);
    const again = await volunteer.post('/api/v1/push-subscriptions', good);
    expect([mine.status, again.body]).toEqual([200, mine.body]);
    expect((await volunteer.ask('DELETE', `/api/v1/push-subscriptions/${mine.body.id}`)).status).toBe(200);
  });
});

describe('a calendar', () => {
  const events = (text: string) =>
    new ICAL.Component(ICAL.parse(text) as unknown as string)
      .getAllSubcomponents('vevent')
      .map((event) => new ICAL.Event(event));

  it('is read under a secret address without signing in, says little, and ends when it is revoked', async () => {
    const visit = await acceptedVisit(40);
    const opened = await volunteer.post<{ id: string; address: string }>('/api/v1/calendar-feeds');
    const { pathname } = new URL(opened.body.address);
    const read = (headers: Record<string, string> = {}) =>
      front.stranger().get<string>(pathname, { headers });
    const first = await read();
    expect([first.status, first.type]).toEqual([200, 'text/calendar; charset=utf-8']);
    const starts = events(first.body).map((one) => one.startDate.toJSDate().toISOString().slice(0, 19));
    expect(starts).toContain(visit.startAt.slice(0, 19));
    expect(first.body).toContain('玄武区 梅园新村街道');
    for (const secret of ['王秀英', '珠江路', '301室', '1390000']) expect(first.body).not.toContain(secret);
    const etag = first.headers.get('etag') as string;
    expect((await read({ 'if-none-match': etag })).status).toBe(304);

    const planned = events(first.body).find(
      (one) => one.startDate.toJSDate().toISOString().slice(0, 19) === visit.startAt.slice(0, 19),
    );
    await elder.post(`/api/v1/orders/${visit.id}/cancel`, { reason: '不需要了' });
    const after = await read({ 'if-none-match': etag });
    expect(after.status).toBe(200);
    const cancelled = events(after.body).find((one) => one.uid === planned?.uid);
    expect(cancelled?.component.getFirstPropertyValue('status')).toBe('CANCELLED');
    expect(cancelled!.sequence).toBeGreaterThan(planned!.sequence);

    const ownSide = await elder.post<{ address: string }>('/api/v1/calendar-feeds');
    const elders = await front.stranger().get<string>(new URL(ownSide.body.address).pathname);
    expect(elders.body).toContain('张女士上门');
    expect(elders.body).not.toContain('张伟');

    const stolen = await elder.ask('DELETE', `/api/v1/calendar-feeds/${opened.body.id}`);
    expect(stolen.status).toBe(404);
    expect((await volunteer.ask('DELETE', `/api/v1/calendar-feeds/${opened.body.id}`)).status).toBe(200);
    expect((await read()).status).toBe(404);
    expect((await volunteer.get('/api/v1/calendar-feeds')).body.items).toEqual([]);
    const kept = await front.database.sql`select token_digest from calendar_feeds`;
    expect(kept.every((row) => !pathname.includes(Buffer.from(row.token_digest).toString('base64url')))).toBe(
      true,
    );
  });
});

describe('availability at the front door', () => {
  it('is changed by helpers themselves and by whoever plans for them, and by nobody else', async () => {
    const visit = await acceptedVisit(50);
    const leave = { kind: 'leave', startAt: inHours(49), endAt: inHours(60) };
    const inTheWay = await volunteer.get<{ items: { orderId: string }[] }>(
      `/api/v1/absences/visits?from=${leave.startAt}&until=${leave.endAt}`,
    );
    expect(inTheWay.body.items.map((one) => one.orderId)).toEqual([visit.id]);
    const refused = await volunteer.post('/api/v1/absences', leave);
    expect([refused.status, refused.body.code, refused.body.field]).toEqual([
      409,
      'visits_booked',
      'redispatch',
    ]);
    const station = await front.as('station');
    const recorded = await station.post<{ id: string; redispatched: unknown[] }>('/api/v1/absences', {
      ...leave,
      personId: ids.volunteer,
      redispatch: true,
    });
    expect([recorded.status, recorded.body.redispatched.length]).toEqual([200, 1]);
    expect((await volunteer.get<{ items: unknown[] }>('/api/v1/absences')).body.items).toHaveLength(1);
    const other = await front.as('volunteer2');
    expect((await other.post(`/api/v1/absences/${recorded.body.id}/end`)).status).toBe(404);
    expect((await volunteer.post(`/api/v1/absences/${recorded.body.id}/end`)).status).toBe(200);

    const carer = await front.as('carer');
    expect((await carer.post('/api/v1/absences', leave)).status).toBe(403);
    expect((await carer.post('/api/v1/absences', { ...leave, kind: 'sick' })).status).toBe(200);
    const theirs = `/api/v1/carers/${ids.otherCarer}/shifts`;
    expect((await provider.ask('PUT', theirs, { json: { shifts: [] } })).status).toBe(404);
    const night = { weekday: 5, startMinute: 1320, endMinute: 1800 };
    const shifts = await provider.ask('PUT', `/api/v1/carers/${ids.carer}/shifts`, {
      json: { shifts: [night] },
    });
    expect(shifts.body).toEqual({ shifts: [night] });
  });

  it('keeps what a volunteer chose, and certificates with who recorded them', async () => {
    const chosen = { hours: [], maxMetres: 1500, weeklyAskCap: 3, services: ['meals'] };
    const kept = await volunteer.ask('PUT', '/api/v1/availability', { json: chosen });
    expect([kept.status, kept.body]).toEqual([200, chosen]);
    const unknown = await volunteer.ask('PUT', '/api/v1/availability', {
      json: { ...chosen, services: ['x'] },
    });
    expect([unknown.status, unknown.body.field]).toEqual([422, 'services']);
    const certificate = {
      personId: ids.carer,
      kind: 'health',
      number: 'H-9',
      validFrom: '2026-01-01',
      validUntil: '2027-01-01',
    };
    const made = await provider.post<{ id: string }>('/api/v1/helper-certificates', certificate);
    expect(made.status).toBe(200);
    const theirs = await provider.post('/api/v1/helper-certificates', {
      ...certificate,
      personId: ids.otherCarer,
    });
    expect(theirs.status).toBe(404);
    const carer = await front.as('carer');
    expect((await carer.get<{ items: unknown[] }>('/api/v1/helper-certificates')).body.items).toMatchObject([
      { number: 'H-9', revokedAt: null },
    ]);
    const reason = { reason: '已更换新证' };
    expect((await provider.post(`/api/v1/helper-certificates/${made.body.id}/revoke`, reason)).status).toBe(
      200,
    );
    expect((await provider.post(`/api/v1/helper-certificates/${made.body.id}/revoke`, reason)).status).toBe(
      409,
    );
  });
});
