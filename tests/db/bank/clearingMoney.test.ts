/** Money of providers with a partner city (M3, C14): the same two sides, limits and statement as hours. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { decideClearing, proposeClearing, withdrawClearing } from '../../../db/bank/clearing.ts';
import { listClearings, listPartners, partnerStatement } from '../../../db/bank/clearingViews.ts';
import { openPartner } from '../../../db/bank/partners.ts';
import { type Act, perform, type Role } from '../../../db/connect/act.ts';
import type { Reach } from '../../../db/connect/reach.ts';
import { stationReach } from '../../support/family.ts';
import { actOf, ids, later, monday, refusalOf, type SmallCity, smallCity } from '../../support/smallCity.ts';
import { brokenPromises } from './support/promises.ts';

const PARTNER = '3202';
const all: Reach = { kind: 'all' };
const days = { from: later(monday, -10 * 60), until: later(monday, 30 * 24 * 60) };

let city: SmallCity;
beforeAll(async () => {
  city = await smallCity();
  await city.do('regulator', (tx, act) =>
    openPartner(tx, act, { code: PARTNER, name: '无锡市', limitMinutes: 600, limitFen: 50_000 }),
  );
});
afterAll(async () => {
  // What is told of accounts is counted by the transfers, and a clearing tells of itself too.
  const broken = await brokenPromises(city.sql);
  expect(broken).toEqual([]);
  await city.close();
});
beforeEach(() => city.wait(1));

const as = (role: Role, name: string): Act => actOf(role, city.at, `${role}:${name}`);
const propose = (
  kind: 'in' | 'out',
  fen: number,
  reference: string | null,
  act: Act = as('regulator', 'a'),
) =>
  perform(city.db, act, (tx) =>
    proposeClearing(tx, act, {
      partnerCode: PARTNER,
      kind,
      providerId: ids.provider,
      fen,
      reference,
      reason: '为无锡老人上门服务的费用',
    }),
  );
const proposed = async (...ask: Parameters<typeof propose>): Promise<string> => {
  const outcome = await propose(...ask);
  if (!outcome.ok) throw new Error(JSON.stringify(outcome.refusal));
  return outcome.value.id;
};
const decide = (id: string, act: Act = as('regulator', 'b'), reference: string | null = null) =>
  perform(city.db, act, (tx) => decideClearing(tx, act, all, id, { approve: true, reference, note: null }));
const fen = async (ownerId: string, kind: string) => (await city.account(ownerId, kind, 'fen')).balance;
const left = async () => {
  const [partner] = await listPartners(city.db, PARTNER);
  return partner?.accounts.find((one) => one.currency === 'fen')?.left;
};

describe("a provider's money with a partner city", () => {
  it('comes when a regulator has written down that it comes and another regulator agrees, nobody else', async () => {
    expect(refusalOf(await propose('in', 9_900, 'WX-F1', as('station', 'a')))?.code).toBe('not_yours');
    expect(refusalOf(await propose('out', 100, null, as('station', 'a')))).toEqual({
      code: 'not_yours',
      field: 'currency',
    });
    expect(refusalOf(await propose('in', 0, 'WX-F1'))).toEqual({ code: 'invalid', field: 'fen' });
    const id = await proposed('in', 20_000, 'WX-F1');
    expect(refusalOf(await decide(id, as('regulator', 'a')))?.code).toBe('needs_second_person');
    expect(refusalOf(await decide(id, as('station', 'b')))?.code).toBe('not_yours');
    expect(await fen(ids.provider, 'provider')).toBe(0);
    expect((await decide(id)).ok).toBe(true);
    expect([await fen(ids.provider, 'provider'), await fen(PARTNER, 'clearing')]).toEqual([20_000, -20_000]);
  });

  it("stops at the partner's limit in fen and says what is left, however many come at once", async () => {
    const over = await proposed('in', 30_001, 'WX-F2');
    expect(refusalOf(await decide(over))).toEqual({
      code: 'over_limit',
      field: 'amount',
      params: { left: 30_000, currency: 'fen' },
    });
    const many = await Promise.all(Array.from({ length: 8 }, (_, n) => proposed('in', 9_000, `WX-F3${n}`)));
    const outcomes = await Promise.all(many.map((id) => decide(id)));
    expect(outcomes.filter((one) => one.ok).length).toBe(3);
    expect(outcomes.every((one) => one.ok || one.refusal.code === 'over_limit')).toBe(true);
    expect([await left(), await fen(PARTNER, 'clearing')]).toEqual([3_000, -47_000]);
  });

  it('leaves only as far as the account has it and nobody else has asked for it', async () => {
    const first = await proposed('out', 40_000, null);
    expect(refusalOf(await propose('out', 7_001, null))).toEqual({
      code: 'not_enough_money',
      field: 'fen',
      params: { left: 7_000, currency: 'fen' },
    });
    const second = await proposed('out', 7_000, null);
    expect(refusalOf(await decide(first))).toEqual({ code: 'invalid', field: 'reference' });
    expect((await decide(first, as('regulator', 'b'), 'WX-F40')).ok).toBe(true);
    const act = as('station', 'a');
    const off = await perform(city.db, act, (tx) =>
      withdrawClearing(tx, act, stationReach, second, '站点不管钱'),
    );
    expect(refusalOf(off)?.code).toBe('not_yours');
    const regulator = as('regulator', 'a');
    await perform(city.db, regulator, (tx) => withdrawClearing(tx, regulator, all, second, '金额有误'));
    expect((await propose('out', 7_000, null)).ok).toBe(true);
    expect([await fen(ids.provider, 'provider'), await fen(PARTNER, 'clearing')]).toEqual([7_000, -7_000]);
  });

  it('stands in a statement of its own with the names of the providers', async () => {
    const pageAt = { order: 'oldest', cause: null, limit: 50, turn: null } as const;
    const found = await partnerStatement(city.db, 'regulator:a', PARTNER, 'fen', days, pageAt);
    expect(found).toMatchObject({ opening: 0, closing: -7_000 });
    const behind = found?.clearings.get(found.items[0]?.id as string);
    expect(behind).toMatchObject({ reference: 'WX-F1', currency: 'fen', amount: 20_000 });
    expect(behind?.holder).toMatchObject({ kind: 'provider', id: ids.provider });
    const elsewhere: Reach = { kind: 'area', areaCode: '320104' };
    expect(await listClearings(city.db, elsewhere, 'x', {}, 50)).toEqual([]);
  });
});
