import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { unseal } from '../../../db/connect/seal.ts';
import { sendMessages } from '../../../db/messages/send.ts';
import { messageTemplates, templates } from '../../../db/messages/templates.ts';
import { openUsers } from '../../../db/people/openUsers.ts';
import { registerPersons } from '../../../db/people/register.ts';
import { HOME, ids, type SmallCity, smallCity } from '../../support/smallCity.ts';

let city: SmallCity;
const withPhone = '01900000-0000-7000-8000-000000000091';
beforeAll(async () => {
  city = await smallCity();
  await city.do('system', async (tx, act) => {
    await openUsers(tx, act, [
      { username: 'near', name: '张伟', role: 'volunteer', passwordHash: null, personId: ids.near },
    ]);
    await registerPersons(tx, act, [
      {
        id: withPhone,
        name: '钱芳',
        gender: 'female',
        birthDate: '1990-01-01',
        identityNumber: null,
        phone: '13900000091',
        address: null,
        position: HOME,
        areaCode: '320102001001',
      },
    ]);
  });
});
afterAll(() => city.close());

const offered = (personId: string, key: string) => ({
  personId,
  template: 'offer_new' as const,
  params: {
    at: '2026-05-01T08:00:00Z',
    until: '2026-05-01T06:00:00Z',
    service: 'meals',
    minutes: 30,
    metres: 90,
  },
  key,
});

const rowsOf = (recipientId: string) => city.sql<{ channel: string; state: string; params_sealed: Buffer }[]>`
  select channel, state, params_sealed from messages where recipient_id = ${recipientId} order by channel`;

describe('telling people something', () => {
  it('writes one row for each channel that they have, and none for those who have none', async () => {
    await city.do('system', (tx, act) =>
      sendMessages(tx, act, [offered(ids.near, 'a'), offered(withPhone, 'a'), offered(ids.far, 'a')]),
    );
    expect((await rowsOf(ids.near)).map((row) => [row.channel, row.state])).toEqual([['screen', 'unread']]);
    expect((await rowsOf(withPhone)).map((row) => [row.channel, row.state])).toEqual([['sms', 'waiting']]);
    expect(await rowsOf(ids.far)).toEqual([]);
  });

  it('tells the same thing once, whoever asks for it again or at the same time', async () => {
    const tell = () => city.do('system', (tx, act) => sendMessages(tx, act, [offered(ids.near, 'once')]));
    await Promise.all([tell(), tell(), tell()]);
    await tell();
    expect(await rowsOf(ids.near)).toHaveLength(2);
    const [row] = await rowsOf(ids.near);
    expect(Buffer.from(row!.params_sealed).toString()).not.toContain('meals');
    expect(JSON.parse(unseal(row!.params_sealed))).toMatchObject({ service: 'meals', metres: 90 });
  });

  it('tells nothing when what it tells is rolled back, and shows what is told at once', async () => {
    const before = await city.sql`select count(*) from outbox where kind = 'message'`;
    await city
      .try('system', async (tx, act) => {
        await sendMessages(tx, act, [offered(ids.near, 'undone')]);
        throw new Error('undone');
      })
      .catch(() => undefined);
    expect(await city.sql`select count(*) from outbox where kind = 'message'`).toEqual(before);
    const { personId: _, ...what } = offered(ids.near, 'desk');
    await city.do('system', (tx, act) => sendMessages(tx, act, [{ ...what, providerId: ids.provider }]));
    const [told] =
      await city.sql`select detail from outbox where kind = 'message' order by position desc limit 1`;
    expect(told?.detail).toEqual({ provider: ids.provider });
    expect((await rowsOf(ids.provider)).map((row) => row.channel)).toEqual(['screen']);
  });

  it('has both languages name the same things', () => {
    const named = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name).sort();
    for (const name of messageTemplates) {
      const { zh, en } = templates[name];
      expect([name, [...new Set(named(zh.text))]]).toEqual([name, [...new Set(named(en.text))]]);
    }
  });
});
