/** What really happened, counted from visits: continuity, known faces, the circle and how evenly carers worked. */
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dayOf } from '../../../db/connect/days.ts';
import { newId } from '../../../db/connect/ids.ts';
import { ensurePartitions } from '../../../db/connect/partitions.ts';
import { gini } from '../../../db/dispatch/measures.ts';
import { continuity, planChanges, visitMeasures } from '../../../db/dispatch/measuresOf.ts';
import { askingTotals } from '../../../db/orders/askingViews.ts';
import { offers } from '../../../worker/tasks/offers.ts';
import { COMMUNITY, DISTRICT, ids, later, type SmallCity, smallCity } from '../../support/smallCity.ts';

const DAY = 1440;
let city: SmallCity;
const orderOf = new Map<string, string>();
const days = (count: number) => later(city.at, -DAY * count);

interface Came {
  elderId?: string;
  personId: string;
  daysAgo: number;
  state?: 'planned' | 'started' | 'finished' | 'settled';
  minutes?: number;
}

/** Visits as they stand in the book once they are over. */
async function came(...visits: readonly Came[]): Promise<void> {
  for (const { elderId = ids.wang, personId, daysAgo, state = 'settled', minutes = 60 } of visits) {
    const at = days(daysAgo);
    await city.sql`
      insert into visits (id, order_id, state, service_code, elder_id, person_id, kind, district_code,
        planned_start_at, latest_start_at, planned_minutes)
      values (${newId(later(at, -60))}, ${orderOf.get(elderId) as string}, ${state}, 'companionship', ${elderId},
        ${personId}, ${personId === ids.carer || personId === ids.otherCarer ? 'carer' : 'volunteer'}, ${DISTRICT},
        ${at}, ${at}, ${minutes})`;
  }
}

beforeAll(async () => {
  city = await smallCity();
  await ensurePartitions(city.db, days(70), city.at);
  await city.bank(ids.li, 600);
  for (const elderId of [ids.wang, ids.li]) orderOf.set(elderId, (await city.book({ elderId })).id);
  await came(
    { personId: ids.near, daysAgo: 60 },
    { personId: ids.near, daysAgo: 20 },
    { personId: ids.near, daysAgo: 10 },
    { personId: ids.carer, daysAgo: 5, minutes: 120 },
    { personId: ids.middle, daysAgo: 4, state: 'finished' },
    { personId: ids.middle, daysAgo: 3, state: 'planned' },
    { personId: ids.far, elderId: ids.li, daysAgo: 2, state: 'started' },
    { personId: ids.otherCarer, elderId: ids.li, daysAgo: 1, minutes: 60 },
  );
});
afterAll(() => city.close());

describe('continuity', () => {
  it('counts who came to each elder in 30 days, and how often the one who came most', async () => {
    expect(await continuity(city.db, null, city.at)).toEqual({
      elders: 2,
      helpersPerElder: 2.5,
      mainHelperShare: 0.5,
    });
    expect(await continuity(city.db, null, days(40))).toMatchObject({ elders: 1, mainHelperShare: 1 });
    expect(await continuity(city.db, null, days(100))).toEqual({
      elders: 0,
      helpersPerElder: null,
      mainHelperShare: null,
    });
  });

  it('is what the lines of SQL in the README say', async () => {
    const readme = readFileSync(new URL('../../../README.md', import.meta.url), 'utf8');
    const text = /```sql\n(select count\(\*\) as elders[\s\S]*?)```/.exec(readme)?.[1] ?? '';
    expect(text.trim().split('\n').length).toBe(9);
    for (const at of [city.at, days(2), days(8)]) {
      const [row] = await city.sql.unsafe(text.replaceAll('now()', `'${at.toISOString()}'::timestamptz`));
      const { elders, helpersPerElder, mainHelperShare } = await continuity(city.db, null, at);
      expect(elders).toBeGreaterThan(0);
      expect([row?.elders, row?.helpers_per_elder, row?.main_helper_share].map(Number)).toEqual([
        elders,
        helpersPerElder,
        mainHelperShare,
      ]);
    }
  });
});

describe('the visits of a span', () => {
  const span = () => ({ areaCode: null, from: days(30), until: city.at });

  it('are by known helpers when these have settled one before, and near when they live in the circle', async () => {
    // 刘洋 lives 1,100 m away and 陈静 2,200 m, 周红 1,100 m; all others at the door.
    expect(await visitMeasures(city.db, span(), 1500)).toEqual({
      visits: 6,
      knownShare: 0.333,
      nearShare: 0.833,
      carers: 2,
      giniCarers: gini([120, 60]),
    });
    expect((await visitMeasures(city.db, span(), 500)).nearShare).toBe(0.5);
    expect(await visitMeasures(city.db, { ...span(), until: days(25) }, 500)).toMatchObject({
      visits: 0,
      knownShare: null,
      giniCarers: null,
    });
  });

  it('are those of an area and all under it', async () => {
    const counts = await Promise.all(
      [DISTRICT, COMMUNITY, '320102001', '3201', '320104', '320102002'].map(
        async (areaCode) => (await visitMeasures(city.db, { ...span(), areaCode }, 500)).visits,
      ),
    );
    expect(counts).toEqual([6, 6, 6, 6, 0, 0]);
    expect((await continuity(city.db, '320104', city.at)).elders).toBe(0);
  });
});

it('plans that gave visits to others are counted by their day and district', async () => {
  const plans = [
    { day: dayOf(days(1)), changes: 2 },
    { day: dayOf(days(1)), changes: 1 },
    { day: dayOf(days(40)), changes: 5 },
  ];
  for (const [n, { day, changes }] of plans.entries())
    await city.sql`
      insert into day_plans (id, day, area_code, kind, made_at, policy_id, seed, seconds, cost, measures, placed, unplaced,
        passed_over, problem_hash)
      values (${newId(later(city.at, n))}, ${day}, ${DISTRICT}, 'running', ${city.at}, ${ids.station}, 1, 1, '{}'::jsonb,
        ${city.sql.json({ personChanged: changes })}, 3, 0, 0, ''::bytea)`;
  const span = { from: days(30), until: city.at };
  expect(await planChanges(city.db, { areaCode: null, ...span })).toEqual({ plans: 2, changes: 3 });
  expect(await planChanges(city.db, { areaCode: DISTRICT, ...span, from: days(50) })).toEqual({
    plans: 3,
    changes: 8,
  });
  expect(await planChanges(city.db, { areaCode: '320104', ...span })).toEqual({ plans: 0, changes: 0 });
  expect(await planChanges(city.db, { areaCode: COMMUNITY, ...span })).toBeNull();
});

it('hours are offered evenly when all volunteers are offered as many minutes', async () => {
  const totals = () => askingTotals(city.db, { areaCode: null, from: days(30), until: later(city.at, DAY) });
  expect((await totals()).giniHours).toBeNull();
  await city.work(offers);
  const offered = await city.sql<{ minutes: number }[]>`
    select coalesce((select sum(o.minutes)::int from offers f join orders o on o.id = f.order_id
      where f.person_id = v.person_id), 0) as minutes from volunteers v`;
  const minutes = offered.map((one) => one.minutes);
  expect(Math.max(...minutes)).toBeGreaterThan(0);
  expect((await totals()).giniHours).toBe(gini(minutes));
});
