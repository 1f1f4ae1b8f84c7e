/**
 * The service worker: lets the pages open without a network. It keeps the files that the carer's and the volunteer's
 * pages are made of, and nothing else; what the API answers never passes through its cache. A page comes from the
 * network whenever that answers, so a new version is there at the next start; a new worker takes over when the last
 * page of the old version is closed, so that no open page loses its files.
 */
import { waitPatiently } from './patience.ts';
import { sendFromWorker } from './sendFromWorker.ts';
import { UPLOAD_TAG } from './words.ts';

/** Put in when the pages are built: the files to keep, and a name that changes with them. */
declare const __SHELL__: { version: string; files: readonly string[] };

interface Extendable extends Event {
  waitUntil(done: Promise<unknown>): void;
}
interface Fetching extends Extendable {
  request: Request;
  respondWith(answer: Promise<Response>): void;
}
interface Syncing extends Extendable {
  tag: string;
}
interface Pushed extends Extendable {
  data: { json(): unknown } | null;
}
interface Touched extends Extendable {
  notification: Notification;
}
interface Worker {
  addEventListener(name: 'install' | 'activate', hear: (event: Extendable) => void): void;
  addEventListener(name: 'fetch', hear: (event: Fetching) => void): void;
  addEventListener(name: 'sync', hear: (event: Syncing) => void): void;
  addEventListener(name: 'push', hear: (event: Pushed) => void): void;
  addEventListener(name: 'notificationclick', hear: (event: Touched) => void): void;
  clients: { claim(): Promise<void>; openWindow(address: string): Promise<unknown> };
  registration: ServiceWorkerRegistration;
}

const worker = self as unknown as Worker;
const prefix = 'huzhu-shell-';
const cacheName = prefix + __SHELL__.version;
/** The one page of the application; every address of a page shows it. */
const page = '/';
const kept = new Set(__SHELL__.files);
/** On a poor network these pages open from the phone after three seconds. */
const inAHurry = /^\/(carer|volunteer|start)(\/|$)/;
const patienceMs = 3_000;
/** Addresses that are no pages. */
const notPages = /^\/(api|live|healthz|readyz|metrics)(\/|$)|\.[^/]*$/;

worker.addEventListener('install', (event) => {
  event.waitUntil(
    caches
      .open(cacheName)
      .then((cache) => cache.addAll([page, ...kept].map((file) => new Request(file, { cache: 'no-cache' })))),
  );
});

worker.addEventListener('activate', (event) => {
  event.waitUntil(
    caches
      .keys()
      .then((names) =>
        Promise.all(
          names
            .filter((name) => name.startsWith(prefix) && name !== cacheName)
            .map((name) => caches.delete(name)),
        ),
      )
      .then(() => worker.clients.claim()),
  );
});

worker.addEventListener('fetch', (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== 'GET' || origin !== location.origin) return;
  if (kept.has(pathname)) event.respondWith(keptFile(request));
  else if (request.mode === 'navigate' && !notPages.test(pathname)) {
    event.respondWith(pageFor(request, inAHurry.test(pathname)));
  }
});

// The browser calls when the network is back, even with no page open.
worker.addEventListener('sync', (event) => {
  if (event.tag === UPLOAD_TAG) event.waitUntil(sendFromWorker());
});

/** What the city tells by push. */
interface Told {
  title: string;
  body: string;
  url: string;
  tag: string;
}

worker.addEventListener('push', (event) => {
  if (!event.data) return;
  const { title, body, url, tag } = event.data.json() as Told;
  event.waitUntil(worker.registration.showNotification(title, { body, tag, data: url }));
});

worker.addEventListener('notificationclick', (event) => {
  event.notification.close();
  event.waitUntil(worker.clients.openWindow(String(event.notification.data)));
});

async function keptFile(request: Request): Promise<Response> {
  return (await caches.match(request, { ignoreVary: true })) ?? fetch(request);
}

/** The page from the network; from the phone when there is none, or, in a hurry, when it takes too long. */
async function pageFor(request: Request, hurry: boolean): Promise<Response> {
  const keptPage = () => caches.match(page, { ignoreVary: true });
  const fresh = fetch(request);
  try {
    const answer = hurry ? await waitPatiently(fresh, patienceMs) : await fresh;
    if (answer && answer.status < 500) return answer;
  } catch {
    return (await keptPage()) ?? Response.error();
  }
  return (await keptPage()) ?? fresh;
}
