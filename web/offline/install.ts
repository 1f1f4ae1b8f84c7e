/** Installs the service worker, and knows when a new version of the pages waits for the next start. */
import { ref } from 'vue';
import { UPLOAD_TAG } from './words.ts';

/** True when a newer version has been fetched and is used at the next start. */
export const renewed = ref(false);

interface WithSync extends ServiceWorkerRegistration {
  sync?: { register(tag: string): Promise<void> };
}

let installed = false;

/**
 * Registers the worker, once a start, for who makes visits; nobody else needs one. Without it (old browser, plain HTTP)
 * the pages work as long as there is a network.
 */
export function installWorker(): void {
  if (installed || import.meta.env.DEV || !('serviceWorker' in navigator)) return;
  installed = true;
  navigator.serviceWorker.register('/sw.js').then(
    (registration) => {
      registration.addEventListener('updatefound', () => {
        const coming = registration.installing;
        coming?.addEventListener('statechange', () => {
          if (coming.state === 'installed' && navigator.serviceWorker.controller) renewed.value = true;
        });
      });
    },
    (reason) => console.warn('the pages cannot be kept on this device', reason),
  );
}

/** Asks the browser to call the worker when the network is back, where it can. */
export async function askForSync(): Promise<void> {
  if (import.meta.env.DEV || !('serviceWorker' in navigator)) return;
  const registration = (await navigator.serviceWorker.getRegistration()) as WithSync | undefined;
  // Refused in private windows: the page then sends by itself when it is open.
  await registration?.sync?.register(UPLOAD_TAG).catch(() => undefined);
}
