import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ids } from '../api/support/city.ts';
import { openSite, type Site, type Visitor } from './support/site.ts';

let site: Site;
let dispatcher: Visitor;

beforeAll(async () => {
  site = await openSite();
  dispatcher = await site.signIn('dispatcher', { width: 1440, height: 900 });
});
afterAll(() => site?.close());

async function book(): Promise<string> {
  const elder = await site.front.as('elder');
  const answer = await elder.post<{ id: string }>('/api/v1/orders', {
    elderId: ids.elder,
    serviceCode: 'companionship',
    payer: 'time_bank',
    despiteConflicts: true,
    startAt: new Date(Date.now() + 26 * 3_600_000).toISOString(),
  });
  expect(answer.status, JSON.stringify(answer.body)).toBe(201);
  return answer.body.id;
}

const rowOf = ({ page }: Visitor, orderId: string) => page.locator(`[data-order="${orderId}"]`);
const stateOf = (visitor: Visitor, orderId: string) => rowOf(visitor, orderId).getAttribute('data-state');

async function giveReason({ page }: Visitor, reason: string): Promise<void> {
  await page.locator('[data-test="reason"]').fill(reason);
  await page.locator('[data-test="reason-send"]').click();
}

describe('the desk', () => {
  it('shows a new order without reloading, and a person chosen by hand, with the reason in its history', async () => {
    const { page } = dispatcher;
    await page.locator('[data-live="live"]').waitFor();
    const orderId = await book();
    await rowOf(dispatcher, orderId).waitFor();
    await expect.poll(() => stateOf(dispatcher, orderId)).toBe('offered');

    await rowOf(dispatcher, orderId).click();
    const candidate = page.locator('[data-candidate]').first();
    const personId = await candidate.getAttribute('data-candidate');
    await candidate.locator('[data-test="ask"]').click();
    await giveReason(dispatcher, '离老人更近，认得路');
    await page.locator('[data-test="told"]').waitFor();
    const [offer] = await site.front.database.sql`
      select person_id from offers where order_id = ${orderId} and state = 'open'`;
    expect(offer?.person_id).toBe(personId);
    await page.locator('[data-test="history"]').getByText('离老人更近，认得路').waitFor();

    await page.locator('[data-test="cancel"]').click();
    await giveReason(dispatcher, '老人来电取消');
    await expect.poll(() => stateOf(dispatcher, orderId)).toBe('cancelled');
    expect(await page.locator('[data-test="sheet-state"]').getAttribute('data-state')).toBe('cancelled');
  });

  it('can be gone through with the keyboard, and closed again', async () => {
    const { page } = dispatcher;
    const orderId = await book();
    await rowOf(dispatcher, orderId).waitFor();
    await page.locator('[data-test="close"]').click();
    await page.locator('[data-test="orders"]').focus();
    await page.keyboard.press('Home');
    await page.keyboard.press('Enter');
    await page.locator(`[data-sheet="${orderId}"]`).waitFor();
    await page.keyboard.press('Escape');
    await expect.poll(() => page.locator('[data-test="order-sheet"]').count()).toBe(0);
  });

  it('goes on where it was when the connection comes back', async () => {
    const { page, context } = dispatcher;
    await context.setOffline(true);
    await page.locator('[data-live="reconnecting"]').waitFor({ timeout: 45_000 });
    const orderId = await book();
    await context.setOffline(false);
    await page.locator('[data-live="live"]').waitFor({ timeout: 15_000 });
    await rowOf(dispatcher, orderId).waitFor();
  }, 90_000);

  it('lets a regulator look and not act', async () => {
    const regulator = await site.signIn('regulator', { width: 390, height: 844 });
    await regulator.page.goto('/desk');
    await regulator.page.locator('[data-order]').first().click();
    await regulator.page.locator('[data-test="history"]').waitFor();
    expect(await regulator.page.locator('[data-test="cancel"], [data-test="candidates"]').count()).toBe(0);
    expect(regulator.faults).toEqual([]);
    await regulator.context.close();
  });
});
