/**
 * The whole life of one order as its people's phones ask for it: the elder books, whoever is asked reads the offer and
 * accepts, comes and goes, and the elder confirms and rates. Of four orders one goes to a provider, of eight one is urgent
 * and asked of five neighbours at once who all accept, of nine one is declined first, of thirty one cancelled.
 */
import type { Lines } from '../support/door.ts';
import { RefusedCall } from '../support/door.ts';
import type { Asked, Post } from './post.ts';
import type { Town } from './town.ts';

const MINUTE = 60_000;
/** Sooner than this after it is booked an order is urgent; so long before its start a visit may be begun. */
const SOON_MS = 120 * MINUTE;
const URGENT_AFTER_MS = 90 * MINUTE;
/** Time for a booking to arrive before it would be urgent. */
const ON_THE_WAY_MS = 3_000;
/** A timer may go off this much before its time. */
const CLOCK_MS = 5;
const PROVIDER_EVERY = 4;
const URGENT_EVERY = 8;
const DECLINE_EVERY = 9;
const CANCEL_EVERY = 30;

export interface Recorder {
  /** Milliseconds that a call took, from when it was due. */
  took(call: string, ms: number): void;
  failed(error: unknown): void;
}

interface OrderSeen {
  id: string;
  lat: number;
  lon: number;
  doorCode?: string;
}

interface VisitSeen {
  id: string;
  orderId: string;
  elder: { lat: number; lon: number };
}

/** Lives the n-th order through; false when it was cancelled, as its elder wished. */
export async function live(
  n: number,
  dueAt: number,
  town: Town,
  lines: Lines,
  post: Post,
  recorder: Recorder,
): Promise<boolean> {
  const call = async <T>(name: string, method: 'GET' | 'POST', route: string, who: string, body?: object) => {
    const from = performance.now();
    const answer = await lines.send<T>(method, route, town.cookieOf(who), body);
    recorder.took(name, performance.now() - from);
    return answer;
  };
  const elder = town.elders[n % town.elders.length] as string;
  const byProvider = n % PROVIDER_EVERY === 0;
  const isUrgent = n % URGENT_EVERY === 3;
  const startAt = new Date(Date.now() + (isUrgent ? URGENT_AFTER_MS : SOON_MS + ON_THE_WAY_MS));
  const order = await lines.send<OrderSeen>('POST', '/orders', town.cookieOf(elder), {
    elderId: elder,
    serviceCode: byProvider ? 'bathing' : 'companionship',
    payer: byProvider ? 'self' : 'time_bank',
    startAt: startAt.toISOString(),
    despiteConflicts: true,
  });
  recorder.took('book', performance.now() - dueAt);
  if (n % CANCEL_EVERY === CANCEL_EVERY - 1) {
    await call('cancel', 'POST', `/orders/${order.id}/cancel`, elder, { reason: '计划有变' });
    return false;
  }
  let declines = n % DECLINE_EVERY === 1 ? 1 : 0;
  for (;;) {
    const asked = await post.offersOf(order.id);
    const accepted = await Promise.all(
      asked.map((one) => answer(one, declines > 0 ? 'decline' : 'accept', call)),
    );
    declines -= 1;
    if (accepted.some(Boolean)) break;
  }
  const { helperId, day } = await post.visitOf(order.id);
  const { items } = await call<{ items: VisitSeen[] }>('visits', 'GET', `/visits?date=${day}`, helperId);
  const visit = items.find(({ orderId }) => orderId === order.id);
  if (!visit) throw new Error('the helper does not see the visit that was accepted');
  const check = () => ({
    method: 'gps',
    lat: visit.elder.lat,
    lon: visit.elder.lon,
    accuracyM: 10,
    deviceAt: new Date().toISOString(),
  });
  const early = startAt.getTime() - SOON_MS + CLOCK_MS - Date.now();
  if (early > 0) await new Promise((resolve) => setTimeout(resolve, early));
  await call('check-in', 'POST', `/visits/${visit.id}/check-in`, helperId, check());
  await call('check-out', 'POST', `/visits/${visit.id}/check-out`, helperId, check());
  await call('order', 'GET', `/orders/${order.id}`, elder);
  await call('confirm', 'POST', `/orders/${order.id}/confirm`, elder, {});
  await call('rate', 'POST', `/orders/${order.id}/rating`, elder, { answers: [5, 5, 4, 5] });
  return true;
}

type Call = <T>(
  name: string,
  method: 'GET' | 'POST',
  route: string,
  who: string,
  body?: object,
) => Promise<T>;

/** Reads what is asked and answers it; false when somebody else was quicker, or it was declined. */
async function answer(asked: Asked, how: 'accept' | 'decline', call: Call): Promise<boolean> {
  await call('offers', 'GET', '/offers?state=open', asked.to);
  try {
    const body = how === 'accept' ? {} : { reason: 'busy' };
    await call(how, 'POST', `/offers/${asked.offerId}/${how}`, asked.to, body);
    return how === 'accept';
  } catch (error) {
    // Of several who are asked one comes; being too late is an answer and not an error.
    if (error instanceof RefusedCall && error.status === 409) return false;
    throw error;
  }
}
