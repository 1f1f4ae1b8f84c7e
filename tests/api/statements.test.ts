import { verify } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  accountKey,
  askReversal,
  cityCode,
  freezeAccounts,
  openAccounts,
  type Posting,
  post,
  thawAccounts,
} from '../../db/bank/post.ts';
import type { Act } from '../../db/connect/act.ts';
import { newId } from '../../db/connect/ids.ts';
import { candidatesFor } from '../../db/orders/candidates.ts';
import { sendOffers } from '../../db/orders/offer.ts';
import { DISTRICT, ids } from './support/city.ts';
import { type Client, type Front, openFront } from './support/front.ts';

interface Line {
  id: string;
  at: string;
  amount: number;
  balanceAfter: number | null;
  cause: string;
  orderNumber: string | null;
  serviceCode: string | null;
  counterparty: { kind: string; name: string | null };
  words: string | null;
  reversed: boolean;
}
interface Statement {
  account: { id: string; kind: string; ownerName: string };
  from: string;
  to: string;
  opening: number;
  closing: number;
  balanceNow: number;
  heldNow: number;
  totals: { cause: string; in: number; out: number; entries: number }[];
  items: Line[];
  nextCursor: string | null;
  previousCursor: string | null;
}

let front: Front;
const who: Record<string, Client> = {};
const account: Record<string, string> = {};
const names = [
  'elder',
  'elder2',
  'family',
  'volunteer',
  'station',
  'dispatcher',
  'regulator',
  'admin',
  'carer',
];

beforeAll(async () => {
  front = await openFront();
  for (const name of names) who[name] = await front.as(name);
  const owners = {
    fund: { ownerId: cityCode, kind: 'issuance', currency: 'min' },
    pool: { ownerId: DISTRICT, kind: 'pool', currency: 'min' },
    elder: { ownerId: ids.elder, kind: 'personal', currency: 'min' },
    far: { ownerId: ids.farElder, kind: 'personal', currency: 'min' },
    volunteer: { ownerId: ids.volunteer, kind: 'personal', currency: 'min' },
    relative: { ownerId: ids.otherVolunteer, kind: 'personal', currency: 'min' },
  } as const;
  const opened = await front.act((tx, act) => openAccounts(tx, act, Object.values(owners)));
  for (const [name, owner] of Object.entries(owners)) account[name] = opened.get(accountKey(owner)) as string;
  await front.database.sql`
    insert into kinships (id, person_id, relative_id, relation, state, document, asked_by, asked_at, decided_by, decided_at)
    values (${newId()}, ${ids.elder}, ${ids.otherVolunteer}, 'child', 'verified', 'household_register', 'a', now(), 'b', now())`;
});
afterAll(() => front.close());

const as = (name: string): Client => who[name] as Client;
const of = (name: string): string => account[name] as string;

let keys = 0;
type Given = Pick<Posting, 'debit' | 'credit' | 'amount' | 'cause'>;
/** Posts one transfer; returns its id. */
async function give(given: Given, words?: string): Promise<string> {
  return front.act(async (tx, act) => {
    const [id] = await post(tx, act, [{ ...given, currency: 'min', key: `statements:${keys++}` }]);
    if (words) await leaveWords(tx, act, id as string, words);
    return id as string;
  });
}
const earn = (name: string, amount: number) =>
  give({ debit: of('fund'), credit: of(name), amount, cause: 'import' });

async function leaveWords(
  tx: Parameters<Parameters<Front['act']>[0]>[0],
  act: Act,
  id: string,
  words: string,
) {
  const { writeAudit } = await import('../../db/audit/audit.ts');
  await writeAudit(tx, act, [{ action: 'ledger.words', recordId: id, reason: words }]);
}

/** A visit from booking to payment; returns the order. */
async function visit(minutes: number): Promise<{ id: string; number: string }> {
  const at = (ahead: number) => new Date(Date.now() + ahead * 60_000).toISOString();
  const order = await as('elder').post<{ id: string; number: string }>('/api/v1/orders', {
    elderId: ids.elder,
    serviceCode: 'companionship',
    startAt: at(30),
    minutes,
    payer: 'time_bank',
  });
  expect(order.status, JSON.stringify(order.body)).toBe(201);
  await front.act(async (tx, act) => {
    const found = (await candidatesFor(tx, [order.body.id], act.at)).get(order.body.id)?.candidates ?? [];
    const best = found.find((one) => one.personId === ids.volunteer);
    if (!best) throw new Error('the volunteer cannot');
    const { name: _, ...draft } = best;
    await sendOffers(tx, act, [{ ...draft, orderId: order.body.id, wave: 1 }]);
  });
  const offers = await as('volunteer').get<{ items: { id: string; orderId: string }[] }>(
    '/api/v1/offers?state=open',
  );
  const offer = offers.body.items.find((one) => one.orderId === order.body.id);
  await as('volunteer').post(`/api/v1/offers/${offer?.id}/accept`);
  const [row] = await front.database.sql`select visit_id from orders where id = ${order.body.id}`;
  const check = { method: 'gps', lat: 32.05, lon: 118.8, accuracyM: 12 };
  const route = `/api/v1/visits/${row?.visit_id}`;
  expect((await as('volunteer').post(`${route}/check-in`, { ...check, deviceAt: at(-minutes) })).status).toBe(
    200,
  );
  expect((await as('volunteer').post(`${route}/check-out`, { ...check, deviceAt: at(0) })).status).toBe(200);
  expect((await as('elder').post(`/api/v1/orders/${order.body.id}/confirm`)).status).toBe(200);
  return order.body;
}

const month = () => new Date(Date.now() + 8 * 3_600_000).toISOString().slice(0, 7);

async function statement(name: string, id: string, query = ''): Promise<Statement> {
  const answer = await as(name).get<Statement>(`/api/v1/accounts/${id}/statement${query}`);
  expect(answer.status, JSON.stringify(answer.body)).toBe(200);
  return answer.body;
}

describe('the statement of an account', () => {
  it('opens, lists every entry with the balance after it, closes, and adds up', async () => {
    await earn('elder', 500);
    await give({ debit: of('elder'), credit: of('pool'), amount: 50, cause: 'donation' }, '给需要的人');
    await give({ debit: of('elder'), credit: of('relative'), amount: 20, cause: 'gift' }, '谢谢你');
    const mine = await statement('elder', of('elder'));
    expect(mine.account).toMatchObject({ id: of('elder'), kind: 'personal', ownerName: '王秀英' });
    expect([mine.from.slice(0, 7), mine.to.slice(0, 7)]).toEqual([month(), month()]);
    expect(mine.items.map((line) => [line.cause, line.amount, line.balanceAfter])).toEqual([
      ['gift', -20, 430],
      ['donation', -50, 450],
      ['import', 500, 500],
    ]);
    expect(mine.opening + mine.items.reduce((sum, line) => sum + line.amount, 0)).toBe(mine.closing);
    expect([mine.closing, mine.balanceNow, mine.heldNow]).toEqual([430, 430, 0]);
    expect(mine.totals).toEqual([
      { cause: 'donation', in: 0, out: 50, entries: 1 },
      { cause: 'gift', in: 0, out: 20, entries: 1 },
      { cause: 'import', in: 500, out: 0, entries: 1 },
    ]);
    expect(mine.items.map((line) => [line.words, line.counterparty.name])).toEqual([
      ['谢谢你', '刘洋'],
      ['给需要的人', '玄武区'],
      [null, '南京市'],
    ]);

    const oldest = await statement('elder', of('elder'), '?order=oldest');
    expect(oldest.items.map((line) => line.id)).toEqual(mine.items.map((line) => line.id).reverse());
    const gifts = await statement('elder', of('elder'), '?cause=gift');
    expect([gifts.items.length, gifts.totals.length, gifts.closing]).toEqual([1, 3, 430]);
    const before = await statement('elder', of('elder'), '?from=2024-01&to=2024-02');
    expect(before).toMatchObject({ from: '2024-01-01', to: '2024-02-29', opening: 0, closing: 0, items: [] });
  });

  it('turns its pages onwards and back to the same entries, of a pool too', async () => {
    for (let n = 1; n <= 9; n++) {
      await give({ debit: of('elder'), credit: of('pool'), amount: n, cause: 'donation' });
    }
    for (const [reader, name] of [
      ['elder', 'elder'],
      ['regulator', 'pool'],
    ] as const) {
      for (const order of ['newest', 'oldest']) {
        const whole = await statement(reader, of(name), `?order=${order}`);
        let page = await statement(reader, of(name), `?order=${order}&limit=4`);
        const first = page;
        expect(first.previousCursor).toBeNull();
        const seen = [...page.items];
        while (page.nextCursor) {
          page = await statement(reader, of(name), `?order=${order}&limit=4&cursor=${page.nextCursor}`);
          seen.push(...page.items);
        }
        expect(seen).toEqual(whole.items);
        while (page.previousCursor) {
          page = await statement(reader, of(name), `?order=${order}&limit=4&cursor=${page.previousCursor}`);
        }
        expect(page.items).toEqual(first.items);
        for (const line of whole.items) {
          const at = encodeURIComponent(line.at);
          const then = await as(reader).get<{ balance: number }>(
            `/api/v1/accounts/${of(name)}/balance?at=${at}`,
          );
          expect(then.body.balance).toBe(line.balanceAfter);
        }
      }
    }
    expect((await as('elder').get(`/api/v1/accounts/${of('elder')}/statement?cursor=nonsense`)).status).toBe(
      400,
    );
    const long = await as('elder').get(`/api/v1/accounts/${of('elder')}/statement?from=2015-01`);
    expect([long.status, long.body.field]).toEqual([422, 'from']);
  });

  it('is for the holder, family who may see, the station of the area and the regulator', async () => {
    const path = `/api/v1/accounts/${of('elder')}/statement`;
    const seen: Record<string, number> = {};
    for (const name of names) seen[name] = (await as(name).get(path)).status;
    expect(seen).toEqual({
      elder: 200,
      elder2: 404,
      family: 200,
      volunteer: 404,
      station: 200,
      dispatcher: 403,
      regulator: 200,
      admin: 403,
      carer: 403,
    });
    expect((await as('station').get(`/api/v1/accounts/${of('far')}/statement`)).status).toBe(404);
    const theirs = await statement('station', of('elder'));
    expect(theirs.account.ownerName).toBe('王**');
    expect(theirs.items.find((line) => line.cause === 'gift')?.counterparty.name).toBe('刘*');
    const reads = await as('elder').get<{ items: { action: string; actorRole: string }[] }>(
      '/api/v1/people/me/reads',
    );
    const readers = reads.body.items
      .filter((one) => one.action === 'person.read')
      .map((one) => one.actorRole);
    expect(new Set(readers)).toEqual(new Set(['family', 'station', 'regulator']));
  });

  it('of a team is for its leader, under the name of the team', async () => {
    const team = newId();
    await front.database.sql`
      insert into teams (id, name, leader_id, station_id, created_at)
      values (${team}, '红马甲', ${ids.volunteer}, ${ids.station}, now())`;
    const name = { ownerId: team, kind: 'team', currency: 'min' } as const;
    const opened = await front.act((tx, act) => openAccounts(tx, act, [name]));
    account.team = opened.get(accountKey(name)) as string;
    await earn('team', 60);
    const donation = await give({ debit: of('team'), credit: of('pool'), amount: 60, cause: 'donation' });
    expect(await statement('volunteer', of('team'))).toMatchObject({
      account: { ownerName: '红马甲' },
      closing: 0,
    });
    expect((await as('elder').get(`/api/v1/accounts/${of('team')}/statement`)).status).toBe(404);
    expect((await as('station').get(`/api/v1/accounts/${of('team')}/statement`)).status).toBe(200);
    const certificate = await as('station').get(`/api/v1/transfers/${donation}/certificate`);
    expect(certificate.body).toMatchObject({ name: '红马甲', minutes: 60 });
  });

  it('stands beside the other accounts of a person, a debt and a freeze among them', async () => {
    await front.act((tx, act) =>
      openAccounts(tx, act, [{ ownerId: ids.elder, kind: 'receivable', currency: 'min' }]),
    );
    await front.act((tx, act) => freezeAccounts(tx, act, [of('elder')]));
    const mine = await as('elder').get<{ items: { kind: string; frozen: boolean }[] }>(
      '/api/v1/accounts/me?currency=min',
    );
    const kinds = mine.body.items.map((one) => [one.kind, one.frozen]);
    expect(kinds).toContainEqual(['personal', true]);
    expect(kinds).toContainEqual(['receivable', false]);
    await front.act((tx) => thawAccounts(tx, [of('elder')]));
  });

  it('goes as CSV whose signature fails when one letter is changed', async () => {
    await give(
      { debit: of('elder'), credit: of('relative'), amount: 3, cause: 'gift' },
      '=HYPERLINK("http://x", "看, 这里")',
    );
    const answer = await as('elder').get<string>(
      `/api/v1/accounts/${of('elder')}/statement/file?language=en`,
    );
    expect([answer.status, answer.type]).toEqual([200, 'text/csv; charset=utf-8']);
    expect(answer.headers.get('content-disposition')).toMatch(/attachment; filename="statement-.+\.csv"/);
    const text = answer.body.replace(/^\uFEFF/, '');
    const lines = text.split('\r\n');
    const [header = '', ...rows] = lines.filter((line) => line !== '' && !line.startsWith('#'));
    expect(header.split(',').slice(0, 3)).toEqual(['transfer_id', 'order_id', 'at']);
    const whole = await statement('elder', of('elder'), '?order=oldest&limit=200');
    expect(rows.map((row) => row.slice(0, 36))).toEqual(whole.items.map((line) => line.id));
    expect(text).toContain('"\'=HYPERLINK(""http://x"", ""看, 这里"")"');
    expect(text).toContain(`\r\n# opening,${whole.opening}\r\n`);
    expect(text).toContain(`\r\n# closing,${whole.closing}\r\n`);

    const [, mark, keyId, signature] = /# (huzhu-statement,v1),([\w-]+),([\w+/=]+)\r\n$/.exec(text) ?? [];
    expect(mark).toBe('huzhu-statement,v1');
    const [key] = await front.database.sql<{ publicKey: Buffer }[]>`
      select public_key as "publicKey" from signing_keys where id = ${keyId as string}`;
    const publicKey = {
      key: Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), key!.publicKey]),
      format: 'der',
      type: 'spki',
    } as const;
    const body = Buffer.from(`\uFEFF${text.slice(0, text.indexOf('# huzhu-statement'))}`, 'utf8');
    const signed = Buffer.from(signature as string, 'base64');
    expect(verify(null, body, publicKey, signed)).toBe(true);
    expect(verify(null, Buffer.from(body.toString().replace(',500,', ',501,')), publicKey, signed)).toBe(
      false,
    );
  });

  it('goes as a spreadsheet too', async () => {
    const answer = await front.app.request(`/api/v1/accounts/${of('elder')}/statement/file?format=xlsx`, {
      headers: { cookie: as('elder').cookie },
    });
    expect(answer.headers.get('content-type')).toContain('spreadsheetml');
    const bytes = Buffer.from(await answer.arrayBuffer());
    expect(bytes.subarray(0, 4).toString('latin1')).toBe('PK\u0003\u0004');
    expect(bytes.length).toBeGreaterThan(2000);
  });
});

describe('where an hour came from', () => {
  it('opens the visit with its evidence, the policy and whose word settled it, to both sides', async () => {
    await earn('elder', 200);
    const order = await visit(30);
    const earned = (await statement('volunteer', of('volunteer'))).items[0]!;
    expect(earned).toMatchObject({
      amount: 30,
      cause: 'visit',
      orderNumber: order.number,
      serviceCode: 'companionship',
      counterparty: { name: '王**' },
    });
    const path = `/api/v1/transfers/${earned.id}/provenance`;
    const seen = await as('volunteer').get(path);
    expect(seen.body).toMatchObject({
      transfer: {
        cause: 'visit',
        amount: 30,
        policy: { kind: 'bank', version: 1 },
        author: { role: 'elder', name: '王**' },
        debit: { accountId: null, name: '王**' },
        credit: { accountId: of('volunteer'), name: '张伟' },
        mine: 'credit',
      },
      visit: {
        orderNumber: order.number,
        elderName: '王**',
        helperName: '张伟',
        verifiedMinutes: 30,
        trust: 4,
        manualEdits: 0,
        checks: [
          { kind: 'check_in', method: 'gps', distanceM: 0, exception: null },
          { kind: 'check_out', method: 'gps', distanceM: 0, exception: null },
        ],
        confirmation: { actorRole: 'elder', how: 'confirmed' },
      },
      reversal: null,
      parts: [],
    });
    const elders = await as('elder').get<{ visit: object; transfer: { mine: string } }>(path);
    expect(elders.body).toMatchObject({
      transfer: { mine: 'debit' },
      visit: { elderName: '王秀英', helperName: '张*' },
    });
    const regulator = await as('regulator').get(path);
    expect(regulator.body).toMatchObject({
      transfer: { debit: { name: '王**' }, credit: { name: '张*' }, mine: null },
      visit: { elderName: '王**', helperName: '张*' },
    });
    expect((await as('elder2').get(path)).status).toBe(404);
  });

  it('names the correction from both ends', async () => {
    const wrong = await earn('volunteer', 40);
    const made = await front.act((tx, act) =>
      askReversal(
        tx,
        act,
        { transferId: wrong, reasonCode: 'posted_twice', note: '重复导入' },
        { min: 600, fen: 1 },
      ),
    );
    const original = await as('volunteer').get(`/api/v1/transfers/${wrong}/provenance`);
    expect(original.body).toMatchObject({
      reversal: { transferId: made.reversalId, state: 'done', reasonCode: 'posted_twice', note: '重复导入' },
      import: { batch: expect.stringContaining('statements:') },
      reverses: null,
    });
    const opposite = await as('volunteer').get(`/api/v1/transfers/${made.reversalId}/provenance`);
    expect(opposite.body).toMatchObject({ reverses: { transferId: wrong, amount: 40 }, reversal: null });
    const lines = (await statement('volunteer', of('volunteer'))).items;
    expect(lines.find((line) => line.id === wrong)?.reversed).toBe(true);
  });

  it('shows what a visit earned beyond the cap as a donation with its certificate, beside the deposit', async () => {
    const { balanceNow } = await statement('volunteer', of('volunteer'));
    await earn('volunteer', 90_000 - 10 - balanceNow);
    const order = await visit(30);
    const [donated, earned] = (await statement('volunteer', of('volunteer'))).items;
    expect([donated, earned]).toMatchObject([
      { cause: 'donation', amount: -20, balanceAfter: 90_000, orderNumber: order.number },
      { cause: 'visit', amount: 30, orderNumber: order.number },
    ]);
    const origin = await as('volunteer').get(`/api/v1/transfers/${donated?.id}/provenance`);
    expect(origin.body).toMatchObject({
      overflow: true,
      certificate: expect.stringMatching(/^NJ-/),
      visit: { orderNumber: order.number, verifiedMinutes: 30 },
      parts: [{ id: earned?.id, cause: 'visit', amount: 30 }],
    });
    const certificate = await as('volunteer').get(`/api/v1/transfers/${donated?.id}/certificate`);
    expect(certificate.body).toMatchObject({ name: '张伟', minutes: 20, overflow: true });
  });

  it('certifies a donation by a number that anybody can check, until it is taken back', async () => {
    const id = await give(
      { debit: of('elder'), credit: of('pool'), amount: 25, cause: 'donation' },
      '给邻居',
    );
    const mine = await as('elder').get<{ number: string }>(`/api/v1/transfers/${id}/certificate`);
    expect(mine.body).toMatchObject({
      name: '王秀英',
      minutes: 25,
      poolName: '玄武区',
      overflow: false,
      reversed: false,
    });
    expect(mine.body.number).toMatch(/^NJ-\d{8}-[0-9A-Z]{5}-[0-9A-Z]{5}$/);
    expect((await as('regulator').get(`/api/v1/transfers/${id}/certificate`)).body).toMatchObject({
      name: '王**',
    });
    expect((await as('elder2').get(`/api/v1/transfers/${id}/certificate`)).status).toBe(404);
    const origin = await as('elder').get(`/api/v1/transfers/${id}/provenance`);
    expect(origin.body).toMatchObject({ words: '给邻居', certificate: mine.body.number, overflow: false });

    const check = (number: string) =>
      front.stranger().get(`/api/v1/certificates?number=${encodeURIComponent(number)}`);
    const typed = mine.body.number.toLowerCase().replaceAll('-', ' ');
    expect((await check(typed)).body).toMatchObject({ minutes: 25, name: '王**', reversed: false });
    expect((await check('NJ-20260101-00000-00000')).status).toBe(404);
    expect((await check('anything')).status).toBe(404);
    await front.act((tx, act) =>
      askReversal(
        tx,
        act,
        { transferId: id, reasonCode: 'wrong_amount', note: '数额有误' },
        { min: 600, fen: 1 },
      ),
    );
    expect((await check(mine.body.number)).body).toMatchObject({ reversed: true });

    const imported = await earn('elder', 1);
    expect((await as('elder').get(`/api/v1/transfers/${imported}/certificate`)).status).toBe(404);
  });
});

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
    const answer = await as('regulator').get<Found>(`/api/v1/ledger/transfers?${query}`);
    expect(answer.status, JSON.stringify(answer.body)).toBe(200);
    return answer.body;
  };

  it('finds transfers by cause, account, owner, order, amount and author, page by page', async () => {
    const [large, order] = [await earn('relative', 222_222), await visit(15)];
    expect((await search('minAmount=200000&cause=import')).items.map((one) => one.id)).toEqual([large]);
    const visits = await search(`orderNumber=${order.number}&cause=visit`);
    expect(visits.items).toMatchObject([{ cause: 'visit', amount: 15, debit: { name: '王**' } }]);
    expect((await search(`causeId=${order.id}&cause=visit`)).items).toEqual(visits.items);
    const gifts = await search('cause=gift');
    expect(gifts.items.length).toBeGreaterThan(0);
    expect(gifts.items.every((one) => one.cause === 'gift')).toBe(true);
    expect((await search('author=test:act&cause=visit')).items).toEqual([]);

    const ofVolunteer = await search(`ownerId=${ids.volunteer}&limit=200`);
    expect((await search(`accountId=${of('volunteer')}&limit=200`)).items).toEqual(ofVolunteer.items);
    const paged: string[] = [];
    for (let cursor: string | null = ''; cursor !== null; ) {
      const page: Found = await search(`ownerId=${ids.volunteer}&limit=2${cursor && `&cursor=${cursor}`}`);
      paged.push(...page.items.map((one) => one.id));
      cursor = page.nextCursor;
    }
    expect(paged).toEqual(ofVolunteer.items.map((one) => one.id));
    expect((await search('from=2025-01&to=2025-03')).items).toEqual([]);
    expect((await as('regulator').get('/api/v1/ledger/transfers?from=2024-01&to=2026-01')).status).toBe(422);
    expect((await as('admin').get('/api/v1/ledger/transfers')).status).toBe(403);
  });

  it('shows what circulated by month and district, the same sealed or not', async () => {
    const read = async () =>
      (await as('regulator').get<{ items: Record<string, unknown>[] }>('/api/v1/ledger/circulation')).body
        .items;
    const before = await read();
    const [row] = await front.database.sql<{ issued: number; given: number; redeemed: number }[]>`
      select sum(amount) filter (where cause in ('grant', 'import') and currency = 'min')::int as issued,
        sum(amount) filter (where cause = 'gift')::int as given,
        sum(amount) filter (where cause = 'visit' and currency = 'min')::int as redeemed from transfers`;
    const sum = (name: string) => before.reduce((total, one) => total + Number(one[name]), 0);
    expect({ issued: sum('issued'), given: sum('given'), redeemed: sum('redeemed') }).toEqual(row);
    expect(before.find((one) => one.districtCode === DISTRICT)).toMatchObject({
      month: month(),
      districtName: '玄武区',
    });
    await front.database
      .sql`delete from unsealed where transfer_id in (select transfer_id from unsealed limit 20)`;
    expect(await read()).toEqual(before);
    await front.database.sql`delete from unsealed`;
    expect(await read()).toEqual(before);
  });

  it('says that everything sums to zero, how many transfers there are and how far they are sealed', async () => {
    await earn('elder', 5);
    const totals = await as('regulator').get('/api/v1/ledger/totals');
    expect(totals.body).toMatchObject({
      sums: [
        { currency: 'min', sum: 0, zero: true },
        { currency: 'fen', sum: 0, zero: true },
      ],
      check: { zero: true, totalsAgree: true, unsealed: 1, sealed: 0, headSize: 0 },
    });
  });
});
