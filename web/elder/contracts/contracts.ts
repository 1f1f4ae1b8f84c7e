/** The family care bed contracts of the elder for whom the pages act. */
import { computed } from 'vue';
import { call } from '../../parts/api.ts';
import { useLoad } from '../../parts/load.ts';
import { useWhom } from '../whom.ts';

/** An elder has one at a time; earlier ones are few. */
const most = 20;

export function useContracts() {
  const { elderId } = useWhom();
  const { data, problem, reload } = useLoad(
    async () =>
      elderId.value
        ? (await call('GET', '/contracts', { query: { elderId: elderId.value, limit: most } })).items
        : [],
    { live: true },
  );
  return {
    contracts: data,
    problem,
    reload,
    /** The one that the elder's side has not signed yet. */
    waiting: computed(
      () => data.value?.find((one) => one.state === 'draft' && one.elderSignedAt === null) ?? null,
    ),
  };
}
