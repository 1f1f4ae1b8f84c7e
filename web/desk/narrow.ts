/** Whether the window is too narrow for list and map side by side. */
import { onScopeDispose, type Ref, ref } from 'vue';

export function useNarrow(): Ref<boolean> {
  const query = matchMedia('(max-width: 60rem)');
  const narrow = ref(query.matches);
  const look = () => {
    narrow.value = query.matches;
  };
  query.addEventListener('change', look);
  onScopeDispose(() => query.removeEventListener('change', look));
  return narrow;
}
