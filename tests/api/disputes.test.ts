import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { finishedVisit } from './support/finished.ts';
import { type Client, type Front, openFront } from './support/front.ts';

let front: Front;
const who = new Map<string, Client>();
beforeAll(async () => {
  front = await openFront();
  for (const name of [
    'elder',
    'elder2',
    'volunteer',
    'provider',
    'station',
    'dispatcher',
    'dispatcher2',
    'regulator',
  ])
    who.set(name, await front.as(name));
});
afterAll(() => front.close());
const as = (name: string): Client => who.get(name) as Client;

interface Dispute {
  id: string;
  orderId: string;
  state: string;
  elderName: string;
  amount: number;
  text: string | null;
  mayDecide: boolean;
  outcome: string | null;
  paid: number | null;
}

describe('after a visit, the API', () => {
  it('lets a dispute be opened by the elder, seen by those it concerns and decided by the dispatcher of the area', async () => {
    const orderId = await finishedVisit(front, 3);
    const plain = await as('elder').post(`/api/v1/orders/${orderId}/dispute`, { reasonCode: 'too_short' });
    expect([plain.status, plain.body.field]).toEqual([422, 'text']);
    const opened = await as('elder').post(`/api/v1/orders/${orderId}/dispute`, {
      reasonCode: 'too_short',
      text: '只待了二十分钟',
    });
    expect([opened.status, opened.body.state]).toEqual([200, 'disputed']);

    const listed = await as('dispatcher').get<{ items: Dispute[] }>('/api/v1/disputes?state=open');
    const dispute = listed.body.items.find((one) => one.orderId === orderId) as Dispute;
    expect(dispute).toMatchObject({ state: 'open', elderName: '王**', amount: 30 });
    const address = `/api/v1/disputes/${dispute.id}`;
    expect((await as('elder').get<Dispute>(address)).body).toMatchObject({
      text: '只待了二十分钟',
      mayDecide: false,
    });
    expect((await as('elder2').get(address)).status).toBe(404);
    expect((await as('dispatcher2').get(address)).status).toBe(404);
    expect((await as('provider').get(address)).status).toBe(404);
    expect((await as('dispatcher').get<Dispute>(address)).body).toMatchObject({ mayDecide: true });

    const decision = { outcome: 'part', amount: 10, text: '双方同意按十分钟计' };
    expect((await as('station').post(`${address}/decision`, decision)).status).toBe(403);
    expect((await as('dispatcher2').post(`${address}/decision`, decision)).status).toBe(404);
    const decided = await as('dispatcher').post<Dispute>(`${address}/decision`, decision);
    expect(decided.body).toMatchObject({ state: 'decided', outcome: 'part', paid: 10, mayDecide: false });
    expect((await as('regulator').post(`${address}/second`, { approve: true })).status).toBe(409);
    const order = await as('elder').get<{ state: string }>(`/api/v1/orders/${orderId}`);
    expect(order.body.state).toBe('settled');
  });

  it('leaves visits of elders who have an account off the call-back list, and bounds the months of the figures', async () => {
    const orderId = await finishedVisit(front, 2);
    const list = await as('station').get<{ items: { id: string }[]; nextCursor: null }>(
      '/api/v1/call-backs?limit=5',
    );
    expect(list.status).toBe(200);
    expect(list.body.items.map((one) => one.id)).not.toContain(orderId);
    const kpi = await as('station').get('/api/v1/alerts/kpi?from=2020-01&to=2026-01');
    expect([kpi.status, kpi.body.field]).toEqual([422, 'from']);
    expect((await as('dispatcher').get('/api/v1/alerts/kpi')).body).toEqual({ items: [] });
  });
});
