import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Solvency } from '../../db/bank/solvency.ts';
import { ranges } from '../../db/bank/solvencyRules.ts';
import { DISTRICT, OTHER_DISTRICT } from './support/city.ts';
import { type Client, type Front, openFront } from './support/front.ts';

type Answer = Omit<Solvency, 'asOf'> & { asOf: string; ranges: typeof ranges };
const address = '/api/v1/ledger/solvency';

let front: Front;
let regulator: Client;
beforeAll(async () => {
  front = await openFront();
  regulator = await front.as('regulator');
});
afterAll(() => front.close());

async function ask(query: Record<string, string | number> = {}): Promise<Answer> {
  const asked = new URLSearchParams(
    Object.fromEntries(Object.entries(query).map(([name, value]) => [name, String(value)])),
  );
  const { status, body } = await regulator.get<Answer>(`${address}?${asked}`);
  expect(status, JSON.stringify(body)).toBe(200);
  return body;
}

describe('the solvency of the city', () => {
  it('is told to the regulator and the administrator: what is owed, to whom, and thirty years', async () => {
    const found = await ask();
    expect(found.sum).toBe(0);
    expect(found.unplacedMinutes).toBe(0);
    expect(found.owedMinutes).toBe(found.issuedMinutes - found.poolMinutes);
    expect(found.districts.map((one) => one.code)).toEqual([DISTRICT, OTHER_DISTRICT]);
    expect(found.policyVersion).toBe(1);
    expect(found.policy.projection.years).toHaveLength(30);
    expect(found.tried).toBeNull();
    expect(found.ranges).toEqual(ranges);
    expect(found.lifeTable.source.zh).toContain('保监发〔2016〕107号');
    expect(found.lifeTable.expectancies).toContainEqual({ age: 0, sex: 'male', years: 83.1 });
    const admin = await (await front.as('admin')).get(address);
    expect(admin.status).toBe(200);
    const elder = await (await front.as('elder')).get(address);
    expect([elder.status, elder.body.code]).toEqual([403, 'forbidden']);
  });

  it('answers both futures side by side when an assumption is moved', async () => {
    const { policy, tried } = await ask({ redemptionPercent: 12.5, supplyMinutes: 600 });
    expect(policy.assumptions.redemptionPercent).toBe(8);
    expect(tried?.assumptions).toEqual({
      ...policy.assumptions,
      redemptionPercent: 12.5,
      supplyMinutes: 600,
    });
    expect(tried?.projection.years[0]?.supply).toBe(600);
  });

  it('answers as of any instant of the past', async () => {
    const before = await ask({ asOf: '2020-01-01T00:00:00+08:00' });
    expect([before.asOf, before.owedMinutes, before.kinds]).toEqual(['2019-12-31T16:00:00.000Z', 0, []]);
    const now = new Date().toISOString();
    expect((await ask({ asOf: now })).kinds).toEqual((await ask()).kinds);
  });

  it('refuses what is out of range, and names it', async () => {
    const wrong: [string, string | number][] = [
      ['asOf', new Date(Date.now() + 3_600_000).toISOString()],
      ['asOf', 'yesterday'],
      ['redemptionAge', 49],
      ['redemptionAge', 60.5],
      ['redemptionPercent', 101],
      ['familyPercent', -1],
      ['depositGrowthPercent', 20.5],
      ['supplyMinutes', 3_000_000_001],
      ['supplyMinutes', 'many'],
      ['otherUseMinutes', -1],
      ['relativesPercent', 100.5],
      ['heirYears', 14],
      ['mortalityPercent', 301],
      ['interest', 1],
    ];
    for (const [field, value] of wrong) {
      const { status, body } = await regulator.get(`${address}?${field}=${value}`);
      expect([field, status, body.code, body.field]).toEqual([field, 422, 'validation_failed', field]);
    }
  });
});
