import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { ids } from '../api/support/city.ts';
import type { Client } from '../api/support/front.ts';
import { type Accounts, fillHours, leadTeam, sealHours } from './support/hours.ts';
import { openSite, type Site, type Visitor } from './support/site.ts';

let site: Site;
let accounts: Accounts;
let elder: Visitor;
let volunteer: Visitor;
let station: Visitor;

beforeAll(async () => {
  site = await openSite();
  accounts = await fillHours(site.front);
  // Only one volunteer is left to be asked.
  await site.front.database
    .sql`update volunteers set state = 'suspended' where person_id = ${ids.otherVolunteer}`;
  elder = await site.signIn('elder');
  volunteer = await site.signIn('volunteer');
  station = await site.signIn('station', { width: 1440, height: 900 });
});
afterAll(() => site?.close());

const at = (page: Page, name: string) => page.locator(`[data-test="${name}"]`);
/** What is written there, on one line. */
const text = async (place: Locator) => ((await place.textContent()) ?? '').replace(/\s+/g, ' ').trim();
const next = ({ page }: Visitor) => at(page, 'next').click();

async function balanceOf(account: string): Promise<number> {
  const [row] = await site.front.database.sql`select balance::int from accounts where id = ${account}`;
  return row?.balance as number;
}

describe('a gift', () => {
  it('of two hours goes from a volunteer to her mother, and both see it with the words', async () => {
    await elder.page.goto('/elder/hours');
    await elder.page.getByText('31 小时').first().waitFor();
    await volunteer.page.goto('/volunteer/hours');
    await at(volunteer.page, 'way-give').click();
    await at(volunteer.page, 'relative').getByText('王秀英').click();
    await next(volunteer);
    await at(volunteer.page, 'minutes-120').click();
    await next(volunteer);
    await volunteer.page.getByRole('button', { name: '祝您身体健康' }).click();
    await next(volunteer);
    await volunteer.page.getByText('“祝您身体健康”').waitFor();
    await at(volunteer.page, 'send').click();
    await volunteer.page.getByText('已经到 王秀英 的账户里').waitFor();
    await volunteer.page.getByRole('link', { name: '回到我的时间' }).click();
    const sent = at(volunteer.page, 'move').first();
    await expect.poll(() => text(sent)).toMatch(/送给亲属.*给 王秀英.*祝您身体健康.*−2 小时/);

    const came = at(elder.page, 'move').first();
    await expect.poll(() => text(came)).toMatch(/亲属送来的.*张伟 送的.*祝您身体健康.*\+2 小时/);
    await expect.poll(() => text(at(elder.page, 'available'))).toBe('33 小时');
    await came.click();
    await expect.poll(() => text(at(elder.page, 'amount'))).toBe('+2 小时');
    expect([elder.faults, volunteer.faults]).toEqual([[], []]);
  });

  it('that cannot go is refused in words, with what can be done about it', async () => {
    const { page } = volunteer;
    await page.goto('/volunteer/hours/give');
    await next(volunteer);
    await at(page, 'minutes-1200').click();
    await next(volunteer);
    await next(volunteer);
    await at(page, 'send').waitFor();
    const rest = await balanceOf(accounts.volunteer);
    const donated = await (await site.front.as('volunteer')).post('/api/v1/donations', {
      minutes: rest - 60,
    });
    expect(donated.status, JSON.stringify(donated.body)).toBe(201);
    await at(page, 'send').click();
    const refusal = page.getByRole('alert');
    await refusal.waitFor();
    expect(await text(refusal)).toContain('12349');
    expect(await text(refusal)).toMatch(/不够|不足/);
    await at(page, 'mend').click();
    await expect.poll(() => text(at(page, 'minutes'))).toBe('1 小时');
    expect(await balanceOf(accounts.volunteer)).toBe(60);
    // The browser notes every refused request.
    volunteer.faults.length = 0;
  });
});

describe('a donation', () => {
  it('brings a certificate with the minutes in words, which anybody can check by its number', async () => {
    const { page } = volunteer;
    await page.goto('/volunteer/hours');
    await at(page, 'way-donate').click();
    await page.getByText('重点老人').first().click();
    await next(volunteer);
    await at(page, 'minutes-30').click();
    await next(volunteer);
    await next(volunteer);
    await at(page, 'send').click();
    await at(page, 'certificate').click();
    await expect.poll(() => text(at(page, 'in-words'))).toBe('三十分钟');
    expect(await text(at(page, 'donor'))).toBe('张伟');
    const sheet = await text(at(page, 'certificate-sheet'));
    expect(sheet).toContain('重点老人专用时间池');
    const [number] = /NJ-\d{8}-\w{5}-\w{5}/.exec(sheet) ?? [];
    expect(sheet).toContain(`/certificates?number=${number}`);

    const stranger = await site.window({ locale: 'en' });
    await stranger.page.goto('/certificates');
    await at(stranger.page, 'number').fill(number as string);
    await at(stranger.page, 'check').click();
    const found = await text(at(stranger.page, 'found'));
    expect(found).toMatch(/It is genuine.*张\*.*30 min/);
    await at(stranger.page, 'number').fill(
      (number as string).replace(/.$/, (last) => (last === '0' ? '1' : '0')),
    );
    await at(stranger.page, 'check').click();
    await at(stranger.page, 'none').waitFor();
    await stranger.context.close();
  });

  it('of a team is donated by its leader, and nothing of the leader’s own', async () => {
    const teamId = await leadTeam(site.front, accounts.fund, ids.volunteer);
    const own = await balanceOf(accounts.volunteer);
    const { page } = volunteer;
    await page.goto('/volunteer/hours');
    await at(page, 'team-donate').click();
    await next(volunteer);
    await at(page, 'minutes-60').click();
    await next(volunteer);
    await next(volunteer);
    await at(page, 'send').click();
    await at(page, 'done').waitFor();
    const [team] = await site.front.database
      .sql`select balance::int from accounts where owner_id = ${teamId} and kind = 'team'`;
    expect(team?.balance).toBe(540);
    expect(await balanceOf(accounts.volunteer)).toBe(own);
    expect(volunteer.faults).toEqual([]);
  });
});

describe('a statement', () => {
  it('prints opening, every line with the balance after it, and closing, and nothing of the frame', async () => {
    const { page } = elder;
    await page.goto('/elder/hours/statement');
    await at(page, 'opening').waitFor();
    expect(await text(at(page, 'opening'))).toBe('20 小时');
    await at(page, 'to-print').click();
    await at(page, 'paper').waitFor();
    await page.emulateMedia({ media: 'print' });
    expect(await page.locator('header.bar').isVisible()).toBe(false);
    expect(await at(page, 'print').isVisible()).toBe(false);
    const paper = await text(at(page, 'paper'));
    expect(paper).toMatch(/户名.*王秀英.*期初余额.*20 小时.*\+2 小时.*期末余额.*23 小时/);
    const pdf = await page.pdf({ preferCSSPageSize: true });
    expect(pdf.subarray(0, 5).toString()).toBe('%PDF-');
    await page.emulateMedia({ media: 'screen' });
    expect(elder.faults).toEqual([]);
  });

  it('is downloaded as a signed file and as a sheet', async () => {
    const { page } = elder;
    await page.goto('/elder/hours/statement');
    for (const [format, begin] of [
      ['csv', '\ufefftransfer_id'],
      ['xlsx', 'PK'],
    ] as const) {
      const downloading = page.waitForEvent('download');
      await at(page, format).click();
      const file = await downloading;
      expect(file.suggestedFilename()).toMatch(new RegExp(`^statement-.+\\.${format}$`));
      const chunks: Buffer[] = [];
      for await (const chunk of await file.createReadStream()) chunks.push(chunk as Buffer);
      expect(Buffer.concat(chunks).toString('utf8').startsWith(begin), format).toBe(true);
    }
  });
});

describe('where a movement came from', () => {
  it('shows who came, how it was checked and who confirmed, and its receipt as a picture', async () => {
    const [asElder, asVolunteer] = [await site.front.as('elder'), await site.front.as('volunteer')];
    await visit(asElder, asVolunteer);
    await sealHours(site.front);
    const { page } = volunteer;
    await page.goto('/volunteer/hours');
    await page.getByText('去帮忙：精神慰藉').first().click();
    const told = await text(at(page, 'visit'));
    expect(told).toMatch(/精神慰藉.*王\*\*.*张伟.*签到.*手机定位.*签退.*确认服务做好了/);
    await at(page, 'receipt').click();
    const width = () =>
      at(page, 'picture').evaluate((image) => (image as { naturalWidth?: number }).naturalWidth ?? 0);
    await expect.poll(width).toBeGreaterThan(0);
    expect(volunteer.faults).toEqual([]);
  });

  it('is corrected at the station, and the holder reads why and finds both movements', async () => {
    const { page } = station;
    await page.goto(`/station/people/${ids.elder}/hours`);
    await page.getByText('亲属送来的').last().click();
    await at(page, 'correct').click();
    await at(page, 'reason-code').selectOption('wrong_amount');
    await at(page, 'note').fill('多记了一小时');
    await at(page, 'correct-send').click();
    await at(page, 'reversal').waitFor();

    await elder.page.goto('/elder/hours');
    await elder.page.getByText('更正：收回').first().click();
    const correction = at(elder.page, 'reverses');
    expect(await text(correction)).toMatch(/更正了.*时间记错了.*多记了一小时/);
    await elder.page.getByRole('link', { name: '看原来那一笔' }).click();
    await at(elder.page, 'reversal').getByRole('link', { name: '看更正的那一笔' }).waitFor();
    await page.goto('/station/corrections');
    await at(page, 'state-done').click();
    await expect.poll(() => text(at(page, 'correction').first())).toContain('多记了一小时');
    expect([station.faults, elder.faults]).toEqual([[], []]);
  });
});

describe('a relative', () => {
  it('is asked for, verified by the station against the paper, and then appears', async () => {
    const other = await site.signIn('elder2');
    const { page } = other;
    await page.goto('/elder/hours/give');
    await at(page, 'not-here').click();
    await page.getByText('子女', { exact: true }).click();
    await next(other);
    await at(page, 'name').fill('刘洋');
    await at(page, 'number').fill('13900000012');
    await next(other);
    await at(page, 'send').click();
    await at(page, 'done').getByRole('link', { name: '我的亲属' }).click();
    await page.locator('[data-test="kin"][data-state="asked"]').waitFor();

    await station.page.goto('/station/relatives');
    const card = at(station.page, 'kinship').first();
    await card.locator('[data-test="open"]').click();
    await card.getByText('李桂兰').waitFor();
    expect(await text(card)).toContain('刘洋');
    await card.locator('[data-test="verify"]').click();
    await at(station.page, 'told').waitFor();

    await page.reload();
    const verified = page.locator('[data-test="kin"][data-state="verified"]');
    await expect.poll(() => text(verified)).toMatch(/刘洋.*子女/);
    expect(other.faults).toEqual([]);
    await other.context.close();
  });

  it('who cannot be found is refused in words, and the name can be mended', async () => {
    const { page } = elder;
    await page.goto('/elder/hours/relatives/ask');
    await page.getByText('父母', { exact: true }).click();
    await next(elder);
    await at(page, 'name').fill('不存在');
    await at(page, 'number').fill('13911111111');
    await next(elder);
    await at(page, 'send').click();
    await page.getByRole('alert').getByText('没有找到这个人').waitFor();
    await page.getByRole('button', { name: '回去改姓名或号码' }).click();
    await at(page, 'name').waitFor();
    expect(await at(page, 'name').inputValue()).toBe('不存在');
    elder.faults.length = 0;
  });

  it('old enough is served from one’s own hours, and one’s own age is said in words', async () => {
    await (await site.front.as('elder')).post('/api/v1/gifts', { toPersonId: ids.volunteer, minutes: 120 });
    const { page } = volunteer;
    await page.goto('/volunteer/hours/redeem');
    await expect.poll(() => text(at(page, 'why'))).toMatch(/还没满 60 岁，再过 \d+ 年/);
    await at(page, 'book').click();
    await page.getByRole('button', { name: '精神慰藉' }).click();
    await page.locator('select#clock').selectOption({ index: 0 });
    await page.getByRole('button', { name: '下一步' }).click();
    await at(page, 'send').click();
    const booked = at(page, 'redeemed').first();
    await expect.poll(() => text(booked)).toContain('精神慰藉');
    await page.goto('/volunteer/hours');
    await expect.poll(() => text(at(page, 'held'))).toBe('1 小时');
    await expect.poll(() => text(at(page, 'held-for'))).toContain('精神慰藉');
    await page.goto('/volunteer/hours/redeem');
    await at(page, 'cancel').first().click();
    await at(page, 'cancel-sure').click();
    await expect.poll(() => text(booked)).toContain('已取消');
    expect(volunteer.faults).toEqual([]);
  });
});

describe('the family', () => {
  it('reads for whom it acts and what the elder’s consent leaves, and cannot give more', async () => {
    const asElder = await site.front.as('elder');
    const mandate = await asElder.post('/api/v1/mandates', {
      delegate: { name: '王强', phone: '13900000031' },
      relation: 'child',
      scopes: ['see', 'book', 'spend'],
      monthlyMinutes: 90,
    });
    expect(mandate.status, JSON.stringify(mandate.body)).toBe(201);
    const family = await site.signIn('family');
    const { page } = family;
    await page.goto('/elder/hours');
    await page.getByText('正在为 王秀英 办理').waitFor();
    await expect.poll(() => text(at(page, 'mandate-left'))).toContain('1 小时 30 分钟');
    await page.goto('/elder/hours/give');
    await at(page, 'relative').getByText('张伟').click();
    await next(family);
    await page.getByText('本月还剩 1 小时 30 分钟').last().waitFor();
    expect(await at(page, 'minutes-120').count()).toBe(0);
    expect(family.faults).toEqual([]);
    await family.context.close();
  });

  it('may no longer act once the elder has withdrawn the consent', async () => {
    const { page } = elder;
    await page.goto('/elder/hours/relatives');
    await at(page, 'withdraw').click();
    await at(page, 'reason').fill('自己会办了');
    await at(page, 'reason-send').click();
    await page.getByText('还没有授权任何人').waitFor();
    expect(elder.faults).toEqual([]);
  });
});

describe('the station, on behalf', () => {
  it('donates for an elder, and the elder sees who did it', async () => {
    const { page } = station;
    await page.goto(`/station/people/${ids.elder}/hours`);
    await at(page, 'way-donate').click();
    await next(station);
    await at(page, 'minutes-60').click();
    await next(station);
    await next(station);
    await at(page, 'send').click();
    await at(page, 'done').waitFor();
    await elder.page.goto('/elder/hours');
    await elder.page.getByText('捐进公共时间池').first().click();
    await elder.page.getByText('社区站点').first().waitFor();
    expect(station.faults).toEqual([]);
  });

  it('freezes an account for a reason, and the holder is told at once', async () => {
    const { page } = station;
    await page.goto(`/station/people/${ids.elder}/hours`);
    await at(page, 'freeze').click();
    await at(page, 'reason').fill('核实身份');
    await at(page, 'reason-send').click();
    await expect.poll(() => text(at(page, 'freeze-state'))).toBe('已冻结');
    await elder.page.goto('/elder/hours');
    await elder.page.getByText('账户暂时冻结').waitFor();
    await at(page, 'thaw').click();
    await at(page, 'reason').fill('已经核实');
    await at(page, 'reason-send').click();
    await expect.poll(() => text(at(page, 'freeze-state'))).toBe('正常');
  });

  it('changes a profile, and whether the elder is a key elder follows by rule', async () => {
    const { page } = station;
    await page.goto(`/station/elders/${ids.otherElder}/profile`);
    await expect.poll(() => text(at(page, 'key-elder'))).toBe('是重点老人');
    await at(page, 'living').selectOption('with_family');
    await at(page, 'reason').fill('女儿搬来同住');
    await at(page, 'save').click();
    await expect.poll(() => text(at(page, 'key-elder'))).toBe('不是重点老人');
    await page.getByText('现在不再是重点老人').waitFor();
  });
});

/** A visit from booking to payment, by the addresses that the pages call. */
async function visit(asElder: Client, asVolunteer: Client): Promise<void> {
  const booked = await asElder.post<{ id: string }>('/api/v1/orders', {
    elderId: ids.elder,
    serviceCode: 'companionship',
    startAt: new Date(Date.now() + 20 * 60_000).toISOString(),
    payer: 'time_bank',
    despiteConflicts: true,
  });
  expect(booked.status, JSON.stringify(booked.body)).toBe(201);
  const offer = await vi.waitFor(
    async () => {
      const { body } = await asVolunteer.get<{ items: { id: string; orderId: string }[] }>(
        '/api/v1/offers?state=open',
      );
      const found = body.items.find((one) => one.orderId === booked.body.id);
      expect(found).toBeDefined();
      return found;
    },
    { timeout: 20_000, interval: 200 },
  );
  await asVolunteer.post(`/api/v1/offers/${offer?.id}/accept`);
  const [row] = await site.front.database.sql`select visit_id from orders where id = ${booked.body.id}`;
  for (const step of ['check-in', 'check-out']) {
    const answer = await asVolunteer.post(`/api/v1/visits/${row?.visit_id}/${step}`, {
      method: 'gps',
      lat: 32.05,
      lon: 118.8,
      accuracyM: 12,
      deviceAt: new Date().toISOString(),
    });
    expect(answer.status, JSON.stringify(answer.body)).toBe(200);
  }
  expect((await asElder.post(`/api/v1/orders/${booked.body.id}/confirm`)).status).toBe(200);
}
