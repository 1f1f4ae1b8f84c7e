/** What this phone has recorded and what of it still waits, for the pages; sends it whenever it may arrive. */
import { computed, ref, shallowRef, watch } from 'vue';
import { call } from '../parts/api.ts';
import { behind } from '../parts/mine.ts';
import { asProblem } from '../parts/problem.ts';
import { askForSync } from './install.ts';
import { record } from './record.ts';
import { WORTH_A_WORD_SECONDS, waitMs } from './rules.ts';
import { type Post, sendWaiting } from './send.ts';
import { type Recorded, type Said, store } from './store.ts';
import { CHANGED } from './words.ts';

const recorded = shallowRef<readonly Recorded[]>([]);
const skew = ref(0);
let userId: string | null = null;
let failures = 0;
let timer: ReturnType<typeof setTimeout> | undefined;

const everyMs = 60_000;
const ways: Post = {
  device: (json) => call('POST', '/devices', { json }),
  upload: (json) => call('POST', '/visits/uploads', { json }),
};

/** How many acts wait to be sent. */
export const waitingCount = computed(() => recorded.value.filter((one) => one.state === 'waiting').length);

/** What the server refused or another check-in came before, and nobody has acknowledged yet. */
export const toAcknowledge = computed(() =>
  recorded.value.filter(
    (one) => (one.state === 'refused' || one.state === 'superseded') && !one.acknowledged,
  ),
);

/** Seconds by which this phone's clock is ahead of the server's, when that is worth a word; otherwise 0. */
export const clockAhead = computed(() => (Math.abs(skew.value) >= WORTH_A_WORD_SECONDS ? skew.value : 0));

/** Everything recorded on this phone by whoever is signed in. */
export function useRecorded() {
  return recorded;
}

/** From now on this account records and sends here; null when nobody is signed in. */
export async function serveQueueOf(account: string | null): Promise<void> {
  if (account === userId) return;
  userId = account;
  failures = 0;
  await refresh();
  void trySending();
}

/** Records an act and sends it as soon as it can be. Throws a Problem when even this phone cannot keep it. */
export async function recordAct(visitId: string, said: Said, deviceAt: string): Promise<void> {
  if (!userId) return;
  await record(userId, visitId, said, deviceAt);
  await refresh();
  void trySending();
  void askForSync();
}

/** Sends what waits now, unless the network is known to be away; a failure is tried again later, ever more slowly. */
export async function trySending(): Promise<void> {
  const account = userId;
  if (!account || !('locks' in navigator)) return;
  clearTimeout(timer);
  if (navigator.onLine) {
    try {
      await sendWaiting(account, ways);
      failures = 0;
    } catch (thrown) {
      asProblem(thrown);
      failures += 1;
    }
    await refresh();
  }
  if (waitingCount.value > 0) timer = setTimeout(() => void trySending(), waitMs(failures) || everyMs);
}

async function refresh(): Promise<void> {
  const account = userId;
  if (!account) {
    recorded.value = [];
    skew.value = 0;
    return;
  }
  const db = await store();
  const [all, device] = [
    await db.getAllFromIndex('recorded', 'userId', account),
    await db.get('devices', account),
  ];
  if (account !== userId) return;
  recorded.value = all;
  skew.value = device?.skewSeconds ?? 0;
}

new BroadcastChannel(CHANGED).addEventListener('message', () => void refresh());
window.addEventListener('online', () => void sendNow());
// The live line stands again: the service can be reached, whatever the device says of its network.
watch(behind, (now, before) => {
  if (before && !now) void sendNow();
});
document.addEventListener('visibilitychange', () => {
  if (document.visibilityState === 'visible') void sendNow();
});

function sendNow(): Promise<void> {
  failures = 0;
  return trySending();
}
