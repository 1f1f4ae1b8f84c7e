import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bookOrders } from '../../db/orders/book.ts';
import { candidatesFor } from '../../db/orders/candidates.ts';
import { answerOffers, sendOffers } from '../../db/orders/offer.ts';
import { lockOrders } from '../../db/orders/transition.ts';
import { writeNote } from '../../db/respite/handover.ts';
import { elderPhone, ids } from '../api/support/city.ts';
import { finishedVisit } from '../api/support/finished.ts';
import { openSite, type Site } from './support/site.ts';

let site: Site;
beforeAll(async () => {
  site = await openSite();
});
afterAll(() => site.close());

const SHOTS = process.env.SHOTS;
const desk = { width: 1280, height: 800, locale: 'en' } as const;
const HOUR = 3_600_000;

/** A block at home that a carer has accepted, so many hours ahead; the order with its visit. */
async function acceptedBlock(hoursAhead: number, carerId: string) {
  const startAt = new Date(Date.now() + hoursAhead * HOUR);
  return site.front.act(async (tx, act) => {
    const booking = {
      elderId: ids.elder,
      serviceCode: 'home_respite',
      startAt,
      minutes: 240,
      payer: 'self' as const,
    };
    const [order] = await bookOrders(tx, act, [booking]);
    const orderId = order?.id as string;
    const found = (await candidatesFor(tx, [orderId], act.at)).get(orderId)?.candidates ?? [];
    const { name: _, ...draft } = found.find(
      ({ personId }) => personId === carerId,
    ) as (typeof found)[number];
    const [offer] = await sendOffers(tx, act, [{ ...draft, orderId, wave: 1 }]);
    await answerOffers(tx, act, [{ offerId: offer?.id as string, answer: 'accepted' }]);
    const visitId = (await lockOrders(tx, [orderId])).get(orderId)?.visitId as string;
    return { orderId, visitId, startAt };
  });
}

describe('a case on the pages', () => {
  it('goes from the elder who complains to the station, to who decides, and back to the elder', async () => {
    const orderId = await finishedVisit(site.front, 3);
    const elder = await site.signIn('elder');
    await elder.page.goto(`/elder/visits/${orderId}`);
    await elder.page.locator('[data-test=complain]').click();
    await elder.page.locator('input[value=attitude]').check();
    await elder.page.locator('#text').fill('说话很不耐烦');
    await elder.page.locator('button.plum').click();
    const card = elder.page.locator('[data-test=complaint]');
    await card.and(elder.page.locator('[data-state=open]')).waitFor();
    if (SHOTS) await elder.page.screenshot({ path: `${SHOTS}/elder-complaint-open.png`, fullPage: true });

    const station = await site.signIn('station', desk);
    await station.page.goto('/station/complaints');
    await station.page.locator('[data-test=look]').click();
    await station.page.locator('[data-test=take]').click();
    await station.page.locator('[data-test=state][data-state=assigned]').waitFor();
    await station.page.locator('[data-test=answer]').fill('志愿者说当天身体不适，愿意道歉');
    await station.page.locator('[data-test=answer-send]').click();
    await station.page.locator('[data-test=state][data-state=answered]').waitFor();
    expect(await station.page.locator('[data-test=decision]').count()).toBe(0);

    const dispatcher = await site.signIn('dispatcher', desk);
    await dispatcher.page.goto('/desk/complaints');
    if (SHOTS) await dispatcher.page.locator('[data-test=look]').waitFor();
    if (SHOTS) await dispatcher.page.screenshot({ path: `${SHOTS}/desk-complaints.png`, fullPage: true });
    await dispatcher.page.locator('[data-test=look]').click();
    await dispatcher.page.locator('input[value=founded]').check();
    await dispatcher.page.locator('[data-test=why]').fill('情况属实，志愿者已打电话道歉');
    if (SHOTS) await dispatcher.page.screenshot({ path: `${SHOTS}/desk-complaint.png`, fullPage: true });
    await dispatcher.page.locator('[data-test=decide]').click();
    await dispatcher.page.locator('[data-test=state][data-state=decided]').waitFor();

    await card.and(elder.page.locator('[data-state=decided]')).waitFor();
    expect(await card.textContent()).toContain('情况属实，志愿者已打电话道歉');
    expect(await card.textContent()).toContain('愿意道歉');
    if (SHOTS) await elder.page.screenshot({ path: `${SHOTS}/elder-complaint.png`, fullPage: true });
    await elder.page.goto('/elder/complaints');
    await elder.page.locator('[data-test=complaint]').click();
    await elder.page.waitForURL(`**/elder/visits/${orderId}`);
    for (const one of [elder, station, dispatcher]) {
      expect(one.faults).toEqual([]);
      await one.context.close();
    }
  });

  it('is a contract that the provider draws up and both sides sign', async () => {
    const provider = await site.signIn('provider', desk);
    const { page } = provider;
    await page.goto('/provider/contracts');
    await page.locator('[data-test=draft]').click();
    await page.locator('[data-test=elder-name]').fill('王秀英');
    await page.locator('[data-test=elder-number]').fill(elderPhone);
    await page.locator('[data-test=least]').fill('4');
    await page.locator('[data-test=times-family_care_bed]').fill('4');
    await page.locator('[data-test=item-add]').click();
    await page.locator('[data-test=item-name]').fill('护理床');
    await page.locator('[data-test=item-serial]').fill('HB-7');
    const file = { name: '合同.pdf', mimeType: 'application/pdf', buffer: Buffer.from('合同') };
    await page.locator('[data-test=paper]').setInputFiles(file);
    const digest = await page.locator('[data-test=digest]').textContent();
    if (SHOTS) await page.screenshot({ path: `${SHOTS}/provider-draft.png`, fullPage: true });
    await page.locator('[data-test=draft-send]').click();
    await page.locator('[data-test=sign]').click();
    await page.locator('[data-test=sign]').waitFor({ state: 'detached' });

    const elder = await site.signIn('elder');
    await elder.page.goto('/elder');
    await elder.page.locator('[data-test=contract-waits]').click();
    await elder.page.locator('[data-test=contract-state][data-state=draft]').waitFor();
    if (SHOTS) await elder.page.screenshot({ path: `${SHOTS}/elder-contract.png`, fullPage: true });
    await elder.page.locator('[data-test=sure]').check();
    await elder.page.locator('[data-test=sign]').click();
    await elder.page.locator('[data-test=contract-state][data-state=active]').waitFor();
    const [contract] = await site.front.database.sql`
      select state, document_digest, least_visits from contracts where elder_id = ${ids.elder}`;
    expect(contract).toEqual({ state: 'active', document_digest: digest, least_visits: 4 });

    await page.locator('[data-test=end]').click();
    await page.locator('input[value=moved]').check();
    await page.locator('[data-test=end-send]').click();
    await elder.page.locator('[data-test=contract-state][data-state=ended]').waitFor();
    for (const one of [provider, elder]) {
      expect(one.faults).toEqual([]);
      await one.context.close();
    }
  });

  it('is a block at home, of which a carer reads what the one before wrote, and writes for the next', async () => {
    await site.front.database.sql`update providers set services = services || '{home_respite}'`;
    const before = await acceptedBlock(26, ids.otherCarer);
    const mine = await acceptedBlock(36, ids.carer);
    const of = { orderId: before.orderId, elderId: ids.elder, serviceCode: 'home_respite' };
    await site.front.act((tx, act) =>
      writeNote(tx, act, of, { moment: 'leaving', text: '晚上的药已经吃过' }),
    );
    const { page, context, faults } = await site.signIn('carer');
    const day = new Date(mine.startAt.getTime() + 8 * HOUR).toISOString().slice(0, 10);
    await page.goto(`/carer/visit/${mine.visitId}?day=${day}`);
    const notes = page.locator('[data-test=handover]');
    await notes.locator('li').waitFor();
    expect(await notes.locator('li').textContent()).toContain('晚上的药已经吃过');
    await notes.locator('[data-test=note-text]').fill('早饭吃得很好');
    await notes.locator('[data-test=note-send]').click();
    await notes.locator('li').nth(1).waitFor();
    if (SHOTS) await page.screenshot({ path: `${SHOTS}/carer-handover.png`, fullPage: true });
    expect(faults).toEqual([]);
    await context.close();
  });
});
