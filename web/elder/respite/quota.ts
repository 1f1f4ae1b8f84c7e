/** What the elder's household has left of respite, read for whom the pages act. */
import { computed } from 'vue';
import { call } from '../../parts/api.ts';
import { useLoad } from '../../parts/load.ts';
import { useWhom } from '../whom.ts';

export function useQuota() {
  const { elderId } = useWhom();
  const { data, problem, reload } = useLoad(
    async () => (elderId.value ? call('GET', '/elders/:id/respite', { param: { id: elderId.value } }) : null),
    { live: true },
  );
  const nightsLeft = computed(() =>
    data.value ? Math.max(0, data.value.nightsAYear - data.value.nights) : 0,
  );
  const blocksLeft = computed(() =>
    data.value ? Math.max(0, data.value.blocksAYear - data.value.blocks) : 0,
  );
  return { quota: data, problem, reload, nightsLeft, blocksLeft };
}
