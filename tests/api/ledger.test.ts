import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DISTRICT, ids } from './support/city.ts';
import { type Hours, month, openHours } from './support/hours.ts';

let hours: Hours;
beforeAll(async () => {
  hours = await openHours();
  await hours.earn('elder', 500);
  await hours.earn('volunteer', 60);
  await hours.give({ debit: hours.of('elder'), credit: hours.of('relative'), amount: 20, cause: 'gift' });
  await hours.give({ debit: hours.of('elder'), credit: hours.of('pool'), amount: 30, cause: 'donation' });
});
afterAll(() => hours.close());

describe('the ledger as the regulator reads it', () => {
  interface Found {
    items: {
      id: string;
      cause: string;
      amount: number;
      debit: { name: string };
      credit: { accountId: string };
    }[];
    nextCursor: string | null;
  }
  const search = async (query: string): Promise<Found> => {
    const answer = await hours.as('regulator').get<Found>(`/api/v1/ledger/transfers?${query}`);
    expect(answer.status, JSON.stringify(answer.body)).toBe(200);
    return answer.body;
  };

  it('finds transfers by cause, account, owner, order, amount and author, page by page', async () => {
    const [large, order] = [await hours.earn('relative', 222_222), await hours.visit(15)];
    expect((await search('minAmount=200000&cause=import')).items.map((one) => one.id)).toEqual([large]);
    const visits = await search(`orderNumber=${order.number}&cause=visit`);
    expect(visits.items).toMatchObject([{ cause: 'visit', amount: 15, debit: { name: '王**' } }]);
    expect((await search(`causeId=${order.id}&cause=visit`)).items).toEqual(visits.items);
    const gifts = await search('cause=gift');
    expect(gifts.items.length).toBeGreaterThan(0);
    expect(gifts.items.every((one) => one.cause === 'gift')).toBe(true);
    expect((await search('author=test:act&cause=visit')).items).toEqual([]);
    expect((await search('minAmount=20&maxAmount=20')).items.map((one) => one.amount)).toEqual([20]);
    expect((await search('currency=fen&cause=gift')).items).toEqual([]);

    const ofVolunteer = await search(`ownerId=${ids.volunteer}&limit=200`);
    expect((await search(`accountId=${hours.of('volunteer')}&limit=200`)).items).toEqual(ofVolunteer.items);
    const paged: string[] = [];
    for (let cursor: string | null = ''; cursor !== null; ) {
      const page: Found = await search(`ownerId=${ids.volunteer}&limit=2${cursor && `&cursor=${cursor}`}`);
      paged.push(...page.items.map((one) => one.id));
      cursor = page.nextCursor;
    }
    expect(paged).toEqual(ofVolunteer.items.map((one) => one.id));
    expect((await search('from=2025-01&to=2025-03')).items).toEqual([]);
    expect((await hours.as('regulator').get('/api/v1/ledger/transfers?from=2024-01&to=2026-01')).status).toBe(
      422,
    );
    expect((await hours.as('admin').get('/api/v1/ledger/transfers')).status).toBe(403);
  });

  it('shows what circulated by month and district, the same sealed or not', async () => {
    const read = async () =>
      (await hours.as('regulator').get<{ items: Record<string, unknown>[] }>('/api/v1/ledger/circulation'))
        .body.items;
    const before = await read();
    const [row] = await hours.front.database.sql<{ issued: number; given: number; redeemed: number }[]>`
      select sum(amount) filter (where cause in ('grant', 'import') and currency = 'min')::int as issued,
        sum(amount) filter (where cause = 'gift')::int as given,
        sum(amount) filter (where cause = 'visit' and currency = 'min')::int as redeemed from transfers`;
    const sum = (name: string) => before.reduce((total, one) => total + Number(one[name]), 0);
    expect({ issued: sum('issued'), given: sum('given'), redeemed: sum('redeemed') }).toEqual(row);
    expect(before.find((one) => one.districtCode === DISTRICT)).toMatchObject({
      month: month(),
      districtName: '玄武区',
    });
    await hours.front.database
      .sql`delete from unsealed where transfer_id in (select transfer_id from unsealed limit 20)`;
    expect(await read()).toEqual(before);
    await hours.front.database.sql`delete from unsealed`;
    expect(await read()).toEqual(before);
  });

  it('shows what fund, pools and providers hold, each and to the minute, page by page', async () => {
    interface Account {
      accountId: string;
      kind: string;
      currency: string;
      code: string | null;
      name: string | null;
      balance: number;
      held: number;
      available: number;
      floor: number | null;
    }
    const read = async (query = '') => {
      const answer = await hours
        .as('regulator')
        .get<{ items: Account[]; nextCursor: string | null }>(`/api/v1/ledger/accounts${query}`);
      expect(answer.status, JSON.stringify(answer.body)).toBe(200);
      return answer.body;
    };
    const { items } = await read('?limit=200');
    const { body: totals } = await hours
      .as('regulator')
      .get<{ items: { kind: string; currency: string; total: number }[] }>('/api/v1/ledger/totals');
    for (const { kind, currency, total } of totals.items) {
      const ofKind = items.filter((one) => one.kind === kind && one.currency === currency);
      const isInstitution = !['personal', 'grant', 'team', 'receivable'].includes(kind);
      const sum = ofKind.reduce((all, one) => all + one.balance, 0);
      expect([kind, currency, sum]).toEqual([kind, currency, isInstitution ? total : 0]);
    }
    expect(items[0]).toMatchObject({ kind: 'issuance', currency: 'min', code: '3201', floor: null });
    const [pool] = items.filter((one) => one.kind === 'pool' && one.code === DISTRICT);
    expect(pool).toMatchObject({
      accountId: hours.of('pool'),
      name: '玄武区',
      balance: 30,
      held: 0,
      floor: 0,
    });
    expect(pool?.available).toBe(30);
    expect(items.some((one) => one.code === 'key-elders')).toBe(true);

    const paged: Account[] = [];
    for (let cursor: string | null = ''; cursor !== null; ) {
      const page = await read(`?limit=2${cursor && `&cursor=${cursor}`}`);
      paged.push(...page.items);
      cursor = page.nextCursor;
    }
    expect(paged).toEqual(items);
    const pools = await read('?kind=pool&currency=min');
    expect(pools.items).toEqual(items.filter((one) => one.kind === 'pool'));
    expect((await read('?kind=pool&currency=fen')).items).toEqual([]);
    expect((await hours.as('station').get('/api/v1/ledger/accounts')).status).toBe(403);
    expect((await hours.as('regulator').get('/api/v1/ledger/accounts?kind=personal')).status).toBe(422);
    expect((await hours.as('regulator').get('/api/v1/ledger/accounts?cursor=x')).body.code).toBe(
      'cursor_invalid',
    );
  });

  it('says that everything sums to zero, how many transfers there are and how far they are sealed', async () => {
    await hours.front.database.sql`delete from unsealed`;
    await hours.earn('elder', 5);
    const totals = await hours.as('regulator').get('/api/v1/ledger/totals');
    expect(totals.body).toMatchObject({
      sums: [
        { currency: 'min', sum: 0, zero: true },
        { currency: 'fen', sum: 0, zero: true },
      ],
      check: { zero: true, totalsAgree: true, unsealed: 1, sealed: 0, headSize: 0 },
    });
  });
});
