import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { candidatesFor } from '../../db/orders/candidates.ts';
import { sendOffers } from '../../db/orders/offer.ts';
import { DOOR_CODE, ids } from './support/city.ts';
import { type Client, type Front, openFront } from './support/front.ts';

let front: Front;
const who: Record<string, Client> = {};
beforeAll(async () => {
  front = await openFront();
  for (const name of [
    'elder',
    'elder2',
    'family',
    'volunteer',
    'volunteer2',
    'provider',
    'provider2',
    'carer',
    'station',
    'dispatcher',
    'dispatcher2',
    'regulator',
  ]) {
    who[name] = await front.as(name);
  }
});
afterAll(() => front.close());

const as = (name: string): Client => who[name] as Client;
const at = (minutesAhead: number) => new Date(Date.now() + minutesAhead * 60_000).toISOString();

interface Order {
  id: string;
  state: string;
  version: number;
  elder: { name: string };
  doorCode?: string;
  holdMinutes: number;
}

async function book(name: string, more: object = {}): Promise<Order> {
  const wanted = {
    elderId: ids.elder,
    serviceCode: 'companionship',
    startAt: at(30),
    minutes: 30,
    payer: 'time_bank',
    despiteConflicts: true,
    ...more,
  };
  const answer = await as(name).post<Order>('/api/v1/orders', wanted);
  expect(answer.status, JSON.stringify(answer.body)).toBe(201);
  return answer.body;
}

/** What the worker does: asks the best candidate, or the one named. */
async function offer(orderId: string, personId?: string): Promise<void> {
  await front.act(async (tx, act) => {
    const found = (await candidatesFor(tx, [orderId], act.at)).get(orderId)?.candidates ?? [];
    const best = personId ? found.find((one) => one.personId === personId) : found[0];
    if (!best) throw new Error('nobody can');
    const { name: _, ...draft } = best;
    await sendOffers(tx, act, [{ ...draft, orderId, wave: 1 }]);
  });
}

async function available(name: string): Promise<number> {
  const answer = await as(name).get<{ items: { available: number }[] }>('/api/v1/accounts/me?currency=min');
  return answer.body.items.reduce((sum, account) => sum + account.available, 0);
}

describe('one visit through the API', () => {
  it('goes from booking to payment and rating, each seeing what concerns them', async () => {
    const had = await available('elder');
    const earned = await available('volunteer');
    const order = await book('elder');
    expect(order.holdMinutes).toBe(30);
    expect(await available('elder')).toBe(had - 30);

    await offer(order.id, ids.volunteer);
    const offers = await as('volunteer').get<{ items: { id: string; order: Order }[] }>(
      '/api/v1/offers?state=open',
    );
    const open = offers.body.items.find((one) => one.order.id === order.id);
    expect(open?.order.elder.name).toBe('王**');
    expect((await as('volunteer2').post(`/api/v1/offers/${open?.id}/accept`)).status).toBe(404);
    expect((await as('volunteer').post(`/api/v1/offers/${open?.id}/accept`)).status).toBe(200);

    const visits = await as('volunteer').get<{
      items: { id: string; orderId: string; elder: { address: string } }[];
    }>('/api/v1/visits');
    const tomorrow = await as('volunteer').get<typeof visits.body>(
      `/api/v1/visits?date=${at(30).slice(0, 10)}`,
    );
    const visit = [...visits.body.items, ...tomorrow.body.items].find((one) => one.orderId === order.id);
    expect(visit?.elder.address).toBe('南京市玄武区珠江路8号2栋301室');

    const mine = await as('elder').get<Order>(`/api/v1/orders/${order.id}`);
    expect(mine.body.doorCode).toBe(DOOR_CODE);
    const theirs = await as('dispatcher').get<Order>(`/api/v1/orders/${order.id}`);
    expect([theirs.body.doorCode, theirs.body.elder.name]).toEqual([undefined, '王**']);

    const checkIn = { method: 'gps', lat: 32.05, lon: 118.8, accuracyM: 12, deviceAt: at(-20) };
    expect((await as('volunteer').post(`/api/v1/visits/${visit?.id}/check-in`, checkIn)).body).toMatchObject({
      state: 'started',
      checkIn: { method: 'gps', trust: 4, distanceM: 0 },
    });
    const future = await as('volunteer').post(`/api/v1/visits/${visit?.id}/check-out`, {
      ...checkIn,
      deviceAt: at(90),
    });
    expect([future.status, future.body.field]).toEqual([422, 'deviceAt']);
    const checkOut = await as('volunteer').post(`/api/v1/visits/${visit?.id}/check-out`, {
      ...checkIn,
      deviceAt: at(0),
    });
    expect(checkOut.body).toMatchObject({ state: 'finished', verifiedMinutes: 20 });

    // Pressed twice at once: one comes first, and the other is told what a later one is told.
    const confirm = () => as('elder').post<Order & { code?: string }>(`/api/v1/orders/${order.id}/confirm`);
    const pressed = await Promise.all([confirm(), confirm()]);
    const [confirmed, second] = pressed.sort((one, other) => one.status - other.status);
    expect([confirmed?.status, confirmed?.body.state]).toEqual([200, 'settled']);
    const third = await confirm();
    expect([second?.status, second?.body.code]).toEqual([third.status, third.body.code]);
    expect([third.status, third.body.code]).toEqual([409, 'already_done']);
    expect(await available('volunteer')).toBe(earned + 20);
    expect(await available('elder')).toBe(had - 20);
    const rated = await as('elder').post(`/api/v1/orders/${order.id}/rating`, {
      answers: [5, 4, 5, 5],
      comment: '很好',
    });
    expect(rated.status).toBe(200);
    expect(
      (await as('elder').post(`/api/v1/orders/${order.id}/rating`, { answers: [5, 4, 5, 5] })).body.code,
    ).toBe('already_done');
    // Those it is about see no single rating, and hear nothing when one is given.
    for (const [name, knows] of [
      ['volunteer', false],
      ['dispatcher', true],
    ] as const) {
      const seen = await as(name).get<{ rating: object | null }>(`/api/v1/orders/${order.id}`);
      expect([name, seen.body.rating !== null]).toEqual([name, knows]);
    }
    const [last] = await front.database.sql`
      select person_ids, detail from outbox where record_id = ${order.id} order by position desc limit 1`;
    expect(last).toMatchObject({ person_ids: [ids.elder], detail: { provider: null } });
    const detail = await as('elder').get<{ history: { to: string }[]; rating: object }>(
      `/api/v1/orders/${order.id}`,
    );
    expect(detail.body.history.map((change) => change.to)).toEqual([
      'requested',
      'offered',
      'accepted',
      'started',
      'finished',
      'settled',
    ]);
    expect(detail.body.rating).toMatchObject({ answers: [5, 4, 5, 5], comment: '很好' });

    const account = await as('volunteer').get<{ items: { id: string; kind: string }[] }>(
      '/api/v1/accounts/me',
    );
    const entries = await as('volunteer').get<{ items: object[] }>(
      `/api/v1/accounts/${account.body.items[0]?.id}/entries?limit=1`,
    );
    expect(entries.body.items[0]).toMatchObject({
      amount: 20,
      cause: 'visit',
      orderId: order.id,
      memo: 'companionship',
    });
    expect((await as('volunteer2').get(`/api/v1/accounts/${account.body.items[0]?.id}/entries`)).status).toBe(
      404,
    );
    const totals = await as('regulator').get<{ sums: { sum: number }[] }>('/api/v1/ledger/totals');
    expect(totals.body.sums.map((one) => one.sum)).toEqual([0, 0]);
  });

  it('gives bathing to a provider, paid from subsidy', async () => {
    const order = await book('family', { serviceCode: 'bathing', payer: 'subsidy', minutes: 60 });
    await offer(order.id, ids.carer);
    expect((await as('provider2').get<{ items: unknown[] }>('/api/v1/offers?state=open')).body.items).toEqual(
      [],
    );
    const offers = await as('provider').get<{ items: { id: string; orderId: string }[] }>(
      '/api/v1/offers?state=open',
    );
    const open = offers.body.items.find((one) => one.orderId === order.id);
    const declined = await as('provider').post(`/api/v1/offers/${open?.id}/decline`, { reason: 'busy' });
    expect(declined.body).toMatchObject({ state: 'declined', declineReason: 'busy' });
    await offer(order.id, ids.otherCarer);
    const next = await as('provider2').get<{ items: { id: string }[] }>('/api/v1/offers?state=open');
    expect((await as('provider2').post(`/api/v1/offers/${next.body.items[0]?.id}/accept`)).status).toBe(200);
    expect((await as('provider2').get(`/api/v1/orders/${order.id}`)).status).toBe(200);
    expect((await as('provider').get(`/api/v1/orders/${order.id}`)).status).toBe(404);
  });

  it('lets each see and do only what is within reach', async () => {
    const order = await book('elder');
    for (const name of ['elder2', 'volunteer', 'provider', 'dispatcher2', 'carer']) {
      const answer = await as(name).get(`/api/v1/orders/${order.id}`);
      expect([name, answer.status, answer.body.code]).toEqual([name, 404, 'not_found']);
    }
    for (const name of ['family', 'station', 'dispatcher', 'regulator']) {
      expect([name, (await as(name).get(`/api/v1/orders/${order.id}`)).status]).toEqual([name, 200]);
    }
    const cancel = { reason: '不需要了' };
    expect((await as('elder2').post(`/api/v1/orders/${order.id}/cancel`, cancel)).status).toBe(404);
    expect(
      (
        await as('elder2').post('/api/v1/orders', {
          elderId: ids.elder,
          serviceCode: 'meals',
          startAt: at(60),
          payer: 'time_bank',
        })
      ).status,
    ).toBe(404);
    expect(
      (
        await as('dispatcher2').post('/api/v1/orders', {
          elderId: ids.elder,
          serviceCode: 'meals',
          startAt: at(60),
          payer: 'time_bank',
        })
      ).status,
    ).toBe(404);
    expect((await as('family').post(`/api/v1/orders/${order.id}/cancel`, cancel)).body.state).toBe(
      'cancelled',
    );
    expect((await as('family').post(`/api/v1/orders/${order.id}/cancel`, cancel)).body).toMatchObject({
      status: 409,
      code: 'already_done',
    });
  });

  it('does nothing on a version that is stale', async () => {
    const order = await book('elder');
    const path = `/api/v1/orders/${order.id}/cancel`;
    const seen = await as('elder').get(`/api/v1/orders/${order.id}`);
    expect(seen.headers.get('etag')).toBe(`"${order.version}"`);
    await offer(order.id);
    const stale = await as('elder').post(
      path,
      { reason: '不需要了' },
      { headers: { 'if-match': `"${order.version}"` } },
    );
    expect([stale.status, stale.body.code]).toEqual([412, 'stale']);
    const malformed = await as('elder').post(
      path,
      { reason: '不需要了' },
      { headers: { 'if-match': 'abc' } },
    );
    expect([malformed.status, malformed.body.code]).toEqual([400, 'if_match_invalid']);
    const fresh = await as('elder').get(`/api/v1/orders/${order.id}`);
    const etag = fresh.headers.get('etag') ?? '';
    expect(
      (await as('elder').post(path, { reason: '不需要了' }, { headers: { 'if-match': etag } })).status,
    ).toBe(200);
  });

  it('lets a dispatcher assign by hand, with a reason, whom no hard rule excludes', async () => {
    const order = await book('elder', { startAt: at(300) });
    const path = `/api/v1/orders/${order.id}`;
    const found = await as('dispatcher').get<{ items: { personId: string }[] }>(`${path}/candidates`);
    expect(found.body.items.map((one) => one.personId)).toContain(ids.otherVolunteer);
    const unable = await as('dispatcher').post(`${path}/assign`, {
      personId: ids.carer,
      reason: 'nearest one',
    });
    expect([unable.status, unable.body.code]).toEqual([409, 'person_unable']);
    const choice = { personId: ids.otherVolunteer, reason: 'asked for by name' };
    expect((await as('dispatcher').post(`${path}/assign`, choice)).body.state).toBe('offered');
    expect((await as('dispatcher').post(`${path}/withdraw`, { reason: 'she is unwell' })).body.state).toBe(
      'requested',
    );
  });

  it('shows an elder who looked at the record, and unmasks only for a reason', async () => {
    const masked = await as('station').get(`/api/v1/elders/${ids.elder}`);
    expect(masked.body).toMatchObject({ name: '王**', phoneMasked: '139****0001', keyElder: true });
    expect((await as('elder').get(`/api/v1/elders/${ids.elder}`)).body.name).toBe('王秀英');
    const short = await as('station').post(`/api/v1/elders/${ids.elder}/unmask`, { reason: 'x' });
    expect([short.status, short.body.field]).toEqual([422, 'reason']);
    const full = await as('station').post(`/api/v1/elders/${ids.elder}/unmask`, { reason: 'to ring back' });
    expect(full.body).toEqual({
      name: '王秀英',
      phone: '13900000001',
      address: '南京市玄武区珠江路8号2栋301室',
    });
    const reads = await as('elder').get<{ items: { action: string; actorName: string; reason: string }[] }>(
      '/api/v1/people/me/reads',
    );
    expect(reads.body.items[0]).toMatchObject({
      action: 'person.unmasked',
      actorName: '站点',
      reason: 'to ring back',
    });
    expect(reads.body.items.some((one) => one.action === 'person.read')).toBe(true);
  });

  it('finds elders of the area by name and by telephone, page by page', async () => {
    const first = await as('dispatcher').get<{ items: { id: string }[]; nextCursor: string }>(
      '/api/v1/elders?limit=1',
    );
    expect(first.body.items.length).toBe(1);
    const rest = await as('dispatcher').get<typeof first.body>(
      `/api/v1/elders?limit=1&cursor=${first.body.nextCursor}`,
    );
    expect(rest.body.items[0]?.id).not.toBe(first.body.items[0]?.id);
    expect(rest.body.nextCursor).toBeNull();
    const named = await as('station').get<typeof first.body>(
      `/api/v1/elders?query=${encodeURIComponent('秀')}`,
    );
    expect(named.body.items.map((one) => one.id)).toEqual([ids.elder]);
    const called = await as('station').get<typeof first.body>('/api/v1/elders?query=13900000002');
    expect(called.body.items.map((one) => one.id)).toEqual([ids.otherElder]);
    const bad = await as('station').get('/api/v1/elders?cursor=nonsense');
    expect([bad.status, bad.body.code]).toEqual([400, 'cursor_invalid']);
  });

  it('lets a station review who applied, once', async () => {
    const path = `/api/v1/volunteers/${ids.applicant}/review`;
    const applied = await as('station').get<{ items: { personId: string }[] }>(
      '/api/v1/volunteers?state=applied',
    );
    expect(applied.body.items.map((one) => one.personId)).toEqual([ids.applicant]);
    const review = { decision: 'approve', reason: 'papers seen' };
    expect((await as('station').post(path, review)).body.state).toBe('active');
    expect((await as('station').post(path, review)).body.code).toBe('already_done');
  });

  it('says what is wrong with a field in the language asked for', async () => {
    const body = {
      elderId: 'x',
      serviceCode: 'meals',
      startAt: 'tomorrow',
      payer: 'time_bank',
      colour: 'red',
    };
    const en = await as('elder').post('/api/v1/orders', body);
    expect(en.type).toContain('application/problem+json');
    expect(en.body).toMatchObject({
      status: 422,
      code: 'validation_failed',
      type: '/problems/validation_failed',
      errors: expect.arrayContaining([
        { field: 'elderId', message: 'Should be a UUID.' },
        { field: 'colour', message: 'There is no such field; leave it out.' },
      ]),
    });
    const zh = await as('elder').post('/api/v1/orders', body, { headers: { 'accept-language': 'zh-CN' } });
    expect(zh.body).toMatchObject({ title: '填写有误' });
    expect((await as('elder').get('/api/v1/orders?colour=red')).status).toBe(422);
  });
});
