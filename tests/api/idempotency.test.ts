import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ids, newKey } from './support/city.ts';
import { type Client, type Front, openFront } from './support/front.ts';

let front: Front;
let elder: Client;
beforeAll(async () => {
  front = await openFront();
  elder = await front.as('elder');
});
afterAll(() => front.close());

const booking = (hoursAhead: number) => ({
  elderId: ids.elder,
  serviceCode: 'companionship',
  startAt: new Date(Date.now() + hoursAhead * 3_600_000).toISOString(),
  minutes: 20,
  payer: 'time_bank',
  despiteConflicts: true,
});

async function ordersOf(): Promise<number> {
  const [row] = await front.database.sql<{ n: number }[]>`select count(*)::int as n from orders`;
  return row?.n ?? 0;
}

describe('an Idempotency-Key', () => {
  it('is asked for on every unsafe call', async () => {
    const answer = await elder.post('/api/v1/orders', booking(24), { key: null });
    expect([answer.status, answer.body.code]).toEqual([400, 'idempotency_key_missing']);
    const bad = await elder.post('/api/v1/orders', booking(24), { key: 'short' });
    expect([bad.status, bad.body.code]).toEqual([400, 'idempotency_key_invalid']);
  });

  it('gives the same answer to the same request, done once', async () => {
    const before = await ordersOf();
    const key = newKey();
    const wanted = booking(25);
    const first = await elder.post('/api/v1/orders', wanted, { key });
    expect(first.status).toBe(201);
    const again = await elder.post('/api/v1/orders', wanted, { key });
    expect([again.status, again.body]).toEqual([201, first.body]);
    expect(again.headers.get('etag')).toBe(first.headers.get('etag'));
    expect(again.headers.get('idempotent-replayed')).toBe('true');
    expect(await ordersOf()).toBe(before + 1);
  });

  it('refuses another body or another route', async () => {
    const key = newKey();
    expect((await elder.post('/api/v1/orders', booking(26), { key })).status).toBe(201);
    const other = await elder.post('/api/v1/orders', booking(27), { key });
    expect([other.status, other.body.code]).toEqual([422, 'idempotency_key_reused']);
    const route = await elder.post(`/api/v1/orders/${ids.elder}/cancel`, { reason: 'other route' }, { key });
    expect(route.body.code).toBe('idempotency_key_reused');
  });

  it('belongs to its caller: another may use the same', async () => {
    const key = newKey();
    const family = await front.as('family');
    const wanted = booking(28);
    const mine = await elder.post('/api/v1/orders', wanted, { key });
    const theirs = await family.post('/api/v1/orders', wanted, { key });
    expect([mine.status, theirs.status]).toEqual([201, 201]);
    expect(theirs.body.id).not.toBe(mine.body.id);
  });

  it('is done once however many send it at the same time', async () => {
    const before = await ordersOf();
    const key = newKey();
    const wanted = booking(29);
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => elder.post('/api/v1/orders', wanted, { key })),
    );
    expect(await ordersOf()).toBe(before + 1);
    for (const { status, body } of answers) {
      expect(status === 201 || (status === 409 && body.code === 'request_in_flight')).toBe(true);
    }
    expect(answers.some(({ status }) => status === 201)).toBe(true);
    expect((await elder.post('/api/v1/orders', wanted, { key })).status).toBe(201);
  });

  it('gives a refusal again too', async () => {
    const key = newKey();
    const tooMuch = { ...booking(30), minutes: 1440 };
    const first = await elder.post('/api/v1/orders', tooMuch, { key });
    expect([first.status, first.body.code]).toEqual([409, 'not_enough_hours']);
    const late = await elder.post('/api/v1/orders', { ...booking(30), serviceCode: 'nothing' });
    expect(late.body.code).toBe('not_offered');
  });

  it('is free again after a fault, and its answers are not readable at rest', async () => {
    const key = newKey();
    const station = await front.as('station');
    const path = `/api/v1/elders/${ids.elder}/unmask`;
    await front.database.sql`alter table audit rename to audit_away`;
    const failed = await station.post(path, { reason: 'to ring back' }, { key });
    await front.database.sql`alter table audit_away rename to audit`;
    expect([failed.status, failed.body.code]).toEqual([500, 'internal']);
    const answer = await station.post(path, { reason: 'to ring back' }, { key });
    expect([answer.status, answer.body.name]).toEqual([200, '王秀英']);
    const kept = await front.database.sql<
      { body: string }[]
    >`select body from requests where request_key = ${key}`;
    expect(kept[0]?.body).toBeTruthy();
    expect(kept[0]?.body).not.toContain('王秀英');
  });
});
