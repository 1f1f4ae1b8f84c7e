import { booleanPointInPolygon } from '@turf/boolean-point-in-polygon';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readSwitch } from '../../../db/audit/switches.ts';
import { demoAccounts } from '../../../db/demo/accounts.ts';
import { fillCity } from '../../../db/demo/city.ts';
import { Dice } from '../../../db/demo/dice.ts';
import { inhabitants, sizesFor } from '../../../db/demo/people.ts';
import { districtShapes } from '../../../db/people/divisions.ts';
import { readIdentity } from '../../../db/people/identity.ts';
import { isCreditCode } from '../../../db/providers/creditCode.ts';
import { type TestDatabase, testDatabase } from '../../support/database.ts';
import { later, monday } from '../../support/smallCity.ts';

const size = { elders: 80, days: 6, seed: 7 };
const HOUR = 3_600_000;
/** Noon in Nanjing: some of the day is over, some is to come. A Monday, for each weekday brings its own visits. */
const noon = later(monday, 2 * 60);

let city: TestDatabase;
let same: TestDatabase;
beforeAll(async () => {
  [city, same] = await Promise.all([testDatabase(undefined, 'owner'), testDatabase(undefined, 'owner')]);
  for (const { db } of [city, same]) await db.transaction((tx) => fillCity(tx, size, noon, () => {}));
});
afterAll(() => Promise.all([city?.close(), same?.close()]));

const one = async <T>(rows: PromiseLike<readonly unknown[]>): Promise<T> => (await rows)[0] as T;

describe('a demo city', () => {
  it('is the same for the same seed and instant', async () => {
    const digest = (database: TestDatabase) =>
      database.sql`
        select (select md5(string_agg(concat_ws(',', id, name, birth_date, lat, lon, area_code), ';' order by id)) from persons) as persons,
          (select md5(string_agg(concat_ws(',', id, number, state, service_code, payer, start_at, assignee_id), ';' order by id)) from orders) as orders,
          (select md5(string_agg(concat_ws(',', idempotency_key, amount, at), ';' order by idempotency_key)) from transfers) as transfers,
          (select md5(string_agg(concat_ws(',', subject_id, month, n, score), ';' order by subject_id, month)) from scores) as scores`;
    expect(await digest(city)).toEqual(await digest(same));
  });

  it('has everybody in proportion, with an account for every part', async () => {
    const found = await one(city.sql`
      select (select count(*)::int from elders) as elders, (select count(*)::int from volunteers) as volunteers,
        (select count(*)::int from providers) as providers, (select count(*)::int from carers) as carers,
        (select count(*)::int from stations where kind = 'station') as stations,
        (select count(*)::int from areas where level = 'community') as communities,
        (select count(*)::int from elders where key_elder) between 5 and 40 as "someKeyElders"`);
    const { volunteers, providers, carers, stations } = sizesFor(80);
    expect(found).toEqual({
      elders: 80,
      volunteers,
      providers,
      carers,
      stations,
      communities: 1322,
      someKeyElders: true,
    });
    const users = await city.sql`select username from users order by username`;
    expect(users.map((user) => user.username)).toEqual(demoAccounts.map((one) => one.username).sort());
  });

  it('has lived: visits in every state of the day, rated, scored, and a ledger that sums to zero', async () => {
    const states = await city.sql`select state, count(*)::int as n from orders group by 1`;
    const count = (state: string) => states.find((row) => row.state === state)?.n ?? 0;
    for (const state of ['settled', 'accepted', 'finished', 'requested', 'offered'])
      expect([state, count(state)]).toEqual([state, expect.toSatisfy((n: number) => n > 0)]);
    expect(count('settled')).toBeGreaterThan(20);
    const sums = await city.sql`
      select a.currency, sum(e.amount)::int as sum from entries e join accounts a on a.id = e.account_id group by 1 order by 1`;
    expect([...sums]).toEqual([
      { currency: 'fen', sum: 0 },
      { currency: 'min', sum: 0 },
    ]);
    expect(await one(city.sql`select count(*)::int as n from ratings`)).not.toEqual({ n: 0 });
    expect(
      await one(city.sql`select count(*)::int as n from scores where subject_kind = 'district'`),
    ).not.toEqual({ n: 0 });
    expect(await one(city.sql`select count(*)::int as n from accounts where balance < held`)).toEqual({
      n: 0,
    });
    const unsettled = await city.sql`
      select o.id from orders o left join holds h on h.order_id = o.id and h.state = 'open'
      where o.state in ('settled', 'cancelled', 'unserved') and h.order_id is not null`;
    expect(unsettled.length).toBe(0);
    expect(await readSwitch(city.db, 'demo.city')).toBe(true);
  });

  it('gives each part something to do', async () => {
    const rows = await city.sql`
      select u.username,
        (select count(*)::int from visits v where v.person_id = u.person_id and v.state in ('planned', 'started')) as visits,
        (select count(*)::int from offers f where f.person_id = u.person_id and f.state = 'open') as offers,
        (select count(*)::int from orders o where o.elder_id = u.person_id and o.state in ('accepted', 'finished')) as orders
      from users u where u.username in ('elder', 'volunteer', 'carer') order by 1`;
    expect([...rows]).toEqual([
      { username: 'carer', visits: 1, offers: 0, orders: 0 },
      { username: 'elder', visits: 0, offers: 0, orders: 3 },
      { username: 'volunteer', visits: 2, offers: 1, orders: 0 },
    ]);
  });

  it('has a visit within the hour for its volunteer and its carer', async () => {
    const rows = await city.sql`
      select u.username, extract(epoch from v.planned_start_at - ${noon})::int / 60 as minutes from visits v
      join users u on u.person_id = v.person_id where v.state = 'planned' and v.planned_start_at < ${new Date(noon.getTime() + HOUR)}
      order by 1`;
    expect([...rows]).toEqual([
      { username: 'carer', minutes: 30 },
      { username: 'volunteer', minutes: 30 },
    ]);
  });

  it('has every index that an empty city has, though it was loaded without them', async () => {
    const empty = await testDatabase(undefined, 'owner');
    const indexes = ({ sql }: TestDatabase) => sql`
      select c.relname, pg_get_indexdef(i.indexrelid) as definition, i.indisvalid
      from pg_index i join pg_class c on c.oid = i.indexrelid
      where c.relnamespace = current_schema()::regnamespace and not c.relispartition order by 1`;
    expect([...(await indexes(city))]).toEqual([...(await indexes(empty))]);
    await empty.close();
  });

  it('is written by a transaction: broken off, it leaves nothing', async () => {
    const other = await testDatabase(undefined, 'owner');
    const broken = other.db.transaction((tx) =>
      fillCity(tx, size, noon, (line) => {
        if (line.includes('% of the days')) throw new Error('broken off');
      }),
    );
    await expect(broken).rejects.toThrow('broken off');
    expect([...(await other.sql`select count(*)::int as n from areas`)]).toEqual([{ n: 0 }]);
    await other.close();
  });
});

describe('its people', () => {
  const people = inhabitants(new Dice(3), 600, new Date());
  const shapes = new Map(districtShapes().features.map((shape) => [shape.properties.code, shape]));

  it('live inside the boundaries of their districts, as many as the census says', () => {
    const outside = people.persons.filter(({ position, areaCode }) => {
      const shape = shapes.get(areaCode.slice(0, 6));
      return !shape || !booleanPointInPolygon([position.lon, position.lat], shape);
    });
    expect(outside.length).toBeLessThan(people.persons.length / 50);
    const inJiangning = people.elders.filter((elder) => elder.districtCode === '320115').length;
    expect(Math.abs(inJiangning / 600 - 1_926_117 / 9_314_685)).toBeLessThan(0.01);
  });

  it('have identity numbers that are right and tell their birth and gender, and providers valid credit codes', () => {
    for (const { identityNumber, birthDate, gender } of people.persons)
      expect(readIdentity(identityNumber ?? '')).toEqual({ number: identityNumber, birthDate, gender });
    expect(new Set(people.persons.map((person) => person.identityNumber)).size).toBe(people.persons.length);
    expect(people.providers.every((provider) => isCreditCode(provider.creditCode))).toBe(true);
    expect(new Set(people.providers.map((provider) => provider.name)).size).toBe(people.providers.length);
  });
});
