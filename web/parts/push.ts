/**
 * Being told by push (RFC 8030): this browser's subscription at its push service, and the same at the city. The service
 * worker shows what arrives, `{title, body, url, tag}`, and opens `url` when it is touched.
 */
import { call } from './api.ts';
import { keep, recall } from './keep.ts';

/** Under which the city knows this browser; needed to be forgotten by it. */
const KEPT = 'push.id';

/** Whether this browser could be told at all. */
export const canBeTold = (): boolean =>
  'serviceWorker' in navigator && 'PushManager' in window && 'Notification' in window;

async function current(): Promise<PushSubscription | null> {
  const worker = await navigator.serviceWorker.getRegistration();
  return (await worker?.pushManager.getSubscription()) ?? null;
}

/** Whether this browser is told. */
export async function isTold(): Promise<boolean> {
  return canBeTold() && Boolean(recall(KEPT)) && (await current()) !== null;
}

/** Asks the person, subscribes this browser and tells the city; false where the person or the browser says no. */
export async function subscribeDevice(): Promise<boolean> {
  if ((await Notification.requestPermission()) !== 'granted') return false;
  const worker = await navigator.serviceWorker.getRegistration();
  if (!worker) return false;
  const { publicKey } = await call('GET', '/push-key');
  const made = await worker.pushManager.subscribe({
    userVisibleOnly: true,
    applicationServerKey: publicKey,
  });
  const { endpoint, keys } = made.toJSON();
  if (!endpoint || !keys?.p256dh || !keys.auth) return false;
  const json = { endpoint, keys: { p256dh: keys.p256dh, auth: keys.auth } };
  keep(KEPT, (await call('POST', '/push-subscriptions', { json })).id);
  return true;
}

/** Lets the city forget this browser, and ends its subscription; does nothing where it is not told. */
export async function unsubscribeDevice(): Promise<void> {
  const id = recall(KEPT);
  if (!id) return;
  await call('DELETE', '/push-subscriptions/:id', { param: { id } });
  keep(KEPT, '');
  await (await current())?.unsubscribe();
}
