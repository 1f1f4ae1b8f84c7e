import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { logger } from '../../db/connect/log.ts';
import { sendOffers } from '../../db/orders/offer.ts';
import { registerPersons } from '../../db/people/register.ts';
import { nextMidnight } from '../../db/people/rules.ts';
import { registerCarers } from '../../db/providers/register.ts';
import { offers } from '../../worker/tasks/offers.ts';
import { COMMUNITY, HOME, ids } from './support/city.ts';
import { type Client, type Front, openFront } from './support/front.ts';

interface Offer {
  id: string;
  state: string;
  withdrawnReason: string | null;
  roundId: string;
  to: { personId: string };
  order: { id: string };
}
interface Order {
  id: string;
  state: string;
  assignee: { personId: string } | null;
}

let front: Front;
const clients = new Map<string, Client>();
const as = (name: string) => clients.get(name) as Client;
const spare = '01900000-0000-7000-8000-00000000c0de';
beforeAll(async () => {
  front = await openFront();
  for (const name of ['elder', 'volunteer', 'volunteer2', 'provider', 'provider2', 'dispatcher'])
    clients.set(name, await front.as(name));
  const week = [1, 2, 3, 4, 5, 6, 7].map((weekday) => ({ weekday, startMinute: 0, endMinute: 1440 }));
  await front.act(async (tx, act) => {
    await registerPersons(tx, act, [
      {
        id: spare,
        name: '钱芳',
        gender: 'female',
        birthDate: '1985-01-01',
        identityNumber: null,
        phone: null,
        address: null,
        position: { lat: HOME.lat + 0.01, lon: HOME.lon },
        areaCode: COMMUNITY,
      },
    ]);
    await registerCarers(tx, act, [
      {
        personId: spare,
        providerId: ids.provider,
        certificateNumber: 'C-9',
        level: 5,
        certificateUntil: '2099-12-31',
        week,
      },
    ]);
  });
});
afterAll(() => front.close());

const HOUR = 3_600_000;
const inHours = (hours: number) => new Date(Date.now() + hours * HOUR);
/** Noon in Nanjing, of the day after the next midnight there. */
const noon = () => new Date(nextMidnight(new Date()).getTime() + 12 * HOUR);

async function book(service: string, payer: string, startAt: Date): Promise<Order> {
  const booking = { elderId: ids.elder, serviceCode: service, startAt: startAt.toISOString(), payer };
  const asked = { ...booking, despiteConflicts: true };
  const answer = await as('elder').post<Order>('/api/v1/orders', asked);
  expect(answer.status, JSON.stringify(answer.body)).toBe(201);
  return answer.body;
}

async function offerTo(name: string, orderId: string, state = 'open'): Promise<Offer> {
  const { body } = await as(name).get<{ items: Offer[] }>(`/api/v1/offers?state=${state}`);
  return body.items.find((one) => one.order.id === orderId) as Offer;
}

/** Asks volunteers in one round. */
const askAll = (orderId: string, people: readonly string[]) =>
  front.act((tx, act) =>
    sendOffers(
      tx,
      act,
      people.map((personId) => ({
        orderId,
        kind: 'volunteer' as const,
        personId,
        providerId: null,
        wave: 1,
        distanceMetres: 0,
        score: 0,
        terms: [],
      })),
    ),
  );

describe('several volunteers asked at once', () => {
  it('who both accept are told kindly: one comes, the other need not', async () => {
    const order = await book('companionship', 'time_bank', inHours(3));
    await askAll(order.id, [ids.volunteer, ids.otherVolunteer]);
    const names = ['volunteer', 'volunteer2'];
    const asked = await Promise.all(names.map((name) => offerTo(name, order.id)));
    expect(asked[0]?.roundId).toBe(asked[1]?.roundId);
    const answers = await Promise.all(
      names.map((name, i) => as(name).post(`/api/v1/offers/${asked[i]?.id}/accept`)),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
    const late = answers.findIndex(({ status }) => status === 409);
    expect(answers[late]?.body).toMatchObject({ code: 'offer_taken', title: 'Somebody was quicker' });
    const lost = await offerTo(names[late] as string, order.id, 'withdrawn');
    expect(lost).toMatchObject({ state: 'withdrawn', withdrawnReason: 'taken' });
    const detail = await as('dispatcher').get<{ offers: Offer[] }>(`/api/v1/orders/${order.id}`);
    expect(detail.body.offers.map(({ state }) => state).sort()).toEqual(['accepted', 'withdrawn']);
  });

  it('cannot name a carer', async () => {
    const order = await book('errands', 'time_bank', inHours(6));
    await askAll(order.id, [ids.volunteer]);
    const offer = await offerTo('volunteer', order.id);
    const answer = await as('volunteer').post(`/api/v1/offers/${offer.id}/accept`, { personId: spare });
    expect([answer.status, answer.body.code]).toEqual([422, 'invalid']);
    expect((await as('volunteer').get(`/api/v1/offers/${offer.id}/candidates`)).status).toBe(403);
  });
});

describe('a provider', () => {
  it('accepts with another of its carers, and sends somebody else later', async () => {
    const order = await book('bathing', 'subsidy', noon());
    await offers({ db: front.context.db, at: new Date(), log: logger('test') });
    const offer = await offerTo('provider', order.id);
    const { body } = await as('provider').get<{ items: { personId: string; excludedBy: string | null }[] }>(
      `/api/v1/offers/${offer.id}/candidates`,
    );
    expect(body.items.map(({ personId, excludedBy }) => [personId, excludedBy])).toEqual([
      [ids.carer, null],
      [spare, null],
    ]);
    expect((await as('provider2').get(`/api/v1/offers/${offer.id}/candidates`)).status).toBe(404);
    const accepted = await as('provider').post<Offer>(`/api/v1/offers/${offer.id}/accept`, {
      personId: spare,
    });
    expect(accepted.body.to.personId).toBe(spare);

    const swap = { personId: ids.carer, reason: '钱芳请假' };
    expect((await as('provider2').post(`/api/v1/orders/${order.id}/swap`, swap)).status).toBe(404);
    const swapped = await as('provider').post<Order>(`/api/v1/orders/${order.id}/swap`, swap);
    expect(swapped.body).toMatchObject({ state: 'accepted', assignee: { personId: ids.carer } });
    const mine = await as('elder').get<Order & { history: { reason: string | null }[] }>(
      `/api/v1/orders/${order.id}`,
    );
    expect(mine.body.assignee?.personId).toBe(ids.carer);
    expect(mine.body.history.at(-1)?.reason).toBe('钱芳请假');
  });
});

describe('how volunteers are asked', () => {
  it('is told to the dispatcher of their area, page by page, with how evenly', async () => {
    interface Asking {
      items: { personId: string; name: string; asks: number; taken: number; mostInWeek: number }[];
      nextCursor: string | null;
      totals: { volunteers: number; asks: number; taken: number; giniAsks: number; overCap: number };
    }
    const { body } = await as('dispatcher').get<Asking>('/api/v1/asking?limit=1');
    expect(body.totals).toMatchObject({ volunteers: 2, asks: 3, taken: 1, overCap: 0, giniAsks: 0.167 });
    expect(body.items).toMatchObject([{ asks: 2, mostInWeek: 2 }]);
    expect(body.items[0]?.name).toMatch(/^.\*+$/);
    const next = await as('dispatcher').get<Asking>(`/api/v1/asking?limit=1&cursor=${body.nextCursor}`);
    expect(next.body.items).toMatchObject([{ asks: 1 }]);
    expect(next.body.nextCursor).toBeNull();
    const long = await as('dispatcher').get('/api/v1/asking?from=2020-01-01T00:00:00Z');
    expect([long.status, long.body.code]).toEqual([422, 'validation_failed']);
  });

  it('is told with how near and steady visits are, and to nobody who has no area', async () => {
    interface Measures {
      from: string;
      until: string;
      visits: number;
      circleMinutes: number;
      plans: { plans: number; changes: number };
      before: { elders: number; volunteers: number; giniHours: number };
    }
    const { status, body } = await as('dispatcher').get<Measures>('/api/v1/dispatch/measures');
    expect(status).toBe(200);
    expect(Date.parse(body.until) - Date.parse(body.from)).toBe(7 * 86_400_000);
    expect(body).toMatchObject({
      knownShare: null,
      nearShare: null,
      circleMinutes: 15,
      plans: { plans: 0, changes: 0 },
      // Of 105 minutes and 60.
      before: { elders: 0, volunteers: 2, giniHours: 0.136 },
    });
    const long = await as('dispatcher').get('/api/v1/dispatch/measures?from=2020-01-01T00:00:00Z');
    expect([long.status, long.body.code, long.body.field]).toEqual([422, 'validation_failed', 'from']);
    expect((await as('volunteer').get('/api/v1/dispatch/measures')).status).toBe(403);
  });
});
