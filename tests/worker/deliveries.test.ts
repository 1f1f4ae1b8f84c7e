import { createECDH, randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type OpenDatabase, openDatabase } from '../../db/connect/database.ts';
import { newId } from '../../db/connect/ids.ts';
import { logger } from '../../db/connect/log.ts';
import { digest, seal } from '../../db/connect/seal.ts';
import { type MessageItem, sendMessages } from '../../db/messages/send.ts';
import { changeSettings } from '../../db/messages/settings.ts';
import { tryAgain } from '../../db/messages/views.ts';
import { registerPersons } from '../../db/people/register.ts';
import { senderOf } from '../../worker/messages/senders.ts';
import { deliveries } from '../../worker/tasks/deliveries.ts';
import type { Task } from '../../worker/tasks/task.ts';
import { type Gateway, openGateway } from '../support/gateway.ts';
import { HOME, later, type SmallCity, smallCity } from '../support/smallCity.ts';

let city: SmallCity;
let other: OpenDatabase;
let gateway: Gateway;
let send: Task;
const log = logger('test');
const people = Array.from({ length: 12 }, (_, i) => newId(new Date(1_700_000_000_000 + i)));
const [first = ''] = people;

beforeEach(async () => {
  [city, gateway] = await Promise.all([smallCity(), openGateway()]);
  other = openDatabase(city.config, 'other worker');
  send = deliveries(senderOf({ ...city.config, smsUrl: gateway.url, smsToken: 't' }, log));
  await city.do('system', (tx, act) =>
    registerPersons(
      tx,
      act,
      people.map((id, i) => ({
        id,
        name: `钱${i}`,
        gender: 'female' as const,
        birthDate: '1990-01-01',
        identityNumber: null,
        phone: `1390000${String(i).padStart(4, '0')}`,
        address: null,
        position: HOME,
        areaCode: '320102001001',
      })),
    ),
  );
});
afterEach(async () => {
  await other.close();
  await gateway.close();
  await city.close();
});

const cancelled = (personId: string, more: Partial<MessageItem> = {}): MessageItem => ({
  personId,
  template: 'visit_cancelled',
  params: { at: '2026-05-01T08:00:00Z', service: 'meals', elder: '王秀英' },
  key: 'order 1',
  ...more,
});
const tell = (...items: MessageItem[]) => city.do('system', (tx, act) => sendMessages(tx, act, items));
const states = async () => {
  const rows = await city.sql<{ state: string; last_error: string | null }[]>`
    select state, last_error from messages order by recipient_id, once_key`;
  return rows.map((row) => [row.state, row.last_error]);
};
const numbers = () =>
  gateway.taken.map(({ body }) => (JSON.parse(body.toString()) as { phone: string }).phone);

describe('messages that leave the house', () => {
  it('go to each once in their language, however many workers are at it', async () => {
    await city.do('system', (tx, act) =>
      changeSettings(tx, act, first, {
        sms: true,
        push: true,
        quiet: { fromMinute: 0, untilMinute: 0 },
        language: 'en',
      }),
    );
    await tell(...people.map((id) => cancelled(id)));
    const both = [city, other, city, other].map(({ db }) => send({ db, at: city.at, log }));
    const done = await Promise.all(both);
    expect(done.reduce((sum, n) => sum + n, 0)).toBe(people.length);
    expect(new Set(numbers()).size).toBe(people.length);
    expect(gateway.asked()).toBe(people.length);
    const texts = gateway.taken.map(({ body }) => (JSON.parse(body.toString()) as { text: string }).text);
    expect(texts.filter((text) => text === '5月1日16:00王秀英的助餐已取消。')).toHaveLength(
      people.length - 1,
    );
    expect(texts).toContain('Meals for 王秀英 on 1 May, 16:00 is cancelled.');
  });

  it('are tried again later and later when the gateway fails, refuses, hangs up or is silent, and then lie dead', async () => {
    await tell(...people.slice(0, 4).map((id) => cancelled(id)));
    const moods = ['hang_up', 503, 422, 'silent'] as const;
    gateway.mood = (body) => moods[Number(/"phone":"\d{10}(\d)"/.exec(body)?.[1])] ?? 500;
    expect(await city.work(send)).toBe(0);
    expect(await states()).toEqual([
      ['waiting', 'unreachable'],
      ['waiting', 'http_503'],
      ['dead', 'http_422'],
      ['waiting', 'timeout'],
    ]);
    gateway.mood = () => 500;
    expect(await city.work(send)).toBe(0);
    expect(gateway.asked()).toBe(4);
    for (let attempt = 2; attempt <= 8; attempt++) {
      expect((await states()).map(([state]) => state)).toEqual(['waiting', 'waiting', 'dead', 'waiting']);
      city.wait(35);
      await city.work(send);
    }
    expect((await states()).map(([state]) => state)).toEqual(['dead', 'dead', 'dead', 'dead']);
    gateway.mood = () => 200;
    const dead = await city.sql<{ id: string }[]>`select id from messages where state = 'dead'`;
    await city.do('admin', (tx, act) =>
      tryAgain(
        tx,
        act,
        dead.map((row) => row.id),
      ),
    );
    expect(await city.work(send)).toBe(4);
    expect(new Set(numbers()).size).toBe(4);
  });

  it('are sent under the same key by the next worker when one is killed before it wrote down that it sent them', async () => {
    await tell(cancelled(first));
    const killed = deliveries(async (message, db, at) => {
      await senderOf({ ...city.config, smsUrl: gateway.url, smsToken: null }, log)(message, db, at);
      return new Promise(() => {});
    });
    void killed({ db: other.db, at: city.at, log });
    while (gateway.taken.length === 0) await new Promise((resolve) => setImmediate(resolve));
    expect(await city.work(send)).toBe(0);
    city.wait(6);
    expect(await city.work(send)).toBe(1);
    const keys = gateway.taken.map(({ key }) => key);
    expect([keys.length, new Set(keys).size]).toEqual([2, 1]);
  });

  it('wait for the end of quiet hours unless they are urgent, and are dropped when nobody needs them any more', async () => {
    city.at = new Date('2026-05-01T14:30:00Z');
    await tell(
      cancelled(first, { key: 'late' }),
      cancelled(first, { key: 'urgent', urgent: true }),
      cancelled(first, { key: 'soon over', until: later(city.at, 60) }),
    );
    expect(await city.work(send)).toBe(1);
    city.at = new Date('2026-05-01T22:59:00Z');
    expect(await city.work(send)).toBe(0);
    city.at = new Date('2026-05-01T23:00:00Z');
    expect(await city.work(send)).toBe(1);
    expect((await states()).map(([state]) => state).sort()).toEqual(['dropped', 'sent', 'sent']);
  });

  it('reach a browser encrypted and signed, and forget it when its push service knows it no more', async () => {
    const browser = createECDH('prime256v1');
    const address = {
      endpoint: gateway.url,
      keys: { p256dh: browser.generateKeys('base64url'), auth: randomBytes(16).toString('base64url') },
    };
    await city.sql`insert into push_subscriptions (id, person_id, endpoint_digest, subscription_sealed, created_at)
      values (${newId()}, ${first}, ${digest('push', gateway.url)}, ${seal(JSON.stringify(address))}, ${city.at})`;
    const byPush = cancelled(first, { template: 'offer_taken' });
    await tell(byPush);
    expect(await city.work(send)).toBe(1);
    const [taken] = gateway.taken;
    expect(taken?.headers).toMatchObject({ 'content-encoding': 'aes128gcm', urgency: 'normal' });
    expect(taken?.headers.authorization).toMatch(/^vapid t=/);
    expect(taken?.body.toString('utf8')).not.toContain('王秀英');
    gateway.mood = () => 410;
    await tell({ ...byPush, key: 'order 2' });
    expect(await city.work(send)).toBe(0);
    expect(await city.sql`select id from push_subscriptions`).toHaveLength(0);
    expect((await states()).map(([state]) => state)).toEqual(['sent', 'dropped']);
  });
});
