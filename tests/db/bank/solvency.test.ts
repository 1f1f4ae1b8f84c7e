import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  accountKey,
  cityCode,
  hold,
  openAccounts,
  type Posting,
  post,
  settle,
} from '../../../db/bank/post.ts';
import { type Solvency, solvencyAt } from '../../../db/bank/solvency.ts';
import { firstAssumptions } from '../../../db/bank/solvencyRules.ts';
import type { Act } from '../../../db/connect/act.ts';
import { ensurePartitions } from '../../../db/connect/partitions.ts';
import { ageOn } from '../../../db/people/rules.ts';
import { DISTRICT, ids, later, monday, type SmallCity, smallCity } from '../../support/smallCity.ts';

const DAY = 24 * 60;
const names = {
  fund: { ownerId: cityCode, kind: 'issuance', currency: 'min' },
  pool: { ownerId: DISTRICT, kind: 'pool', currency: 'min' },
  cityPool: { ownerId: cityCode, kind: 'pool', currency: 'min' },
  liGrant: { ownerId: ids.li, kind: 'grant', currency: 'min' },
  li: { ownerId: ids.li, kind: 'personal', currency: 'min' },
  near: { ownerId: ids.near, kind: 'personal', currency: 'min' },
  middle: { ownerId: ids.middle, kind: 'personal', currency: 'min' },
} as const;
type Name = keyof typeof names;

let city: SmallCity;
const accounts = {} as Record<Name, string>;
let keys = 0;
async function postAt(at: Date, debit: Name, credit: Name, amount: number, cause: Posting['cause']) {
  const act: Act = { actorId: 'test:solvency', role: 'system', onBehalfOf: null, at };
  const key = `solvency:${keys++}`;
  await post(city.db, act, [
    { debit: accounts[debit], credit: accounts[credit], amount, currency: 'min', cause, key },
  ]);
}
/** An hour of service: from the elder's own hours, or from the pool where there are none, to a volunteer. */
async function visitAt(instant: Date, elderId: string, amount: number) {
  const act: Act = { actorId: 'test:solvency', role: 'system', onBehalfOf: null, at: instant };
  const orderId = crypto.randomUUID();
  await hold(city.db, act, [
    {
      orderId,
      ownerId: elderId,
      currency: 'min',
      amount,
      kinds: ['personal'],
      pool: accounts.pool,
      expiresAt: later(instant, DAY),
    },
  ]);
  const credits = [{ account: accounts.middle, amount }];
  await settle(city.db, act, [{ orderId, approval: 'partner_city', credits, policyId: crypto.randomUUID() }]);
}
const at = (days: number) => later(monday, days * DAY);

beforeAll(async () => {
  city = await smallCity();
  await ensurePartitions(city.db, at(-500), monday);
  const opened = await city.do('system', (tx, act) =>
    openAccounts(tx, { ...act, at: at(-450) }, Object.values(names)),
  );
  for (const [name, account] of Object.entries(names))
    accounts[name as Name] = opened.get(accountKey(account)) as string;
  await postAt(at(-440), 'fund', 'near', 40_000, 'import');
  await postAt(at(-430), 'fund', 'li', 90_000, 'import');
  await postAt(at(-420), 'fund', 'liGrant', 600, 'grant');
  await postAt(at(-380), 'near', 'pool', 1_000, 'donation');
  await postAt(at(-40), 'fund', 'liGrant', 700, 'grant');
  await postAt(at(-20), 'liGrant', 'fund', 200, 'lapse');
  await postAt(at(-10), 'fund', 'middle', 5_000, 'import');
  await postAt(at(-9), 'near', 'cityPool', 300, 'donation');
  await postAt(at(-8), 'middle', 'pool', 50, 'donation');
  await visitAt(at(-7), ids.li, 1_200);
  await visitAt(at(-6), ids.far, 40);
});
afterAll(() => city.close());

/** By kind, added up one entry after another. */
async function summed(until: Date): Promise<Record<string, number>> {
  const rows = await city.sql<{ kind: string; sum: number }[]>`
    select a.kind, sum(e.amount)::int as sum from entries e join accounts a on a.id = e.account_id
    where a.currency = 'min' and e.at <= ${until} group by a.kind having sum(e.amount) <> 0`;
  return Object.fromEntries(rows.map(({ kind, sum }) => [kind, sum]));
}
const kindsOf = ({ kinds }: Solvency) => Object.fromEntries(kinds.map((one) => [one.kind, one.minutes]));
const seal = (most: number) =>
  city.sql`delete from unsealed where transfer_id in (select transfer_id from unsealed order by random() limit ${most})`;

describe('the solvency of the bank', () => {
  it('ties to the ledger at any instant, whatever is sealed: cohorts, kinds, zero in all', async () => {
    const instants = [
      at(-445),
      at(-440),
      at(-425),
      at(-400),
      at(-379),
      at(-100),
      at(-20),
      at(-9),
      at(-1),
      null,
    ];
    for (const sealed of [0, 4, 100]) {
      await seal(sealed);
      for (const instant of instants) {
        const found = await solvencyAt(city.db, instant, monday);
        expect(kindsOf(found), String(instant)).toEqual(await summed(instant ?? monday));
        expect(found.sum).toBe(0);
        expect(found.unplacedMinutes).toBe(0);
        const inCohorts = found.cohorts.reduce((sum, one) => sum + one.minutes, 0);
        const inDistricts = found.districts.reduce(
          (sum, one) => sum + one.personalMinutes + one.grantMinutes,
          0,
        );
        expect(inCohorts).toBe(found.owedMinutes);
        expect(inDistricts).toBe(found.owedMinutes);
        expect(found.issuedMinutes).toBe(found.owedMinutes + found.poolMinutes);
      }
    }
  });

  it('tells an instant from the millisecond before it', async () => {
    const instant = at(-430);
    const before = await solvencyAt(city.db, new Date(instant.getTime() - 1), monday);
    const then = await solvencyAt(city.db, instant, monday);
    expect(then.owedMinutes - before.owedMinutes).toBe(90_000);
  });

  it('shows who holds the hours, as old as they were then', async () => {
    const born = 1950;
    const found = await solvencyAt(city.db, at(-1), monday);
    const [li] = found.cohorts.filter((one) => one.grantMinutes === 1_100);
    expect(li).toMatchObject({ sex: 'female', accounts: 2, minutes: 88_800 + 1_100 });
    expect(li!.from % 5).toBe(0);
    const age = ageOn(`${born}-07-01`, at(-1));
    expect(li!.from).toBe(age - (age % 5));
    const then = await solvencyAt(city.db, at(-425), monday);
    const ageThen = ageOn(`${born}-07-01`, at(-425));
    expect(then.cohorts.find((one) => one.minutes === 90_000)?.from).toBe(ageThen - (ageThen % 5));
    expect([then.atCap, found.atCap]).toEqual([1, 0]);
    expect(found.holders).toBe(3);
  });

  it('shows each district with its pool, and the pool of the city in a line of its own', async () => {
    const { districts } = await solvencyAt(city.db, at(-1), monday);
    expect(districts).toEqual([
      expect.objectContaining({ code: cityCode, poolMinutes: 300, accounts: 0 }),
      expect.objectContaining({ code: DISTRICT, poolMinutes: 1_010, accounts: 4, grantMinutes: 1_100 }),
    ]);
  });

  it('takes what the policy leaves open from the last twelve months', async () => {
    const { lastYear, policy } = await solvencyAt(city.db, at(-1), monday);
    expect(lastYear).toEqual({
      days: 365,
      earned: 1_240,
      grantsUsed: 500,
      poolPaid: 40,
      redeemed: 700,
      donated: 350,
    });
    expect(policy.assumptions).toEqual({
      ...firstAssumptions,
      depositMinutes: 1_240,
      supplyMinutes: 1_240,
      otherUseMinutes: 540,
    });
  });

  it('takes a young ledger to go on for the whole year as it began, and grants that are left as not used', async () => {
    const young = await solvencyAt(city.db, at(-370), monday);
    const scale = 365 / 71;
    expect(young.lastYear).toMatchObject({ days: 71, donated: Math.round(1_000 * scale), grantsUsed: 0 });
  });

  it('shows what changes when an assumption changes, and nothing when none is given', async () => {
    const supplyMinutes = 10_000;
    const none = await solvencyAt(city.db, null, monday);
    expect(none.tried).toBeNull();
    const { policy, tried } = await solvencyAt(city.db, null, monday, {
      supplyMinutes,
      otherUseMinutes: 0,
      redemptionPercent: 50,
      familyPercent: undefined,
    });
    expect(policy).toEqual(none.policy);
    expect(tried?.assumptions).toEqual({
      ...policy.assumptions,
      supplyMinutes,
      otherUseMinutes: 0,
      redemptionPercent: 50,
    });
    expect(tried?.projection.shortageYear).toBe(1);
    expect(tried?.projection.outstanding).toBe(policy.projection.outstanding);
    const enough = await solvencyAt(city.db, null, monday, { supplyMinutes: 1_000_000, otherUseMinutes: 0 });
    expect(enough.tried?.projection.shortageYear).toBeNull();
  });

  it('reckons under the policy in force at that instant, before the first under the first', async () => {
    const [first] = await city.sql<{ id: string }[]>`select id from policies where kind = 'solvency'`;
    const body = { ...firstAssumptions, redemptionPercent: 30 };
    await city.sql`
      insert into policies (id, kind, version, effective_from, author, reason, body)
      values (${crypto.randomUUID()}, 'solvency', 2, ${at(-30)}, 'test', 'a test', ${city.sql.json(body)})`;
    const now = await solvencyAt(city.db, null, monday);
    expect([now.policyVersion, now.policy.assumptions.redemptionPercent]).toEqual([2, 30]);
    const then = await solvencyAt(city.db, at(-31), monday);
    expect([then.policyId, then.policyVersion]).toEqual([first?.id, 1]);
    const before = await solvencyAt(city.db, new Date('2001-01-01T00:00:00Z'), monday);
    expect([before.policyVersion, before.owedMinutes, before.sum]).toEqual([1, 0, 0]);
  });
});
