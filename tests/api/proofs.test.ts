import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import decodeQR from 'qr/decode.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { qrSvg } from '../../api/http/qr.ts';
import type { TreeHead } from '../../db/bank/heads.ts';
import { accountKey, cityCode, openAccounts, post } from '../../db/bank/post.ts';
import { compactReceipt, type Receipt } from '../../db/bank/receipts.ts';
import { projectDir } from '../../db/connect/config.ts';
import { logger } from '../../db/connect/log.ts';
import { sealing } from '../../worker/tasks/sealing.ts';
import { treeCheck } from '../../worker/tasks/treeCheck.ts';
import { ids } from './support/city.ts';
import { type Client, type Front, openFront } from './support/front.ts';

type Page<T> = { items: T[]; nextCursor: string | null };

const folder = mkdtempSync(path.join(tmpdir(), 'huzhu-proofs-'));
const clients = new Map<string, Client>();
const as = (name: string) => clients.get(name) as Client;
let front: Front;
let accounts: string[];
let posted = 0;
/** Of the elder, from the fund; of the volunteer, from the fund. */
let elders = '';
let volunteers = '';
beforeAll(async () => {
  front = await openFront();
  const callers = [
    'elder',
    'elder2',
    'family',
    'volunteer',
    'volunteer2',
    'station',
    'carer',
    'regulator',
    'admin',
  ];
  for (const name of callers) clients.set(name, await front.as(name));
  const names = [
    { ownerId: cityCode, kind: 'issuance', currency: 'min' },
    { ownerId: ids.elder, kind: 'personal', currency: 'min' },
    { ownerId: ids.volunteer, kind: 'personal', currency: 'min' },
    { ownerId: ids.farElder, kind: 'personal', currency: 'min' },
  ] as const;
  const opened = await front.act((tx, act) => openAccounts(tx, act, names));
  accounts = names.map((name) => opened.get(accountKey(name)) as string);
  [elders, volunteers] = (await pay(1, 2)) as [string, string];
  await work();
});
afterAll(async () => {
  await front.close();
  rmSync(folder, { recursive: true });
});

/** Posts an hour to each account named by its place; returns the transfers. */
const pay = (...places: number[]): Promise<string[]> =>
  front.act((tx, act) =>
    post(
      tx,
      act,
      places.map((place) => ({
        debit: accounts[0]!,
        credit: accounts[place]!,
        amount: 60,
        currency: 'min' as const,
        cause: 'import' as const,
        key: `proofs:${posted++}`,
      })),
    ),
  );
const work = (task = sealing) => task({ db: front.database.db, at: new Date(), log: logger('test') });

function write(name: string, content: string): string {
  writeFileSync(path.join(folder, name), content);
  return path.join(folder, name);
}

function verify(...files: string[]): Promise<{ code: number; out: string }> {
  const command = ['--import', 'tsx', 'db/verify/main.ts', ...files];
  return new Promise((resolve) => {
    execFile(process.execPath, command, { cwd: projectDir }, (error, out) =>
      resolve({ code: error ? Number(error.code) : 0, out }),
    );
  });
}

const receiptOf = (name: string, id: string, format = 'json') =>
  as(name).get<Receipt & { code?: string; detail?: string }>(
    `/api/v1/transfers/${id}/receipt?format=${format}`,
  );

async function exported(from: number): Promise<string> {
  const answer = await front.app.request(`/api/v1/ledger/export?from=${from}`, {
    headers: { cookie: as('regulator').cookie },
  });
  expect(answer.headers.get('content-disposition')).toBe(`attachment; filename="ledger-from-${from}.ndjson"`);
  return answer.text();
}

/** A QR code's picture, as a camera would see it. */
function picture(svg: string): { width: number; height: number; data: Uint8Array } {
  const SCALE = 4;
  const size = Number(/viewBox="0 0 (\d+)/.exec(svg)?.[1]);
  const data = new Uint8Array(size * size * SCALE * SCALE * 4).fill(255);
  for (const [, x, y, length] of svg.matchAll(/M(\d+) (\d+)h(\d+)v1/g))
    for (let row = Number(y) * SCALE; row < (Number(y) + 1) * SCALE; row++)
      for (let column = Number(x) * SCALE; column < (Number(x) + Number(length)) * SCALE; column++)
        data.fill(0, (row * size * SCALE + column) * 4, (row * size * SCALE + column) * 4 + 3);
  return { width: size * SCALE, height: size * SCALE, data };
}

describe('the published proof', () => {
  it('is open to everybody: heads, keys, and that a later head continues an earlier one', async () => {
    const stranger = front.stranger();
    const { head: first } = (await stranger.get<{ head: TreeHead }>('/api/v1/ledger/head')).body;
    for (const some of [[1], [1, 2, 3], [2, 2]]) {
      await pay(...some);
      await work();
    }
    const newest = await stranger.get<Page<TreeHead>>('/api/v1/ledger/heads?limit=3');
    const more = await stranger.get<Page<TreeHead>>(
      `/api/v1/ledger/heads?limit=3&cursor=${newest.body.nextCursor}`,
    );
    const sizes = [...newest.body.items, ...more.body.items].map((head) => head.size);
    expect(sizes).toEqual([first.size + 6, first.size + 4, first.size + 1, first.size]);
    expect(more.body.nextCursor).toBeNull();

    const keys = await stranger.get('/api/v1/ledger/keys');
    expect(keys.body.items).toMatchObject([{ algorithm: 'Ed25519', retiredAt: null }]);
    expect(JSON.stringify(keys.body)).not.toMatch(/private/i);
    const proof = await stranger.get(`/api/v1/ledger/proofs/consistency?from=${first.size}`);
    expect(proof.body).toMatchObject({ from: first, to: { size: first.size + 6 } });
    const found = await verify(
      write('heads.json', JSON.stringify(proof.body)),
      write('keys.json', JSON.stringify(keys.body)),
    );
    expect(found).toMatchObject({ code: 0 });
  });

  it('knows only heads that were published, in their order', async () => {
    const stranger = front.stranger();
    const { head } = (await stranger.get<{ head: TreeHead }>('/api/v1/ledger/head')).body;
    const ask = (from: number, to: number) =>
      stranger.get(`/api/v1/ledger/proofs/consistency?from=${from}&to=${to}`);
    expect(await ask(head.size - 1, head.size)).toMatchObject({ status: 404, body: { field: 'from' } });
    expect(await ask(head.size, head.size + 1)).toMatchObject({ status: 404, body: { field: 'to' } });
    expect(await ask(head.size, head.size - 2)).toMatchObject({ status: 422, body: { code: 'invalid' } });
    expect(await ask(0, head.size)).toMatchObject({ status: 422 });
  });

  it('gives the proof of a transfer to its holder and the regulator, in any head since', async () => {
    const query = `/api/v1/ledger/proofs/inclusion?transferId=${elders}`;
    const newest = await as('elder').get<{ position: number; head: TreeHead }>(query);
    expect(newest.status).toBe(200);
    const { items } = (await front.stranger().get<Page<TreeHead>>('/api/v1/ledger/heads')).body;
    const oldest = items.at(-1)!;
    const older = await as('regulator').get<{ head: TreeHead }>(`${query}&size=${oldest.size}`);
    expect(older.body.head).toEqual(oldest);
    expect((await as('family').get(query)).status).toBe(200);
    for (const name of ['elder2', 'volunteer'])
      expect(await as(name).get(query)).toMatchObject({ status: 404, body: { field: 'transferId' } });
  });
});

describe('a receipt', () => {
  it('is for the holder, the family with consent, the station and the regulator, and nobody else', async () => {
    for (const name of ['elder', 'family', 'station', 'regulator']) {
      const { status, body } = await receiptOf(name, elders);
      expect([name, status, body.transfer?.id]).toEqual([name, 200, elders]);
    }
    expect((await receiptOf('volunteer', volunteers)).status).toBe(200);
    for (const name of ['elder2', 'volunteer', 'volunteer2'])
      expect([name, (await receiptOf(name, elders)).status]).toEqual([name, 404]);
    expect((await receiptOf('family', volunteers)).status).toBe(404);
    expect((await receiptOf('carer', elders)).status).toBe(403);
    const [farAway] = (await pay(3)) as [string];
    expect((await receiptOf('station', farAway)).status).toBe(404);
  });

  it('is on record with the person when staff look at it', async () => {
    const looks = await front.database.sql`
      select actor_role from audit where action = 'person.read' and record_id = ${elders} and person_id = ${ids.elder}`;
    expect(new Set(looks.map((row) => row.actor_role))).toEqual(new Set(['family', 'station', 'regulator']));
  });

  it('waits until the transfer is sealed, and says so', async () => {
    const [fresh] = (await pay(1)) as [string];
    const early = await receiptOf('elder', fresh);
    expect([early.status, early.body.code]).toEqual([409, 'not_sealed_yet']);
    expect(early.body.detail).toContain('sealed within a minute');
    const proof = await as('elder').get(`/api/v1/ledger/proofs/inclusion?transferId=${fresh}`);
    expect([proof.status, proof.body.code]).toEqual([409, 'not_sealed_yet']);
    await work();
    expect((await receiptOf('elder', fresh)).status).toBe(200);
  });

  it('is a file and a QR code that both prove themselves offline, the same whenever it is asked for', async () => {
    const file = await receiptOf('elder', elders);
    expect(file.headers.get('content-disposition')).toBe(`attachment; filename="receipt-${elders}.json"`);
    expect((await receiptOf('regulator', elders)).body).toEqual(file.body);
    const code = await as('elder').get<string>(`/api/v1/transfers/${elders}/receipt?format=qr`);
    expect(code.type).toContain('image/svg+xml');
    const text = decodeQR(picture(code.body));
    expect(text).toMatch(/^HUZHU1:[A-Z2-7]+$/);
    const keys = write('keys.json', JSON.stringify((await front.stranger().get('/api/v1/ledger/keys')).body));
    for (const one of [write('receipt.json', JSON.stringify(file.body)), write('receipt.txt', text)]) {
      const { code: exit, out } = await verify(one, keys);
      expect(out).toContain(`60 min, ${accounts[0]} → ${accounts[1]}`);
      expect(exit).toBe(0);
    }
  });

  it('still fits a QR code when the ledger has ten million transfers', async () => {
    const { body } = await receiptOf('elder', elders);
    const at = new Date(body.head.at);
    const big: Receipt = {
      ...body,
      transfer: {
        ...body.transfer,
        cause: 'visit',
        causeId: ids.carer,
        policyId: ids.station,
        key: `settle:${elders}:1:${volunteers}`,
      },
      position: 9_999_999,
      proof: Array.from({ length: 24 }, (_, n) => Buffer.alloc(32, n * 37 + 11).toString('hex')),
      head: { ...body.head, size: 10_000_000, at },
    };
    const text = compactReceipt(big);
    expect(text.length).toBeLessThan(2_300);
    const svg = qrSvg(text);
    expect(Number(/viewBox="0 0 (\d+)/.exec(svg)?.[1])).toBeLessThanOrEqual(137 + 8);
    expect(decodeQR(picture(svg))).toBe(text);
  });
});

describe('the oversight of the proof', () => {
  it('gives the regulator the whole ledger as a file that is checked offline, from any leaf', async () => {
    const keys = write('keys.json', JSON.stringify((await front.stranger().get('/api/v1/ledger/keys')).body));
    for (const from of [0, 3]) {
      const text = await exported(from);
      expect(text.split('\n').filter((line) => line.includes('"position"')).length).toBeGreaterThan(5);
      expect(await verify(write('ledger.ndjson', text), keys)).toMatchObject({ code: 0 });
    }
    expect((await as('elder').get('/api/v1/ledger/export')).status).toBe(403);
  });

  it('names a row changed behind the back, at once when asked and the next morning', async () => {
    const change = async (by: number) => {
      await front.database.sql`alter table transfers disable trigger user`;
      await front.database.sql`update transfers set amount = amount + ${by} where id = ${volunteers}`;
      await front.database.sql`alter table transfers enable trigger user`;
    };
    const ask = () =>
      as('regulator').get<{ differences: unknown[]; lastNight: unknown }>('/api/v1/ledger/check');
    expect((await ask()).body).toMatchObject({ from: 0, differences: [], lastNight: null });
    await change(30);
    const { body } = await ask();
    expect(body.differences).toMatchObject([{ wrong: 'changed', transferId: volunteers }]);
    await work(treeCheck);
    expect((await ask()).body.lastNight).toMatchObject({ differing: 1 });
    const { code, out } = await verify(write('ledger.ndjson', await exported(0)));
    expect([code, out.includes(`transfer ${volunteers}): it was changed`)]).toEqual([1, true]);
    await change(-30);
    expect((await ask()).body.differences).toEqual([]);
  });

  it('checks no more than asked for and at most 10,000 leaves', async () => {
    const ask = (query: string) =>
      as('regulator').get<{ from: number; to: number }>(`/api/v1/ledger/check?${query}`);
    expect((await ask('from=1&to=2')).body).toMatchObject({ from: 1, to: 2 });
    const { head } = (await front.stranger().get<{ head: TreeHead }>('/api/v1/ledger/head')).body;
    expect((await ask('from=2&to=99999')).body).toMatchObject({ from: 2, to: head.size - 1 });
    expect((await ask(`from=${head.size + 5}`)).body).toMatchObject({ differences: [] });
  });

  it('lets the administrator change the key, with a reason on record, and old receipts stay right', async () => {
    const before = (await receiptOf('elder', elders)).body;
    expect((await as('regulator').post('/api/v1/ledger/keys/rotate', { reason: 'yearly' })).status).toBe(403);
    expect((await as('admin').post('/api/v1/ledger/keys/rotate', { reason: '' })).status).toBe(422);
    const { status, body } = await as('admin').post('/api/v1/ledger/keys/rotate', {
      reason: 'yearly change',
    });
    expect(status).toBe(200);
    await pay(1);
    await work();
    const { head } = (await front.stranger().get<{ head: TreeHead }>('/api/v1/ledger/head')).body;
    expect(head.keyId).toBe(body.keyId);
    const keys = await front
      .stranger()
      .get<{ items: { keyId: string; retiredAt: string | null }[] }>('/api/v1/ledger/keys');
    expect(keys.body.items.map((key) => key.retiredAt === null)).toEqual([false, true]);
    const after = (await receiptOf('elder', elders)).body;
    expect(after).toMatchObject({ ...before, key: { keyId: before.key.keyId } });
    const files = [write('receipt.json', JSON.stringify(after)), write('ledger.ndjson', await exported(0))];
    const found = await verify(...files, write('keys.json', JSON.stringify(keys.body)));
    expect(found).toMatchObject({ code: 0 });
    const acts = await as('admin').get<Page<{ action: string; reason: string | null }>>('/api/v1/audit');
    expect(acts.body.items).toContainEqual(
      expect.objectContaining({ action: 'ledger.key_rotated', reason: 'yearly change' }),
    );
  });
});
