/** Partner cities in a browser: opened, hours and money cleared by two persons, the statement, and the month's file compared. */
import type { Download, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Batch, type BatchLine, batchOf } from '../../db/bank/batchRules.ts';
import { openUsers } from '../../db/people/openUsers.ts';
import { hashPassword } from '../../db/people/password.ts';
import { ids, PASSWORD } from '../api/support/city.ts';
import { fillHours } from './support/hours.ts';
import { openSite, type Site, type Visitor } from './support/site.ts';

let site: Site;
let regulator: Visitor;
let second: Visitor;
const desk = { width: 1440, height: 900 };

beforeAll(async () => {
  site = await openSite();
  await fillHours(site.front);
  const passwordHash = await hashPassword(PASSWORD);
  const role = { role: 'regulator', passwordHash } as const;
  await site.front.act((tx, act) =>
    openUsers(tx, act, [
      { username: 'regulator2', name: '监管二', areaCode: '3201', ...role },
      { username: 'regulator3', name: '玄武监管', areaCode: '320102', ...role },
    ]),
  );
  regulator = await site.signIn('regulator', desk);
  second = await site.signIn('regulator2', desk);
});
afterAll(() => site?.close());

const at = (page: Page | Locator, name: string) => page.locator(`[data-test="${name}"]`);
const text = async (place: Locator) => ((await place.textContent()) ?? '').replace(/\s+/g, ' ').trim();
async function contentOf(download: Download): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of await download.createReadStream()) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}
async function downloaded(page: Page, name: string): Promise<{ name: string; content: string }> {
  const coming = page.waitForEvent('download');
  await at(page, name).click();
  const file = await coming;
  return { name: file.suggestedFilename(), content: await contentOf(file) };
}
const transfers = async () =>
  (await site.front.database.sql`select count(*)::int as n from transfers`)[0]?.n as number;

async function writeDownMoney(page: Page, yuan: number, number: string): Promise<void> {
  await at(page, 'write').click();
  await at(page, 'what').selectOption('moneyIn');
  await at(page, 'provider').selectOption(ids.provider);
  await at(page, 'amount').fill(String(yuan));
  await at(page, 'reference').fill(number);
  await at(page, 'why').fill('为无锡老人上门助浴的费用');
  await at(page, 'write-send').click();
  await at(page, 'written').waitFor();
}

describe('a partner city', () => {
  it('is opened by the city’s regulator with its limits, and only looked at by a district’s', async () => {
    const { page } = regulator;
    await page.goto('/regulator');
    await page.getByRole('link', { name: '伙伴城市' }).click();
    await page.getByText('还没有伙伴城市').waitFor();
    await at(page, 'add').click();
    await at(page, 'code').fill('3202');
    await at(page, 'name').fill('无锡市');
    await at(page, 'hours').fill('100');
    await at(page, 'yuan').fill('5000');
    await at(page, 'add-send').click();
    await expect.poll(() => text(at(page, 'told'))).toContain('已新增 无锡市');
    const row = await text(at(page, 'partner-3202'));
    expect(row).toMatch(/无锡市.*3202.*时间：两清.*资金：两清.*100 小时.*¥5,000.00.*100 小时.*¥5,000.00/);
    const district = await site.signIn('regulator3', desk);
    await district.page.goto('/regulator/partners/3202');
    await district.page.getByText('由市级监管人员办理').first().waitFor();
    expect(await at(district.page, 'limit-change').count()).toBe(0);
    await district.context.close();
  });

  it('takes the hours of a member when the station has proposed and a regulator has its number', async () => {
    const station = await site.front.as('station');
    const ask = { currency: 'min', partnerCode: '3202', kind: 'out', personId: ids.elder };
    const asked = await station.post('/api/v1/clearings', {
      ...ask,
      minutes: 130,
      reason: '随子女去无锡小住',
    });
    expect(asked.status, JSON.stringify(asked.body)).toBe(201);
    const { page } = regulator;
    await page.goto('/regulator/partners');
    const waiting = at(page, 'clearing');
    expect(await text(waiting)).toMatch(
      /转出 ?无锡市 ?王\*\*.*2 小时 10 分钟.*待对方给出.*随子女去无锡小住.*站点/,
    );
    await at(waiting, 'approve').click();
    await page.getByText('2 小时 10 分钟 从 王** 的账户转往 无锡市').waitFor();
    expect(await at(page, 'approve-send').isDisabled()).toBe(true);
    await at(page, 'number').fill('WX-2026-1');
    await at(page, 'approve-send').click();
    await expect.poll(() => text(at(page, 'answered'))).toContain('已入账：2 小时 10 分钟，编号 WX-2026-1');
    await expect.poll(() => text(at(page, 'partner-3202'))).toContain('时间：本市应付 2 小时 10 分钟');
    await at(page, 'open').click();
    await expect.poll(() => text(at(page, 'line'))).toMatch(/转出 ?王\*\*.*WX-2026-1.*2 小时 10 分钟/);
    expect(await text(at(page, 'opening'))).toBe('两清');
    expect(await text(at(page, 'closing'))).toBe('本市应付 2 小时 10 分钟');
    expect(regulator.faults).toEqual([]);
  });

  it('pays a provider when a second regulator agrees, and nobody alone', async () => {
    const { page } = regulator;
    await page.goto('/regulator/partners/3202');
    await writeDownMoney(page, 198.5, 'WX-F1');
    const waiting = at(page, 'clearing');
    await expect.poll(() => text(waiting)).toMatch(/转入 ?无锡市 ?安康养老.*¥198.50.*WX-F1.*须由另一位/);
    expect(await at(waiting, 'approve').count()).toBe(0);

    await second.page.goto('/regulator/partners/3202?currency=fen');
    await at(second.page, 'approve').click();
    await at(second.page, 'approve-send').click();
    await expect.poll(() => text(at(second.page, 'balance-fen'))).toBe('对方应付 ¥198.50');
    await expect.poll(() => text(at(second.page, 'line'))).toMatch(/安康养老.*WX-F1.*¥198.50.*对方应付/);
    expect([regulator.faults, second.faults]).toEqual([[], []]);
  });

  it('pays nothing above its limit, says what is left, and has the limit raised for a reason', async () => {
    const { page } = regulator;
    await writeDownMoney(page, 4_801.51, 'WX-F2');
    await second.page.reload();
    await at(second.page, 'approve').click();
    await at(second.page, 'approve-send').click();
    const refusal = second.page.getByRole('alert');
    await expect.poll(() => text(refusal)).toMatch(/超过额度.*额度还剩 ¥4801.50/);
    second.faults.length = 0;
    await at(second.page, 'limit-change').click();
    await at(second.page, 'yuan').fill('6000');
    await at(second.page, 'reason').fill('双方商定上调');
    await at(second.page, 'reason-send').click();
    await expect.poll(() => text(at(second.page, 'limit-fen'))).toContain('额度 ¥6,000.00，还剩 ¥5,801.50');

    await page.reload();
    await at(page, 'withdraw').click();
    await at(page, 'reason').fill('对方金额有误');
    await at(page, 'reason-send').click();
    await page.getByText('没有等待答复的').waitFor();
    expect([regulator.faults, second.faults]).toEqual([[], []]);
  });

  it('has a statement to print, and as a table with both numbers', async () => {
    const { page } = regulator;
    await page.goto('/regulator/partners/3202');
    const csv = await downloaded(page, 'csv');
    expect(csv.name).toMatch(/^clearing-statement-3202-\d{4}-\d\d-min\.csv$/);
    expect(csv.content).toContain('\r\nopening,,,min,0');
    expect(csv.content).toMatch(/,out,130,min,130,WX-2026-1,[0-9a-f-]{36},王\*\*,settlement,/);
    await at(page, 'to-print').click();
    await at(page, 'paper').waitFor();
    await page.emulateMedia({ media: 'print' });
    expect(await page.locator('nav').first().isVisible()).toBe(false);
    expect(await text(at(page, 'paper'))).toMatch(/无锡市 清算对账单.*期初.*两清.*WX-2026-1.*期末/);
    await page.emulateMedia({ media: 'screen' });
    expect(regulator.faults).toEqual([]);
  });
});

describe('the file of a month', () => {
  /** What the partner would have of the same lines. */
  const mirrored = (mine: Batch, change: (line: BatchLine) => BatchLine): Batch =>
    batchOf(
      { sender: mine.receiver, receiver: mine.sender, month: mine.month },
      mine.lines.map((line) =>
        change({
          ...line,
          number: line.otherNumber ?? line.number,
          otherNumber: line.number,
          direction: line.direction === 'out' ? 'in' : 'out',
        }),
      ),
    );
  const choose = (page: Page, file: object) =>
    at(page, 'batch-file').setInputFiles({
      name: 'clearing.json',
      mimeType: 'application/json',
      buffer: Buffer.from(JSON.stringify(file)),
    });

  it('is handed out, and the partner’s is compared: changed, different, alike', async () => {
    const { page } = regulator;
    await page.goto('/regulator/partners/3202');
    const file = await downloaded(page, 'batch-json');
    expect(file.name).toMatch(/^clearing-3201-3202-\d{4}-\d\d\.json$/);
    const mine = JSON.parse(file.content) as Batch;
    expect(mine.lines.map((line) => [line.otherNumber, line.amount])).toEqual([
      ['WX-2026-1', 130],
      ['WX-F1', 19_850],
    ]);
    const before = await transfers();

    await choose(page, { ...mirrored(mine, (line) => line), lines: [] });
    await expect.poll(() => text(page.getByRole('alert'))).toMatch(/文件前后不符.*请对方重新导出/);
    await choose(page, mine);
    await expect.poll(() => text(page.getByRole('alert'))).toContain('不是这份文件');
    await at(page, 'batch-file').setInputFiles({
      name: 'clearing.json',
      mimeType: 'application/json',
      buffer: Buffer.from('number,amount'),
    });
    await expect.poll(() => text(at(page, 'batch-wrong'))).toContain('这不是月度文件');

    await choose(
      page,
      mirrored(mine, (line) =>
        line.currency === 'min' ? { ...line, amount: 90 } : { ...line, number: 'WX-F9', otherNumber: null },
      ),
    );
    await expect.poll(() => text(at(page, 'verdict'))).toContain('3 处不符，0 笔相符。账本没有改动。');
    const differences = await at(page, 'difference').allTextContents();
    expect(differences.map((one) => one.replace(/\s+/g, ' '))).toEqual([
      expect.stringMatching(/数额不同.*WX-2026-1.*转出 2 小时 10 分钟.*转出 1 小时 30 分钟/),
      expect.stringMatching(/本市没有.*WX-F9.*没有.*转入 ¥198.50/),
      expect.stringMatching(/对方没有.*WX-F1.*转入 ¥198.50.*没有/),
    ]);
    await choose(
      page,
      mirrored(mine, (line) => line),
    );
    await expect.poll(() => text(at(page, 'verdict'))).toContain('2 笔全部相符');
    await expect
      .poll(() => at(page, 'comparison').allTextContents())
      .toEqual([expect.stringContaining('全部 2 笔相符'), expect.stringContaining('3 处不符')]);
    expect(await transfers()).toBe(before);
    // The browser notes every refused request.
    expect(regulator.faults.every((fault) => fault.includes('422'))).toBe(true);
  });
});
