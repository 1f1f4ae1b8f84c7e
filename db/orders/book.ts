/** Booking (S5): an order begins as requested, with its minutes or subsidy held on the accounts of whoever pays (T5, T7). */
import { inArray, sql } from 'drizzle-orm';
import { writeAudit } from '../audit/audit.ts';
import { type Act, type By, refuse } from '../connect/act.ts';
import type { Tx } from '../connect/database.ts';
import { newId } from '../connect/ids.ts';
import { insertRows } from '../connect/insertRows.ts';
import { seal } from '../connect/seal.ts';
import { underContracts } from '../contracts/ofOrders.ts';
import { record } from '../events/events.ts';
import { type ElderToServe, eldersToServe } from '../people/eldersToServe.ts';
import { expectLiving } from '../people/living.ts';
import { takeBlocks } from '../respite/quota.ts';
import { type Catalogue, catalogueAt, type Service } from '../services/catalogue.ts';
import { currentPolicy } from '../services/policies.ts';
import { channelFor, mayLast, termsOf, toPay } from '../services/rules.ts';
import { expectFree } from './conflicts.ts';
import { type BookedOrder, setAside } from './paying.ts';
import { type Payer, urgencyOf } from './rules.ts';
import { orderHistory, orders } from './schema.ts';
import type { OrderRow } from './transition.ts';

export interface Booking {
  elderId: string;
  serviceCode: string;
  startAt: Date;
  /** The service's own minutes when left out. */
  minutes?: number;
  payer: Payer;
  /** Whose hours pay (T5): the elder's when left out, else of the elder's spouse or lineal relative. */
  holderId?: string;
  note?: string | null;
  /** What is to be ticked off; the service's own list when left out. */
  tasks?: readonly string[];
  /** The care plan that it is made from, and the instant it stands for there. */
  plan?: { id: string; at: Date };
  /** Refuse it with `conflicts` where the elder has another visit at that time. */
  expectFree?: boolean;
  /** A key of the caller's own; an order that has it already is left as it is. */
  id?: string;
  /** Who books, where several persons' bookings are made together. */
  by?: By;
}

const DAY = 86_400_000;
/** How far ahead a visit may be booked. */
export const AHEAD_DAYS = 60;

/** The service of a booking; refuses one that is not in the catalogue or not paid in that way. */
export function serviceFor(booking: Pick<Booking, 'serviceCode' | 'payer'>, catalogue: Catalogue): Service {
  const service = catalogue.byCode.get(booking.serviceCode);
  if (!service) refuse('not_offered', 'serviceCode', { serviceCode: booking.serviceCode });
  if (!service.payers.includes(booking.payer)) refuse('not_entitled', 'payer', { payer: booking.payer });
  return service;
}

/** Refuses a length in which the service cannot be booked, naming those in which it can. */
export function expectLength(service: Service, minutes: number): void {
  if (mayLast(service, minutes)) return;
  if (service.blockMinutes) refuse('other_length', 'minutes', { lengths: service.blockMinutes.join(', ') });
  refuse('invalid', 'minutes', { min: 5, max: 1440 });
}

/** Refuses a start that is past, or over 60 days ahead. */
export function expectAhead(act: Act, startAt: Date): void {
  const ahead = startAt.getTime() - act.at.getTime();
  if (ahead < 0) refuse('too_late', 'startAt');
  if (ahead > AHEAD_DAYS * DAY) refuse('too_early', 'startAt', { days: AHEAD_DAYS });
}

function newOrder(
  act: Act,
  booking: Booking,
  elder: ElderToServe,
  service: Service,
  policyId: string,
  toleranceMinutes: number,
  number: number,
): OrderRow {
  expectAhead(act, booking.startAt);
  const minutes = booking.minutes ?? service.defaultMinutes;
  expectLength(service, minutes);
  if (booking.payer === 'subsidy' && elder.subsidyClass === 'none')
    refuse('not_entitled', 'payer', { payer: 'subsidy' });
  const { carersNeeded, priceFen, ownShareFen } = termsOf(
    service,
    booking.payer,
    minutes,
    elder.abilityLevel,
  );
  return {
    id: booking.id ?? newId(act.at),
    number,
    state: 'requested',
    serviceCode: service.code,
    policyId,
    channel: channelFor(service, booking.payer),
    payer: booking.payer,
    urgency: urgencyOf(booking.startAt, act.at, service.code),
    elderId: elder.id,
    bookedBy: (booking.by ?? act).actorId,
    areaCode: elder.areaCode,
    districtCode: elder.areaCode.slice(0, 6),
    lat: elder.lat,
    lon: elder.lon,
    startAt: booking.startAt,
    latestStartAt: new Date(booking.startAt.getTime() + toleranceMinutes * 60_000),
    minutes,
    priceFen,
    ownShareFen,
    carersNeeded,
    tasks: [...(booking.tasks ?? service.tasks)],
    planId: booking.plan?.id ?? null,
    planAt: booking.plan?.at ?? null,
    contractId: null,
    noteSealed: seal(booking.note ?? null),
    assigneeId: null,
    providerId: null,
    stationId: null,
    visitId: null,
    secondAssigneeId: null,
    secondVisitId: null,
    escalatedAt: null,
    cancelledLate: false,
    dueAt: act.at,
    createdAt: act.at,
    updatedAt: act.at,
    version: 1,
  };
}

/**
 * Books orders, all or none. Refuses an unknown service or payer, a start in the past or over 60 days ahead, hours that
 * may not be redeemed for the elder (T5), and what the accounts cannot cover.
 */
export async function bookOrders(tx: Tx, act: Act, bookings: readonly Booking[]): Promise<OrderRow[]> {
  const given = bookings.flatMap((booking) => (booking.id ? [booking.id] : []));
  const known = given.length
    ? await tx.select({ id: orders.id }).from(orders).where(inArray(orders.id, given))
    : [];
  const knownIds = new Set(known.map((row) => row.id));
  const fresh = bookings.filter((booking) => !booking.id || !knownIds.has(booking.id));
  if (fresh.length === 0) return [];

  const elderIds = fresh.map((booking) => booking.elderId);
  // What does not depend on one another travels together.
  const [catalogue, policy, elders, numbers] = await Promise.all([
    catalogueAt(tx, act.at),
    currentPolicy(tx, 'orders', act.at),
    eldersToServe(tx, elderIds),
    tx.execute<{ n: string }>(
      sql`select nextval('order_numbers')::text as n from generate_series(1, ${fresh.length})`,
    ),
    expectLiving(tx, elderIds, 'elderId'),
  ]);
  const booked = fresh.map((booking, i): BookedOrder => {
    const elder = elders.get(booking.elderId);
    if (!elder) refuse('not_found', 'elderId');
    const service = serviceFor(booking, catalogue);
    const order = newOrder(
      act,
      booking,
      elder,
      service,
      catalogue.policyId,
      policy.body.startToleranceMinutes,
      Number(numbers[i]?.n),
    );
    const holderId = booking.holderId ?? elder.id;
    if (holderId !== elder.id && booking.payer !== 'time_bank') refuse('invalid', 'holderId');
    return { order, elder, holderId, cost: toPay(order, service.multiplierPercent), by: booking.by ?? act };
  });
  const rows = await underContracts(
    tx,
    booked.map((one) => one.order),
  );
  await takeBlocks(tx, act, rows);
  await Promise.all([insertRows(tx, orders, rows), setAside(tx, act, booked)]);
  // Last, for whoever may not spend these hours on the elder is not told when the elder is busy.
  await expectFree(
    tx,
    rows,
    rows.filter((_, i) => fresh[i]?.expectFree),
    rows.map((order) => order.id),
  );
  const history = insertRows(
    tx,
    orderHistory,
    booked.map(({ order, by }) => ({
      id: newId(act.at),
      orderId: order.id,
      version: order.version,
      toState: 'requested' as const,
      reason: order.planId ? 'care_plan' : null,
      at: act.at,
      actorId: by.actorId,
      actorRole: by.role,
      onBehalfOf: by.onBehalfOf,
    })),
  );
  const audited = writeAudit(
    tx,
    act,
    booked.flatMap(({ order, elder, holderId, by }) => [
      { action: 'order.booked', personId: elder.id, recordId: order.id, by },
      ...(holderId === elder.id
        ? []
        : [
            {
              action: 'order.paid_by',
              personId: holderId,
              recordId: order.id,
              detail: { elderId: elder.id },
              by,
            },
          ]),
    ]),
  );
  const announced = record(
    tx,
    act,
    booked.map(({ order, holderId }) => ({
      kind: 'order' as const,
      recordId: order.id,
      personIds: [order.elderId, holderId],
      detail: { state: order.state, district: order.districtCode, provider: null },
    })),
  );
  await Promise.all([history, audited, announced]);
  return rows;
}
