import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MOST_BYTES } from '../../db/visits/photos.ts';
import { instantField } from '../../web/parts/time.ts';
import { ids } from '../api/support/city.ts';
import type { Client } from '../api/support/front.ts';
import { openSite, type Site, type Visitor } from './support/site.ts';

let site: Site;
let elder: Visitor;
let volunteer: Visitor;
let dispatcher: Visitor;
let asElder: Client;
let asVolunteer: Client;

beforeAll(async () => {
  site = await openSite();
  elder = await site.signIn('elder');
  volunteer = await site.signIn('volunteer');
  dispatcher = await site.signIn('dispatcher', { width: 1440, height: 900 });
  asElder = await site.front.as('elder');
  asVolunteer = await site.front.as('volunteer');
});
afterAll(() => site?.close());

interface Account {
  kind: string;
  balance: number;
  held: number;
  available: number;
}

async function minutes(client: Client): Promise<{ balance: number; held: number }> {
  const answer = await client.get<{ items: Account[] }>('/api/v1/accounts/me?currency=min');
  return {
    balance: answer.body.items.reduce((sum, one) => sum + one.balance, 0),
    held: answer.body.items.reduce((sum, one) => sum + one.held, 0),
  };
}

/** Books by the pages, step by step, for the first time of day that is offered. */
async function book({ page }: Visitor, service: string, payer: string): Promise<string> {
  await page.goto('/elder');
  await page.getByRole('link', { name: '预约服务' }).click();
  await page.getByRole('button', { name: service }).click();
  await page.locator('select#clock').selectOption({ index: 0 });
  await page.getByRole('button', { name: '下一步' }).click();
  await page.locator('input[name="often"][value="once"]').waitFor();
  await page.getByRole('button', { name: '下一步' }).click();
  await page.locator(`input[name="payer"][value="${payer}"]`).check({ force: true });
  await page.getByRole('button', { name: '下一步' }).click();
  await page.getByRole('button', { name: /^(就这样|两次都要)，预约$/ }).click();
  await page.waitForURL(/\/elder\/visits\/[0-9a-f-]{36}/);
  return new URL(page.url()).pathname.split('/').at(-1) as string;
}

async function stateOf(orderId: string): Promise<string> {
  const [row] = await site.front.database.sql`select state from orders where id = ${orderId}`;
  return row?.state as string;
}

/** Lets an accepted visit begin now: late in the evening, the first time of day that can be booked is tomorrow's. */
async function letBegin(orderId: string): Promise<void> {
  await site.front.database.sql`update orders set start_at = now() where id = ${orderId}`;
  await site.front.database.sql`update visits set planned_start_at = now() where order_id = ${orderId}`;
}

async function rateBest({ page }: Visitor): Promise<void> {
  await page.getByRole('button', { name: '评一评' }).click();
  for (const face of await page.getByText('很好', { exact: true }).all()) await face.click();
  await page.getByRole('button', { name: '提交评价' }).click();
  await page.getByText('谢谢您的评价。').waitFor();
}

/** Adds a picture that is far too large as it comes from the camera. */
async function addPicture({ page }: Visitor): Promise<void> {
  const noise = await page.evaluate(`(() => {
    const canvas = Object.assign(document.createElement('canvas'), { width: 900, height: 900 });
    const pen = canvas.getContext('2d');
    const image = pen.createImageData(900, 900);
    for (let i = 0; i < image.data.length; i++) image.data[i] = i % 4 === 3 ? 255 : Math.random() * 256;
    pen.putImageData(image, 0, 0);
    return canvas.toDataURL('image/png').split(',')[1];
  })()`);
  const buffer = Buffer.from(noise as string, 'base64');
  expect(buffer.length).toBeGreaterThan(MOST_BYTES);
  await page.locator('[data-test="photo"]').setInputFiles({ name: 'a.png', mimeType: 'image/png', buffer });
  await page.locator('[data-test="photo-size"]').waitFor();
  await page.locator('[data-test="photo-add"]').click();
  await page.locator('[data-test="photos"] img').waitFor();
}

/** The provider asks that the check-in be put an hour earlier; the dispatcher, as the second person, approves it. */
async function correctCheckIn(orderId: string, { page }: Visitor): Promise<void> {
  const visitOf = async () => {
    const [row] = await site.front.database.sql<{ id: string; at: Date; edits: number }[]>`
      select id, check_in_at as at, manual_edits as edits from visits where order_id = ${orderId}`;
    return row as NonNullable<typeof row>;
  };
  const { id, at } = await visitOf();
  const sooner = new Date(Math.floor((at.getTime() - 3_600_000) / 60_000) * 60_000);
  await page.goto(`/provider/visits/${id}`);
  await page.locator('[data-test="photos"] img').waitFor();
  await page.locator('[data-test="correct"]').click();
  await page.locator('[data-test="correct-in"]').fill(instantField(sooner.toISOString()));
  await page.locator('[data-test="waits"]').waitFor();
  await page.locator('[data-test="correct-reason"]').selectOption('no_call_in_208');
  await page.locator('[data-test="correct-action"]').selectOption('confirmed_family_12');
  await page.locator('[data-test="correct-note"]').fill('家属来电：早到一小时');
  await page.locator('[data-test="correct-send"]').click();
  await page.locator('[data-test="layers"] [data-state="asked"]').waitFor();
  expect(await visitOf()).toMatchObject({ at, edits: 0 });

  await dispatcher.page.goto('/desk/visit-corrections');
  const waiting = dispatcher.page.locator('[data-test="edits"] [data-state="asked"]');
  await waiting.getByText('家属来电：早到一小时').waitFor();
  await waiting.locator('[data-test="approve"]').click();
  await expect.poll(visitOf).toMatchObject({ at: sooner, edits: 1 });
  await page.locator('[data-test="layers"] [data-state="applied"]').waitFor();
}

describe('a visit with three people signed in at once', () => {
  it('is booked, accepted, served, confirmed, paid and rated, and the dispatcher sees each step', async () => {
    await dispatcher.page.goto('/desk');
    const had = await minutes(asElder);
    const earned = await minutes(asVolunteer);

    const orderId = await book(elder, '精神慰藉', 'time_bank');
    expect((await minutes(asElder)).held - had.held).toBe(60);

    const offer = volunteer.page.getByRole('button', { name: '我去' });
    await offer.waitFor({ timeout: 20_000 });
    const seenOnDesk = dispatcher.page.locator(`[data-order="${orderId}"]`).first();
    await expect.poll(() => seenOnDesk.getAttribute('data-state')).toBe('offered');
    await offer.click();
    await expect.poll(() => stateOf(orderId)).toBe('accepted');
    await expect.poll(() => seenOnDesk.getAttribute('data-state')).toBe('accepted');
    await elder.page.getByText('张伟').first().waitFor();

    await letBegin(orderId);
    await volunteer.page.reload();
    await volunteer.page.locator(`a[href^="/volunteer/visit/"]`).first().click();
    await volunteer.page.getByText('珠江路8号2栋301室').waitFor();
    await volunteer.page.getByRole('button', { name: '我到了，签到' }).click();
    await expect.poll(() => seenOnDesk.getAttribute('data-state')).toBe('started');
    await volunteer.page.getByRole('button', { name: '做完了，签退' }).click();
    await expect.poll(() => stateOf(orderId)).toBe('finished');

    await elder.page.getByRole('button', { name: '服务做好了，确认' }).click();
    await expect.poll(() => stateOf(orderId)).toBe('settled');
    await rateBest(elder);

    expect(await minutes(asElder)).toEqual({ balance: had.balance - 1, held: had.held });
    expect(await minutes(asVolunteer)).toEqual({ balance: earned.balance + 1, held: earned.held });
    const sums = await site.front.database.sql`
      select currency, sum(amount)::int as sum from entries join accounts on accounts.id = account_id group by 1`;
    expect(sums.map((row) => row.sum)).toEqual(sums.map(() => 0));

    const score = async () => {
      const answer = await asElder.get<{ items: { subjectId: string; measures: Record<string, number> }[] }>(
        '/api/v1/scores?subject=station',
      );
      return answer.body.items.find((item) => item.subjectId === ids.station)?.measures;
    };
    await expect.poll(score).toMatchObject({ completed: 1, ratings: 1 });
    expect([elder.faults, volunteer.faults, dispatcher.faults]).toEqual([[], [], []]);
  });
});

describe('bathing by a provider, paid from the subsidy', () => {
  it('is offered to the provider, given by its carer, confirmed at the door and paid once', async () => {
    const provider = await site.signIn('provider', { width: 1440, height: 900 });
    const carer = await site.signIn('carer');
    const orderId = await book(elder, '助浴', 'subsidy');

    const accept = provider.page.locator('[data-test="accept"]');
    await accept.first().click({ timeout: 20_000 });
    await expect.poll(() => stateOf(orderId)).toBe('accepted');
    const code = await elder.page.locator('[data-test="door-code"]').textContent();

    await letBegin(orderId);
    await carer.page.reload();
    await carer.page.locator('a[href^="/carer/visit/"]').first().click();
    await carer.page.getByRole('button', { name: '我到了，签到' }).click();
    await expect.poll(() => stateOf(orderId)).toBe('started');
    await addPicture(carer);
    await correctCheckIn(orderId, provider);
    await carer.page.locator('#door-out').fill((code ?? '').replace(/\D/g, ''));
    await carer.page.getByRole('button', { name: '做完了，签退' }).click();
    await expect.poll(() => stateOf(orderId)).toBe('settled');

    const paid = await site.front.database.sql`
      select t.amount::int as amount, c.kind as to from transfers t join accounts c on c.id = t.credit_account_id
      where t.cause = 'visit' and t.cause_id = ${orderId}`;
    expect([...paid]).toEqual([{ amount: 7200, to: 'provider' }]);
    expect([provider.faults, carer.faults]).toEqual([[], []]);
  }, 120_000);
});

describe('an offer that is not taken', () => {
  it('goes on to the next when it is declined', async () => {
    const next = await site.signIn('volunteer2');
    const orderId = await book(elder, '代办', 'time_bank');
    const asked = async () => {
      const rows = await site.front.database.sql`
        select u.username from offers o join users u on u.person_id = o.person_id
        where o.order_id = ${orderId} and o.state = 'open'`;
      return rows[0]?.username as string | undefined;
    };
    await expect.poll(asked).toBeDefined();
    const [first, second] = (await asked()) === 'volunteer' ? [volunteer, next] : [next, volunteer];
    await first.page.goto('/volunteer');
    await first.page.getByRole('button', { name: '去不了' }).click();
    await first.page.getByText('那时有事').click();
    await expect.poll(asked).toBe(second.username);
    await second.page.goto('/volunteer');
    await second.page.getByRole('button', { name: '我去' }).first().click();
    await expect.poll(() => stateOf(orderId)).toBe('accepted');
  });
});
