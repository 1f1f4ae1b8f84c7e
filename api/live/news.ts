/** What the desk is told of a batch of events: each with the order, helper or score as it now is, cut to a scope. */
import type { Database } from '../../db/connect/database.ts';
import type { EventRow } from '../../db/events/events.ts';
import {
  type DeskCarer,
  type DeskOrder,
  type DeskScope,
  deskCarers,
  deskOrdersById,
} from '../../db/orders/desk.ts';
import { areasOfPersons } from '../../db/people/areasOfPersons.ts';

export interface DeskItem {
  number: number;
  kind: EventRow['kind'];
  at: string;
  order?: DeskOrder;
  carer?: DeskCarer;
  score?: { subject: string; subjectId: string; month: string };
  /** A stay or a contract, whose state changed. */
  care?: { recordId: string; state: string };
  alert?: { id: string; kind: string; state: string };
}

interface Known {
  item: DeskItem;
  /** The provider an event names, even when the order is no longer theirs: their board must drop it. */
  provider: string | null;
  carerArea: string | null;
  /** Of a stay or contract. */
  district?: string;
  /** Where an alert lies. */
  alertArea?: string;
}

const everywhere: DeskScope = { areaCode: null, providerId: null };
const textOf = (value: unknown): string | null => (typeof value === 'string' ? value : null);

function orderOf(event: EventRow): string | null {
  if (event.kind === 'order') return event.recordId;
  return event.kind === 'offer' || event.kind === 'visit' ? textOf(event.detail.order) : null;
}

const helpersOf = (event: EventRow): string[] =>
  event.kind === 'offer' || event.kind === 'visit' || event.kind === 'carer' ? event.personIds : [];

/** Looks up what a batch of events is about, once for all scopes. */
export async function deskNews(db: Database, events: readonly EventRow[], at: Date): Promise<Known[]> {
  const orderIds = [...new Set(events.flatMap((event) => orderOf(event) ?? []))];
  const personIds = [...new Set(events.flatMap(helpersOf))];
  const [orders, carers, areas] = await Promise.all([
    deskOrdersById(db, orderIds),
    personIds.length > 0 ? deskCarers(db, everywhere, at, personIds) : [],
    areasOfPersons(db, personIds),
  ]);
  const orderById = new Map(orders.map((order) => [order.id, order]));
  const carerById = new Map(carers.map((carer) => [carer.personId, carer]));
  return events.flatMap((event): Known[] => {
    const base = { number: event.number, kind: event.kind, at: event.at.toISOString() };
    const provider = textOf(event.detail.provider);
    if (event.kind === 'score') {
      const { subject, month } = event.detail;
      const score = { subject: String(subject), subjectId: event.recordId, month: String(month) };
      return [{ item: { ...base, score }, provider: null, carerArea: null }];
    }
    if (event.kind === 'stay' || event.kind === 'contract') {
      const care = { recordId: event.recordId, state: String(event.detail.state) };
      const district = textOf(event.detail.district) ?? undefined;
      return [{ item: { ...base, care }, provider, carerArea: null, district }];
    }
    if (event.kind === 'alert') {
      const { kind, state, area } = event.detail;
      const alert = { id: event.recordId, kind: String(kind), state: String(state) };
      return [{ item: { ...base, alert }, provider, carerArea: null, alertArea: String(area) }];
    }
    const order = orderById.get(orderOf(event) ?? '');
    const carer = helpersOf(event)
      .map((id) => carerById.get(id))
      .find((one) => one !== undefined);
    if (!order && !carer) return [];
    return [
      { item: { ...base, order, carer }, provider, carerArea: areas.get(carer?.personId ?? '') ?? null },
    ];
  });
}

/** What of the news a scope may see; an order or a helper outside it is left out of the item. */
export function cutTo(scope: DeskScope, news: readonly Known[]): DeskItem[] {
  return news.flatMap(({ item, provider, carerArea, alertArea, district }): DeskItem[] => {
    if (item.score) return [item];
    if (item.alert) {
      const isWithin = scope.areaCode === null || (alertArea?.startsWith(scope.areaCode) ?? false);
      return isWithin && (scope.providerId === null || provider === scope.providerId) ? [item] : [];
    }
    if (item.care) return seesCare(scope, provider, district) ? [item] : [];
    const { order, carer, ...base } = item;
    const seesOrder =
      order &&
      (scope.areaCode === null || order.areaCode.startsWith(scope.areaCode)) &&
      (scope.providerId === null || order.providerId === scope.providerId || provider === scope.providerId);
    const seesCarer =
      carer &&
      (scope.areaCode === null || (carerArea?.startsWith(scope.areaCode) ?? false)) &&
      (scope.providerId === null || carer.providerId === scope.providerId);
    if (!seesOrder && !seesCarer) return [];
    return [{ ...base, ...(seesOrder ? { order } : {}), ...(seesCarer ? { carer } : {}) }];
  });
}

/** A stay or contract lies in a district; a desk of less than a district sees those of its district. */
function seesCare(scope: DeskScope, provider: string | null, district: string | undefined): boolean {
  if (scope.providerId !== null) return provider === scope.providerId;
  if (scope.areaCode === null) return true;
  return district?.startsWith(scope.areaCode.slice(0, district.length)) ?? false;
}
