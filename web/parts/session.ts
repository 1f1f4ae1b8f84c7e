/** Who is signed in. Every page asks here; a session that ends anywhere ends here at once. */
import { defineStore } from 'pinia';
import { computed, ref } from 'vue';
import { followLanguage } from '../i18n/index.ts';
import { languageChosen } from '../i18n/language.ts';
import { call, callAuth, onSignedOut, someoneIsIn } from './api.ts';
import { leaveMine } from './mine.ts';
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

/** The page where a role's day begins. */
export function homeOf(role: Role): string {
  return role === 'system' ? '/' : homes[role];
}

export const useSession = defineStore('session', () => {
  const me = ref<Me | null>(null);
  const known = ref(false);
  const home = computed(() => (me.value ? homeOf(me.value.role) : '/'));
  let asking: Promise<void> | null = null;

  /** Asks the API once who is signed in; without a network the answer stays open and the Problem is thrown. */
  async function load(): Promise<void> {
    if (known.value) return;
    asking ??= ask().finally(() => {
      asking = null;
    });
    return asking;
  }

  async function ask(): Promise<void> {
    me.value = (await someoneIsIn()) ? await call('GET', '/me') : null;
    if (me.value && !languageChosen()) await followLanguage(me.value.language);
    known.value = true;
  }

  /** Reads the account again after signing in. */
  async function refresh(): Promise<void> {
    known.value = false;
    leaveMine();
    await load();
  }

  async function signOut(): Promise<void> {
    // Whoever signs in here next is not told what is meant for this person; a push service in the way does not keep them.
    await unsubscribeDevice().catch(() => undefined);
    await callAuth('/sign-out');
    forget();
  }

  function forget(): void {
    me.value = null;
    known.value = true;
    leaveMine();
  }

  onSignedOut(() => {
    if (me.value) forget();
  });

  return { me, known, home, load, refresh, signOut };
});
