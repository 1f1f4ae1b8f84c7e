import type { BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { ids } from '../api/support/city.ts';
import { openSite, type Site, type Visitor } from './support/site.ts';

const MINUTE_MS = 60_000;
/** What the head of a page says of the network and of what waits. */
const NETWORK = '[data-test="network"]';

interface Planned {
  orderId: string;
  visitId: string;
  /** The city day it begins on. */
  day: string;
}

let site: Site;

beforeAll(async () => {
  site = await openSite();
});
afterAll(() => site?.close());

/** An order that its provider or a volunteer has accepted, `inMinutes` from now. */
async function planned(
  who: 'provider' | 'volunteer',
  serviceCode: string,
  inMinutes: number,
): Promise<Planned> {
  const elder = await site.front.as('elder');
  const helper = await site.front.as(who);
  const { body: order } = await elder.post<{ id: string }>('/api/v1/orders', {
    elderId: ids.elder,
    serviceCode,
    payer: who === 'provider' ? 'self' : 'time_bank',
    startAt: new Date(Date.now() + inMinutes * MINUTE_MS).toISOString(),
    despiteConflicts: true,
  });
  const offerId = async () => {
    const { body } = await helper.get<{ items: { id: string; orderId: string }[] }>(
      '/api/v1/offers?state=open',
    );
    return body.items.find((offer) => offer.orderId === order.id)?.id;
  };
  const offered = await vi.waitFor(
    async () => {
      const id = await offerId();
      expect(id).toBeDefined();
      return id;
    },
    { timeout: 20_000, interval: 100 },
  );
  expect((await helper.post(`/api/v1/offers/${offered}/accept`)).status).toBe(200);
  const [row] = await site.front.database.sql<{ id: string; day: string }[]>`
    select visit_id as id, to_char(start_at at time zone 'Asia/Shanghai', 'YYYY-MM-DD') as day
    from orders where id = ${order.id}`;
  return { orderId: order.id, visitId: row?.id as string, day: row?.day as string };
}

/** What the server holds as proof of a visit. */
async function evidence(visitId: string) {
  return site.front.database.sql<{ kind: string; device_at: Date; received_at: Date }[]>`
    select kind, device_at, received_at from visit_evidence where visit_id = ${visitId} order by received_at, kind`;
}

async function stateOf(orderId: string): Promise<string> {
  const [row] = await site.front.database.sql`select state from orders where id = ${orderId}`;
  return row?.state as string;
}

/** Waits until the pages are kept on the phone, so that they open without a network. */
async function installed({ page }: Visitor): Promise<void> {
  await page.evaluate('navigator.serviceWorker.ready.then(() => true)');
  await page.waitForFunction('navigator.serviceWorker.controller !== null');
}

const open = (page: Page, desk: 'carer' | 'volunteer', { visitId, day }: Planned) =>
  page.goto(`/${desk}/visit/${visitId}?day=${day}`);
const checkIn = (page: Page) => page.getByRole('button', { name: '我到了，签到' }).click();
const checkOut = (page: Page) => page.getByRole('button', { name: '做完了，签退' }).click();

describe('a carer where there is no network', () => {
  let carer: Visitor;
  let first: Planned;
  let second: Planned;

  beforeAll(async () => {
    // Both visits are to be this carer's, though the work is shared out otherwise.
    await site.front.database.sql`
      insert into pairings (elder_id, person_id, wish, at) values (${ids.elder}, ${ids.carer}, 'preferred', now())`;
    first = await planned('provider', 'bathing', 10);
    second = await planned('provider', 'bathing', 100);
    await site.front.database.sql`update orders set tasks = '{check_water}' where id = ${first.orderId}`;
    carer = await site.signIn('carer');
    await installed(carer);
  });

  it('opens the round, checks in and out, ticks and writes, and all of it arrives once when the network is back', async () => {
    const { page, context } = carer;
    await context.setOffline(true);
    await page.goto('/carer');
    await page.locator(NETWORK).waitFor();
    await open(page, 'carer', first);
    const before = Date.now();
    await checkIn(page);
    await page.locator('textarea').waitFor();
    await page.reload();
    await page.getByText('等待上传').first().waitFor();
    await page.locator('input[type="checkbox"]').first().check();
    await page.locator('textarea').fill('血压正常，精神不错');
    await page.getByRole('button', { name: '记下来' }).click();
    await page.getByText('血压正常，精神不错').waitFor();
    await checkOut(page);
    await page.locator('[data-test="check_out"]').waitFor();
    expect(await evidence(first.visitId)).toEqual([]);
    const left = Date.now();

    await context.setOffline(false);
    await expect.poll(() => stateOf(first.orderId)).toBe('finished');
    await page.locator(NETWORK).waitFor({ state: 'detached' });
    const checks = await evidence(first.visitId);
    expect(checks.map((one) => one.kind)).toEqual(['check_in', 'check_out']);
    for (const { device_at, received_at } of checks) {
      expect(device_at.getTime()).toBeGreaterThanOrEqual(before);
      expect(device_at.getTime()).toBeLessThanOrEqual(left);
      expect(received_at.getTime()).toBeGreaterThanOrEqual(left);
    }
  });

  it('is counted once when the answer was lost and the page was opened anew', async () => {
    const { page } = carer;
    let lost = 0;
    await page.route('**/api/v1/visits/uploads', async (route) => {
      await route.fetch();
      lost += 1;
      await route.abort();
    });
    await open(page, 'carer', second);
    await checkIn(page);
    await expect.poll(() => stateOf(second.orderId)).toBe('started');
    await page.getByText('等待上传').first().waitFor();
    await expect.poll(() => lost).toBeGreaterThan(0);
    await page.unroute('**/api/v1/visits/uploads');
    const again = page.waitForResponse('**/api/v1/visits/uploads');
    await page.reload();
    expect((await again).status()).toBe(200);
    await page.locator('[data-test="check_in"]').waitFor();
    await page.locator(NETWORK).waitFor({ state: 'detached' });
    expect((await evidence(second.visitId)).map((one) => one.kind)).toEqual(['check_in']);
  });

  it('is told when the phone’s clock is two hours ahead, and is not refused', async () => {
    const { page } = carer;
    await page.clock.setFixedTime(Date.now() + 120 * MINUTE_MS);
    await open(page, 'carer', second);
    await checkOut(page);
    await page.getByText('这部手机的时钟快了 2 小时').waitFor();
    await expect.poll(() => stateOf(second.orderId)).toBe('finished');
  });
});

describe('a volunteer where there is no network', () => {
  it('is told that a check-in by telephone came first, and theirs stays as evidence', async () => {
    const visit = await planned('volunteer', 'companionship', 20);
    const volunteer = await site.signIn('volunteer');
    await installed(volunteer);
    const { page, context } = volunteer;
    await open(page, 'volunteer', visit);
    await page.getByRole('button', { name: '我到了，签到' }).waitFor();
    await context.setOffline(true);
    await checkIn(page);
    await page.goto('/volunteer');
    await page.locator('a[href^="/volunteer/visit/"]').getByText('有记录等待上传').waitFor();
    const { body } = await (await site.front.as('volunteer')).get<{
      visit: { orderNumber: string; phoneCodes: { checkIn: string } };
    }>(`/api/v1/visits/${visit.visitId}/record`);
    const { orderNumber, phoneCodes } = body.visit;
    const call = { orderNumber, kind: 'check_in', code: phoneCodes.checkIn };
    const dispatcher = await site.front.as('dispatcher');
    expect((await dispatcher.post('/api/v1/telephone-checks', call)).status).toBe(200);
    await context.setOffline(false);
    await page.locator('[data-test="superseded"]').waitFor();
    await page.getByRole('button', { name: '知道了' }).click();
    await page.locator('[data-test="superseded"]').waitFor({ state: 'detached' });
    expect(await stateOf(visit.orderId)).toBe('started');

    // The call did not come from the home's telephone, and nobody has said why.
    const why = page.locator('[data-test="why-check_in"]');
    await open(page, 'volunteer', visit);
    await why.getByText('手机定位不准或没有定位').click();
    await why.getByRole('button', { name: '提交原因' }).click();
    await why.waitFor({ state: 'detached' });
    const [told] = await site.front.database.sql`
      select about, reason_code from visit_notes where visit_id = ${visit.visitId} and kind = 'reason'`;
    expect(told).toEqual({ about: 'check_in', reason_code: 'device_217' });
  });
});

it('nothing of a person stays on the phone after signing out, and others’ pages are not touched', async () => {
  const { page } = await site.signIn('carer');
  await page.locator('footer button').click();
  await page.waitForURL((url) => url.pathname === '/');
  // What the catalogue says is of nobody; it may not have been read yet.
  expect((await keptNames(page.context())).filter((name) => name !== 'services')).toEqual([]);
  const worker = await fetch(`${site.address}/sw.js`);
  expect(worker.headers.get('cache-control')).toBe('no-cache');
});

/** The names under which something is kept on the phone. */
async function keptNames(context: BrowserContext): Promise<string[]> {
  const [page] = context.pages();
  return (await page?.evaluate(`new Promise((resolve) => {
    const opening = indexedDB.open('huzhu');
    opening.onsuccess = () => {
      const asking = opening.result.transaction('kept').objectStore('kept').getAllKeys();
      asking.onsuccess = () => resolve(asking.result);
    };
  })`)) as string[];
}
