/** How many people wait for the station's word on becoming a volunteer; known to all its pages. */
import { ref } from 'vue';
import { call } from '../parts/api.ts';

const waiting = ref(0);

export function useApplicants() {
  async function count(): Promise<void> {
    const page = await call('GET', '/volunteers', { query: { state: 'applied', limit: 200 } }).catch(
      () => null,
    );
    if (page) waiting.value = page.items.length;
  }

  return { waiting, count };
}
