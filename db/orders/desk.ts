/** What the dispatcher's desk sees: live orders and the people who serve them, as small rows for board and map. */
import { sql } from 'drizzle-orm';
import type { Database, Tx } from '../connect/database.ts';
import { floorOf } from '../visits/floor.ts';
import type { OrderState, Urgency } from './rules.ts';

/** What a member of staff may see: a division and all below it, or one provider's. */
export interface DeskScope {
  areaCode: string | null;
  providerId: string | null;
}

export interface DeskOrder {
  id: string;
  number: number;
  state: OrderState;
  serviceCode: string;
  channel: 'volunteer' | 'provider';
  urgency: Urgency;
  startAt: string;
  latestStartAt: string;
  minutes: number;
  districtCode: string;
  areaCode: string;
  lat: number;
  lon: number;
  /** Family name and a mask. */
  elderName: string;
  assigneeId: string | null;
  assigneeName: string | null;
  providerId: string | null;
  offerExpiresAt: string | null;
  /** The best of those to whom an open offer has been made, and how many they are. */
  offeredTo: string | null;
  asked: number;
  /** Since when it waits for a dispatcher, because nobody was found; null when it does not. */
  escalatedAt: string | null;
  updatedAt: string;
  version: number;
}

export interface DeskCarer {
  personId: string;
  name: string;
  kind: 'volunteer' | 'carer';
  providerId: string | null;
  lat: number;
  lon: number;
  state: 'free' | 'offered' | 'travelling' | 'visiting';
  orderId: string | null;
}

interface DeskOrderRow extends Record<string, unknown> {
  order: Omit<DeskOrder, 'startAt' | 'latestStartAt' | 'offerExpiresAt' | 'escalatedAt' | 'updatedAt'> & {
    startAt: string;
    latestStartAt: string;
    offerExpiresAt: string | null;
    escalatedAt: string | null;
    updatedAt: string;
  };
}

const DESK_LIMIT = 10_000;
const DAY = 86_400_000;

const inScope = (scope: DeskScope) => sql`
  (${scope.areaCode}::text is null or o.area_code like ${`${scope.areaCode ?? ''}%`})
  and (${scope.providerId}::uuid is null or o.provider_id = ${scope.providerId}::uuid or f.provider_id = ${scope.providerId}::uuid)`;

const deskColumns = sql`
  jsonb_build_object('id', o.id, 'number', o.number, 'state', o.state, 'serviceCode', o.service_code,
    'channel', o.channel, 'urgency', o.urgency, 'startAt', o.start_at, 'latestStartAt', o.latest_start_at,
    'minutes', o.minutes, 'districtCode', o.district_code, 'areaCode', o.area_code, 'lat', o.lat, 'lon', o.lon,
    'elderName', left(e.name, 1) || repeat('*', char_length(e.name) - 1), 'assigneeId', o.assignee_id,
    'assigneeName', a.name, 'providerId', coalesce(o.provider_id, f.provider_id), 'offerExpiresAt', f.expires_at,
    'offeredTo', f.person_id, 'asked', f.asked,
    'escalatedAt', case when o.state in ('requested', 'offered') then o.escalated_at end, 'updatedAt', o.updated_at, 'version', o.version) as "order"
  from orders o
  join persons e on e.id = o.elder_id
  left join persons a on a.id = o.assignee_id
  cross join lateral (
    select count(*)::int as asked, min(expires_at) as expires_at, (array_agg(provider_id))[1] as provider_id,
      (array_agg(person_id order by score desc, person_id))[1] as person_id
    from offers where order_id = o.id and state = 'open') as f`;

const toDeskOrder = ({ order }: DeskOrderRow): DeskOrder => ({
  ...order,
  startAt: new Date(order.startAt).toISOString(),
  latestStartAt: new Date(order.latestStartAt).toISOString(),
  offerExpiresAt: order.offerExpiresAt && new Date(order.offerExpiresAt).toISOString(),
  escalatedAt: order.escalatedAt && new Date(order.escalatedAt).toISOString(),
  updatedAt: new Date(order.updatedAt).toISOString(),
});

/** Live orders of today and the next days in a scope, and those that ended since `since`; at most 10,000. */
export async function deskOrders(db: Database | Tx, scope: DeskScope, since: Date): Promise<DeskOrder[]> {
  const rows = await db.execute<DeskOrderRow>(sql`
    select ${deskColumns}
    where (o.state not in ('settled', 'cancelled', 'unserved', 'finished')
        or o.start_at >= ${since.toISOString()}::timestamptz and o.start_at < ${since.toISOString()}::timestamptz + interval '3 days')
      and o.start_at >= ${since.toISOString()}::timestamptz - interval '2 days' and ${inScope(scope)}
    order by o.start_at, o.id limit ${DESK_LIMIT}`);
  return rows.map(toDeskOrder);
}

/** Orders by id, as the desk sees them, in any scope: the caller filters. */
export async function deskOrdersById(db: Database | Tx, ids: readonly string[]): Promise<DeskOrder[]> {
  if (ids.length === 0) return [];
  const rows = await db.execute<DeskOrderRow>(sql`
    select ${deskColumns}
    where o.id in (select x::uuid from jsonb_array_elements_text(${JSON.stringify(ids)}::jsonb) as x)`);
  return rows.map(toDeskOrder);
}

interface DeskCarerRow extends Record<string, unknown> {
  person_id: string;
  name: string;
  kind: DeskCarer['kind'];
  provider_id: string | null;
  lat: number;
  lon: number;
  order_id: string | null;
  state: DeskCarer['state'];
}

/**
 * Carers and volunteers on duty around an instant: whoever visits now is at the elder's, all others at their coarse
 * home. Volunteers appear while they have an offer or a visit near. At most 10,000.
 */
export async function deskCarers(
  db: Database | Tx,
  scope: DeskScope,
  at: Date,
  only: readonly string[] | null = null,
): Promise<DeskCarer[]> {
  const now = sql`${at.toISOString()}::timestamptz`;
  const rows = await db.execute<DeskCarerRow>(sql`
    with helpers as (
      select c.person_id, 'carer' as kind, c.provider_id from carers c where c.state = 'active'
      union all select w.person_id, 'volunteer', null from volunteers w where w.state = 'active'
    )
    select h.person_id, p.name, h.kind, h.provider_id,
      coalesce(o.lat, p.lat) as lat, coalesce(o.lon, p.lon) as lon, coalesce(v.order_id, f.order_id) as order_id,
      case when v.state = 'started' then 'visiting' when v.id is not null then 'travelling'
        when f.order_id is not null then 'offered' else 'free' end as state
    from helpers h
    join persons p on p.id = h.person_id
    left join lateral (
      select id, order_id, state from visits
      where person_id = h.person_id and id >= ${floorOf(new Date(at.getTime() - DAY))}::uuid
        and (state = 'started' or state = 'planned' and planned_start_at < ${now} + interval '40 minutes')
        and planned_start_at > ${now} - interval '1 day'
      order by state desc, planned_start_at limit 1) v on true
    left join orders o on o.id = v.order_id and v.state = 'started'
    left join lateral (
      select order_id from offers where person_id = h.person_id and state = 'open'
        and sent_at > ${now} - interval '1 day' order by sent_at desc limit 1) f on true
    where (${scope.providerId}::uuid is null or h.provider_id = ${scope.providerId}::uuid)
      and (${scope.areaCode}::text is null or p.area_code like ${`${scope.areaCode ?? ''}%`})
      and (${only === null} or h.person_id in (
        select x::uuid from jsonb_array_elements_text(${JSON.stringify(only ?? [])}::jsonb) as x))
      and (h.kind = 'carer' or v.id is not null or f.order_id is not null or ${only !== null})
    order by h.person_id limit ${DESK_LIMIT}`);
  return rows.map((row) => ({
    personId: row.person_id,
    name: row.name,
    kind: row.kind,
    providerId: row.provider_id,
    lat: row.lat,
    lon: row.lon,
    state: row.state,
    orderId: row.order_id,
  }));
}
