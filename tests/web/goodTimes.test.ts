/** Booking begins with the times at which somebody can come, for the elder and at the station. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { cityDay, cityInstant } from '../../web/parts/time.ts';
import { ids } from '../api/support/city.ts';
import { overflow, settled, violations } from './support/look.ts';
import { openSite, type Site } from './support/site.ts';

let site: Site;
beforeAll(async () => {
  site = await openSite();
});
afterAll(() => site?.close());

const tomorrow = () => cityDay(Date.now() + 86_400_000);
const shot = process.env.SHOTS;

it('an elder books a time that is offered as good, and may choose another', async () => {
  const { page } = await site.signIn('elder');
  await page.goto('/elder');
  await page.getByRole('link', { name: '预约服务' }).click();
  await page.getByRole('button', { name: '精神慰藉' }).click();
  await page.locator(`input[name="day"][value="${tomorrow()}"]`).check({ force: true });
  const good = page.locator('[data-test="good-times"] button');
  await good.first().waitFor();
  await settled(page);
  expect(await violations(page)).toEqual([]);
  expect(await overflow(page)).toBe(0);
  if (shot) await page.screenshot({ path: `${shot}/elder-390.png`, fullPage: true });
  const offered = good.nth(1);
  const clock = (await offered.locator('.figures').textContent())?.trim() ?? '';
  await offered.click();
  expect(await offered.getAttribute('aria-pressed')).toBe('true');
  expect(await page.locator('select#clock').inputValue()).toBe(clock);
  await page.locator('select#clock').selectOption('23:30');
  expect(await offered.getAttribute('aria-pressed')).toBe('false');
  await offered.click();
  await page.getByRole('button', { name: '下一步' }).click();
  await page.getByRole('button', { name: '下一步' }).click();
  await page.locator('input[name="payer"][value="time_bank"]').check({ force: true });
  await page.getByRole('button', { name: '下一步' }).click();
  await page.getByRole('button', { name: /预约$/ }).click();
  await page.waitForURL(/\/elder\/visits\/[0-9a-f-]{36}/);
  const [order] = await site.front.database.sql`select start_at from orders order by created_at desc limit 1`;
  expect(order?.start_at).toEqual(new Date(cityInstant(tomorrow(), clock)));
});

it('the station is told when nobody is free, and can book any time all the same', async () => {
  await site.front.database.sql`update volunteers set state = 'suspended'`;
  const { page } = await site.signIn('station', { width: 1280, height: 900 });
  await page.goto(`/station/elders/${ids.elder}/book`);
  await page.locator('[data-test="service"]').selectOption('companionship');
  await page.locator('[data-test="day"]').fill(tomorrow());
  await page.locator('[data-test="no-good-times"]').waitFor();
  await settled(page);
  expect(await violations(page)).toEqual([]);
  expect(await overflow(page)).toBe(0);
  if (shot) await page.screenshot({ path: `${shot}/station-none-1280.png` });
  await site.front.database.sql`update volunteers set state = 'active'`;
  await page.locator('[data-test="day"]').fill(cityDay(Date.now() + 2 * 86_400_000));
  await page.locator('[data-test="good-times"] button').first().waitFor();
  if (shot) await page.screenshot({ path: `${shot}/station-1280.png` });
  await page.locator('[data-test="good-times"] button').last().click();
  expect(await page.locator('[data-test="clock"]').inputValue()).toBe(
    (await page.locator('[data-test="good-times"] button').last().locator('.figures').textContent())?.trim(),
  );
});
