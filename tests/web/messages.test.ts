import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sendMessages } from '../../db/messages/send.ts';
import { ids } from '../api/support/city.ts';
import { overflow, settled } from './support/look.ts';
import { openSite, type Site } from './support/site.ts';

let site: Site;
beforeAll(async () => {
  site = await openSite();
});
afterAll(() => site.close());

const SHOTS = process.env.SHOTS;

describe('messages and availability on the pages', () => {
  it('tell an elder at once, and give a calendar that a program can read', async () => {
    const elder = await site.signIn('elder');
    const { page } = elder;
    await page.goto('/elder');
    await page.locator('[data-test=bell]').waitFor();
    await site.front.act((tx, act) =>
      sendMessages(tx, act, [
        {
          personId: ids.elder,
          template: 'visit_accepted',
          key: 'one',
          params: { at: new Date().toISOString(), service: 'meals', elder: '王秀英', helper: '张伟' },
        },
      ]),
    );
    await page.locator('[data-test=bell] .count').waitFor();
    await page.locator('[data-test=bell]').click();
    await page.locator('[data-test=messages] li').waitFor();
    if (SHOTS) await page.screenshot({ path: `${SHOTS}/elder-messages.png`, fullPage: true });
    await page.locator('[data-test=read]').click();
    await page.locator('[data-test=bell] .count').waitFor({ state: 'detached' });

    await page.goto('/elder/messages/settings');
    await page.locator('[data-test=quiet-from]').fill('20:30');
    await page.locator('[data-test=save-settings]').click();
    await page.locator('[role=status]', { hasText: /Saved|已保存/ }).waitFor();
    await page.locator('[data-test=calendar-make]').click();
    const address = await page.locator('[data-test=calendar-address]').inputValue();
    const calendar = await site.front.stranger().get<string>(new URL(address).pathname);
    expect(calendar.body).toContain('BEGIN:VCALENDAR');
    if (SHOTS) await page.screenshot({ path: `${SHOTS}/elder-settings.png`, fullPage: true });
    await page.locator('[data-test=calendar-revoke]').click();
    await page.locator('[data-test=calendar-revoke]').waitFor({ state: 'detached' });
    expect((await site.front.stranger().get(new URL(address).pathname)).status).toBe(404);
    await elder.context.close();
  });

  it('let a volunteer choose hours and take leave, and a provider set shifts over midnight', async () => {
    const volunteer = await site.signIn('volunteer');
    await volunteer.page.goto('/volunteer/availability');
    await volunteer.page.locator('[data-test=add-6]').click();
    await volunteer.page.locator('[data-test=save-wishes]').click();
    await volunteer.page.locator('[role=status]').first().waitFor();
    const today = new Date(Date.now() + 8 * 3_600_000).toISOString().slice(0, 10);
    await volunteer.page.locator('#absence-from').fill(`${today}T23:00`);
    await volunteer.page.locator('#absence-until').fill('2099-01-01T00:00');
    await volunteer.page.locator('[data-test=record-absence]').click();
    await volunteer.page.locator('[role=alert]').waitFor();
    const tomorrow = new Date(Date.now() + 32 * 3_600_000).toISOString().slice(0, 10);
    await volunteer.page.locator('#absence-until').fill(`${tomorrow}T23:30`);
    await volunteer.page.locator('[data-test=record-absence]').click();
    await volunteer.page.locator('[data-test=absence]').waitFor();
    expect(await overflow(volunteer.page)).toBe(0);
    if (SHOTS)
      await volunteer.page.screenshot({ path: `${SHOTS}/volunteer-availability.png`, fullPage: true });
    await volunteer.context.close();

    const provider = await site.signIn('provider', { width: 1440, height: 900 });
    await provider.page.goto('/provider/carers');
    await provider.page.locator('[data-test=carer]').first().click();
    await provider.page.locator('[data-test=window]').first().locator('input').nth(0).fill('22:00');
    await provider.page.locator('[data-test=window]').first().locator('input').nth(1).fill('06:00');
    await provider.page.locator('[data-test=save-shifts]').click();
    await provider.page.locator('[role=status]').first().waitFor();
    await settled(provider.page);
    if (SHOTS) await provider.page.screenshot({ path: `${SHOTS}/provider-carer.png`, fullPage: true });
    const shifts = await site.front.database.sql`
      select start_minute, end_minute from shifts where carer_id = ${ids.carer} and weekday = 1`;
    expect(shifts.map((row) => [row.start_minute, row.end_minute])).toContainEqual([1320, 1800]);
    await provider.context.close();
  });
});
