import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { askReversal } from '../../db/bank/post.ts';
import { type Hours, openHours } from './support/hours.ts';

let hours: Hours;
beforeAll(async () => {
  hours = await openHours();
});
afterAll(() => hours.close());

describe('where an hour came from', () => {
  it('opens the visit with its evidence, the policy and whose word settled it, to both sides', async () => {
    await hours.earn('elder', 200);
    const order = await hours.visit(30);
    const earned = (await hours.statement('volunteer', hours.of('volunteer'))).items[0]!;
    expect(earned).toMatchObject({
      amount: 30,
      cause: 'visit',
      orderNumber: order.number,
      serviceCode: 'companionship',
      counterparty: { name: '王**' },
    });
    const path = `/api/v1/transfers/${earned.id}/provenance`;
    const seen = await hours.as('volunteer').get(path);
    expect(seen.body).toMatchObject({
      transfer: {
        cause: 'visit',
        amount: 30,
        policy: { kind: 'bank', version: 1 },
        author: { role: 'elder', name: '王**' },
        debit: { accountId: null, name: '王**' },
        credit: { accountId: hours.of('volunteer'), name: '张伟' },
        mine: 'credit',
      },
      visit: {
        orderNumber: order.number,
        elderName: '王**',
        helperName: '张伟',
        verifiedMinutes: 30,
        trust: 4,
        manualEdits: 0,
        checks: [
          { kind: 'check_in', method: 'gps', distanceM: 0, exception: null },
          { kind: 'check_out', method: 'gps', distanceM: 0, exception: null },
        ],
        confirmation: { actorRole: 'elder', how: 'confirmed' },
      },
      reversal: null,
      parts: [],
    });
    const elders = await hours.as('elder').get<{ visit: object; transfer: { mine: string } }>(path);
    expect(elders.body).toMatchObject({
      transfer: { mine: 'debit' },
      visit: { elderName: '王秀英', helperName: '张*' },
    });
    const regulator = await hours.as('regulator').get(path);
    expect(regulator.body).toMatchObject({
      transfer: { debit: { name: '王**' }, credit: { name: '张*' }, mine: null },
      visit: { elderName: '王**', helperName: '张*' },
    });
    expect((await hours.as('elder2').get(path)).status).toBe(404);
  });

  it('names the correction from both ends', async () => {
    const wrong = await hours.earn('volunteer', 40);
    const made = await hours.front.act((tx, act) =>
      askReversal(
        tx,
        act,
        { transferId: wrong, reasonCode: 'posted_twice', note: '重复导入' },
        { min: 600, fen: 1 },
      ),
    );
    const original = await hours.as('volunteer').get(`/api/v1/transfers/${wrong}/provenance`);
    expect(original.body).toMatchObject({
      reversal: { transferId: made.reversalId, state: 'done', reasonCode: 'posted_twice', note: '重复导入' },
      import: { batch: expect.stringContaining('hours:') },
      reverses: null,
    });
    const opposite = await hours.as('volunteer').get(`/api/v1/transfers/${made.reversalId}/provenance`);
    expect(opposite.body).toMatchObject({ reverses: { transferId: wrong, amount: 40 }, reversal: null });
    const lines = (await hours.statement('volunteer', hours.of('volunteer'))).items;
    expect(lines.find((line) => line.id === wrong)?.reversed).toBe(true);
  });

  it('shows what a visit earned beyond the cap as a donation with its certificate, beside the deposit', async () => {
    const { balanceNow } = await hours.statement('volunteer', hours.of('volunteer'));
    await hours.earn('volunteer', 90_000 - 10 - balanceNow);
    const order = await hours.visit(30);
    const [donated, earned] = (await hours.statement('volunteer', hours.of('volunteer'))).items;
    expect([donated, earned]).toMatchObject([
      { cause: 'donation', amount: -20, balanceAfter: 90_000, orderNumber: order.number },
      { cause: 'visit', amount: 30, orderNumber: order.number },
    ]);
    const origin = await hours.as('volunteer').get(`/api/v1/transfers/${donated?.id}/provenance`);
    expect(origin.body).toMatchObject({
      overflow: true,
      certificate: expect.stringMatching(/^NJ-/),
      visit: { orderNumber: order.number, verifiedMinutes: 30 },
      parts: [{ id: earned?.id, cause: 'visit', amount: 30 }],
    });
    const certificate = await hours.as('volunteer').get(`/api/v1/transfers/${donated?.id}/certificate`);
    expect(certificate.body).toMatchObject({ name: '张伟', minutes: 20, overflow: true });
  });

  it('certifies a donation by a number that anybody can check, until it is taken back', async () => {
    const id = await hours.give(
      { debit: hours.of('elder'), credit: hours.of('pool'), amount: 25, cause: 'donation' },
      '给邻居',
    );
    const mine = await hours.as('elder').get<{ number: string }>(`/api/v1/transfers/${id}/certificate`);
    expect(mine.body).toMatchObject({
      name: '王秀英',
      minutes: 25,
      poolName: '玄武区',
      overflow: false,
      reversed: false,
    });
    expect(mine.body.number).toMatch(/^NJ-\d{8}-[0-9A-Z]{5}-[0-9A-Z]{5}$/);
    expect((await hours.as('regulator').get(`/api/v1/transfers/${id}/certificate`)).body).toMatchObject({
      name: '王**',
    });
    expect((await hours.as('elder2').get(`/api/v1/transfers/${id}/certificate`)).status).toBe(404);
    const origin = await hours.as('elder').get(`/api/v1/transfers/${id}/provenance`);
    expect(origin.body).toMatchObject({ words: '给邻居', certificate: mine.body.number, overflow: false });

    const check = (number: string) =>
      hours.front.stranger().get(`/api/v1/certificates?number=${encodeURIComponent(number)}`);
    const typed = mine.body.number.toLowerCase().replaceAll('-', ' ');
    expect((await check(typed)).body).toMatchObject({ minutes: 25, name: '王**', reversed: false });
    expect((await check('NJ-20260101-00000-00000')).status).toBe(404);
    expect((await check('anything')).status).toBe(404);
    await hours.front.act((tx, act) =>
      askReversal(
        tx,
        act,
        { transferId: id, reasonCode: 'wrong_amount', note: '数额有误' },
        { min: 600, fen: 1 },
      ),
    );
    expect((await check(mine.body.number)).body).toMatchObject({ reversed: true });

    const imported = await hours.earn('elder', 1);
    expect((await hours.as('elder').get(`/api/v1/transfers/${imported}/certificate`)).status).toBe(404);
  });
});
