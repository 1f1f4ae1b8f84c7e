/**
 * How quickly places are found in a full day: 2,500 carers with 15,000 visits promised, and orders that come in between.
 * Then a carer is gone for the day, and every visit of theirs gets new places.
 */
import { openDatabase } from '../../db/connect/database.ts';
import { dayBounds, dayOf } from '../../db/connect/days.ts';
import { useDataKey } from '../../db/connect/seal.ts';
import { recommend } from '../../db/dispatch/recommend.ts';
import { slots } from '../../db/dispatch/slots.ts';
import { whyOf } from '../../db/dispatch/whyOf.ts';
import { type Figure, figure, quantile } from './figure.ts';
import { layTown } from './orders/town.ts';
import { onOwnServer } from './support/ownServer.ts';

const DAY = 86_400_000;
const PROVIDERS = 25;
const VISITS_EACH = 6;
const WAITING = 500;
const WARM = 50;

type Sql = ReturnType<typeof openDatabase>['sql'];

export async function recommendation(isQuick: boolean): Promise<Figure[]> {
  return onOwnServer(async (config) => {
    useDataKey(config.dataKey);
    const size = isQuick ? 0.2 : 1;
    await layTown(config, {
      elders: 5_000 * size,
      volunteers: 500,
      providers: PROVIDERS,
      carersEach: 100 * size,
    });
    const database = openDatabase({ ...config, databasePool: 1 }, 'bench');
    try {
      return await measure(database);
    } finally {
      await database.close();
    }
  });
}

async function measure({ db, sql }: ReturnType<typeof openDatabase>): Promise<Figure[]> {
  const at = new Date();
  const tomorrow = dayBounds(dayOf(new Date(at.getTime() + DAY))).from;
  await layDay(sql, tomorrow);
  const waiting = (
    await sql<{ id: string }[]>`select id from orders where state = 'requested' order by id`
  ).map(({ id }) => id);
  const one = async (id: string) => ((await recommend(db, [id], at)).get(id) ?? []).length;
  for (const id of waiting.slice(0, WARM)) await one(id);
  const found: number[] = [];
  const times = await timed(waiting.slice(WARM), async (id) => void found.push(await one(id)));
  const [gone] = await sql<{ ids: string[] }[]>`
    select array_agg(order_id) as ids from commitments group by person_id order by count(*) desc, person_id limit 1`;
  let placed = 0;
  const [replacing] = await timed([gone?.ids ?? []], async (ids) => {
    const places = await recommend(db, ids, at);
    placed = [...places.values()].filter(({ length }) => length > 0).length / ids.length;
  });
  const explaining = await timed(waiting.slice(0, 20), (id) => whyOf(db, id, at));
  const elders = await sql<{ id: string }[]>`select person_id as id from elders order by person_id limit 20`;
  const asked = { serviceCode: 'bathing', from: dayOf(tomorrow), days: 7 };
  const offering = await timed(elders, ({ id }) => slots(db, { elderId: id, ...asked }, at));
  return [
    figure('recommend.found', found.filter((places) => places > 0).length / found.length, 'share', '>= 0.9'),
    figure('recommend.p50', quantile(times, 0.5), 'ms', '<= 10'),
    figure('recommend.p99', quantile(times, 0.99), 'ms', '<= 10'),
    figure('recommend.gone', replacing ?? Number.NaN, 'ms', '<= 1000'),
    figure('recommend.gone.placed', placed, 'share', '>= 1'),
    figure('recommend.why.p50', quantile(explaining, 0.5), 'ms', '<= 500'),
    figure('recommend.slots.week.p50', quantile(offering, 0.5), 'ms', '<= 500'),
  ];
}

async function timed<T>(items: readonly T[], work: (item: T) => Promise<unknown>): Promise<number[]> {
  const times: number[] = [];
  for (const item of items) {
    const began = performance.now();
    await work(item);
    times.push(performance.now() - began);
  }
  return times;
}

/** Every carer's day: a visit of 45 minutes every other hour from seven or eight on, at elders around; and orders that wait. */
async function layDay(sql: Sql, midnight: Date): Promise<void> {
  await sql`
    create temporary table round as
    select row_number() over () as n, c.person_id, c.provider_id, v.hour, e.id as elder_id, e.area_code, e.lat, e.lon,
      gen_random_uuid() as order_id, ${midnight}::timestamptz + make_interval(hours => v.hour) as start_at
    from carers c join persons p on p.id = c.person_id
    cross join lateral (
      select q.id, q.area_code, q.lat, q.lon, row_number() over (order by md5(q.id::text || c.person_id::text)) as turn
      from (select near.* from persons near
        where near.closed_at is null and exists (select from elders x where x.person_id = near.id)
        order by point(near.lon * 0.85, near.lat) <-> point(p.lon * 0.85, p.lat) limit 30) as q) as e
    join lateral (select (5 + 2 * e.turn + (hashtext(c.person_id::text) & 1))::int as hour) as v on e.turn <= ${VISITS_EACH}`;
  const columns = sql`id, number, state, service_code, policy_id, channel, payer, urgency, elder_id, booked_by, area_code,
    district_code, lat, lon, start_at, latest_start_at, minutes, price_fen, assignee_id, provider_id, created_at, updated_at`;
  const catalogue = sql`(select id from policies where kind = 'catalogue')`;
  await sql`insert into orders (${columns})
    select order_id, n, 'requested', 'bathing', ${catalogue}, 'provider', 'self', 'normal', elder_id, 'bench', area_code,
      left(area_code, 6), lat, lon, start_at, start_at + interval '30 minutes', 45, 0, person_id, provider_id, now(), now()
    from round`;
  for (const state of ['offered', 'accepted']) await sql`update orders set state = ${state}`;
  await sql`insert into commitments (visit_id, order_id, person_id, during)
    select gen_random_uuid(), order_id, person_id, tstzrange(start_at, start_at + interval '45 minutes') from round`;
  await sql`insert into orders (${columns})
    select gen_random_uuid(), 1000000 + row_number() over (), 'requested', 'bathing', ${catalogue}, 'provider', 'self', 'normal',
      person_id, 'bench', area_code, left(area_code, 6), lat, lon, start_at, start_at + interval '30 minutes', 45, 0, null, null, now(), now()
    from (select e.person_id, p.*, ${midnight}::timestamptz + interval '8 hours'
        + make_interval(hours => (row_number() over (order by e.person_id) % 10)::int) as start_at
      from elders e join persons p on p.id = e.person_id order by md5(e.person_id::text) limit ${WAITING}) as asked`;
  await sql`vacuum analyze`;
}
