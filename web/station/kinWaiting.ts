/** How many relations wait for the station to see their paper; known to all its pages. */
import { ref } from 'vue';
import { call } from '../parts/api.ts';

const waiting = ref(0);

export function useKinWaiting() {
  async function count(): Promise<void> {
    const page = await call('GET', '/kinships', { query: { state: 'asked', limit: 200 } }).catch(() => null);
    if (page) waiting.value = page.items.length;
  }

  return { waiting, count };
}
