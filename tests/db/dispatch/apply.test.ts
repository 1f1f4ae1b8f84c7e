/** Plans put into effect: what was decided meanwhile stands, and two at once never contradict each other. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { perform } from '../../../db/connect/act.ts';
import { type OpenDatabase, openDatabase } from '../../../db/connect/database.ts';
import { dayOf } from '../../../db/connect/days.ts';
import { applyPlan, type MadePlan, type Place } from '../../../db/dispatch/apply.ts';
import { type Claim, claimOne } from '../../../db/dispatch/claim.ts';
import { cancelOrders } from '../../../db/orders/end.ts';
import type { OrderRow } from '../../../db/orders/transition.ts';
import {
  actOf,
  DISTRICT,
  ids,
  later,
  refusalOf,
  type SmallCity,
  smallCity,
} from '../../support/smallCity.ts';

let city: SmallCity;
let other: OpenDatabase;
beforeEach(async () => {
  city = await smallCity();
  other = openDatabase(city.config, 'other worker');
  await city.sql`
    insert into areas (code, level, name, parent_code, lat, lon) select '320104', level, '320104', parent_code, lat, lon
    from areas where code = ${DISTRICT}`;
});
afterEach(async () => {
  await other.close();
  await city.close();
});

const bath = (minutes: number) =>
  city.book({ serviceCode: 'bathing', payer: 'subsidy', startAt: later(city.at, minutes) });

const claimOf = async (areaCode = DISTRICT): Promise<Claim> => {
  const wanted = [{ day: dayOf(city.at), areaCode, notSince: later(city.at, 1) }];
  const claim = await claimOne(city.db, wanted, {
    heldBy: crypto.randomUUID(),
    at: city.at,
    until: later(city.at, 5),
  });
  if (!claim) throw new Error('nothing to claim');
  return claim;
};

const at = (order: OrderRow, more: Partial<Place> = {}): Place => ({
  orderId: order.id,
  place: 1,
  personId: ids.carer,
  providerId: ids.provider,
  beginAt: order.startAt,
  minutes: order.minutes,
  restMinutes: 0,
  travelSeconds: 0,
  orderVersion: order.version,
  terms: [{ code: 'travel', value: 0 }],
  nextBest: [],
  ...more,
});

const planOf = (places: readonly Place[]): MadePlan => ({
  kind: 'running',
  policyId: '01900000-0000-7000-8000-000000000000',
  seed: 1,
  seconds: 0,
  cost: { unservedPriority: 0, total: 0, travel: 0, wishes: 0 },
  measures: {},
  problem: new Uint8Array([1]),
  problemHash: new Uint8Array([2]),
  places,
  unplaced: [],
});

const planned = async () =>
  (await city.sql<{ order_id: string }[]>`select order_id from planned_visits order by begin_at`).map(
    (row) => row.order_id,
  );

describe('a plan put into effect', () => {
  it('passes over orders that changed or left while it was made, and says how many', async () => {
    const [kept, moved, gone] = [await bath(60), await bath(180), await bath(300)];
    const claim = await claimOf();
    await city.do('elder', (tx, act) => cancelOrders(tx, act, [{ orderId: gone.id, reason: 'other' }]));
    await city.sql`update orders set version = version + 1 where id = ${moved.id}`;
    const made = await city.do('system', (tx, act) =>
      applyPlan(tx, act, claim, planOf([at(kept), at(moved), at(gone)])),
    );
    expect(made).toMatchObject({ placed: 1, passedOver: 2 });
    expect(await planned()).toEqual([kept.id]);
    const [event] = await city.sql`select kind, detail from outbox where record_id = ${made.id}`;
    expect(event).toMatchObject({ kind: 'day_plan', detail: { placed: 1, district: DISTRICT } });
  });

  it('gives nobody a place while they are absent or have promised the time', async () => {
    const order = await bath(60);
    const claim = await claimOf();
    await city.sql`
      insert into absences (id, person_id, kind, start_at, end_at, recorded_by, recorded_at)
      values (${crypto.randomUUID()}, ${ids.carer}, 'sick', ${city.at}, ${later(city.at, 600)}, 'test', ${city.at})`;
    const made = await city.do('system', (tx, act) => applyPlan(tx, act, claim, planOf([at(order)])));
    expect(made).toMatchObject({ placed: 0, passedOver: 1 });
    expect(await planned()).toEqual([]);
  });

  it('gives two who come together both places or none', async () => {
    const [first, pair] = [await bath(60), await bath(90)];
    const claim = await claimOf();
    const together = [at(pair, { personId: ids.otherCarer }), at(pair, { place: 2 })];
    const made = await city.do('system', (tx, act) =>
      applyPlan(tx, act, claim, planOf([at(first), ...together])),
    );
    expect(made).toMatchObject({ placed: 1, passedOver: 1 });
    expect(await planned()).toEqual([first.id]);
  });

  it('is never two plans at once: the later claim stands, and of two districts one has the carer', async () => {
    const orders = [await bath(60), await bath(90)];
    const claims = [await claimOf(), await claimOf('320104')];
    const outcomes = await Promise.all(
      claims.map((claim, i) =>
        perform([city.db, other.db][i]!, actOf('system', city.at), (tx, act) =>
          applyPlan(tx, act, claim, planOf([at(orders[i]!)])),
        ),
      ),
    );
    expect(outcomes.map((one) => (one.ok ? one.value.placed : null)).sort()).toEqual([0, 1]);
    expect(await planned()).toHaveLength(1);

    city.wait(5);
    const [slow, quick] = [claims[0]!, await claimOf()];
    const done = await city.do('system', (tx, act) => applyPlan(tx, act, quick, planOf([])));
    expect(done.previousId).not.toBeNull();
    const late = await city.try('system', (tx, act) => applyPlan(tx, act, slow, planOf([])));
    expect(refusalOf(late)).toMatchObject({ code: 'stale' });
  });

  it('stays on record, and nobody is planned twice at a time whoever writes', async () => {
    const [first, second] = [await bath(60), await bath(90)];
    const made = await city.do('system', async (tx, act) =>
      applyPlan(tx, act, await claimOf(), planOf([at(first)])),
    );
    await expect(city.sql`delete from day_plans`).rejects.toThrow();
    await expect(city.sql`update plan_problems set problem = ''`).rejects.toThrow();
    await expect(city.sql`
      insert into planned_visits (order_id, person_id, provider_id, day, area_code, begin_at, during, travel_seconds,
        order_version, terms, next_best, plan_id)
      select ${second.id}, person_id, provider_id, day, area_code, begin_at, during, 0, 1, '[]', '[]', ${made.id}
      from planned_visits`).rejects.toThrow('planned_visits_no_overlap');
  });
});
