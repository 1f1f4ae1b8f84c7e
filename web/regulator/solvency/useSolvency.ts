/** What the solvency page knows: the day it looks at, what is tried, the answer to both, and the difference it makes. */
import { computed, onScopeDispose, ref, watch } from 'vue';
import { useRoute, useRouter } from 'vue-router';
import { call } from '../../parts/api.ts';
import { useLoad } from '../../parts/load.ts';
import { cityDay } from '../../parts/time.ts';
import { type AssumptionName, changesIn, type Tried, triedIn } from './assumptions.ts';

/** How long a slider rests before it is asked what its place means. */
const RESTS_MS = 300;

export function useSolvency() {
  const route = useRoute();
  const router = useRouter();
  const today = cityDay(Date.now());
  const isDay = /^\d{4}-\d{2}-\d{2}$/;
  /** The end of this day is looked at; empty is the present. */
  const day = ref(isDay.test(String(route.query.day)) ? String(route.query.day) : '');
  const tried = ref<Tried>(triedIn(route.query));

  const { data, problem, loading, reload } = useLoad(() =>
    call('GET', '/ledger/solvency', {
      query: {
        asOf: day.value && day.value < today ? `${day.value}T23:59:59.999+08:00` : undefined,
        ...tried.value,
      },
    }),
  );

  let resting: ReturnType<typeof setTimeout> | undefined;
  onScopeDispose(() => clearTimeout(resting));
  watch([day, tried], () => {
    clearTimeout(resting);
    resting = setTimeout(() => {
      // The address says what is seen, so that it can be sent to somebody else.
      const query = { ...tried.value, ...(day.value ? { day: day.value } : {}) };
      void router.replace({
        query: Object.fromEntries(Object.entries(query).map(([name, value]) => [name, String(value)])),
      });
      void reload();
    }, RESTS_MS);
  });

  /** Tries a value; null goes back to the policy's. */
  function attempt(name: AssumptionName, value: number | null): void {
    const { [name]: _, ...rest } = tried.value;
    tried.value = value === null ? rest : { ...rest, [name]: value };
  }
  function backToPolicy(): void {
    tried.value = {};
  }

  const changes = computed(() => (data.value ? changesIn(tried.value, data.value.policy.assumptions) : []));
  /** The future that is shown: what is tried, else the policy's. */
  const future = computed(() => data.value?.tried ?? data.value?.policy ?? null);

  return { day, today, tried, data, problem, loading, reload, attempt, backToPolicy, changes, future };
}
