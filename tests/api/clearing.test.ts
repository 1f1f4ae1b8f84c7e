import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { batchOf } from '../../db/bank/batchRules.ts';
import { openUsers } from '../../db/people/openUsers.ts';
import { hashPassword } from '../../db/people/password.ts';
import { DISTRICT, ids, OTHER_DISTRICT, PASSWORD } from './support/city.ts';
import type { Client } from './support/front.ts';
import { type Hours, month, openHours } from './support/hours.ts';

interface Clearing {
  id: string;
  state: string;
  mine: boolean;
  holder: { kind: string; name: string };
  reference: string | null;
  code: string;
  detail: string;
}
interface Partner {
  code: string;
  accounts: { currency: string; balance: number; limit: number; left: number }[];
}
interface Statement {
  opening: number;
  in: number;
  out: number;
  closing: number;
  left: number;
  items: { amount: number; clearing: Clearing | null }[];
  nextCursor: string | null;
}

let hours: Hours;
let other: Client;
let districts: Client;
beforeAll(async () => {
  hours = await openHours();
  const passwordHash = await hashPassword(PASSWORD);
  const regulator = { role: 'regulator', passwordHash } as const;
  await hours.front.act((tx, act) =>
    openUsers(tx, act, [
      { username: 'regulator2', name: '监管二', areaCode: '3201', ...regulator },
      { username: 'regulator3', name: '玄武监管', areaCode: DISTRICT, ...regulator },
    ]),
  );
  other = await hours.front.as('regulator2');
  districts = await hours.front.as('regulator3');
  await hours.earn('elder', 500);
});
afterAll(() => hours.close());

const proposal = {
  currency: 'min',
  partnerCode: '3202',
  personId: ids.elder,
  minutes: 100,
  reason: '随子女迁居',
};
const propose = (who: Client, more: object) =>
  who.post<Clearing>('/api/v1/clearings', { ...proposal, ...more });
const decide = (who: Client, id: string, word: object) =>
  who.post<Clearing>(`/api/v1/clearings/${id}/decide`, { approve: true, ...word });
const partner = async () => (await other.get<{ items: Partner[] }>('/api/v1/partners')).body.items[0];

describe('clearing with partner cities through the API', () => {
  it("begins with the city's regulator opening the partner with limits; a district's cannot", async () => {
    const wuxi = { code: '3202', name: '无锡市', limitMinutes: 300, limitFen: 1000 };
    const refused = await districts.post('/api/v1/partners', wuxi);
    expect([refused.status, refused.body.code]).toEqual([403, 'not_yours']);
    expect((await hours.as('station').post('/api/v1/partners', wuxi)).status).toBe(403);
    const made = await hours.as('regulator').post<Partner>('/api/v1/partners', wuxi);
    expect([made.status, made.body]).toMatchObject([
      201,
      {
        code: '3202',
        accounts: [
          { currency: 'min', balance: 0, limit: 300, left: 300 },
          { currency: 'fen', balance: 0, limit: 1000, left: 1000 },
        ],
      },
    ]);
    const again = await hours.as('regulator').post('/api/v1/partners', wuxi);
    expect([again.status, again.body.code]).toEqual([409, 'already_done']);
    const limits = { limitMinutes: 200, limitFen: 0, reason: '双方商定下调' };
    const changed = await other.post<Partner>('/api/v1/partners/3202/limits', limits);
    expect(changed.body.accounts[0]).toMatchObject({ limit: 200, left: 200 });
    expect((await other.post('/api/v1/partners/3299/limits', limits)).status).toBe(404);
  });

  it('lets hours leave when the station has proposed and a regulator writes down what the partner said', async () => {
    const made = await propose(hours.as('station'), { kind: 'out' });
    expect([made.status, made.body]).toMatchObject([
      201,
      { state: 'proposed', mine: true, holder: { kind: 'person', name: '王**' } },
    ]);
    const statement = await hours.statement('elder', hours.of('elder'));
    expect([statement.balanceNow, statement.heldNow]).toEqual([500, 100]);
    const seen = await other.get<{ items: Clearing[] }>('/api/v1/clearings?state=proposed');
    expect(seen.body.items).toMatchObject([{ id: made.body.id, mine: false }]);
    expect((await decide(hours.as('station'), made.body.id, {})).body.code).toBe('needs_second_person');
    const posted = await decide(other, made.body.id, { reference: 'WX-1' });
    expect([posted.status, posted.body]).toMatchObject([200, { state: 'posted', reference: 'WX-1' }]);
    expect((await partner())?.accounts[0]).toMatchObject({ balance: 100, left: 300 });
    const line = (await hours.statement('elder', hours.of('elder'))).items[0];
    expect(line).toMatchObject({
      cause: 'settlement',
      amount: -100,
      counterparty: { kind: 'clearing', name: '无锡市' },
    });
  });

  it('lets hours come when the partner has asked and somebody here agrees, up to its limit, saying what is left', async () => {
    expect((await propose(hours.as('station'), { kind: 'in', reference: 'WX-2' })).body.code).toBe(
      'not_yours',
    );
    const over = await propose(hours.as('regulator'), { kind: 'in', reference: 'WX-2', minutes: 301 });
    const refused = await decide(hours.as('station'), over.body.id, {});
    expect([refused.status, refused.body.code]).toEqual([409, 'over_limit']);
    expect(refused.body.detail).toContain('Left of it: 300 minutes');
    const off = await hours.as('regulator').post<Clearing>(`/api/v1/clearings/${over.body.id}/withdraw`, {
      reason: '对方撤回',
    });
    expect(off.body.state).toBe('withdrawn');
    const twice = await propose(hours.as('regulator'), { kind: 'in', reference: 'WX-1' });
    expect([twice.status, twice.body]).toMatchObject([409, { code: 'already_done', field: 'reference' }]);
    const fits = await propose(hours.as('regulator'), { kind: 'in', reference: 'WX-3', minutes: 300 });
    expect((await decide(hours.as('station'), fits.body.id, {})).body.state).toBe('posted');
    expect((await partner())?.accounts[0]).toMatchObject({ balance: -200, left: 0 });
  });

  it("has a statement a month that both sides can compare by the partner's numbers, page by page", async () => {
    const first = await other.get<Statement>(`/api/v1/partners/3202/statement?month=${month()}&limit=1`);
    expect(first.body).toMatchObject({ opening: 0, in: 300, out: 100, closing: -200, left: 0 });
    expect(first.body.items).toMatchObject([
      { amount: 100, clearing: { reference: 'WX-1', holder: { name: '王**' } } },
    ]);
    const second = await other.get<Statement>(
      `/api/v1/partners/3202/statement?limit=1&cursor=${first.body.nextCursor}`,
    );
    expect(second.body.items).toMatchObject([{ amount: -300, clearing: { reference: 'WX-3' } }]);
    expect(second.body.nextCursor).toBeNull();
    expect((await other.get('/api/v1/partners/3299/statement')).status).toBe(404);
  });

  it('tells the net positions of partners and districts, which add up to zero', async () => {
    await hours.visit(30);
    await hours.front.database.sql`update persons set area_code = '320104001001' where id = ${ids.volunteer}`;
    const found = await other.get<{ partners: object[]; districts: object[]; sum: number }>(
      '/api/v1/clearing/positions',
    );
    expect(found.body).toMatchObject({
      partners: [
        { code: '3202', currency: 'min', balance: -200, limit: 200, left: 0, in: 300, out: 100 },
        { code: '3202', currency: 'fen', balance: 0, in: 0, out: 0 },
      ],
      districts: [
        { code: DISTRICT, name: '玄武区', received: 30, given: 0, net: -30, visits: 1 },
        { code: OTHER_DISTRICT, name: '秦淮区', received: 0, given: 30, net: 30, visits: 0 },
      ],
      sum: 0,
    });
    const long = await other.get('/api/v1/clearing/positions?from=2020-01&to=2026-01');
    expect([long.status, long.body.field]).toEqual([422, 'from']);
  });
});

describe('money and the monthly batch through the API', () => {
  const money = { currency: 'fen', partnerCode: '3202', providerId: ids.provider, reason: '上门服务费用' };
  const post = (who: Client, path: string, json: unknown) =>
    who.post<Record<string, unknown> & Clearing>(`/api/v1/partners/3202/${path}`, json);

  it('lets money come to a provider by two regulators, and says in yuan what is left of the limit', async () => {
    const limits = { limitMinutes: 200, limitFen: 30_000, reason: '双方商定上调' };
    await post(other, 'limits', limits);
    const ask = { ...money, kind: 'in', reference: 'WX-F1', fen: 30_001 };
    expect((await hours.as('station').post('/api/v1/clearings', ask)).status).toBe(403);
    const over = await hours.as('regulator').post<Clearing>('/api/v1/clearings', ask);
    expect([over.status, over.body]).toMatchObject([
      201,
      { currency: 'fen', amount: 30_001, holder: { kind: 'provider', name: '安康养老' } },
    ]);
    const refused = await decide(other, over.body.id, {});
    expect([refused.status, refused.body.code]).toEqual([409, 'over_limit']);
    expect(refused.body.detail).toContain('Left of it: ¥300.00');
    const fits = await hours
      .as('regulator')
      .post<Clearing>('/api/v1/clearings', { ...ask, reference: 'WX-F2', fen: 30_000 });
    expect((await decide(hours.as('station'), fits.body.id, {})).body.code).toBe('not_yours');
    expect((await decide(other, fits.body.id, {})).body.state).toBe('posted');
    const more = await other.post<Clearing>('/api/v1/clearings', { ...money, kind: 'out', fen: 30_001 });
    expect([more.status, more.body.code]).toEqual([409, 'not_enough_money']);
    expect(more.body.detail).toContain('¥300.00 available');
    const mixed = await other.post<Clearing>('/api/v1/clearings', {
      ...money,
      kind: 'out',
      fen: 1,
      minutes: 1,
    });
    expect([mixed.status, mixed.body]).toMatchObject([422, { code: 'validation_failed', field: 'minutes' }]);
  });

  it('hands out the month as a file, and compares the file that the partner sends', async () => {
    type File = { lines: Record<string, unknown>[]; digest: string; totals: object[] };
    const mine = await other.get<File>(`/api/v1/partners/3202/batch?month=${month()}`);
    expect(mine.headers.get('content-disposition')).toContain(`clearing-3201-3202-${month()}.json`);
    expect(mine.body.lines.map((line) => line.otherNumber)).toEqual(['WX-1', 'WX-3', 'WX-F2']);
    const csv = await other.get<string>(`/api/v1/partners/3202/batch?month=${month()}&format=csv`);
    expect([csv.type, csv.body.trim().split('\r\n').length]).toEqual(['text/csv; charset=utf-8', 10]);
    expect(csv.body).toContain(`# sha256,${mine.body.digest}`);
    expect((await other.get('/api/v1/partners/3299/batch?month=2026-01')).status).toBe(404);

    const wrong = await post(other, 'comparisons', mine.body);
    expect([wrong.status, wrong.body]).toMatchObject([422, { code: 'other_file', field: 'sender' }]);
    const theirs = batchOf(
      {
        sender: { code: '3202', name: '无锡市' },
        receiver: { code: '3201', name: '南京市' },
        month: month(),
      },
      [
        {
          number: 'WX-1',
          otherNumber: null,
          at: '2026-05-01T00:00:00.000Z',
          currency: 'min',
          direction: 'in',
          amount: 90,
        },
      ],
    );
    const altered = await post(other, 'comparisons', { ...theirs, month: '2026-01' });
    expect([altered.status, altered.body.code]).toEqual([422, 'file_altered']);
    const strange = await post(other, 'comparisons', { ...theirs, note: 'x' });
    expect([strange.status, strange.body]).toMatchObject([422, { field: 'note' }]);
    expect((await post(districts, 'comparisons', theirs)).body.code).toBe('not_yours');
    const compared = await post(other, 'comparisons', theirs);
    expect([compared.status, compared.body]).toMatchObject([
      200,
      {
        agreed: 0,
        ours: { lines: 3 },
        theirs: { lines: 1 },
        differences: [{ kind: 'amount' }, { kind: 'missing_there' }, { kind: 'missing_there' }],
      },
    ]);
    const kept = await other.get<{ items: object[] }>('/api/v1/partners/3202/comparisons');
    expect(kept.body.items).toMatchObject([{ by: '监管二', lines: 1, differences: 3, month: month() }]);
  });
});

describe('closing accounts through the API', () => {
  const close = (who: Client, json: object) => who.post<Record<string, unknown>>('/api/v1/closings', json);

  it('at death follows the decision of the family, by the station of the area', async () => {
    const decision = { cause: 'death', personId: ids.elder, document: 'notary', reason: '家属持公证书办理' };
    const heirs = [{ personId: ids.otherVolunteer, minutes: 400 }];
    expect((await close(districts, { ...decision, personId: ids.farElder, heirs })).status).not.toBe(201);
    const stranger = await close(hours.as('station'), {
      ...decision,
      heirs: [{ personId: ids.family, minutes: 1 }],
    });
    expect([stranger.status, stranger.body.code]).toEqual([403, 'not_related']);
    const closed = await close(hours.as('station'), { ...decision, heirs });
    expect([closed.status, closed.body]).toMatchObject([
      201,
      { state: 'closed', poolMinutes: 300, owedMinutes: 0 },
    ]);
    expect((await hours.as('elder').get('/api/v1/accounts/me')).status).toBe(401);
    const again = await close(hours.as('station'), { ...decision, heirs: [] });
    expect([again.status, again.body.code]).toEqual([404, 'not_found']);
  });

  it('on moving away waits for the partner city', async () => {
    await other.post('/api/v1/partners/3202/limits', {
      limitMinutes: 900,
      limitFen: 0,
      reason: '双方商定上调',
    });
    const move = { cause: 'move', personId: ids.otherVolunteer, partnerCode: '3202', reason: '迁居无锡' };
    const moving = await close(hours.as('station'), move);
    expect([moving.status, moving.body]).toMatchObject([201, { state: 'moving', movedMinutes: 400 }]);
    const agreed = await decide(other, String(moving.body.clearingId), { reference: 'WX-9' });
    expect(agreed.body).toMatchObject({ state: 'posted', closes: true });
    expect((await partner())?.accounts[0]).toMatchObject({ balance: 200 });
    expect((await close(hours.as('station'), move)).status).toBe(404);
  });
});
