/** For whom the elder pages act: oneself, or the elder whose family member is signed in (consent checked by the API). */
import { computed, ref } from 'vue';
import { keep, recall } from '../parts/keep.ts';
import { useSession } from '../parts/session.ts';

const chosen = ref<string | null>(recall('acts-for'));

export function useWhom() {
  const session = useSession();
  const acting = computed(() => session.me?.role === 'family');
  const elders = computed(() => session.me?.actsFor ?? []);
  const elder = computed(
    () => elders.value.find((one) => one.elderId === chosen.value) ?? elders.value[0] ?? null,
  );
  /** Empty when a family member has no elder's consent yet. */
  const elderId = computed(() =>
    acting.value ? (elder.value?.elderId ?? '') : (session.me?.personId ?? ''),
  );
  const name = computed(() => (acting.value ? (elder.value?.name ?? '') : (session.me?.name ?? '')));

  function choose(id: string): void {
    chosen.value = id;
    keep('acts-for', id);
  }

  /** Whether the elder's consent covers this. */
  function may(scope: 'book' | 'see' | 'spend'): boolean {
    return !acting.value || (elder.value?.scopes.includes(scope) ?? false);
  }

  return { acting, elders, elder, elderId, name, choose, may };
}
