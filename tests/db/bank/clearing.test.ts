import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { decideClearing, proposeClearing, withdrawClearing } from '../../../db/bank/clearing.ts';
import { listClearings, listPartners, partnerStatement } from '../../../db/bank/clearingViews.ts';
import { limitPartner, openPartner } from '../../../db/bank/partners.ts';
import { districtPositions, partnerFlows } from '../../../db/bank/positionViews.ts';
import { requestReversal } from '../../../db/bank/reverse.ts';
import { type Act, perform, type Role } from '../../../db/connect/act.ts';
import type { Reach } from '../../../db/connect/reach.ts';
import { confirmVisits } from '../../../db/visits/confirm.ts';
import { stationReach } from '../../support/family.ts';
import {
  actOf,
  DISTRICT,
  ids,
  later,
  monday,
  refusalOf,
  type SmallCity,
  smallCity,
} from '../../support/smallCity.ts';
import { acceptedOrder, arrive, leave } from '../../support/visits.ts';

const CAP = 1500 * 60;
const DAY = 24 * 60;
const PARTNER = '3202';
const OTHER_DISTRICT = '320104';
const all: Reach = { kind: 'all' };
/** From the midnight before the clock starts. */
const days = { from: later(monday, -10 * 60), until: later(monday, -10 * 60 + 30 * DAY) };

let city: SmallCity;
beforeAll(async () => {
  city = await smallCity();
  await city.do('regulator', (tx, act) =>
    openPartner(tx, act, { code: PARTNER, name: '无锡市', limitMinutes: 600, limitFen: 10_000 }),
  );
});
afterAll(() => city.close());
beforeEach(() => city.wait(1));

const as = (role: Role, name: string): Act => actOf(role, city.at, `${role}:${name}`);
type HoursProposal = Extract<Parameters<typeof proposeClearing>[2], { personId: string }>;
const propose = (one: Partial<HoursProposal>, act: Act = as('regulator', 'a')) =>
  perform(city.db, act, (tx) =>
    proposeClearing(tx, act, {
      partnerCode: PARTNER,
      kind: 'in',
      personId: ids.li,
      minutes: 60,
      reference: null,
      reason: '异地服务结转',
      ...one,
    }),
  );
const decide = (
  id: string,
  act: Act,
  word: { approve?: boolean; reference?: string } = {},
  reach: Reach = all,
) =>
  perform(city.db, act, (tx) =>
    decideClearing(tx, act, reach, id, {
      approve: word.approve ?? true,
      reference: word.reference ?? null,
      note: null,
    }),
  );
const proposed = async (one: Partial<HoursProposal>, act?: Act): Promise<string> => {
  const outcome = await propose(one, act);
  if (!outcome.ok) throw new Error(JSON.stringify(outcome.refusal));
  return outcome.value.id;
};
const minutes = async (ownerId: string, kind?: string) => (await city.account(ownerId, kind)).balance;
const left = async () => {
  const [partner] = await listPartners(city.db, PARTNER);
  return partner?.accounts.find((one) => one.currency === 'min')?.left;
};

describe('hours with a partner city', () => {
  it('leave when the member wants it and the partner has given its number; until then they are set aside', async () => {
    await city.bank(ids.li, 300);
    const id = await proposed({ kind: 'out', minutes: 200 }, as('station', 'a'));
    expect(await city.account(ids.li)).toEqual({ balance: 300, held: 200 });
    expect(refusalOf(await decide(id, as('station', 'b')))?.code).toBe('not_yours');
    expect(refusalOf(await decide(id, as('regulator', 'a')))).toEqual({
      code: 'invalid',
      field: 'reference',
    });
    const posted = await decide(id, as('regulator', 'a'), { reference: 'WX-001' });
    expect(posted).toMatchObject({ ok: true, value: { state: 'posted', reference: 'WX-001' } });
    expect(await city.account(ids.li)).toEqual({ balance: 100, held: 0 });
    expect(await minutes(PARTNER, 'clearing')).toBe(200);
    const [transfer] = await city.sql`
      select cause, cause_id from transfers where id = ${posted.ok ? posted.value.transferId : ''}`;
    expect(transfer).toEqual({ cause: 'settlement', cause_id: id });
    expect(refusalOf(await decide(id, as('regulator', 'b')))?.code).toBe('already_done');
  });

  it('come when the partner has asked with its number and somebody here agrees, never one person for both', async () => {
    expect(refusalOf(await propose({ reference: 'WX-002' }, as('station', 'a')))?.code).toBe('not_yours');
    expect(refusalOf(await propose({}))).toEqual({ code: 'invalid', field: 'reference' });
    const id = await proposed({ reference: 'WX-002', minutes: 60 });
    expect(await minutes(ids.li)).toBe(100);
    expect(refusalOf(await decide(id, as('regulator', 'a')))?.code).toBe('needs_second_person');
    const elsewhere: Reach = { kind: 'area', areaCode: '320104001001' };
    expect(refusalOf(await decide(id, as('station', 'x'), {}, elsewhere))?.code).toBe('not_found');
    expect((await decide(id, as('station', 'a'), {}, stationReach)).ok).toBe(true);
    expect([await minutes(ids.li), await minutes(PARTNER, 'clearing')]).toEqual([160, 140]);
    await expect(
      city.sql`update clearings set decided_by = proposed_by where id = ${id}`,
    ).rejects.toMatchObject({ constraint_name: 'clearings_two_sides' });
  });

  it("are counted once: a partner's number is used once", async () => {
    expect(refusalOf(await propose({ reference: 'WX-002' }))).toEqual({
      code: 'already_done',
      field: 'reference',
    });
    const id = await proposed({ kind: 'out', minutes: 10 });
    const again = await decide(id, as('regulator', 'b'), { reference: 'WX-001' });
    expect(refusalOf(again)).toEqual({ code: 'already_done', field: 'reference' });
    const act = as('station', 'a');
    const off = await perform(city.db, act, (tx) => withdrawClearing(tx, act, stationReach, id, '填错了'));
    expect(off).toMatchObject({ ok: true, value: { state: 'withdrawn' } });
    expect((await city.account(ids.li)).held).toBe(0);
  });

  it("stop at the partner's limit, which says what is left, however many come at once", async () => {
    expect(await left()).toBe(740);
    const over = await proposed({ reference: 'WX-003', minutes: 741 });
    expect(refusalOf(await decide(over, as('regulator', 'b')))).toEqual({
      code: 'over_limit',
      field: 'amount',
      params: { left: 740, currency: 'min' },
    });
    const many = await Promise.all(
      Array.from({ length: 20 }, (_, n) => proposed({ reference: `WX-1${n}`, minutes: 100 })),
    );
    const outcomes = await Promise.all(many.map((id) => decide(id, as('regulator', 'b'))));
    expect(outcomes.filter((one) => one.ok).length).toBe(7);
    expect(outcomes.every((one) => one.ok || one.refusal.code === 'over_limit')).toBe(true);
    expect([await left(), await minutes(PARTNER, 'clearing')]).toEqual([40, -560]);
    const [row] = await city.sql`select state from clearings where id = ${over}`;
    expect(row?.state).toBe('proposed');
  });

  it('have a limit that can be raised, and lowered to what is owed already', async () => {
    const limit = (limitMinutes: number) =>
      city.try('regulator', (tx, act) =>
        limitPartner(tx, act, PARTNER, { limitMinutes, limitFen: 0 }, '双方商定'),
      );
    expect(refusalOf(await limit(559))?.code).toBe('over_limit');
    expect((await limit(560)).ok).toBe(true);
    expect(await left()).toBe(0);
    expect((await limit(100_000)).ok).toBe(true);
    const twice = await city.try('regulator', (tx, act) =>
      openPartner(tx, act, { code: PARTNER, name: '无锡市', limitMinutes: 1, limitFen: 1 }),
    );
    expect(refusalOf(twice)).toEqual({ code: 'already_done', field: 'code' });
  });

  it("pass what exceeds the member's cap on to the pool", async () => {
    await city.bank(ids.zhao, CAP - 20);
    const pool = await minutes(DISTRICT, 'pool');
    const id = await proposed({ reference: 'WX-200', minutes: 50, personId: ids.zhao });
    expect((await decide(id, as('regulator', 'b'))).ok).toBe(true);
    expect([await minutes(ids.zhao), await minutes(DISTRICT, 'pool')]).toEqual([CAP, pool + 30]);
  });

  it('stand in a statement with their numbers, which opens and closes at what the account held', async () => {
    const pageAt = { order: 'oldest', cause: null, limit: 200, turn: null } as const;
    const found = await partnerStatement(city.db, 'regulator:a', PARTNER, 'min', days, pageAt);
    expect(found).toMatchObject({ opening: 0, closing: await minutes(PARTNER, 'clearing') });
    expect(found?.items.reduce((sum, line) => sum + line.amount, 0)).toBe(found?.closing);
    const numbers = found?.items.map((line) => found.clearings.get(line.id)?.reference);
    expect(numbers?.slice(0, 2)).toEqual(['WX-001', 'WX-002']);
    expect(numbers?.length).toBe(10);
    const [flow] = await partnerFlows(city.db, days);
    expect(flow).toEqual({ code: PARTNER, currency: 'min', in: 810, out: 200 });
    await city.sql`delete from unsealed`;
    expect(await partnerFlows(city.db, days)).toEqual([flow]);
    const mine = await listClearings(city.db, stationReach, 'regulator:b', { state: 'posted' }, 50);
    expect(mine.length).toBe(10);
    expect(mine[0]).toMatchObject({
      holder: { kind: 'person', name: '赵**' },
      currency: 'min',
      partnerName: '无锡市',
      mine: false,
      closes: false,
    });
  });
});

describe('the net positions of districts', () => {
  /** A visit of 张 to 王, an hour long, from booking to payment. */
  async function visit(): Promise<string> {
    city.wait(90);
    const order = await acceptedOrder(city);
    expect(order.assigneeId).toBe(ids.near);
    await arrive(city, order.id);
    city.wait(60);
    await leave(city, order.id);
    await city.do('elder', (tx, act) => confirmVisits(tx, act, [{ orderId: order.id }]));
    return order.id;
  }
  const positions = () => districtPositions(city.db, days);

  it('tell what elders received and volunteers gave, and add up to zero, sealed or not, reversed or not', async () => {
    await city.sql`
      insert into areas (code, level, name, parent_code, lat, lon) values
        (${OTHER_DISTRICT}, 'district', '秦淮区', '3201', 32, 118), ('320104001001', 'community', '三条巷', null, 32, 118)`;
    await city.bank(ids.wang, 1000);
    await visit();
    // What is sealed stays with the district in which the volunteer lived then.
    await city.sql`delete from unsealed`;
    await city.sql`update persons set area_code = '320104001001' where id = ${ids.near}`;
    const orderId = await visit();
    await visit();
    const expected = [
      { code: DISTRICT, received: 180, given: 60, net: -120, visits: 3 },
      { code: OTHER_DISTRICT, name: '秦淮区', received: 0, given: 120, net: 120, visits: 0 },
    ];
    expect(await positions()).toMatchObject(expected);
    await city.sql`delete from unsealed`;
    expect(await positions()).toMatchObject(expected);

    const [wrong] = await city.sql`select id from transfers where cause = 'visit' and cause_id = ${orderId}`;
    await city.do('regulator', (tx, act) =>
      requestReversal(tx, act, all, {
        transferId: wrong?.id,
        reasonCode: 'visit_not_done',
        note: '没有上门',
      }),
    );
    const corrected = [
      { code: DISTRICT, received: 120, given: 60, net: -60, visits: 2 },
      { code: OTHER_DISTRICT, received: 0, given: 60, net: 60, visits: 0 },
    ];
    expect(await positions()).toMatchObject(corrected);
    await city.sql`delete from unsealed`;
    expect(await positions()).toMatchObject(corrected);
    expect((await positions()).reduce((sum, one) => sum + one.net, 0)).toBe(0);
  });
});
