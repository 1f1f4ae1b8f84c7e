/** The elder's orders and how they are told in plain words. */
import { call } from '../parts/api.ts';
import type { Order, Page } from '../parts/records.ts';

const ahead = new Set(['requested', 'offered', 'accepted', 'started']);

/** Still to come or under way. */
export function isAhead(order: Order): boolean {
  return ahead.has(order.state);
}

export function readOrders(elderId: string, cursor: string | null = null): Promise<Page<Order>> {
  return call('GET', '/orders', { query: { elderId, cursor } });
}

/** First what waits for the elder's word, then what is to come, soonest first; the rest newest first. */
export function sortOrders(orders: readonly Order[]): { confirm: Order[]; coming: Order[]; past: Order[] } {
  const byStart = [...orders].sort((a, b) => a.startAt.localeCompare(b.startAt));
  return {
    confirm: byStart.filter((order) => order.state === 'finished'),
    coming: byStart.filter(isAhead),
    past: byStart.filter((order) => order.state !== 'finished' && !isAhead(order)).reverse(),
  };
}

/** Key of the sentence that says how an order stands. */
export function stateSentence(order: Order): string {
  if (order.cancelledLate) return 'elder.states.cancelledLate';
  const byChannel = order.state === 'offered' ? `_${order.channel}` : '';
  return `elder.states.${order.state}${byChannel}`;
}
