import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ids } from './support/city.ts';
import { type Client, type Front, openFront } from './support/front.ts';

let front: Front;
const who: Record<string, Client> = {};
beforeAll(async () => {
  front = await openFront();
  for (const name of ['elder', 'elder2', 'family', 'volunteer', 'station', 'dispatcher'])
    who[name] = await front.as(name);
});
afterAll(() => front.close());

const as = (name: string): Client => who[name] as Client;
const son = { name: '王强', phone: `1390000${ids.family.slice(-4)}` };
const wanted = { delegate: son, relation: 'child', scopes: ['see', 'book', 'spend'] };
let hour = 1;
const book = (minutes: number) =>
  as('family').post('/api/v1/orders', {
    elderId: ids.elder,
    serviceCode: 'companionship',
    startAt: new Date(Date.now() + hour++ * 3_600_000).toISOString(),
    minutes,
    payer: 'time_bank',
    despiteConflicts: true,
  });

interface Mandate {
  id: string;
  isLive: boolean;
  monthlyMinutes: number | null;
  spentMinutes: number;
  leftMinutes: number | null;
  elder: { id: string; name: string };
  delegate: { id: string; name: string };
}
const mandates = async (name: string, query = '') =>
  (await as(name).get<{ items: Mandate[] }>(`/api/v1/mandates${query}`)).body.items;

describe('mandates through the API', () => {
  it('are given by the elder with a limit, which the delegate sees, meets and cannot change', async () => {
    const made = await as('elder').post<Mandate>('/api/v1/mandates', { ...wanted, monthlyMinutes: 90 });
    expect([made.status, made.body.monthlyMinutes], JSON.stringify(made.body)).toEqual([201, 90]);
    const live = (await mandates('family')).filter((one) => one.isLive);
    expect(live).toMatchObject([
      { id: made.body.id, elder: { id: ids.elder, name: '王秀英' }, leftMinutes: 90 },
    ]);

    expect((await book(60)).status).toBe(201);
    const over = await book(31);
    expect([over.status, over.body.code]).toEqual([409, 'over_mandate']);
    expect(over.body.detail).toContain('30 minutes are left');
    expect((await mandates('elder')).find((one) => one.isLive)).toMatchObject({
      spentMinutes: 60,
      leftMinutes: 30,
    });

    for (const [address, json] of [
      ['/api/v1/mandates', { ...wanted, elderId: ids.elder, monthlyMinutes: 9000 }],
      [`/api/v1/mandates/${made.body.id}/withdraw`, { reason: '不再需要' }],
    ] as const) {
      const answer = await as('family').post(address, json);
      expect([answer.status, answer.body.code]).toEqual([403, 'forbidden']);
    }
  });

  it('are recorded by a station for an elder of its area, with masked names', async () => {
    const far = await as('station').post('/api/v1/mandates', { ...wanted, elderId: ids.farElder });
    expect([far.status, far.body.code]).toEqual([404, 'not_found']);
    expect((await as('station').post('/api/v1/mandates', wanted)).status).toBe(404);
    const made = await as('station').post<Mandate>('/api/v1/mandates', {
      ...wanted,
      elderId: ids.elder,
      monthlyMinutes: 0,
      validUntil: new Date(Date.now() + 86_400_000).toISOString(),
    });
    expect(made.body).toMatchObject({ isLive: true, elder: { name: '王**' }, delegate: { name: '王*' } });
    expect((await book(5)).body.code).toBe('over_mandate');
    expect((await mandates('station', `?elderId=${ids.elder}`)).filter((one) => one.isLive)).toHaveLength(1);
    expect((await as('station').get(`/api/v1/mandates?elderId=${ids.farElder}`)).status).toBe(404);
  });

  it('are nobody else’s to see or withdraw, and end at once', async () => {
    const [live] = (await mandates('elder')).filter((one) => one.isLive);
    const address = `/api/v1/mandates/${live?.id}/withdraw`;
    expect((await as('elder2').get(`/api/v1/mandates?elderId=${ids.elder}`)).status).toBe(404);
    expect((await as('elder2').post(address, { reason: '不再需要' })).status).toBe(404);
    expect((await as('volunteer').get('/api/v1/mandates')).status).toBe(403);
    expect((await as('elder').post<Mandate>(address, { reason: '不再需要' })).body.isLive).toBe(false);
    const after = await book(5);
    expect(after.status).toBe(403);
  });
});
