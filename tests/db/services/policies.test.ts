/** Policies in a city that began before the product knew all it knows now. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { learnPolicies } from '../../../api/start/city.ts';
import { solvencyAt } from '../../../db/bank/solvency.ts';
import { bodyOf, currentPolicy } from '../../../db/services/policies.ts';
import { later, monday, type SmallCity, smallCity } from '../../support/smallCity.ts';

let city: SmallCity;
beforeAll(async () => {
  city = await smallCity();
});
afterAll(() => city.close());

/** As it was before the product knew these kinds. */
async function forget(...kinds: string[]): Promise<void> {
  await city.sql`alter table policies disable trigger user`;
  await city.sql`alter table services disable trigger user`;
  await city.sql`delete from services where policy_id in (select id from policies where kind = any(${kinds}))`;
  await city.sql`delete from policies where kind = any(${kinds})`;
  await city.sql`alter table policies enable trigger user`;
  await city.sql`alter table services enable trigger user`;
}

async function publish(kind: string, version: number, body: unknown): Promise<void> {
  await city.sql`
    insert into policies (id, kind, version, effective_from, author, reason, body)
    values (${crypto.randomUUID()}, ${kind}, ${version}, ${later(monday, -60)}, 'test', 'a test', ${city.sql.json(body as never)})`;
}

describe('a kind of policy that came later', () => {
  it('gets its first version at a start, once however many start at once, and the others stay', async () => {
    const before =
      await city.sql`select id, kind from policies where kind not in ('solvency', 'scores') order by kind`;
    await forget('solvency', 'scores');
    await expect(solvencyAt(city.db, null, monday)).rejects.toThrow('no solvency policy');

    const learnt = await Promise.all(Array.from({ length: 5 }, () => learnPolicies(city.config)));
    expect(learnt.flat().sort()).toEqual(['scores', 'solvency']);
    const published = await city.sql`
      select kind, version, author, reason like '%added to the product after this city began%' as says_why
      from policies where kind in ('solvency', 'scores') order by kind`;
    expect(published).toEqual(
      ['scores', 'solvency'].map((kind) => ({ kind, version: 1, author: 'system', says_why: true })),
    );
    expect(
      await city.sql`select id, kind from policies where kind not in ('solvency', 'scores') order by kind`,
    ).toEqual(before);
    expect((await solvencyAt(city.db, null, monday)).policyVersion).toBe(1);
    expect(await learnPolicies(city.config)).toEqual([]);
  });

  it('brings its catalogue with it', async () => {
    await forget('catalogue');
    expect(await learnPolicies(city.config)).toEqual(['catalogue']);
    const [row] = await city.sql<{ n: number }[]>`select count(*) as n from services`;
    expect(row!.n).toBeGreaterThan(10);
  });
});

describe('a published version', () => {
  it('has what came later as in the first version, and everything else as published', async () => {
    await publish('bank', 2, { capMinutes: 60_000, poolPaysFor: { subsidyClasses: [] } });
    const { version, body } = await currentPolicy(city.db, 'bank', monday);
    expect(version).toBe(2);
    expect(body).toMatchObject({
      capMinutes: 60_000,
      grantMinutes: 600,
      redeemAge: 60,
      clearingDays: 90,
      poolPaysFor: { keyElders: true, subsidyClasses: [] },
      secondPersonAbove: { min: 600, fen: 100_000 },
    });
  });

  it('is refused with its name where a figure is none', () => {
    expect(() => bodyOf('bank', 3, { capMinutes: '90000' })).toThrow(
      'policy bank, version 3: capMinutes: number is expected',
    );
    expect(() => bodyOf('scores', 2, { weights: [40, 30] })).toThrow('weights: object is expected');
    expect(bodyOf('solvency', 2, { depositMinutes: 5 }).depositMinutes).toBe(5);
  });
});
