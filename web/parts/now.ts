/** The present moment, ticking each second while somebody looks. */
import { onScopeDispose, type Ref, ref } from 'vue';

export function useNow(everyMs = 1000): Ref<number> {
  const now = ref(Date.now());
  const timer = setInterval(() => {
    now.value = Date.now();
  }, everyMs);
  onScopeDispose(() => clearInterval(timer));
  return now;
}
