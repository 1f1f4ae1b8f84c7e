/** One question a page: the step stands in the address, so Back works; a step further on cannot be entered too soon. */
import { type ComputedRef, computed, watch } from 'vue';
import { useRoute, useRouter } from 'vue-router';

/** `firstOpen` is the first step that is not answered yet; `home` is where the first step goes back to. */
export function useSteps<Step extends string>(
  steps: readonly [Step, ...Step[]],
  firstOpen: () => Step,
  home: () => string,
) {
  const route = useRoute();
  const router = useRouter();
  const step = computed<Step>(() => {
    const asked = steps.find((one) => one === route.query.step) ?? steps[0];
    return steps.indexOf(asked) > steps.indexOf(firstOpen()) ? firstOpen() : asked;
  });
  const number = computed(() => steps.indexOf(step.value) + 1);
  const before: ComputedRef<string> = computed(() => {
    const previous = steps[steps.indexOf(step.value) - 1];
    if (!previous) return home();
    return previous === steps[0] ? route.path : `${route.path}?step=${previous}`;
  });

  function go(to: Step): void {
    void router.push({ query: to === steps[0] ? {} : { step: to } });
  }

  watch(
    step,
    async () => {
      window.scrollTo({ top: 0 });
      await Promise.resolve();
      document.querySelector<HTMLElement>('main h1, main h2')?.focus({ preventScroll: true });
    },
    { flush: 'post' },
  );

  return { step, number, before, of: steps.length, go };
}
