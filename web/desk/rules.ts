/** What of the board needs a person, what a dispatcher chooses to see, and in which order: pure, tested without a page. */
import type { OrderState } from '../parts/records.ts';
import type { DeskOrder } from './records.ts';

/** States in the order of an order's life. */
export const states: readonly OrderState[] = [
  'unserved',
  'requested',
  'offered',
  'accepted',
  'started',
  'finished',
  'disputed',
  'settled',
  'cancelled',
];

/** States in which nothing is left to do for the desk. */
export const isClosed = (state: OrderState) => state === 'settled' || state === 'cancelled';

export const alerts = ['late', 'escalated', 'expiring', 'unserved'] as const;
export type Alert = (typeof alerts)[number];

const expiringMs = 60_000;
const waitingForHelper: readonly OrderState[] = ['requested', 'offered', 'accepted'];

/**
 * Why an order needs a look now (S4, S11): nobody has begun by the latest start, nobody is left to ask, an offer ends
 * within a minute, or nobody could be found. `now` in milliseconds.
 */
export function alertOf(order: DeskOrder, now: number): Alert | null {
  if (order.state === 'unserved') return 'unserved';
  if (waitingForHelper.includes(order.state) && Date.parse(order.latestStartAt) < now) return 'late';
  if (order.escalatedAt) return 'escalated';
  if (
    order.state === 'offered' &&
    order.offerExpiresAt &&
    Date.parse(order.offerExpiresAt) - now < expiringMs
  )
    return 'expiring';
  return null;
}

export interface Filter {
  state: OrderState | null;
  alert: Alert | null;
  district: string;
  service: string;
  channel: '' | 'volunteer' | 'provider';
  /** Part of an order's number or of an assignee's name. */
  text: string;
}

export const noFilter = (): Filter => ({
  state: null,
  alert: null,
  district: '',
  service: '',
  channel: '',
  text: '',
});

/** Whether an order belongs to what was chosen, its state and alert left aside: those are counted over the rest. */
export function isInPlace(order: DeskOrder, filter: Filter): boolean {
  const text = filter.text.trim().replace(/^[#№]/, '');
  return (
    (filter.district === '' || order.districtCode === filter.district) &&
    (filter.service === '' || order.serviceCode === filter.service) &&
    (filter.channel === '' || order.channel === filter.channel) &&
    (text === '' || String(order.number).includes(text) || (order.assigneeName?.includes(text) ?? false))
  );
}

export const groupings = ['state', 'district', 'none'] as const;
export type Grouping = (typeof groupings)[number];

export interface Row {
  order: DeskOrder;
  alert: Alert | null;
}

export interface Group {
  /** A state, a district's code, `alert` for what needs a look, or empty where nothing is grouped. */
  key: string;
  rows: Row[];
}

const byStart = (a: Row, b: Row) =>
  a.order.startAt < b.order.startAt
    ? -1
    : a.order.startAt > b.order.startAt
      ? 1
      : a.order.number - b.order.number;

/** What is closed comes last in every group, what needs a look first. */
const weight = ({ order, alert }: Row) => (isClosed(order.state) ? 2 : alert ? 0 : 1);

/** Rows in groups: alerts before all others, then the states in the order of an order's life, or districts by code. */
export function grouped(rows: readonly Row[], grouping: Grouping): Group[] {
  const byKey = new Map<string, Row[]>();
  for (const row of rows) {
    const key = keyOf(row, grouping);
    const group = byKey.get(key);
    if (group) group.push(row);
    else byKey.set(key, [row]);
  }
  const rank = (key: string) => (key === 'alert' ? -1 : states.indexOf(key as OrderState));
  return [...byKey]
    .sort(([a], [b]) => rank(a) - rank(b) || (a < b ? -1 : 1))
    .map(([key, group]) => ({ key, rows: group.sort((a, b) => weight(a) - weight(b) || byStart(a, b)) }));
}

function keyOf({ order, alert }: Row, grouping: Grouping): string {
  if (grouping === 'district') return order.districtCode;
  if (grouping === 'none') return '';
  return alert ? 'alert' : order.state;
}
