import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { headOfSize, latestHead } from '../../../db/bank/heads.ts';
import { ledgerFile } from '../../../db/bank/ledgerFile.ts';
import { accountKey, cityCode, openAccounts, post } from '../../../db/bank/post.ts';
import { consistencyProof } from '../../../db/bank/proofs.ts';
import { compactReceipt, type Receipt, receiptOf } from '../../../db/bank/receipts.ts';
import { publicKeys, rotateKey, signBytes } from '../../../db/bank/signing.ts';
import { projectDir } from '../../../db/connect/config.ts';
import { sealing } from '../../../worker/tasks/sealing.ts';
import { ids, type SmallCity, smallCity } from '../../support/smallCity.ts';

const program = path.join(projectDir, 'db/verify/main.ts');
const folder = mkdtempSync(path.join(tmpdir(), 'huzhu-verify-'));
const transfers: string[] = [];
let city: SmallCity;
let keysFile = '';

/** A first head of five transfers, a second of twelve, and a third, by another key, of twenty. */
beforeAll(async () => {
  city = await smallCity();
  const names = [
    { ownerId: cityCode, kind: 'issuance', currency: 'min' },
    { ownerId: ids.near, kind: 'personal', currency: 'min' },
    { ownerId: cityCode, kind: 'issuance', currency: 'fen' },
    { ownerId: ids.wang, kind: 'grant', currency: 'fen' },
  ] as const;
  const opened = await city.do('system', (tx, act) => openAccounts(tx, act, names));
  const [fund, person, purse, subsidy] = names.map((name) => opened.get(accountKey(name)) as string) as [
    string,
    string,
    string,
    string,
  ];
  await city.sql`delete from unsealed`;
  for (const some of [5, 7, 8]) {
    const key = (n: number) => `verify:${transfers.length + n} “引号”`;
    const posted = await city.do('system', (tx, act) =>
      post(tx, act, [
        ...Array.from({ length: some - 1 }, (_, n) => ({
          debit: fund,
          credit: person,
          amount: 60 + n,
          currency: 'min' as const,
          cause: 'import' as const,
          key: key(n),
        })),
        {
          debit: purse,
          credit: subsidy,
          amount: 9_900,
          currency: 'fen',
          cause: 'grant',
          key: key(some - 1),
          lapsesAt: new Date('2027-03-01T16:00:00Z'),
        },
      ]),
    );
    transfers.push(...posted);
    if (some === 8) await city.do('admin', (tx, act) => rotateKey(tx, act, 'test'));
    await city.work(sealing);
    city.wait(1);
  }
  keysFile = write('keys.json', JSON.stringify({ items: await publicKeys(city.db) }));
});
afterAll(async () => {
  await city.close();
  rmSync(folder, { recursive: true });
});

function write(name: string, content: string | Uint8Array): string {
  const file = path.join(folder, name);
  writeFileSync(file, content);
  return file;
}

/** Runs the program as anybody would, in a process of its own. */
function verify(...files: string[]): Promise<{ code: number; out: string }> {
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      ['--import', 'tsx', program, ...files],
      { cwd: projectDir },
      (error, out, err) => resolve({ code: error ? Number(error.code) : 0, out: out + err }),
    );
  });
}

async function exported(from = 0): Promise<string> {
  let text = '';
  for await (const piece of ledgerFile(city.db, from)) text += piece;
  return text;
}

/** The file with the transfer of one leaf changed by hand. */
const altered = (text: string, id: string, change: (transfer: Record<string, unknown>) => void): string =>
  text
    .split('\n')
    .map((line) => {
      if (!line.includes(`"id":"${id}"`)) return line;
      const leaf = JSON.parse(line);
      change(leaf.transfer);
      return JSON.stringify(leaf);
    })
    .join('\n');

async function receipt(n: number): Promise<Receipt> {
  const found = await city.do('system', (tx, act) => receiptOf(tx, act, { kind: 'all' }, transfers[n]!));
  return found as Receipt;
}
const receiptFile = (found: Receipt): string => JSON.stringify({ huzhu: 'receipt', v: 1, ...found });

describe('npm run verify', () => {
  it('is one file of under 300 lines that imports nothing but Node', () => {
    const source = readFileSync(program, 'utf8');
    expect(source.split('\n').length).toBeLessThan(300);
    const imported = [...source.matchAll(/from '(.+)'|import\('(.+)'\)/g)].map(
      (match) => match[1] ?? match[2],
    );
    expect(imported.length).toBeGreaterThan(3);
    expect(imported.filter((name) => !builtinModules.includes(name!.replace('node:', '')))).toEqual([]);
  });

  it('finds an exported ledger right: every leaf, every head, and all accounts at zero', async () => {
    const file = write('ledger.ndjson', await exported());
    const { code, out } = await verify(file, keysFile);
    expect(out).toContain('The ledger is genuine: leaves 0 to 19 and 3 heads all agree.');
    expect(out).toContain('账本真实：第 0 到 19 笔、3 个树头全部相符。');
    expect(out).toContain('min: 2 accounts add up to 0.');
    expect(out).toContain('fen: 2 accounts add up to 0.');
    expect(code).toBe(0);
  });

  it('says which keys to compare when none are given', async () => {
    const { code, out } = await verify(write('ledger.ndjson', await exported()));
    const [key] = await publicKeys(city.db);
    expect(out).toContain(`compare with those published: ${key!.keyId} ${key!.publicKey}`);
    expect(code).toBe(0);
  });

  it('goes on from any leaf', async () => {
    for (const from of [1, 5, 11, 19]) {
      const { code, out } = await verify(write('part.ndjson', await exported(from)), keysFile);
      expect(out).toContain(`leaves ${from} to 19`);
      expect(code).toBe(0);
    }
  });

  it('names the row that was changed behind the back of the bank', async () => {
    const id = transfers[8]!;
    await city.sql`alter table transfers disable trigger user`;
    await city.sql`update transfers set amount = 6000 where id = ${id}`;
    await city.sql`alter table transfers enable trigger user`;
    const { code, out } = await verify(write('changed.ndjson', await exported()), keysFile);
    await city.sql`alter table transfers disable trigger user`;
    await city.sql`update transfers set amount = 63 where id = ${id}`;
    await city.sql`alter table transfers enable trigger user`;
    expect(code).toBe(1);
    expect(out).toMatch(
      new RegExp(`Line \\d+ \\(leaf 8, transfer ${id}\\): it was changed after it was sealed.`),
    );
    expect(out).toMatch(new RegExp(`第 \\d+ 行（第 8 笔，转账 ${id}）：封存后被改动过。`));
    expect(out).not.toContain('The ledger is genuine');
    expect(out.match(/✗/g)).toHaveLength(1);
    expect((await verify(write('again.ndjson', await exported()))).code).toBe(0);
  });

  it('finds a row whose hash was changed with it, a row left out, a cut file and a forged head', async () => {
    const text = await exported();
    const id = transfers[6]!;
    const forged = altered(text, id, (transfer) => Object.assign(transfer, { amount: 1 })).replace(
      /("position":6,"leaf":")[0-9a-f]{64}/,
      `$1${'ab'.repeat(32)}`,
    );
    const found = await verify(write('forged.ndjson', forged), keysFile);
    expect(found.code).toBe(1);
    expect(found.out).toContain('Something between leaf 5 and 11 was changed');

    const lines = text.trimEnd().split('\n');
    const without = lines.filter((line) => !line.includes('"position":13,')).join('\n');
    const missing = await verify(write('without.ndjson', without), keysFile);
    expect([missing.code, missing.out.includes('Leaf 13 is missing')]).toEqual([1, true]);

    const cut = await verify(write('cut.ndjson', lines.slice(0, -4).join('\n')), keysFile);
    expect([cut.code, cut.out.includes('The file is not whole')]).toEqual([1, true]);

    const head = text.replace(/"signature":"..../, '"signature":"AAAA');
    const badHead = await verify(write('head.ndjson', head), keysFile);
    expect(badHead.code).toBe(1);
    expect(badHead.out).toContain('The head of size 5 is not to be trusted: its signature is not right.');
  });

  it('finds a key used twice, an amount below one and an account in two currencies', async () => {
    const text = await exported();
    const first = JSON.parse(text.split('\n').find((line) => line.includes('"position":0,'))!).transfer;
    const twice = altered(text, transfers[3]!, (transfer) => Object.assign(transfer, { key: first.key }));
    const { code, out } = await verify(write('twice.ndjson', twice), keysFile);
    expect(code).toBe(1);
    expect(out).toMatch(/Line \d+ repeats line \d+: verify:0 “引号”\./);

    const negative = altered(text, transfers[3]!, (transfer) => Object.assign(transfer, { amount: -5 }));
    expect((await verify(write('negative.ndjson', negative), keysFile)).code).toBe(1);
    const mixed = altered(text, transfers[3]!, (transfer) => Object.assign(transfer, { currency: 'fen' }));
    const found = await verify(write('mixed.ndjson', mixed), keysFile);
    expect([found.code, found.out.includes('add up to')]).toEqual([1, true]);
  });

  it('finds a head by a key that was not in use at its time', async () => {
    const keys = (await publicKeys(city.db)).map((key) => ({
      ...key,
      retiredAt: key.retiredAt && key.createdAt,
    }));
    const other = write('retired.json', JSON.stringify({ items: keys }));
    const { code, out } = await verify(write('ledger.ndjson', await exported()), other);
    expect(code).toBe(1);
    expect(out).toContain(`its key ${keys[0]!.keyId} was not in use at that time`);
  });

  it('finds every receipt right, as a file and as the text of its QR code', async () => {
    for (const n of [0, 4, 5, 11, 19]) {
      const found = await receipt(n);
      const file = write('receipt.json', receiptFile(found));
      const compact = write('receipt.txt', `${compactReceipt(found)}\n`);
      for (const one of [file, compact]) {
        const { code, out } = await verify(one, keysFile);
        expect(out).toContain(`leaf ${n} of the ledger signed at`);
        expect(code).toBe(0);
      }
    }
  });

  it('finds a receipt wrong when anything in it was changed', async () => {
    const right = await receipt(7);
    const wrongs: Receipt[] = [
      { ...right, transfer: { ...right.transfer, amount: 9_999 } },
      { ...right, transfer: { ...right.transfer, amount: -1 } },
      { ...right, transfer: { ...right.transfer, credit: ids.far } },
      { ...right, position: 6 },
      { ...right, proof: right.proof.toReversed() },
      { ...right, head: { ...right.head, at: new Date(0) } },
      { ...right, head: { ...right.head, size: 13 } },
    ];
    for (const wrong of wrongs) {
      const { code, out } = await verify(write('wrong.json', receiptFile(wrong)), keysFile);
      expect([code, out.includes('✗'), out.includes('✓')], out).toEqual([1, true, false]);
    }
    const text = compactReceipt(right);
    const turned = text.slice(0, 300) + (text[300] === 'A' ? 'B' : 'A') + text.slice(301);
    expect((await verify(write('turned.txt', turned), keysFile)).code).toBe(1);
    const none = write('none.json', JSON.stringify({ items: (await publicKeys(city.db)).slice(1) }));
    const { code, out } = await verify(write('receipt.json', receiptFile(right)), none);
    expect([code, out.includes('is not among the published keys')]).toEqual([1, true]);
  });

  it('finds a later head to continue an earlier one, and says when it does not', async () => {
    const [from, to] = [await headOfSize(city.db, 5), await latestHead(city.db)];
    const file = {
      huzhu: 'consistency',
      v: 1,
      from,
      to,
      proof: await consistencyProof(city.db, 5, 20),
      keys: await publicKeys(city.db),
    };
    const right = await verify(write('heads.json', JSON.stringify(file)), keysFile);
    expect(right).toMatchObject({ code: 0 });
    expect(right.out).toContain('at size 20 the first 5 transfers are unchanged');
    const rewritten = { ...file, from: { ...from, root: 'ab'.repeat(32) } };
    const wrong = await verify(write('heads.json', JSON.stringify(rewritten)), keysFile);
    expect([wrong.code, wrong.out.includes('The ledger was rewritten')]).toEqual([1, true]);
  });

  it('finds a signed statement right, and wrong when one line of it was changed', async () => {
    const body = '\ufeff日期,时长\r\n2026-05-01,60\r\n2026-05-02,90\r\n';
    const { keyId, signature } = await city.do('system', (tx, act) => signBytes(tx, act, Buffer.from(body)));
    const text = `${body}# huzhu-statement,v1,${keyId},${signature}\r\n`;
    const right = await verify(write('statement.csv', text), keysFile);
    expect(right).toMatchObject({ code: 0 });
    expect(right.out).toContain(`The statement is genuine, signed by key ${keyId}.`);
    for (const changed of [text.replace('90', '900'), text.slice(1), `${text}2026-05-03,60\r\n`]) {
      const { code, out } = await verify(write('changed.csv', changed), keysFile);
      expect([code, out.includes('The statement was changed')], out).toEqual([1, true]);
    }
    const alone = await verify(write('statement.csv', text));
    expect([alone.code, alone.out.includes('give the file of keys as well')]).toEqual([1, true]);
  });

  it('ends with 2 when there is nothing to check or a file cannot be read', async () => {
    expect((await verify()).code).toBe(2);
    expect((await verify(keysFile)).code).toBe(2);
    expect((await verify(path.join(folder, 'nowhere.json'))).code).toBe(2);
    expect((await verify(write('letter.txt', 'Dear all,'))).code).toBe(2);
  });
});
