/** For which bookings time is set aside (T7): the holder's own, and those they booked for relatives. */
import { call } from '../api.ts';
import type { Order } from '../records.ts';
import type { Holder } from './holder.ts';

const open = 'requested,offered,accepted,started,finished,disputed';

/** Open bookings paid from the holder's hours, soonest first. */
export async function readHeld({ personId, isServed, side }: Holder): Promise<Order[]> {
  const [own, others] = await Promise.all([
    isServed ? call('GET', '/orders', { query: { elderId: personId, state: open, limit: 100 } }) : null,
    side === 'self' ? call('GET', '/redemptions', { query: { limit: 100 } }) : null,
  ]);
  return [...(own?.items ?? []), ...(others?.items ?? [])]
    .filter((order) => order.payer === 'time_bank' && order.holdMinutes > 0 && open.includes(order.state))
    .sort((a, b) => a.startAt.localeCompare(b.startAt));
}
