/** The page of solvency in a browser: what is owed, what an assumption changes, told in words, and as a file. */
import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { accountKey, cityCode, hold, openAccounts, post, settle } from '../../db/bank/post.ts';
import { type Act, perform } from '../../db/connect/act.ts';
import { ensurePartitions } from '../../db/connect/partitions.ts';
import { calendarYear } from '../../web/regulator/solvency/figures.ts';
import { ids } from '../api/support/city.ts';
import { overflow, settled, violations } from './support/look.ts';
import { openSite, type Site, type Visitor } from './support/site.ts';

const DAY_MS = 86_400_000;
const HOLDERS = 120;
const holderId = (n: number) => `01900000-0000-7000-8000-${String(5_000 + n).padStart(12, '0')}`;

let site: Site;
let regulator: Visitor;
beforeAll(async () => {
  site = await openSite();
  await fillLedger();
  regulator = await site.signIn('regulator', { width: 1440, height: 900 });
});
afterAll(() => site?.close());

/** Holders of 30 to 89 years in both districts, and a year in which volunteers served some of them. */
async function fillLedger(): Promise<void> {
  const { db, sql } = site.front.database;
  const now = Date.now();
  await ensurePartitions(db, new Date(now - 400 * DAY_MS), new Date(now));
  await sql`
    insert into persons (id, name, gender, birth_date, lat, lon, area_code, created_at)
    select ('01900000-0000-7000-8000-' || lpad((5000 + n)::text, 12, '0'))::uuid, '持有人' || n,
      case when n % 5 < 3 then 'female' else 'male' end, (current_date - ((30 + n % 60) * 365 + n))::date, 32, 118.8,
      case when n % 3 = 0 then '320104001001' else '320102001001' end, now()
    from generate_series(0, ${HOLDERS - 1}::int) as n`;
  const act = (daysAgo: number): Act => ({
    actorId: 'test:solvency',
    role: 'system',
    onBehalfOf: null,
    at: new Date(now - daysAgo * DAY_MS),
  });
  const fund = { ownerId: cityCode, kind: 'issuance', currency: 'min' } as const;
  const own = (n: number) => ({ ownerId: holderId(n), kind: 'personal', currency: 'min' }) as const;
  const volunteer = { ownerId: ids.volunteer, kind: 'personal', currency: 'min' } as const;
  const all = Array.from({ length: HOLDERS }, (_, n) => n);
  const outcome = await perform(db, act(390), async (tx, opening) => {
    const accounts = await openAccounts(tx, opening, [fund, volunteer, ...all.map(own)]);
    const of = (name: Parameters<typeof accountKey>[0]) => accounts.get(accountKey(name)) as string;
    await post(
      tx,
      opening,
      all.map((n) => ({
        debit: of(fund),
        credit: of(own(n)),
        amount: 6_000 + (n % 7) * 2_400,
        currency: 'min',
        cause: 'import',
        key: `solvency:${n}`,
      })),
    );
    return of(volunteer);
  });
  if (!outcome.ok) throw new Error(outcome.refusal.code);
  for (let served = 0; served < 24; served++) {
    const serving = act(350 - served * 14);
    const orderId = crypto.randomUUID();
    const expiresAt = new Date(serving.at.getTime() + DAY_MS);
    const amount = 2_000;
    await hold(db, serving, [{ orderId, ownerId: holderId(served * 5), currency: 'min', amount, expiresAt }]);
    const credits = [{ account: outcome.value, amount }];
    await settle(db, serving, [
      { orderId, approval: 'partner_city', credits, policyId: crypto.randomUUID() },
    ]);
  }
}

async function open(page: Page, query = ''): Promise<void> {
  await page.goto(`/regulator/solvency${query}`);
  await settled(page);
  await page.locator('[data-test="years-chart"] svg').waitFor();
  await page.locator('[data-test="district-chart"] svg').waitFor();
}
const text = async (page: Page, name: string): Promise<string> =>
  (await page.locator(`[data-test="${name}"]`).first().textContent()) ?? '';

describe('the page of solvency', () => {
  it('says in one sentence when the hours run short, what is owed, and that it ties to the ledger', async () => {
    const { page } = regulator;
    await open(page);
    const { body } = await (await site.front.as('regulator')).get<{
      asOf: string;
      owedMinutes: number;
      policy: { projection: { shortageYear: number } };
    }>('/api/v1/ledger/solvency');
    const year = calendarYear(body.asOf, body.policy.projection.shortageYear);
    expect(await text(page, 'verdict')).toContain(`${year} 年`);
    expect(await text(page, 'shortage')).toBe(String(year));
    expect(await text(page, 'owed')).toContain(Math.round(body.owedMinutes / 60).toLocaleString('zh-CN'));
    expect(await text(page, 'ties-sum')).toContain('0');
    expect(await text(page, 'ties')).toContain('相差 0');
    expect(await text(page, 'method')).toContain('保监发〔2016〕107号');
    expect(await page.locator('[data-test="difference"]').count()).toBe(0);
  });

  it('says what changes when an assumption is moved, and goes back to the policy', async () => {
    const { page } = regulator;
    await open(page);
    const before = await text(page, 'shortage');
    const slider = page.locator('[data-test="assume-supplyMinutes"] input[type="range"]');
    await slider.focus();
    for (let n = 0; n < 3; n++) await page.keyboard.press('PageUp');
    await page.locator('[data-test="difference"]').waitFor();
    expect(await text(page, 'difference')).toMatch(/缺口年份由|不变|没有缺口/);
    expect(await text(page, 'difference')).toContain('志愿者每年能提供');
    expect(page.url()).toContain('supplyMinutes=');
    await page.locator('#assume-redemptionPercent').fill('40');
    await page.locator('#assume-redemptionPercent').press('Tab');
    await expect.poll(() => text(page, 'difference')).toContain('8% → 40%');
    await page.locator('[data-test="back-supplyMinutes"]').click();
    await expect.poll(() => text(page, 'difference')).not.toContain('志愿者每年能提供');
    expect(await text(page, 'difference')).toMatch(/提前到|不变/);
    await page.locator('[data-test="back-to-policy"]').click();
    await page.locator('[data-test="difference"]').waitFor({ state: 'detached' });
    expect(await text(page, 'shortage')).toBe(before);
    expect(page.url()).not.toContain('Percent=');
  });

  it('opens from an address with what somebody else tried, and says what is out of range', async () => {
    const { page } = regulator;
    await open(page, '?redemptionPercent=0&familyPercent=0&otherUseMinutes=0');
    expect(await text(page, 'verdict')).toContain('都够用');
    expect(await text(page, 'difference')).toContain('现在三十年内没有缺口');
    await page.goto('/regulator/solvency?redemptionPercent=400');
    await page.locator('[role="alert"]').waitFor();
  });

  it('gives every chart as a table, and the years as a file', async () => {
    const { page } = regulator;
    await open(page, '?mortalityPercent=150');
    for (const [name, least] of [
      ['years', 30],
      ['cohorts', 12],
      ['districts', 2],
    ] as const) {
      await page.locator(`[data-test="${name}-table"] summary`).click();
      const rows = page.locator(`[data-test="${name}-table"] tbody tr`);
      expect(await rows.count()).toBeGreaterThanOrEqual(least);
    }
    const coming = page.waitForEvent('download');
    await page.locator('[data-test="csv"]').click();
    const file = await coming;
    expect(file.suggestedFilename()).toMatch(/^solvency-\d{4}-\d{2}-\d{2}\.csv$/);
    const lines = readFileSync(await file.path(), 'utf8')
      .trimEnd()
      .split('\r\n');
    expect(lines[0]).toMatch(/^\uFEFFas_of,scenario,policy_version,.*,assumed_mortality_percent/);
    expect(lines).toHaveLength(1 + 2 * 30);
    expect(new Set(lines.map((line) => line.split(',').length)).size).toBe(1);
    const named = lines.slice(1).map((line) => {
      const cells = line.split(',');
      return Object.fromEntries((lines[0] as string).split(',').map((name, index) => [name, cells[index]]));
    });
    for (const [index, row] of named.entries()) {
      const last = named[index - 1];
      if (!last || last.scenario !== row.scenario) continue;
      const come = Number(last.outstanding_minutes) + Number(row.deposits_minutes);
      expect(Number(row.outstanding_minutes)).toBe(
        come - Number(row.redemptions_minutes) - Number(row.to_pool_minutes),
      );
    }
    expect(await violations(page)).toEqual([]);
  });

  it('looks back to any day', async () => {
    const { page } = regulator;
    const year = new Date(Date.now() - 380 * DAY_MS).toISOString().slice(0, 10);
    await open(page, `?day=${year}`);
    expect(await page.locator('[data-test="as-of"]').inputValue()).toBe(year);
    await page.locator('[data-test="as-of"]').fill('2012-01-01');
    await expect.poll(() => text(page, 'owed')).toBe('0 小时');
    expect(regulator.faults.filter((fault) => !fault.includes('422'))).toEqual([]);
  });

  it.each([
    ['zh-CN', 390, true],
    ['en', 1440, true],
    ['en', 390, false],
  ] as const)('breaks no rule and fits in %s at %i pixels', async (locale, width, dark) => {
    const visitor = await site.signIn('regulator', { width, height: 900, locale });
    await open(visitor.page, '?redemptionPercent=20');
    if (dark) await visitor.page.locator('[data-test="theme"]').click();
    expect(await violations(visitor.page)).toEqual([]);
    expect(await overflow(visitor.page)).toBe(0);
    expect(visitor.faults).toEqual([]);
    await visitor.context.close();
  });
});
