import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ids } from './support/city.ts';
import { type Client, type Front, openFront } from './support/front.ts';

let front: Front;
const who: Record<string, Client> = {};
beforeAll(async () => {
  front = await openFront();
  for (const name of ['elder', 'family', 'volunteer', 'volunteer2', 'station', 'regulator', 'dispatcher'])
    who[name] = await front.as(name);
});
afterAll(() => front.close());

const as = (name: string): Client => who[name] as Client;
const address = `/api/v1/elders/${ids.elder}/profile`;
const patch = (name: string, json: object, headers: Record<string, string> = {}) =>
  as(name).ask('PATCH', address, { json, headers });

describe("an elder's profile through the API", () => {
  it('is read by the desks of the area, with its version, and the elder sees who read it', async () => {
    const read = await as('station').get(address);
    expect(read.body).toMatchObject({
      elderId: ids.elder,
      living: 'alone',
      birthDate: '1940-03-01',
      keyElder: true,
      keyElderBy: 'age_80',
    });
    expect(read.headers.get('etag')).toMatch(/^"\d+"$/);
    expect((await as('station').get(`/api/v1/elders/${ids.farElder}/profile`)).status).toBe(404);
    for (const name of ['elder', 'family', 'volunteer', 'dispatcher'])
      expect((await as(name).get(address)).status).toBe(403);
    const reads = await as('elder').get<{ items: { action: string; actorName: string }[] }>(
      '/api/v1/people/me/reads',
    );
    expect(reads.body.items).toContainEqual(
      expect.objectContaining({ action: 'person.read', actorName: '站点' }),
    );
  });

  it('is changed with a reason and by who has seen the latest', async () => {
    const etag = (await as('station').get(address)).headers.get('etag') ?? '';
    expect((await patch('station', { living: 'with_family' })).body.code).toBe('validation_failed');
    const changed = await patch(
      'station',
      { living: 'with_family', reason: '女儿搬来同住' },
      { 'if-match': etag },
    );
    expect(changed.body).toMatchObject({ living: 'with_family', keyElder: false, keyElderBy: null });
    const stale = await patch('regulator', { abilityLevel: 3, reason: '复评结果' }, { 'if-match': etag });
    expect([stale.status, stale.body.code]).toEqual([412, 'stale']);
    const fresh = changed.headers.get('etag') ?? '';
    const again = await patch('regulator', { living: 'alone', reason: '女儿已搬走' }, { 'if-match': fresh });
    expect(again.body).toMatchObject({ keyElder: true });
    expect(again.headers.get('etag')).toBe(etag);
    expect((await patch('elder', { living: 'alone', reason: '我一个人住' })).status).toBe(403);
  });

  it('shows what is left of each month that was granted', async () => {
    const accounts = await as('elder').get<{ items: { id: string; kind: string; currency: string }[] }>(
      '/api/v1/accounts/me',
    );
    const grant = accounts.body.items.find((one) => one.kind === 'grant' && one.currency === 'min');
    const lots = (name: string) => as(name).get<{ items: object[] }>(`/api/v1/accounts/${grant?.id}/lots`);
    expect((await lots('elder')).body.items).toMatchObject([{ amount: 600, left: 600 }]);
    for (const name of ['family', 'station', 'regulator']) expect((await lots(name)).status).toBe(200);
    expect((await lots('volunteer')).status).toBe(404);
  });
});

describe('teams through the API', () => {
  it('are registered by a station, joined and left at its desk, and seen by their people', async () => {
    const made = await as('station').post<{ id: string; members: number; balance: number }>('/api/v1/teams', {
      name: '梅园志愿队',
      leaderId: ids.volunteer,
    });
    expect([made.status, made.body.members, made.body.balance], JSON.stringify(made.body)).toEqual([
      201, 0, 0,
    ]);
    const members = `/api/v1/teams/${made.body.id}/members`;
    const joined = await as('station').post(members, { personId: ids.otherVolunteer, act: 'join' });
    expect(joined.body).toMatchObject({ members: 1, leader: { name: '张伟' } });
    expect((await as('station').post(members, { personId: ids.elder, act: 'join' })).status).toBe(404);
    expect((await as('station').get<{ items: object[] }>(members)).body.items).toEqual([
      { personId: ids.otherVolunteer, name: '刘洋' },
    ]);
    for (const name of ['volunteer', 'volunteer2', 'station', 'regulator'])
      expect((await as(name).get<{ items: object[] }>('/api/v1/teams')).body.items).toHaveLength(1);
    expect((await as('volunteer').post('/api/v1/teams', {})).status).toBe(403);
    const left = await as('station').post(members, { personId: ids.otherVolunteer, act: 'leave' });
    expect(left.body).toMatchObject({ members: 0 });
    expect((await as('volunteer2').get<{ items: object[] }>('/api/v1/teams')).body.items).toEqual([]);
  });
});
