/** One live line a signed-in person: whatever changes in their own orders, offers, visits or hours, the page reads anew. */
import { computed, onScopeDispose, ref, shallowRef } from 'vue';
import { type Line, openLine } from './live.ts';

const hearers = new Set<() => void>();
const line = shallowRef<Line | null>(null);
const soonMs = 60;
let waiting = false;

/** True while the page may be behind; shown beside what is live. */
export const behind = computed(() => line.value?.state.value === 'reconnecting');

/** False while the device itself has no network. */
export const online = ref(navigator.onLine);

/** Reads again whenever something of one's own has changed, after a break, and when the page comes back to the front. */
export function useMine(reload: () => void): void {
  line.value ??= openLine('/me', { snapshot: tell, changes: tell, resumed: tell });
  hearers.add(reload);
  onScopeDispose(() => hearers.delete(reload));
}

/** Ends the line, because the person signed out or changed. */
export function leaveMine(): void {
  line.value?.close();
  line.value = null;
}

function tell(): void {
  if (waiting) return;
  waiting = true;
  setTimeout(() => {
    waiting = false;
    for (const reload of hearers) reload();
  }, soonMs);
}

window.addEventListener('online', () => {
  online.value = true;
  tell();
});
window.addEventListener('offline', () => {
  online.value = false;
});
document.addEventListener('visibilitychange', () => {
  if (document.visibilityState === 'visible') tell();
});
