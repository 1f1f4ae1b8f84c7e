import { createOTP } from '@better-auth/utils/otp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { users } from '../../db/people/signin.schema.ts';
import { elderPhone, ids, PASSWORD } from './support/city.ts';
import { type Front, openFront } from './support/front.ts';

let front: Front;
beforeAll(async () => {
  front = await openFront({ demo: true });
});
afterAll(() => front.close());

const me = '/api/v1/me';

describe('sign-in', () => {
  it('opens a session by user name and password, and ends it', async () => {
    const client = front.stranger();
    expect((await client.get(me)).status).toBe(401);
    const answer = await client.post('/api/auth/sign-in/username', { username: 'elder', password: PASSWORD });
    expect(answer.body).toEqual({
      twoFactorRedirect: false,
      user: { id: expect.any(String), username: 'elder', name: '王秀英', role: 'elder' },
    });
    const known = await client.get(me);
    expect(known.body).toMatchObject({
      role: 'elder',
      personId: ids.elder,
      actsFor: [],
      totp: false,
      demo: true,
    });
    expect((await client.post('/api/auth/sign-out')).status).toBe(200);
    expect((await client.get(me)).status).toBe(401);
  });

  it('says the same of a wrong password and of an unknown user', async () => {
    for (const username of ['elder', 'nobody']) {
      const answer = await front
        .stranger()
        .post('/api/auth/sign-in/username', { username, password: 'not this one' });
      expect([answer.status, answer.body.code]).toEqual([401, 'sign_in_failed']);
    }
  });

  it('keeps the cookie from scripts and from other sites', async () => {
    const answer = await front
      .stranger()
      .post('/api/auth/sign-in/username', { username: 'admin', password: PASSWORD });
    expect(answer.headers.get('set-cookie')).toMatch(/HttpOnly/i);
    expect(answer.headers.get('set-cookie')).toMatch(/SameSite=Lax/i);
  });

  it('opens a session by a code to the telephone, and stores no telephone number', async () => {
    const client = front.stranger();
    expect((await client.post('/api/auth/phone-number/send-otp', { phoneNumber: elderPhone })).status).toBe(
      200,
    );
    const codes = await client.get<{ items: { phone: string; code: string }[] }>('/api/v1/demo/codes');
    const code = codes.body.items.find((one) => one.phone === elderPhone)?.code;
    const wrong = await client.post('/api/auth/phone-number/verify', {
      phoneNumber: elderPhone,
      code: code === '000000' ? '111111' : '000000',
    });
    expect([wrong.status, wrong.body.code]).toEqual([401, 'code_wrong']);
    expect(
      (await client.post('/api/auth/phone-number/verify', { phoneNumber: elderPhone, code })).status,
    ).toBe(200);
    expect((await client.get(me)).body.personId).toBe(ids.elder);
    const again = await front
      .stranger()
      .post('/api/auth/phone-number/verify', { phoneNumber: elderPhone, code });
    expect(again.status).toBe(401);
    const [found] = await front.database.sql<{ n: number }[]>`
      select count(*)::int as n from users, verifications
      where users::text like ${`%${elderPhone}%`} or verifications::text like ${`%${elderPhone}%`}`;
    expect(found?.n).toBe(0);
  });

  it('answers alike for a telephone that has no account, and sends nothing', async () => {
    const client = front.stranger();
    const answer = await client.post('/api/auth/phone-number/send-otp', { phoneNumber: '13712345678' });
    expect(answer.status).toBe(200);
    const codes = await client.get<{ items: { phone: string }[] }>('/api/v1/demo/codes');
    expect(codes.body.items.some((one) => one.phone === '13712345678')).toBe(false);
  });

  it('asks staff with a second factor for the code of the authenticator', async () => {
    const client = await front.as('dispatcher');
    const enabled = await client.post<{ totpURI: string; backupCodes: string[] }>(
      '/api/auth/two-factor/enable',
      {
        password: PASSWORD,
      },
    );
    expect(enabled.status).toBe(200);
    const secret = new TextDecoder().decode(
      base32(new URL(enabled.body.totpURI).searchParams.get('secret') ?? ''),
    );
    const now = () => createOTP(secret, { digits: 6, period: 30 }).totp();
    expect((await client.post('/api/auth/two-factor/verify-totp', { code: await now() })).status).toBe(200);
    expect((await client.get(me)).body.totp).toBe(true);

    const later = front.stranger();
    const first = await later.post('/api/auth/sign-in/username', {
      username: 'dispatcher',
      password: PASSWORD,
    });
    expect(first.body).toEqual({ twoFactorRedirect: true, user: null });
    expect((await later.get(me)).status).toBe(401);
    const code = await now();
    const wrong = await later.post('/api/auth/two-factor/verify-totp', {
      code: code === '000000' ? '111111' : '000000',
    });
    expect([wrong.status, wrong.body.code]).toEqual([401, 'code_wrong']);
    expect((await later.post('/api/auth/two-factor/verify-totp', { code: await now() })).status).toBe(200);
    expect((await later.get(me)).body.role).toBe('dispatcher');

    const spare = front.stranger();
    await spare.post('/api/auth/sign-in/username', { username: 'dispatcher', password: PASSWORD });
    const recovery = { code: enabled.body.backupCodes[0] };
    expect((await spare.post('/api/auth/two-factor/verify-backup-code', recovery)).status).toBe(200);
    expect((await spare.get(me)).body.role).toBe('dispatcher');
    expect((await spare.post('/api/auth/two-factor/disable', { password: PASSWORD })).status).toBe(200);
  });

  it('gives a machine an API key with the rights of its account, until it is withdrawn', async () => {
    const client = await front.as('regulator');
    const made = await client.post<{ id: string; key: string }>('/api/auth/api-key/create', {
      name: 'export',
      expiresInDays: 30,
    });
    expect(made.status).toBe(200);
    const machine = front.stranger();
    const headers = { 'x-api-key': made.body.key };
    expect((await machine.get(me, { headers })).body.role).toBe('regulator');
    expect((await machine.get('/api/v1/ledger/totals', { headers })).status).toBe(200);
    expect((await machine.get('/api/v1/offers', { headers })).status).toBe(403);
    const listed = await client.get<{ items: { id: string }[] }>('/api/auth/api-key/list');
    expect(listed.body.items.map((key) => key.id)).toContain(made.body.id);
    expect(JSON.stringify(listed.body)).not.toContain(made.body.key);
    expect((await client.post('/api/auth/api-key/delete', { keyId: made.body.id })).status).toBe(200);
    expect((await machine.get(me, { headers })).status).toBe(401);
    expect((await machine.get(me, { headers: { 'x-api-key': 'hz_short' } })).status).toBe(401);
  });

  it('lets a closed account neither sign in nor stay signed in', async () => {
    const client = await front.as('volunteer2');
    await front.database.sql`update users set closed_at = now() where username = 'volunteer2'`;
    expect((await client.get(me)).status).toBe(401);
    const answer = await front
      .stranger()
      .post('/api/auth/sign-in/username', { username: 'volunteer2', password: PASSWORD });
    expect([answer.status, answer.body.code]).toEqual([403, 'user_closed']);
  });

  it('refuses a sign-in from the page of another site', async () => {
    const answer = await front
      .stranger()
      .post(
        '/api/auth/sign-in/username',
        { username: 'elder', password: PASSWORD },
        { headers: { origin: 'https://elsewhere.example', 'sec-fetch-site': 'cross-site' } },
      );
    expect([answer.status, answer.body.code]).toEqual([403, 'origin_refused']);
  });

  it('slows down who guesses the password of one account', async () => {
    const limited = await openFront({ limits: true });
    try {
      const tries = [];
      for (let i = 0; i < 12; i++) {
        const guess = { username: 'elder', password: `guess number ${i}` };
        tries.push((await limited.stranger().post('/api/auth/sign-in/username', guess)).status);
      }
      expect(tries.slice(0, 10)).toEqual(Array(10).fill(401));
      expect(tries.slice(10)).toEqual([429, 429]);
    } finally {
      await limited.close();
    }
  });

  it('knows every account of the city by a role', async () => {
    const rows = await front.database.db.select({ role: users.role }).from(users);
    expect(rows.length).toBeGreaterThan(9);
  });
});

function base32(text: string): Uint8Array {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
  const bits = [...text.replace(/=+$/, '')]
    .map((c) => alphabet.indexOf(c).toString(2).padStart(5, '0'))
    .join('');
  return Uint8Array.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
}
