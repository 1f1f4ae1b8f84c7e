/** The end of an account at the station's counter, in a browser: at death with an heir and the pool, and on moving away (T10). */
import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { formatsIn } from '../../web/parts/format.ts';
import { DISTRICT, ids } from '../api/support/city.ts';
import { fillHours, relate } from './support/hours.ts';
import { openSite, type Site, type Visitor } from './support/site.ts';

let site: Site;
let station: Visitor;
beforeAll(async () => {
  site = await openSite();
  await fillHours(site.front);
  await relate(site.front, ids.elder, 'spouse', ids.otherElder);
  const limits = { limitMinutes: 60_000, limitFen: 0 };
  await (await site.front.as('regulator')).post('/api/v1/partners', {
    code: '3202',
    name: '无锡市',
    ...limits,
  });
  station = await site.signIn('station', { width: 1440, height: 900 });
});
afterAll(() => site?.close());

const at = (page: Page | Locator, name: string) => page.locator(`[data-test="${name}"]`);
const text = async (place: Locator) => ((await place.textContent()) ?? '').replace(/\s+/g, ' ').trim();
async function balanceOf(ownerId: string, kind: string): Promise<number> {
  const [row] = await site.front.database.sql`
    select balance::int from account_balances where owner_id = ${ownerId} and kind = ${kind} and currency = 'min'`;
  return (row?.balance as number | undefined) ?? 0;
}

describe('when somebody has died', () => {
  it('their hours go to an heir and the pool, all of it shown before it is done, and the account is closed', async () => {
    const { page } = station;
    const [own, heirs, pool] = [
      await balanceOf(ids.elder, 'personal'),
      await balanceOf(ids.volunteer, 'personal'),
      await balanceOf(DISTRICT, 'pool'),
    ];
    expect(own).toBe(21 * 60);
    await page.goto(`/station/people/${ids.elder}/hours`);
    await at(page, 'to-death').click();
    await page.getByText('家属带来什么证件').waitFor();
    expect(await at(page, 'next').isDisabled()).toBe(true);
    await at(page, 'document-notary').click();
    await at(page, 'reason').fill('死亡证明 2026-118，女儿持公证书来办');
    await at(page, 'next').click();

    await page.getByText('可以分的有 21 小时').waitFor();
    await page.getByText('配偶不能继承时间').waitFor();
    const heir = at(page, 'heir').filter({ hasText: '张' });
    await at(heir, 'hours').fill('30');
    await at(heir, 'hours').press('Tab');
    await expect.poll(() => text(at(page, 'shared'))).toBe('多分了 9 小时，请减少。');
    expect(await at(page, 'next').isDisabled()).toBe(true);
    await at(heir, 'rest').click();
    await expect.poll(() => text(at(page, 'shared'))).toContain('已分 21 小时');
    await at(heir, 'hours').fill('15');
    await at(heir, 'minutes').fill('30');
    await at(heir, 'minutes').press('Tab');
    await expect
      .poll(() => text(at(page, 'shared')))
      .toBe('已分 15 小时 30 分钟，余下 5 小时 30 分钟 进公共时间池。');
    await at(page, 'next').click();

    const facts = await text(at(page, 'facts'));
    expect(facts).toMatch(/公证书.*21 小时.*留给子女 ?张.*15 小时 30 分钟.*进公共时间池 ?5 小时 30 分钟/);
    expect(await at(page, 'send').isDisabled()).toBe(true);
    expect(await balanceOf(ids.elder, 'personal')).toBe(own);
    await at(page, 'sworn').check();
    await at(page, 'send').click();
    await page.getByText('账户已结清').waitFor();
    expect(await text(at(page, 'done'))).toMatch(/已转给张.*15 小时 30 分钟.*进公共时间池 ?5 小时 30 分钟/);
    expect(await balanceOf(ids.elder, 'personal')).toBe(0);
    expect(await balanceOf(ids.volunteer, 'personal')).toBe(heirs + 930);
    expect(await balanceOf(DISTRICT, 'pool')).toBe(pool + 330);

    await at(page, 'back').click();
    await page.getByText('已经结清关闭').waitFor();
    expect(await at(page, 'to-death').count()).toBe(0);
    expect(station.faults).toEqual([]);
  });
});

describe('when somebody moves to a partner city', () => {
  const person = `/station/people/${ids.volunteer}/hours`;
  async function move(page: Page): Promise<void> {
    await page.goto(person);
    await at(page, 'to-move').click();
    await at(page, 'city-3202').click();
    await at(page, 'reason').fill('随子女定居无锡');
    await at(page, 'next').click();
    await at(page, 'sworn').check();
    await at(page, 'send').click();
    await at(page, 'waiting').waitFor();
  }

  it('their hours wait for its answer, and are as before when it is taken back', async () => {
    const { page } = station;
    const hours = formatsIn('zh-CN').minutes(await balanceOf(ids.volunteer, 'personal'));
    await move(page);
    expect(await text(at(page, 'waiting'))).toContain(`${hours} 已留出，等无锡市答复`);
    await at(page, 'back').click();
    await expect.poll(() => text(at(page, 'moving'))).toContain(`${hours} 等无锡市答复`);
    await expect.poll(() => text(at(page, 'freeze-state'))).toBe('已冻结');
    await page.goto(`${person}/closing/move`);
    await expect.poll(() => text(at(page, 'frozen'))).toContain('不能转出');
    await page.goto(person);
    await at(page, 'move-withdraw').click();
    await at(page, 'reason').fill('家里改了主意');
    await at(page, 'reason-send').click();
    await at(page, 'to-move').waitFor();
    await expect.poll(() => text(at(page, 'freeze-state'))).toBe('正常');
    expect(station.faults).toEqual([]);
  });

  it('leave with its word, and the account closes', async () => {
    const { page } = station;
    const minutes = await balanceOf(ids.volunteer, 'personal');
    await move(page);
    const regulator = await site.front.as('regulator');
    const { body } = await regulator.get<{ items: { id: string }[] }>('/api/v1/clearings?state=proposed');
    const word = { approve: true, reference: 'WX-7' };
    const agreed = await regulator.post(`/api/v1/clearings/${body.items[0]?.id}/decide`, word);
    expect(agreed.status, JSON.stringify(agreed.body)).toBe(200);
    await page.goto(person);
    await page.getByText('已经结清关闭').waitFor();
    expect(await balanceOf(ids.volunteer, 'personal')).toBe(0);
    expect(await balanceOf('3202', 'clearing')).toBe(minutes);
    expect(station.faults).toEqual([]);
  });
});
