/** The regulator's ledger in a browser: what circulated, each balance, any transfer, the proof, corrections and debts. */
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { projectDir } from '../../db/connect/config.ts';
import { type Accounts, fillHours, sealHours } from './support/hours.ts';
import { overflow, settled, violations } from './support/look.ts';
import { openSite, type Site, type Visitor } from './support/site.ts';

const base = '/regulator/ledger';
const folder = mkdtempSync(path.join(tmpdir(), 'huzhu-ledger-'));
let site: Site;
let regulator: Visitor;
let accounts: Accounts;
/** Minutes from the fund, the month's grants among them, and how many transfers there are at first. */
let issued: number;
let sealedAtFirst: number;

beforeAll(async () => {
  site = await openSite();
  accounts = await fillHours(site.front);
  await sealHours(site.front);
  const [posted] = await site.front.database.sql<{ issued: number; count: number }[]>`
    select (sum(amount) filter (where cause in ('grant', 'import') and currency = 'min'))::int as issued,
      count(*)::int as count from transfers`;
  [issued, sealedAtFirst] = [posted?.issued ?? 0, posted?.count ?? 0];
  regulator = await site.signIn('regulator', { width: 1440, height: 900 });
  regulator.page.setDefaultTimeout(30_000);
});
afterAll(async () => {
  await site?.close();
  rmSync(folder, { recursive: true });
});

const at = (page: Page, name: string) => page.locator(`[data-test="${name}"]`);
/** What is written there, on one line. */
const text = async (place: Locator) => ((await place.textContent()) ?? '').replace(/\s+/g, ' ').trim();

async function open(part = '', query = ''): Promise<Page> {
  await regulator.page.goto(`${base}${part}${query}`, { waitUntil: 'networkidle' });
  return regulator.page;
}

/** Presses what downloads a file, and keeps it; returns its place and content. */
async function downloaded(page: Page, name: string): Promise<{ file: string; content: string }> {
  const coming = page.waitForEvent('download');
  await at(page, name).click();
  const download = await coming;
  const file = path.join(folder, download.suggestedFilename());
  await download.saveAs(file);
  return { file, content: readFileSync(file, 'utf8') };
}

/** Runs the offline program on files, as an auditor would. */
function verify(...files: string[]): Promise<{ code: number; out: string }> {
  const command = ['--import', 'tsx', 'db/verify/main.ts', ...files];
  return new Promise((resolve) => {
    execFile(process.execPath, command, { cwd: projectDir }, (error, out) =>
      resolve({ code: error ? Number(error.code) : 0, out }),
    );
  });
}

describe('circulation', () => {
  it('is summed by month and by district, drawn, and kept as a file that gives the same sums', async () => {
    const page = await open();
    await at(page, 'circulation-chart').locator('svg').waitFor();
    expect(await text(at(page, 'sum-issued'))).toBe((issued / 60).toFixed(1));
    expect(await text(at(page, 'sum-donated'))).toBe('2.0');
    expect(await text(at(page, 'sum-given'))).toBe('1.0');
    expect(await text(at(page, 'by-district'))).toContain('玄武区');
    expect(await text(at(page, 'by-district'))).toContain(`合计${(issued / 60).toFixed(1)}`);
    await at(page, 'circulation-table').locator('summary').click();
    expect(await at(page, 'circulation-table').locator('tbody tr').count()).toBe(12);
    const { content } = await downloaded(page, 'csv');
    const [header = '', ...rows] = content.trimEnd().split('\r\n');
    expect(header).toMatch(/^\uFEFFmonth,district_code,district,issued_minutes,redeemed_minutes/);
    expect(rows.reduce((sum, row) => sum + Number(row.split(',')[3]), 0)).toBe(issued);
  });

  it('of other months and the other book is asked by the address', async () => {
    const page = await open('', '?from=2024-01&to=2024-03');
    await page.getByText('这段时间没有流通').waitFor();
    await at(page, 'preset-threeYears').click();
    await expect.poll(() => text(at(page, 'sum-issued'))).toBe((issued / 60).toFixed(1));
    await at(page, 'currency-fen').click();
    await expect.poll(() => page.url()).toContain('currency=fen');
    expect(regulator.faults).toEqual([]);
  });
});

describe('the balances', () => {
  it('sum to zero, and each pool is shown to the minute', async () => {
    const page = await open('/accounts');
    expect(await text(at(page, 'sum-min'))).toContain('合计 0');
    const sheet = at(page, 'institutions');
    expect(await text(sheet.locator('tr[data-code="3201"]').first().locator('[data-test="balance"]'))).toBe(
      `−${issued / 60} 小时`,
    );
    expect(await text(sheet.locator('tr[data-code="320102"] [data-test="balance"]'))).toBe('2 小时');
    await at(page, 'kind').selectOption('pool');
    await expect.poll(() => sheet.locator('tr[data-code="3201"]').count()).toBe(1);
    await sheet.locator('tr[data-code="320102"]').getByText('看来往').click();
    await expect.poll(() => text(at(page, 'transfers'))).toMatch(/捐赠.*张\*.*玄武区公共时间池/);
  });
});

describe('the search', () => {
  it('finds a transfer by its cause, keeps the search in the address, and opens where it came from', async () => {
    const page = await open('/search');
    await at(page, 'cause').selectOption('gift');
    await at(page, 'search').click();
    await expect.poll(() => at(page, 'transfer').count()).toBe(1);
    expect(page.url()).toContain('cause=gift');
    expect(await text(at(page, 'transfer'))).toMatch(/转赠亲属.*张\*.*王\*\*.*1 小时/);
    const { content } = await downloaded(page, 'csv');
    expect(content.trimEnd().split('\r\n')[1]).toContain(',gift,');
    await at(page, 'open').click();
    await expect
      .poll(() => text(at(page, 'provenance')))
      .toMatch(/转赠亲属 1 小时.*转出张\*.*转入王\*\*.*妈/);
    expect(await text(at(page, 'sealed'))).toContain(`全市账本第 ${sealedAtFirst} 笔`);
    await page.getByRole('link', { name: '返回' }).click();
    await expect.poll(() => at(page, 'transfer').count()).toBe(1);
  });

  it('narrows by amount in hours and by account, and says when nothing fits or something is wrong', async () => {
    const page = await open('/search');
    await at(page, 'from').fill(new Date(Date.now() - 60 * 86_400_000).toISOString().slice(0, 10));
    await at(page, 'search-currency').selectOption('min');
    await at(page, 'least').fill('50');
    await at(page, 'search').click();
    await expect.poll(() => at(page, 'transfer').count()).toBe(1);
    expect(await text(at(page, 'transfer'))).toMatch(/旧账转入专项基金.*张\*.*100 小时/);
    await at(page, 'transfer').locator('td a').nth(1).click();
    await expect.poll(() => at(page, 'transfer').count()).toBe(3);
    expect(page.url()).toContain(`accountId=${accounts.volunteer}`);
    await open('/search', '?cause=settlement');
    await page.getByText('没有符合条件的转账').waitFor();
    expect(regulator.faults).toEqual([]);
    await open('/search', '?causeId=wrong');
    await page.getByRole('alert').waitFor();
    regulator.faults.length = 0;
  });
});

describe('the proof', () => {
  it('of two heads is reckoned in the browser, and its file is right for the offline program too', async () => {
    const donated = await (await site.front.as('volunteer')).post('/api/v1/donations', { minutes: 15 });
    expect(donated.status, JSON.stringify(donated.body)).toBe(201);
    await sealHours(site.front);
    const page = await open('/proof');
    expect(await text(at(page, 'head-size'))).toBe(String(sealedAtFirst + 1));
    expect(await text(at(page, 'unsealed'))).toBe('0');
    await at(page, 'as-from').nth(1).click();
    await at(page, 'as-to').first().click();
    await at(page, 'compare').click();
    await expect
      .poll(() => text(at(page, 'verdict')))
      .toContain(`到第 ${sealedAtFirst + 1} 笔时，前 ${sealedAtFirst} 笔一笔未改`);
    const keys = await downloaded(page, 'keys-file');
    const proof = await downloaded(page, 'proof-file');
    expect(path.basename(proof.file)).toBe(`consistency-${sealedAtFirst}-${sealedAtFirst + 1}.json`);
    const found = await verify(proof.file, keys.file);
    expect(found.out).toContain('两个树头一致');
    expect(found.code).toBe(0);
    const ledger = await downloaded(page, 'export');
    expect(await text(at(page, 'command'))).toBe('npm run verify -- ledger-from-0.ndjson keys.json');
    expect(await verify(ledger.file, keys.file)).toMatchObject({ code: 0 });
  });

  it('does not know a head that was never signed, and says so', async () => {
    const page = await open('/proof');
    await at(page, 'size-from').fill('3');
    await at(page, 'compare').click();
    await expect.poll(() => text(at(page, 'no-head'))).toContain('没有在第 3 笔处签发过树头');
    regulator.faults.length = 0;
  });

  it('names a row that was changed behind the back when it is checked now', async () => {
    const { sql } = site.front.database;
    const page = await open('/proof');
    await at(page, 'run').click();
    await expect.poll(() => text(at(page, 'result'))).toContain('全部与封存时一致');
    const change = async (by: number) => {
      await sql`alter table transfers disable trigger user`;
      await sql`update transfers set amount = amount + ${by} where cause = 'gift'`;
      await sql`alter table transfers enable trigger user`;
    };
    await change(7);
    await at(page, 'run').click();
    await expect.poll(() => text(at(page, 'difference'))).toContain(`第 ${sealedAtFirst} 笔 封存后被改动过`);
    await change(-7);
    await at(page, 'run').click();
    await expect.poll(() => text(at(page, 'result'))).toContain('全部与封存时一致');
    expect(regulator.faults).toEqual([]);
  });
});

describe('a correction', () => {
  it('asked for by the station is agreed to by the regulator, and leaves a debt where the hours were spent', async () => {
    const { sql } = site.front.database;
    const [wrong] = await sql`select id from transfers where credit_account_id = ${accounts.volunteer}`;
    const [row] = await sql`select balance::int from accounts where id = ${accounts.volunteer}`;
    const volunteer = await site.front.as('volunteer');
    const spent = await volunteer.post('/api/v1/donations', { minutes: row?.balance - 600 });
    expect(spent.status, JSON.stringify(spent.body)).toBe(201);
    const asked = await (await site.front.as('station')).post('/api/v1/ledger/reversals', {
      transferId: wrong?.id,
      reasonCode: 'wrong_person',
      note: '登记到了别人名下',
    });
    expect(asked.body).toMatchObject({ state: 'waiting' });

    const page = await open('/corrections');
    await expect.poll(() => text(at(page, 'correction'))).toMatch(/登记到了别人名下.*同意更正/);
    await at(page, 'approve').click();
    await page.getByText('这里没有更正').waitFor();
    await at(page, 'state-done').click();
    await expect.poll(() => text(at(page, 'correction'))).toMatch(/有 90 小时 已经用掉，记为待补/);

    await open('/debts');
    await expect.poll(() => text(at(page, 'debt'))).toMatch(/张\*个人90 小时0 小时，共 90 小时记错了人/);
    await at(page, 'origin').click();
    await page.locator('[data-test="reversal"]').waitFor();
    expect(await text(at(page, 'reversal'))).toContain('登记到了别人名下');
    await open('/debts');
    await at(page, 'state-repaid').click();
    await page.getByText('还没有补齐过的').waitFor();
    await open('/accounts');
    expect(await text(at(page, 'ledger-min'))).toContain('更正后待补');
    expect(regulator.faults).toEqual([]);
  });

  it('asked for by oneself waits for another', async () => {
    const { sql } = site.front.database;
    const [gift] =
      await sql`select id from transfers where credit_account_id = ${accounts.elder} and cause = 'import'`;
    const page = await open(`/transfers/${gift?.id}`);
    await at(page, 'correct').click();
    await at(page, 'reason-code').selectOption('posted_twice');
    await at(page, 'note').fill('与旧账重复');
    await at(page, 'correct-send').click();
    await expect.poll(() => text(at(page, 'reversal'))).toContain('与旧账重复');
    await open('/corrections');
    expect(await text(at(page, 'correction'))).toContain('须由另一位监管人员决定');
    expect(regulator.faults).toEqual([]);
  });
});

it('fits every width, in both languages, light and dark, and breaks no rule of accessibility', async () => {
  const visitor = await site.signIn('regulator', { width: 768, height: 1000, locale: 'en' });
  for (const part of ['', '/accounts', '/search', '/proof', '/corrections', '/debts']) {
    await visitor.page.goto(`${base}${part}`);
    await settled(visitor.page);
    expect({ part, over: await overflow(visitor.page) }).toEqual({ part, over: 0 });
    if (part === '') await at(visitor.page, 'theme').click();
    expect({ part, found: await violations(visitor.page) }).toEqual({ part, found: [] });
  }
  expect(visitor.faults).toEqual([]);
  await visitor.context.close();
});
