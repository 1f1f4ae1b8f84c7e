/** Orders as those see them who may: lists newest first, one order, always narrowed by the caller's reach. */
import { and, desc, eq, gte, inArray, lt, or, type SQL, sql } from 'drizzle-orm';
import { alias } from 'drizzle-orm/pg-core';
import { byKeys } from '../connect/compiled.ts';
import type { Database, Tx } from '../connect/database.ts';
import { inDivision } from '../connect/division.ts';
import type { Reach } from '../connect/reach.ts';
import { unseal } from '../connect/seal.ts';
import { maskName } from '../people/mask.ts';
import { elders, persons } from '../people/schema.ts';
import { providers } from '../providers/schema.ts';
import type { OrderState, Payer, Urgency } from './rules.ts';
import { offers, orders } from './schema.ts';

export interface OrderView {
  id: string;
  /** The number people say on the telephone. */
  number: string;
  state: OrderState;
  serviceCode: string;
  channel: 'volunteer' | 'provider';
  payer: Payer;
  /** The name is masked unless the reader serves the elder or acts for them. */
  elder: { id: string; name: string };
  areaCode: string;
  districtCode: string;
  startAt: Date;
  latestStartAt: Date;
  minutes: number;
  urgency: Urgency;
  assignee: { personId: string; name: string; kind: 'volunteer' | 'carer' } | null;
  /** Who comes along, where two do. */
  secondAssignee: { personId: string; name: string; kind: 'carer' } | null;
  visitId: string | null;
  providerId: string | null;
  providerName: string | null;
  /** Coarse, WGS-84. */
  lat: number;
  lon: number;
  createdAt: Date;
  updatedAt: Date;
  version: number;
  /** The 4 digits to tell at the door; for the elder's side only, while the visit is ahead or under way. */
  doorCode?: string;
  /** Minutes set aside on the elder's time account. */
  holdMinutes: number;
  priceFen: number;
  /** What of the price the elder pays. */
  ownShareFen: number;
  /** The care plan that it was made from. */
  planId: string | null;
  /** Cancelled later than is free (S5). */
  cancelledLate: boolean;
}

export interface OrderFilter {
  states?: readonly OrderState[];
  districtCode?: string;
  elderId?: string;
  providerId?: string;
  /** Starts in this span. */
  from?: Date;
  until?: Date;
}

/** The last order of the page before. */
export interface OrderCursor {
  startAt: Date;
  id: string;
}

const elder = alias(persons, 'elder');
const assignee = alias(persons, 'assignee');
const secondAssignee = alias(persons, 'second_assignee');

const columns = {
  order: orders,
  elderName: elder.name,
  assigneeName: assignee.name,
  secondAssigneeName: secondAssignee.name,
  providerName: providers.name,
  doorCodeSealed: elders.doorCodeSealed,
  holdMinutes: sql<number>`coalesce((select sum(h.amount) from holds h join accounts a on a.id = h.account_id
    where h.order_id = ${orders.id} and h.state in ('open', 'suspended') and a.currency = 'min'), 0)`.mapWith(
    Number,
  ),
};

const select = (db: Database | Tx) =>
  db
    .select(columns)
    .from(orders)
    .innerJoin(elder, eq(elder.id, orders.elderId))
    .innerJoin(elders, eq(elders.personId, orders.elderId))
    .leftJoin(assignee, eq(assignee.id, orders.assigneeId))
    .leftJoin(secondAssignee, eq(secondAssignee.id, orders.secondAssigneeId))
    .leftJoin(providers, eq(providers.id, orders.providerId));

const ofIds = byKeys(orders.id, (db, within) => select(db).where(within));

/** The orders within a reach; a provider also sees those it is being asked for. */
export function ordersWithin(reach: Reach): SQL | undefined {
  switch (reach.kind) {
    case 'all':
      return undefined;
    case 'area':
      return inDivision(orders, reach.areaCode);
    case 'elders':
      return reach.elderIds.length > 0 ? inArray(orders.elderId, [...reach.elderIds]) : sql`false`;
    case 'assignee':
      return or(eq(orders.assigneeId, reach.personId), eq(orders.secondAssigneeId, reach.personId));
    case 'provider':
      return or(
        eq(orders.providerId, reach.providerId),
        sql`exists (select from ${offers} where ${offers.orderId} = ${orders.id} and ${offers.state} = 'open'
          and ${offers.providerId} = ${reach.providerId})`,
      );
  }
}

/** Whether an order that has been read lies within a reach; of what a provider is only being asked for, `ordersWithin` knows. */
export function isWithin(reach: Reach, order: Row['order']): boolean {
  switch (reach.kind) {
    case 'all':
      return true;
    case 'area':
      return order.areaCode.startsWith(reach.areaCode);
    case 'elders':
      return reach.elderIds.includes(order.elderId);
    case 'assignee':
      return comes(reach.personId, order);
    case 'provider':
      return order.providerId === reach.providerId;
  }
}

/** Whether a person comes for the order, alone or as one of two. */
const comes = (personId: string, order: Row['order']): boolean =>
  order.assigneeId === personId || order.secondAssigneeId === personId;

type Row = Awaited<ReturnType<typeof select>>[number];

/** Whether the reader of an order is entitled to the elder's name: their own side, or who serves them. */
function mayKnowName(reach: Reach, order: Row['order']): boolean {
  if (reach.kind === 'elders') return true;
  if (reach.kind === 'assignee') return comes(reach.personId, order);
  return reach.kind === 'provider' && order.providerId === reach.providerId;
}

function view(row: Row, reach: Reach): OrderView {
  const { order } = row;
  const ahead = order.state === 'accepted' || order.state === 'started';
  return {
    id: order.id,
    number: String(order.number),
    state: order.state,
    serviceCode: order.serviceCode,
    channel: order.channel,
    payer: order.payer,
    elder: { id: order.elderId, name: mayKnowName(reach, order) ? row.elderName : maskName(row.elderName) },
    areaCode: order.areaCode,
    districtCode: order.districtCode,
    startAt: order.startAt,
    latestStartAt: order.latestStartAt,
    minutes: order.minutes,
    urgency: order.urgency,
    assignee: order.assigneeId
      ? {
          personId: order.assigneeId,
          name: row.assigneeName ?? '',
          kind: order.channel === 'provider' ? 'carer' : 'volunteer',
        }
      : null,
    visitId: order.visitId,
    secondAssignee: order.secondAssigneeId
      ? { personId: order.secondAssigneeId, name: row.secondAssigneeName ?? '', kind: 'carer' }
      : null,
    providerId: order.providerId,
    providerName: row.providerName,
    lat: order.lat,
    lon: order.lon,
    createdAt: order.createdAt,
    updatedAt: order.updatedAt,
    version: order.version,
    ...(reach.kind === 'elders' && ahead ? { doorCode: unseal(row.doorCodeSealed) } : {}),
    holdMinutes: row.holdMinutes,
    priceFen: order.priceFen,
    ownShareFen: order.ownShareFen,
    planId: order.planId,
    cancelledLate: order.cancelledLate,
  };
}

/** Orders within reach that pass the filter, by start, latest first, at most `limit`. */
export async function listOrders(
  db: Database | Tx,
  reach: Reach,
  filter: OrderFilter,
  limit: number,
  after: OrderCursor | null,
): Promise<OrderView[]> {
  const rows = await select(db)
    .where(
      and(
        ordersWithin(reach),
        filter.states ? inArray(orders.state, [...filter.states]) : undefined,
        filter.districtCode ? eq(orders.districtCode, filter.districtCode) : undefined,
        filter.elderId ? eq(orders.elderId, filter.elderId) : undefined,
        filter.providerId ? eq(orders.providerId, filter.providerId) : undefined,
        filter.from ? gte(orders.startAt, filter.from) : undefined,
        filter.until ? lt(orders.startAt, filter.until) : undefined,
        after
          ? or(
              lt(orders.startAt, after.startAt),
              and(eq(orders.startAt, after.startAt), lt(orders.id, after.id)),
            )
          : undefined,
      ),
    )
    .orderBy(desc(orders.startAt), desc(orders.id))
    .limit(limit);
  return rows.map((row) => view(row, reach));
}

/** One order within reach; undefined when there is none. */
export async function findOrder(db: Database | Tx, reach: Reach, id: string): Promise<OrderView | undefined> {
  const [row] =
    reach.kind === 'provider'
      ? await select(db).where(and(eq(orders.id, id), ordersWithin(reach)))
      : (await ofIds(db, [id])).filter(({ order }) => isWithin(reach, order));
  return row && view(row, reach);
}

/** Orders by id, as seen within a reach that need not hold them: offers bring their orders along. */
export function ordersById(
  db: Database | Tx,
  reach: Reach,
  ids: readonly string[],
): Promise<Map<string, OrderView>> {
  return ordersSeen(db, new Map(ids.map((id) => [id, reach])));
}

/** Orders by id, each as seen within its reader's reach. */
export async function ordersSeen(
  db: Database | Tx,
  readers: ReadonlyMap<string, Reach>,
): Promise<Map<string, OrderView>> {
  const rows = await ofIds(db, [...readers.keys()]);
  return new Map(rows.map((row) => [row.order.id, view(row, readers.get(row.order.id) as Reach)]));
}
