/** Steps of a booking that stand in the address, so that Back works; none is entered before those ahead of it are answered. */
import { computed, watch } from 'vue';
import { useRoute, useRouter } from 'vue-router';

/** `firstOpen` is the first step that is not answered yet. */
export function useSteps<S extends string>(path: string, steps: readonly [S, ...S[]], firstOpen: () => S) {
  const route = useRoute();
  const router = useRouter();
  const step = computed<S>(() => {
    const asked = steps.find((one) => one === route.query.step) ?? steps[0];
    return steps.indexOf(asked) > steps.indexOf(firstOpen()) ? firstOpen() : asked;
  });
  const number = computed(() => steps.indexOf(step.value) + 1);
  const back = computed(() => {
    const previous = steps[steps.indexOf(step.value) - 1];
    if (!previous) return '/elder/respite';
    return previous === steps[0] ? path : `${path}?step=${previous}`;
  });

  function go(to: S): void {
    void router.push({ query: to === steps[0] ? {} : { step: to } });
  }

  watch(
    step,
    async () => {
      window.scrollTo({ top: 0 });
      await Promise.resolve();
      document.querySelector<HTMLElement>('main h1')?.focus({ preventScroll: true });
    },
    { flush: 'post' },
  );
  return { step, number, back, go };
}
