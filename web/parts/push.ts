/**
 * Being told by push (RFC 8030): this browser's subscription at its push service, and the same at the city. The service
 * worker shows what arrives, `{title, body, url, tag}`, and opens `url` when it is touched.
 */
import { call } from './api.ts';
import { keep, recall } from './keep.ts';

/** Under which the city knows this browser; needed to be forgotten by it. */
const KEPT = 'push.id';

/** The service worker that would show what arrives; undefined where the browser has none. */
async function worker(): Promise<ServiceWorkerRegistration | undefined> {
  const knowsPush = 'serviceWorker' in navigator && 'PushManager' in window && 'Notification' in window;
  return knowsPush ? navigator.serviceWorker.getRegistration() : undefined;
}

/** Whether this browser can be told at all. */
export const canBeTold = async (): Promise<boolean> => (await worker()) !== undefined;

/** Whether this browser is told. */
export async function isTold(): Promise<boolean> {
  const subscription = recall(KEPT) ? await (await worker())?.pushManager.getSubscription() : null;
  return Boolean(subscription);
}

/** Asks the person, subscribes this browser and tells the city; false where the person or the browser says no. */
export async function subscribeDevice(): Promise<boolean> {
  const registration = await worker();
  if (!registration || (await Notification.requestPermission()) !== 'granted') return false;
  const { publicKey } = await call('GET', '/push-key');
  const made = await registration.pushManager.subscribe({
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
  await (await (await worker())?.pushManager.getSubscription())?.unsubscribe();
}
