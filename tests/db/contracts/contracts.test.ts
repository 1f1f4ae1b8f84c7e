import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { dayAfter, dayOf } from '../../../db/connect/days.ts';
import {
  type ContractRow,
  draftContracts,
  endContracts,
  lockContracts,
  markEquipment,
  signContracts,
} from '../../../db/contracts/contract.ts';
import { contractsMonth } from '../../../db/contracts/monitor.ts';
import { promisedIn } from '../../../db/contracts/rules.ts';
import { findContract, listContracts } from '../../../db/contracts/views.ts';
import { bookOrders } from '../../../db/orders/book.ts';
import { candidatesFor } from '../../../db/orders/candidates.ts';
import { contractMonths, runOutContracts } from '../../../worker/tasks/contracts.ts';
import { ids, later, refusalOf, type SmallCity, smallCity } from '../../support/smallCity.ts';

let city: SmallCity;
beforeEach(async () => {
  city = await smallCity();
  await city.sql`update providers set services = services || '{family_care_bed}'`;
});
afterEach(() => city.close());

const draft = (given: { startsOn?: string; endsOn?: string | null; providerId?: string } = {}) =>
  city.do('provider', async (tx, by) => {
    const [contract] = await draftContracts(tx, by, [
      {
        elderId: ids.wang,
        providerId: ids.provider,
        startsOn: `${dayOf(city.at).slice(0, 7)}-01`,
        endsOn: null,
        leastVisits: 8,
        services: [{ serviceCode: 'family_care_bed', timesAMonth: 8 }],
        equipment: [{ code: 'care_bed', name: '护理床', serial: 'HB-001' }],
        documentDigest: 'a'.repeat(64),
        ...given,
      },
    ]);
    return contract?.id ?? '';
  });
const sign = (id: string, signer: 'elder' | 'provider') =>
  city.try(signer, async (tx, by) => signContracts(tx, by, await lockContracts(tx, [id]), signer));
const active = async (given = {}) => {
  const id = await draft(given);
  await sign(id, 'provider');
  await sign(id, 'elder');
  return id;
};
const visit = (at: Date) =>
  city.try('elder', (tx, by) =>
    bookOrders(tx, by, [
      { elderId: ids.wang, serviceCode: 'family_care_bed', startAt: at, payer: 'bed_contract' },
    ]),
  );

describe('a family care bed contract (S12)', () => {
  it('pays visits from the day on which both have signed it until it ends, and only its provider is asked', async () => {
    expect(refusalOf(await visit(later(city.at, 60)))).toMatchObject({
      code: 'not_entitled',
      field: 'payer',
    });
    const id = await draft({ providerId: ids.otherProvider });
    await sign(id, 'provider');
    expect((await visit(later(city.at, 60))).ok).toBe(false);
    await sign(id, 'elder');
    const outcome = await visit(later(city.at, 60));
    const orderId = outcome.ok ? (outcome.value[0]?.id ?? '') : '';
    expect(await city.order(orderId)).toMatchObject({ contractId: id });
    const found = (await candidatesFor(city.db, [orderId], city.at)).get(orderId);
    expect(found?.candidates.map((one) => one.personId)).toEqual([ids.otherCarer]);
    expect(found?.excluded).toEqual([{ rule: 'contract', count: 1 }]);
    await city.do('provider', async (tx, by) =>
      endContracts(tx, by, await lockContracts(tx, [id]), { reason: 'moved', on: dayOf(city.at) }),
    );
    expect((await visit(later(city.at, 120))).ok).toBe(false);
  });

  it('is one at a time: of two that are signed at once for the same days one is in force', async () => {
    const drafts = [await draft(), await draft({ providerId: ids.otherProvider })];
    for (const id of drafts) await sign(id, 'provider');
    const outcomes = await Promise.all(drafts.map((id) => sign(id, 'elder')));
    expect(outcomes.map((one) => one.ok).sort()).toEqual([false, true]);
    expect(outcomes.map(refusalOf).find((one) => one)).toMatchObject({
      code: 'already_done',
      field: 'elderId',
    });
    await expect(city.sql`update contracts set state = 'draft' where state = 'active'`).rejects.toThrow(
      'cannot become',
    );
  });

  it('keeps account of its equipment until it is returned', async () => {
    const id = await active();
    const seen = await findContract(city.db, { kind: 'all' }, id, '2026-05', city.at);
    const item = seen?.equipment[0]?.id ?? '';
    const mark = (state: 'faulty' | 'returned' | 'lost') =>
      city.try('provider', async (tx, by) => {
        const [contract] = await lockContracts(tx, [id]);
        await markEquipment(tx, by, contract as ContractRow, { id: item, state });
      });
    await mark('faulty');
    await mark('returned');
    expect(refusalOf(await mark('lost'))?.code).toBe('wrong_state');
    const after = await findContract(city.db, { kind: 'all' }, id, '2026-05', city.at);
    expect(after?.equipment).toMatchObject([{ state: 'returned', returnedAt: city.at }]);
  });

  it('is watched: a month that is over is reckoned once, and who fell short is on the list', async () => {
    const month = dayOf(city.at).slice(0, 7);
    const id = await active();
    await visit(later(city.at, 60));
    await city.sql`update orders set state = 'offered'`;
    await city.sql`update orders set state = 'accepted'`;
    await city.sql`update orders set state = 'started'`;
    await city.sql`update orders set state = 'finished'`;
    await visit(later(city.at, 180));
    const watched = (await contractsMonth(city.db, [id], month, later(city.at, 3 * 1440))).get(id);
    expect(watched).toMatchObject({ promised: 8, done: 1, planned: 1, shortfall: 7, daysSinceVisit: 2 });
    expect(await city.work(contractMonths)).toBe(0);
    city.at = later(city.at, 31 * 1440);
    expect(await Promise.all([city.work(contractMonths), city.work(contractMonths)])).toContain(1);
    expect(await city.work(contractMonths)).toBe(0);
    const short = await listContracts(
      city.db,
      { kind: 'provider', providerId: ids.provider },
      { shortIn: month },
      month,
      city.at,
      10,
      null,
    );
    expect(short.map((one) => one.id)).toEqual([id]);
    const others = { kind: 'provider', providerId: ids.otherProvider } as const;
    expect(await listContracts(city.db, others, { shortIn: month }, month, city.at, 10, null)).toEqual([]);
  });

  it('runs out on its last day', async () => {
    const id = await active({ endsOn: dayAfter(dayOf(city.at), 1) });
    expect(await city.work(runOutContracts)).toBe(0);
    city.wait(1440);
    expect(await city.work(runOutContracts)).toBe(1);
    expect(await city.sql`select state, end_reason from contracts where id = ${id}`).toMatchObject([
      { state: 'ended', end_reason: 'expired' },
    ]);
  });

  it('is under notice until the day that was given, and then ends for the reason of the notice', async () => {
    const id = await active();
    const day = dayAfter(dayOf(city.at), 2);
    const end = (on: string) =>
      city.try('elder', async (tx, by) =>
        endContracts(tx, by, await lockContracts(tx, [id]), { reason: 'institution', on }),
      );
    expect(refusalOf(await end(dayAfter(dayOf(city.at), -1)))).toMatchObject({
      code: 'invalid',
      field: 'on',
    });
    expect(refusalOf(await end(day))).toBeNull();
    expect(refusalOf(await end(dayAfter(day, 1)))).toMatchObject({ code: 'invalid', field: 'on' });
    expect((await visit(later(city.at, 60))).ok).toBe(true);
    expect((await visit(later(city.at, 3 * 1440))).ok).toBe(false);
    expect(await city.work(runOutContracts)).toBe(0);
    city.wait(2 * 1440);
    expect(await city.work(runOutContracts)).toBe(1);
    expect(await city.sql`select state, end_reason from contracts where id = ${id}`).toMatchObject([
      { state: 'ended', end_reason: 'institution' },
    ]);
  });

  it('promises in proportion to the days that it covers, never more than its count', () => {
    expect(promisedIn('2026-04', 8, '2026-04-16', null)).toBe(4);
    expect(promisedIn('2026-04', 8, '2026-01-01', '2026-04-08')).toBe(1);
    expect(promisedIn('2026-04', 8, '2026-05-01', null)).toBe(0);
    expect(promisedIn('2026-04', 8, '2020-01-01', null)).toBe(8);
  });
});
