/** Dispatch of one order through the front door: who may ask, what is told, and in which words. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { dayAfter, dayOf } from '../../db/connect/days.ts';
import { ids } from './support/city.ts';
import { type Client, type Front, openFront } from './support/front.ts';

let front: Front;
const clients = new Map<string, Client>();
const as = (name: string) => clients.get(name) as Client;
beforeAll(async () => {
  front = await openFront();
  for (const name of ['elder', 'elder2', 'station', 'provider', 'dispatcher', 'dispatcher2', 'volunteer'])
    clients.set(name, await front.as(name));
});
afterAll(() => front.close());

const tomorrow = () => dayAfter(dayOf(front.context.now()));
const path = `/api/v1/elders/${ids.elder}/slots`;

interface Slots {
  items: { day: string; slots: { startAt: string; people: number }[] }[];
}

async function booked(): Promise<string> {
  const found = await as('elder').get<Slots>(`${path}?service=companionship&from=${tomorrow()}`);
  const startAt = found.body.items[0]?.slots[0]?.startAt;
  const order = await as('elder').ask('POST', '/api/v1/orders', {
    json: { elderId: ids.elder, serviceCode: 'companionship', startAt, payer: 'time_bank' },
  });
  expect(order.status).toBe(201);
  return order.body.id as string;
}

it('good times are told to whoever may book for the elder, day by day, and what cannot be booked is refused', async () => {
  const found = await as('elder').get<Slots>(`${path}?service=companionship&from=${tomorrow()}&days=2`);
  expect(found.status).toBe(200);
  expect(found.body.items.map(({ day }) => day)).toEqual([tomorrow(), dayAfter(tomorrow())]);
  expect(found.body.items[0]?.slots.length).toBeGreaterThan(0);
  expect((await as('station').get(`${path}?service=companionship`)).status).toBe(200);
  expect((await as('elder2').get(`${path}?service=companionship`)).status).toBe(404);
  expect((await as('volunteer').get(`${path}?service=companionship`)).status).toBe(403);
  expect((await as('elder').get(`${path}?service=flying`)).body).toMatchObject({ field: 'service' });
  expect((await as('elder').get(`${path}?service=companionship&days=8`)).status).toBe(422);
  expect((await as('elder').get(`${path}?service=companionship&from=2020-01-01`)).status).toBe(422);
});

it('a dispatcher sees the best places and why, in the language asked for; others in their reach only', async () => {
  const id = await booked();
  const places = await as('dispatcher').get<{ items: { score: number; addedSeconds: number }[] }>(
    `/api/v1/orders/${id}/recommendation`,
  );
  expect(places.status).toBe(200);
  expect(places.body.items.length).toBeGreaterThan(0);
  expect(places.body.items.map(({ score }) => score)).toEqual(
    places.body.items.map(({ score }) => score).sort((a, b) => b - a),
  );
  expect((await as('dispatcher2').get(`/api/v1/orders/${id}/recommendation`)).status).toBe(404);
  expect((await as('provider').get(`/api/v1/orders/${id}/recommendation`)).status).toBe(404);
  expect((await as('provider').get(`/api/v1/orders/${id}/why`)).status).toBe(403);

  const next = (language: string) =>
    as('dispatcher')
      .get<{ next: { sentence: string }[] }>(`/api/v1/orders/${id}/why`, {
        headers: { 'accept-language': language },
      })
      .then(({ body }) => body.next[0]?.sentence);
  expect(await next('en')).toMatch(/ is 0 points behind\.$/);
  expect(await next('zh-CN')).toMatch(/低 0 分。$/);
});

it('why nobody can come is said with what would help', async () => {
  const id = await booked();
  await front.database.sql`update volunteers set max_metres = 0`;
  await front.database.sql`update persons set lat = lat + 0.01
    where id in (select person_id from volunteers where state = 'active')`;
  const { body } = await as('station').get<{
    excluded: { rule: string; sentence: string }[];
    relaxations: { code: string; by: number | null; sentence: string }[];
  }>(`/api/v1/orders/${id}/why`);
  expect(body.excluded[0]).toMatchObject({
    rule: 'too_far',
    sentence: expect.stringMatching(/live too far away\.$/),
  });
  expect(body.relaxations[0]).toMatchObject({ code: 'farther', by: 2000 });
  expect(body.relaxations[0]?.sentence).toMatch(/^Look 2 km farther: .* could come, .* first\.$/);
});
