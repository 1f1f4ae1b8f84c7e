/** Reads a page again at a steady pace while somebody looks at it, where no live line tells of changes. */
import { onScopeDispose } from 'vue';

export function useAgain(reload: () => unknown, everyMs = 30_000): void {
  const look = () => {
    if (document.visibilityState === 'visible') void reload();
  };
  const timer = setInterval(look, everyMs);
  document.addEventListener('visibilitychange', look);
  onScopeDispose(() => {
    clearInterval(timer);
    document.removeEventListener('visibilitychange', look);
  });
}
