/** Who is signed in. Every page asks here; a session that ends anywhere ends here at once. */
import { defineStore } from 'pinia';
import { computed, ref, watch } from 'vue';
import { followLanguage } from '../i18n/index.ts';
import { languageChosen } from '../i18n/language.ts';
import { waitPatiently } from '../offline/patience.ts';
import { keptPerson, serve } from '../offline/person.ts';
import { trySending } from '../offline/queue.ts';
import { call, callAuth, onSignedOut, someoneIsIn } from './api.ts';
import { behind, leaveMine } from './mine.ts';
import { asProblem } from './problem.ts';
import { unsubscribeDevice } from './push.ts';
import type { Me, Role } from './records.ts';

const homes: Record<Exclude<Role, 'system'>, string> = {
  elder: '/elder',
  family: '/elder',
  volunteer: '/volunteer',
  carer: '/carer',
  provider: '/provider',
  station: '/station',
  dispatcher: '/desk',
  regulator: '/regulator',
  admin: '/admin',
};

/** How long a page waits for an answer when it could do without. */
const patienceMs = 4_000;

/** Whether it was the way to the API that failed, so that who was here last stands in. */
function mayStandIn(thrown: unknown): boolean {
  const { status } = asProblem(thrown);
  return status === 0 || status >= 502;
}

/** The page where a role's day begins. */
export function homeOf(role: Role): string {
  return role === 'system' ? '/' : homes[role];
}

export const useSession = defineStore('session', () => {
  const me = ref<Me | null>(null);
  const known = ref(false);
  const home = computed(() => (me.value ? homeOf(me.value.role) : '/'));
  let asking: Promise<void> | null = null;

  /**
   * Asks the API once who is signed in. Without an answer it is whoever this phone was kept for (S9), and the API is
   * asked again later; without such a one the Problem is thrown.
   */
  async function load(): Promise<void> {
    if (known.value) return;
    asking ??= ask().finally(() => {
      asking = null;
    });
    const standsIn = asking.then(() => false, mayStandIn);
    if (me.value) return;
    const kept = await keptPerson();
    if (!kept) return asking;
    const noAnswer = await waitPatiently(standsIn, navigator.onLine ? patienceMs : 0);
    if (noAnswer === false) return asking;
    if (me.value || known.value) return;
    await serve(kept);
    me.value = kept;
  }

  async function ask(): Promise<void> {
    const found = (await someoneIsIn()) ? await call('GET', '/me') : null;
    if (found && !languageChosen()) await followLanguage(found.language);
    await serve(found);
    me.value = found;
    known.value = true;
  }

  /** Reads the account again after signing in. */
  async function refresh(): Promise<void> {
    known.value = false;
    leaveMine();
    await ask();
  }

  /** Signs out, having sent what was recorded if that can be done soon; what cannot waits for the same account. */
  async function signOut(): Promise<void> {
    // Whoever signs in here next is not told what is meant for this person; a push service in the way does not keep them.
    await unsubscribeDevice().catch(() => undefined);
    await waitPatiently(trySending(), patienceMs);
    await callAuth('/sign-out');
    forget();
  }

  function forget(): void {
    me.value = null;
    known.value = true;
    leaveMine();
    void serve(null);
  }

  const askAgain = () => void load().catch(asProblem);
  window.addEventListener('online', askAgain);
  // The live line stands again, whatever the device says of its network.
  watch(behind, (now, before) => {
    if (before && !now) askAgain();
  });
  onSignedOut(() => {
    if (me.value) forget();
  });

  return { me, known, home, load, refresh, signOut };
});
